import Model

/// How a file is to be unpacked.
public struct UnpackOptions: Sendable {
  /// What text in it is; nil goes by the name inside and by the content.
  public var format: Format?
  /// The encoding of text in it; nil looks at the bytes.
  public var encoding: String?
  /// The sheet of a workbook; nil takes the first that is not hidden.
  public var sheet: SheetChoice?
  public var limits: UnpackLimits

  public init(format: Format? = nil, encoding: String? = nil, sheet: SheetChoice? = nil, limits: UnpackLimits = UnpackLimits()) {
    self.format = format
    self.encoding = encoding
    self.sheet = sheet
    self.limits = limits
  }
}

/// A table or document that lies in a file.
public struct FilePart: Sendable {
  /// For people: `export.zip/customers.csv`, `book.xlsx[Sheet1]`.
  public var name: String
  public var format: Format
  /// The label of its encoding; nil: by its bytes.
  public var encoding: String?
  /// Whether it is the CSV of a sheet, in which a record counts as one line: see ``ReadContext/isSheet``.
  public var isSheet: Bool
  /// The other sheets of its workbook, which are not read.
  public var otherSheets: [String]
  /// Why it cannot be read; then it has no bytes.
  public var fault: Fault?

  public init(
    name: String, format: Format, encoding: String? = nil, isSheet: Bool = false, otherSheets: [String] = [], fault: Fault? = nil
  ) {
    self.name = name
    self.format = format
    self.encoding = encoding
    self.isSheet = isSheet
    self.otherSheets = otherSheets
    self.fault = fault
  }
}

/// Reads what lies in a file: archives (gzip, zip) are unpacked, sheets (XLSX, XLS, HTML tables, XML Spreadsheet 2003) become CSV in
/// UTF-8, everything else comes out as it is. What a file is, its bytes say, not its name. Memory stays bounded by a few megabytes, but
/// for the shared strings of a workbook (48 MB, the rest in scratch space).
///
/// First ``nextPart()``, then ``nextChunk()`` until it gives nil, and so on. Used by one thread.
public final class Unpacker {
  private let options: UnpackOptions
  private let scratch: any ScratchSpace
  private let budget: UnpackBudget
  /// What is to be looked at, the next one last.
  private var waiting: [Waiting]
  private var current: (any ByteStream)?

  private enum Waiting {
    case file(any RandomBytes, name: String, depth: Int)
    /// An entry of an archive.
    case entry(ZipArchive, ZipArchive.Entry, depth: Int)
  }

  /// - Parameter name: of the file, for people and for the formats of text in it.
  public init(
    _ bytes: any RandomBytes, name: String, options: UnpackOptions = UnpackOptions(), scratch: any ScratchSpace = MemoryScratch()
  ) {
    self.options = options
    self.scratch = scratch
    budget = UnpackBudget(options.limits)
    waiting = [.file(bytes, name: name, depth: 0)]
  }

  /// Whether a file that begins so must be unpacked before a reader of text can read it.
  ///
  /// - Parameters:
  ///   - prefix: the first 16 KB, or all of it.
  ///   - format: what the file is said to be; nil when nobody said.
  public static func isNeeded(for prefix: [UInt8], format: Format? = nil) -> Bool { FileKind(prefix).needsUnpacking(as: format) }

  /// The next table or document; nil when there is none. One that cannot be read does not hinder the others in its archive.
  ///
  /// - Throws: what is wrong with the file as a whole.
  public func nextPart() throws(Fault) -> FilePart? {
    current = nil
    while let next = waiting.popLast() {
      switch next {
      case .file(let bytes, let name, let depth):
        if let part = try open(bytes, name: name, depth: depth) { return part }
      case .entry(let archive, let entry, let depth):
        let name = "\(archive.name)/\(entry.name)"
        do throws(Fault) {
          if let part = try open(try archive.open(entry), name: name, depth: depth) { return part }
        } catch {
          return FilePart(name: name, format: .csv, fault: error)
        }
      }
    }
    return nil
  }

  /// The next bytes of the current part; nil at its end.
  public func nextChunk() throws(Fault) -> [UInt8]? { try current?.next() }

  /// The first part that can be read, whole and in memory.
  ///
  /// - Throws: what is wrong with the file, and with the first of its parts if none can be read.
  public static func first(
    in bytes: [UInt8], name: String, options: UnpackOptions = UnpackOptions()
  ) throws(Fault) -> (part: FilePart, bytes: [UInt8]) {
    let unpacker = Unpacker(MemoryBytes(bytes), name: name, options: options)
    var problem: Fault?
    while let part = try unpacker.nextPart() {
      if part.fault == nil {
        var whole: [UInt8] = []
        while let chunk = try unpacker.nextChunk() { whole += chunk }
        return (part, whole)
      }
      problem = problem ?? part.fault
    }
    throw problem ?? Fault("format-unknown", "\(name) is no table, JSON, XML or mail.", at: Location(file: name))
  }

  private func open(_ bytes: any RandomBytes, name: String, depth: Int) throws(Fault) -> FilePart? {
    switch FileKind(try bytes.read(at: 0, count: FileKind.prefixLength)) {
    case .zip:
      let archive = try ZipArchive(bytes, name: name, budget: budget)
      guard !XLSXWorkbook.isWorkbook(archive) else {
        return part(try XLSXWorkbook(archive, scratch: scratch).open(options.sheet), file: name)
      }
      try list(archive, depth: depth)
      return nil
    case .xls: return part(try XLSWorkbook(bytes, name: name, scratch: scratch).open(options.sheet), file: name)
    case .gzip, .html, .xmlSpreadsheet, .text: return try open(RangeStream(bytes), name: name, depth: depth)
    }
  }

  private func open(_ stream: any ByteStream, name: String, depth: Int) throws(Fault) -> FilePart? {
    var prefix: [UInt8] = []
    while prefix.count < FileKind.prefixLength, let piece = try stream.next() { prefix += piece }
    let whole = PeekedStream(prefix, stream)
    let start = Array(prefix.prefix(FileKind.prefixLength))
    let kind = FileKind(start)
    switch kind.needsUnpacking(as: options.format ?? Format(name: name)) ? kind : .text {
    case .gzip:
      try check(depth, name)
      let inner = name.lowercased().hasSuffix(".gz") ? String(name.dropLast(3)) : name
      return try open(try Inflater(whole, .gzip, name: name, budget: budget), name: inner, depth: depth + 1)
    case .zip, .xls:
      try check(depth, name)
      let bytes = try scratch.make()
      while let piece = try whole.next() { try bytes.append(piece) }
      return try open(bytes, name: name, depth: depth + 1)
    case .html:
      let text = DecodedStream(whole, try MarkupText.encoding(of: start, label: options.encoding))
      return part(TableDocumentStream(text, HTMLTableReader(file: name)), name: name)
    case .xmlSpreadsheet:
      let text = DecodedStream(whole, try MarkupText.encoding(of: start, label: options.encoding))
      return part(TableDocumentStream(text, XMLSpreadsheetReader(options.sheet, file: name)), name: name)
    case .text:
      current = whole
      // Of several files in an archive, each has a format of its own.
      let named = Format(name: name)
      guard let format = depth > 0 ? named ?? options.format ?? Format(text: start) : options.format ?? named ?? Format(text: start) else {
        throw Fault("format-unknown", "\(name) is no table, JSON, XML or mail.", at: Location(file: name))
      }
      return FilePart(name: name, format: format, encoding: options.encoding)
    }
  }

  private func list(_ archive: ZipArchive, depth: Int) throws(Fault) {
    try check(depth, archive.name)
    if archive.entry(named: "mimetype") != nil, archive.entry(named: "content.xml") != nil {
      throw Fault(
        "format-unsupported", "\(archive.name) is an OpenDocument file, which is not supported.", at: Location(file: archive.name),
        hint: "Save it as .xlsx.")
    }
    // What macOS and Windows add to archives is no data.
    let files = archive.entries.filter { entry in
      let name = entry.name.split(separator: "/").last ?? ""
      return !entry.isFolder && !entry.name.hasPrefix("__MACOSX/") && !name.hasPrefix(".") && name != "Thumbs.db" && name != "desktop.ini"
    }
    guard !files.isEmpty else { throw Fault("zip-empty", "\(archive.name) holds no files.", at: Location(file: archive.name)) }
    waiting += files.reversed().map { .entry(archive, $0, depth: depth + 1) }
  }

  private func check(_ depth: Int, _ name: String) throws(Fault) {
    guard depth < options.limits.maximumDepth else {
      throw Fault(
        "unpack-depth", "\(name) is an archive in more than \(options.limits.maximumDepth) archives.", at: Location(file: name),
        hint: "Unpack it first.")
    }
  }

  private func part(_ sheet: OpenedSheet, file: String) -> FilePart {
    current = sheet.rows
    return FilePart(
      name: "\(file)[\(sheet.name)]", format: .csv, encoding: Encoding.utf8.name, isSheet: true, otherSheets: sheet.others)
  }

  private func part(_ rows: any ByteStream, name: String) -> FilePart {
    current = rows
    return FilePart(name: name, format: .csv, encoding: Encoding.utf8.name, isSheet: true)
  }
}

extension Format {
  /// The format that a file's name tells by its extension, also in front of `.gz`. Sheets are read as CSV.
  public init?(name: String) {
    let parts = name.lowercased().split(separator: ".")
    switch parts.last == "gz" ? parts.dropLast().last : parts.last {
    case "csv", "tsv", "tab", "xlsx", "xlsm", "xls", "et": self = .csv
    case "json": self = .json
    case "jsonl", "ndjson": self = .jsonl
    case "xml": self = .xml
    case "eml", "mbox", "mbx": self = .mail
    default: return nil
    }
  }

  /// The format of text by its beginning; nil for what is no text.
  ///
  /// - Parameter prefix: the first 16 KB, or all of it.
  public init?(text prefix: [UInt8]) {
    let found = detectEncoding(prefix)
    let text = decodeText(Array(prefix.dropFirst(found.markLength)), encoding: found.encoding).text
    guard !text.unicodeScalars.contains("\0") else { return nil }
    let start = text.drop(while: \.isWhitespace)
    guard !MailboxLines.isSeparator(Array(start.utf8.prefix { $0 != 0x0A })[...]), !MailStart.isMail(start) else {
      self = .mail
      return
    }
    switch start.first {
    case "<": self = .xml
    case "{", "[":
      // A value on the first line and another on the second are two documents.
      let lines = start.split(maxSplits: 2, whereSeparator: \.isNewline)
      let isOne = lines.first.map { (try? JSON.parse(Array($0.utf8))) != nil } ?? false
      self = isOne && lines.count > 1 ? .jsonl : .json
    default:
      // Without a delimiter it may be anything.
      guard start.prefix(while: { !$0.isNewline }).contains(where: { ",;|\t".contains($0) }) else { return nil }
      self = .csv
    }
  }
}
