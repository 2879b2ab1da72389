import Model

/// A workbook in Office Open XML (ECMA-376): its parts lie in a zip file. Formulas are not calculated, the values that were stored with
/// them are read; links to other files are never followed.
struct XLSXWorkbook {
  private struct Sheet {
    var entry: SheetEntry
    var relation: String
  }

  private let archive: ZipArchive
  private let scratch: any ScratchSpace
  private let sheets: [Sheet]
  private let relations: [String: XLSXRelation]
  private let is1904: Bool

  static func isWorkbook(_ archive: ZipArchive) -> Bool { archive.entry(named: "[Content_Types].xml") != nil && part(archive) != nil }

  /// The path of the workbook's main part.
  private static func part(_ archive: ZipArchive) -> String? {
    ["xl/workbook.xml", "xl/workbook2.xml", "xl/workbook.bin"].first { archive.entry(named: $0) != nil }
  }

  /// - Throws: `xlsx-damaged`, `format-unsupported` and what zip and XML throw.
  init(_ archive: ZipArchive, scratch: any ScratchSpace) throws(Fault) {
    self.archive = archive
    self.scratch = scratch
    guard let part = Self.part(archive) else { throw Self.damaged(archive, "it has no workbook") }
    guard !part.hasSuffix(".bin") else {
      throw Fault(
        "format-unsupported", "\(archive.name) is a binary workbook (.xlsb), which is not supported.", at: Location(file: archive.name),
        hint: "Save it as .xlsx.")
    }
    let workbook = XLSXWorkbookPart()
    guard try Self.parse(archive, part, workbook) else { throw Self.damaged(archive, "it has no workbook") }
    let links = XLSXRelationsPart()
    _ = try Self.parse(archive, "xl/_rels/\(part.dropFirst(3)).rels", links)
    relations = links.relations
    is1904 = workbook.is1904
    sheets = workbook.sheets.filter { links.relations[$0.relation].map { $0.kind == .sheet } ?? false }
      .map { Sheet(entry: SheetEntry(name: $0.name, isHidden: $0.isHidden), relation: $0.relation) }
  }

  /// - Throws: `sheet-missing`, `sheet-none`, `xlsx-damaged`.
  func open(_ choice: SheetChoice?) throws(Fault) -> OpenedSheet {
    let entries = sheets.map(\.entry)
    let index = try entries.index(of: choice, file: archive.name)
    let sheet = sheets[index]
    guard let relation = relations[sheet.relation], let part = archive.entry(named: Self.path(relation.target)) else {
      throw Self.damaged(archive, "the sheet \(sheet.entry.name) is missing")
    }
    var others = entries
    others.remove(at: index)
    let file = "\(archive.name)[\(sheet.entry.name)]"
    let formats = try formats()
    let merges = try XLSXMerges.find(in: try archive.open(part), file: file)
    let rows = XLSXSheetStream(
      try archive.open(part), table: SheetTable(merges: merges), formats: formats, strings: try strings(), file: file)
    return OpenedSheet(name: sheet.entry.name, others: others.map(\.label), rows: rows)
  }

  private func formats() throws(Fault) -> SheetFormats {
    let styles = XLSXStylesPart()
    if let path = path(of: .styles) { _ = try Self.parse(archive, path, styles) }
    return SheetFormats(formats: styles.formats, is1904: is1904)
  }

  private func strings() throws(Fault) -> SharedStrings {
    let strings = SharedStrings(scratch)
    if let path = path(of: .strings) { _ = try Self.parse(archive, path, XLSXStringsPart(strings)) }
    return strings
  }

  private func path(of kind: XLSXRelation.Kind) -> String? { relations.values.first { $0.kind == kind }.map { Self.path($0.target) } }

  /// Targets are relative to `xl/`, unless they begin with a slash.
  private static func path(_ target: String) -> String { target.hasPrefix("/") ? String(target.dropFirst()) : "xl/\(target)" }

  /// False when there is no such part.
  private static func parse(_ archive: ZipArchive, _ path: String, _ handler: some XMLEventHandler) throws(Fault) -> Bool {
    guard let entry = archive.entry(named: path) else { return false }
    let stream = try archive.open(entry)
    let events = XMLEvents(handler, file: "\(archive.name)/\(entry.name)")
    while let piece = try stream.next() { try events.feed(piece) }
    try events.feed([], isLast: true)
    return true
  }

  private static func damaged(_ archive: ZipArchive, _ why: String) -> Fault {
    Fault("xlsx-damaged", "\(archive.name) is a damaged workbook: \(why).", at: Location(file: archive.name))
  }
}

/// Where a part of a workbook is; ECMA-376 part 2, §9.3.
struct XLSXRelation {
  enum Kind {
    case sheet, strings, styles
  }

  var kind: Kind
  var target: String
}

private final class XLSXRelationsPart: XMLEventHandler {
  private(set) var relations: [String: XLSXRelation] = [:]
  let fault: Fault? = nil

  func start(_ name: XMLEventName, _ attributes: XMLEventAttributes) {
    guard name == "Relationship", let id = attributes.text("Id"), let type = attributes.text("Type"),
      let target = attributes.text("Target"),
      attributes.text("TargetMode") != "External"
    else { return }
    let kinds: [(String, XLSXRelation.Kind)] = [("/worksheet", .sheet), ("/sharedStrings", .strings), ("/styles", .styles)]
    guard let kind = kinds.first(where: { type.hasSuffix($0.0) })?.1 else { return }
    relations[id] = XLSXRelation(kind: kind, target: target)
  }

  func end(_ name: XMLEventName) {}
  func text(_ bytes: UnsafeBufferPointer<UInt8>) {}
}

private final class XLSXWorkbookPart: XMLEventHandler {
  private(set) var sheets: [(name: String, relation: String, isHidden: Bool)] = []
  private(set) var is1904 = false
  let fault: Fault? = nil

  func start(_ name: XMLEventName, _ attributes: XMLEventAttributes) {
    switch name {
    case "workbookPr": is1904 = attributes.isTrue("date1904")
    case "sheet":
      guard let name = attributes.text("name"), let id = attributes.text("id") else { return }
      sheets.append((name, id, attributes.text("state").map { $0 != "visible" } ?? false))
    default: break
    }
  }

  func end(_ name: XMLEventName) {}
  func text(_ bytes: UnsafeBufferPointer<UInt8>) {}
}

/// The number formats of cell styles; ECMA-376 part 1, §18.8.
private final class XLSXStylesPart: XMLEventHandler {
  private var codes: [Int: NumberFormat] = [:]
  private var isInStyles = false
  private(set) var formats: [NumberFormat] = []
  let fault: Fault? = nil

  /// Excel allows 65,490.
  private static let maximumCount = 100_000

  func start(_ name: XMLEventName, _ attributes: XMLEventAttributes) {
    switch name {
    case "numFmt":
      if let id = attributes.number("numFmtId"), let code = attributes.text("formatCode"), codes.count < Self.maximumCount {
        codes[id] = NumberFormat(code: code.replacing("&quot;", with: "\""))
      }
    case "cellXfs": isInStyles = true
    case "xf" where isInStyles && formats.count < Self.maximumCount:
      let id = attributes.number("numFmtId") ?? 0
      formats.append(codes[id] ?? NumberFormat(builtIn: id))
    default: break
    }
  }

  func end(_ name: XMLEventName) {
    if name == "cellXfs" { isInStyles = false }
  }

  func text(_ bytes: UnsafeBufferPointer<UInt8>) {}
}

/// The shared strings; ECMA-376 part 1, §18.4. Of rich text only the text counts, and readings (phonetic runs) do not.
private final class XLSXStringsPart: XMLEventHandler {
  private let strings: SharedStrings
  private var current: [UInt8] = []
  private var isInText = false
  private var isInReading = false
  private(set) var fault: Fault?

  init(_ strings: SharedStrings) { self.strings = strings }

  func start(_ name: XMLEventName, _ attributes: XMLEventAttributes) {
    switch name {
    case "si": current.removeAll(keepingCapacity: true)
    case "t": isInText = !isInReading
    case "rPh": isInReading = true
    default: break
    }
  }

  func end(_ name: XMLEventName) {
    switch name {
    case "t": isInText = false
    case "rPh": isInReading = false
    case "si":
      XLSXText.unescape(&current)
      do throws(Fault) {
        if fault == nil { try strings.append(current) }
      } catch {
        fault = error
      }
    default: break
    }
  }

  func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    if isInText { current.append(contentsOf: bytes) }
  }
}
