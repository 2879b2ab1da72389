import Configuration
import Connecting
import Formats
import Hub
import Mapping
import Model

extension API {
  static let importRoutes: [Route] = [
    Route(
      method: "POST", pattern: "/v1/imports", name: "importFile",
      summary:
        "Takes a file of any size, whatever its Content-Type: CSV, Excel, JSON, JSON Lines or XML, also packed in gzip or zip. Answers when "
        + "all of it is accepted. The same file again is recognised, and one that was broken off goes on where it ended.",
      body: .streamed,
      parameters: [
        Parameter("name", isRequired: true, "The file's name, for people and for mappings that read it."),
        Parameter("source", "The source that speaks; that of the mapping unless given."),
        Parameter("stream", "The stream; that of the mapping unless given."),
        Parameter("mapping", "The mapping to use; otherwise source, stream and format decide."),
        Parameter(
          "format", .choice(Format.allCases.map(\.rawValue)),
          "The format; that of the mapping or of the name's ending unless given. Excel is csv."),
        Parameter("encoding", "The label of the encoding, such as gb18030; found out unless given."),
        Parameter("sheet", "A workbook's sheet, by its name or its number from 1; the first that is not hidden unless given."),
      ],
      successes: [Route.Success(200, "What was accepted: deliveries, duplicates, size and places in the journal.")],
      problems: [.noMapping, .unreadableFile], handler: { try await $0.importFile($1) })
  ]

  private func importFile(_ call: Call) async throws -> Answer {
    let plan = try ImportPlan(call.query, hub.settings.catalog)
    let file = FileImport(
      stream: plan.stream, format: plan.format, mapping: call.query["mapping"], encoding: plan.encoding,
      sheet: call.query["sheet"].map { SheetChoice($0) }, digests: hub.settings.digests)
    let summary: FileImport.Summary
    do {
      summary = try await file.run(call.stream, name: plan.name, into: hub.sink)
    } catch let fault as Fault {
      throw Problem(unreadable: fault) ?? fault
    }
    let positions = summary.receipts.map(\.position)
    return .json([
      "name": .string(plan.name), "source": .string(plan.stream.connector), "stream": .string(plan.stream.stream),
      "mapping": .string(plan.mapping), "format": .string(plan.format.rawValue),
      "encoding": summary.encoding.map { .string($0) } ?? .null, "size": .number(Number(summary.size)),
      "deliveries": .number(Number(summary.receipts.count)), "duplicates": .number(Number(summary.duplicates)),
      "known": .bool(summary.isKnown),
      "positions": [
        "first": positions.min().map { .number(Number($0)) } ?? .null, "last": positions.max().map { .number(Number($0)) } ?? .null,
      ],
    ])
  }
}

/// What a file is and who reads it, decided before its first byte is.
private struct ImportPlan {
  let name: String
  let stream: StreamName
  let format: Format
  /// The name of the mapping that will read it.
  let mapping: String
  let encoding: String?

  /// The hub's own connector, whose deliveries are decisions: no file may speak for it.
  private static let reserved = "kindred"

  init(_ query: Query, _ catalog: MappingCatalog) throws(Problem) {
    name = query["name"] ?? ""
    encoding = query["encoding"]
    do throws(Fault) {
      if let encoding { _ = try Encoding(label: encoding) }
    } catch {
      throw Problem(.badParameter, "\(error)")
    }
    let named = try Self.named(query["mapping"], catalog)
    guard let source = query["source"] ?? named?.source else {
      throw Problem(.badParameter, "The file's source is not known: give source, or mapping.")
    }
    guard source != Self.reserved, !source.contains("/"), source.utf8.count <= 64 else {
      throw Problem(.badParameter, "\"\(source)\" cannot be a source.")
    }
    guard let format = query["format"].flatMap(Format.init(rawValue:)) ?? named?.format ?? Format(name: name) else {
      throw Problem(
        .badParameter, "The format of \(name) is not known: give format (\(Format.allCases.map(\.rawValue).joined(separator: ", "))).")
    }
    if let named {
      guard named.format == format else {
        throw Problem(.noMapping, "The mapping \(named.name) reads \(named.format.rawValue), but the file is \(format.rawValue).")
      }
      stream = StreamName(connector: source, stream: query["stream"] ?? named.stream ?? "import")
      mapping = named.name
    } else {
      let name = if let given = query["stream"] { given } else { try Self.stream(of: source, format, catalog) }
      stream = StreamName(connector: source, stream: name)
      do throws(Fault) {
        mapping = try catalog.program(for: stream, format: format, named: nil).name
      } catch {
        throw Problem(.noMapping, "\(error)")
      }
    }
    self.format = format
  }

  private static func named(_ name: String?, _ catalog: MappingCatalog) throws(Problem) -> MappingProgram? {
    guard let name else { return nil }
    if let program = catalog.programs.first(where: { $0.name == name }) { return program }
    let hint = suggestion(name, among: catalog.programs.map(\.name)) ?? ""
    throw Problem(.noMapping, "There is no mapping \"\(name)\". \(hint)")
  }

  /// The only stream for which the source has a mapping of this format.
  private static func stream(of source: String, _ format: Format, _ catalog: MappingCatalog) throws(Problem) -> String {
    let streams = catalog.programs.filter { $0.source == source && $0.format == format }.map { $0.stream ?? "import" }
    guard let only = streams.first else {
      throw Problem(
        .noMapping,
        "No mapping is for source \(source) and format \(format.rawValue). "
          + (suggestion(source, among: Set(catalog.programs.map(\.source)).sorted()) ?? ""))
    }
    guard streams.count == 1 else {
      throw Problem(.badParameter, "The source \(source) has several streams: give stream (\(streams.sorted().joined(separator: ", "))).")
    }
    return only
  }
}

extension ProblemKind {
  /// What its code is in an answer, the file says: see `init(unreadable:)`.
  fileprivate static let unreadableFile = ProblemKind(
    status: 422, code: "unreadable", title: "The file cannot be read", advice: "The code says what is wrong with it.")
}

extension Problem {
  /// What is wrong with a file that somebody sent, with the fault's own code; nil for what is wrong on our side.
  fileprivate init?(unreadable fault: Fault) {
    if fault.code == "scratch-full" {
      self.init(.unavailable, fault.message, retryAfter: .seconds(30))
      return
    }
    let subjects = [
      "csv-", "encoding-", "format-", "html-", "json-", "line-", "sheet-", "text-", "unpack-", "workbook-", "xls-", "xlsx-", "xml-", "zip-",
    ]
    guard subjects.contains(where: { fault.code.hasPrefix($0) }) else { return nil }
    let isBomb = fault.code == "unpack-size" || fault.code == "unpack-ratio"
    let place = fault.location.flatMap { $0.line == nil ? nil : "\($0): " } ?? ""
    let detail = place + fault.message + (fault.hint.map { " \($0)" } ?? "")
    self.init(isBomb ? 413 : 422, fault.code, ProblemKind.unreadableFile.title, detail: detail)
  }
}
