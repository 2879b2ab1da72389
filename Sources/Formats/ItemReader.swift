import Model

/// What a reader needs to know about bytes that are a part of a file.
public struct ReadContext: Sendable {
  /// The header row's bytes, with a byte order mark if the file has one, when the body is a range of a CSV file behind it; what goes in
  /// front of a part of an XML document (``XMLRange/header``).
  public var header: [UInt8]?
  /// All of a CSV file up to its header's end, when titles stand above the header: without names (``columns``), they are rows of data.
  public var beginning: [UInt8]?
  /// What goes behind a part of an XML document (``XMLRange/ending``).
  public var ending: [UInt8]?
  /// The number of the first row (of data) or line in the body, counted from 1.
  public var firstRow: Int
  /// The line of the file on which the body starts, counted from 1.
  public var firstLine: Int
  /// The file's name, for locations.
  public var file: String?
  /// Whether the body is the CSV of a sheet (``Unpacker``): a record counts as one line whatever line breaks its cells hold, and so
  /// lines are the rows of the sheet.
  public var isSheet: Bool
  /// The names of a CSV's columns when its first row is data; when they are empty, the columns are called `column_1` and so on. `nil`: the
  /// first row has the names. With ``header``, which is then the first row of data, the range that begins with row 1 gives that row, too, and
  /// those of ``beginning``.
  public var columns: [String]?

  public init(
    header: [UInt8]? = nil, beginning: [UInt8]? = nil, ending: [UInt8]? = nil, firstRow: Int = 1, firstLine: Int = 1, file: String? = nil,
    isSheet: Bool = false, columns: [String]? = nil
  ) {
    self.header = header
    self.beginning = beginning
    self.ending = ending
    self.firstRow = firstRow
    self.firstLine = firstLine
    self.file = file
    self.isSheet = isSheet
    self.columns = columns
  }
}

/// One item that could not be read, with its bytes for a dead letter; the items around it are not affected.
public struct ItemFault: Error, Hashable, Sendable {
  /// Counted from 0 within the delivery, in one sequence with the items that could be read.
  public var index: Int
  public var fault: Fault
  /// The bytes of the row or line, without its line break.
  public var raw: [UInt8]

  public init(index: Int, fault: Fault, raw: [UInt8]) {
    self.index = index
    self.fault = fault
    self.raw = raw
  }
}

/// Turns the body of a delivery into items.
public enum ItemReader {
  /// Calls `each` for every item in order.
  ///
  /// - CSV: an item is a row, an object of strings by column name. Delimiter (`,` `;` tab `|`) and names come from the
  ///   header row, or from the context. Faults of a row: `csv-field-count`, `csv-unclosed-quote`, `csv-stray-quote`, `text-undecodable`, `text-nul`.
  /// - JSON Lines: an item is a line that is not blank. Faults of a line: those of ``JSON/parse(_:)`` and `text-undecodable`.
  /// - Mail: one item; of a mailbox file, which begins with a line `From somebody Mon Mar  3 10:00:00 2025`, an item for each mail.
  ///   Faults of a mail: those of ``MailReader``.
  /// - JSON and XML: one item, the document, or the part of a large XML document that the body is.
  ///
  /// Rows and lines in UTF-8, GB18030 and one-byte encodings keep their `raw` bytes; of other encodings (UTF-16) `raw` is UTF-8.
  ///
  /// - Parameter encoding: a label such as a media type's `charset`; `nil`: by byte order mark, XML declaration and content.
  /// - Throws: a `Fault` when nothing of the body can be trusted (a broken document, no header row, an unknown encoding), and
  ///   whatever `each` throws.
  public static func read(
    _ body: [UInt8], format: Format, encoding: String? = nil, context: ReadContext = ReadContext(),
    _ each: (Result<Item, ItemFault>) throws -> Void
  ) throws {
    switch format {
    case .csv:
      try CSVItem.read(body, encoding: encoding, context: context, each)
    case .jsonl:
      var reader = try JSONLinesReader(body, encoding: encoding, context: context)
      try reader.read(each)
    case .json:
      let value = try document(body, encoding: encoding, context: context)
      try each(.success(Item(index: 0, content: .value(value), location: start(context), raw: body)))
    case .mail:
      try MailItems(body, context: context).read(each)
    case .xml:
      let document = context.header == nil && context.ending == nil ? body : (context.header ?? []) + body + (context.ending ?? [])
      let root = try XMLNode.parse(document, encoding: encoding, file: context.file)
      try each(.success(Item(index: 0, content: .xml(root), location: start(context), raw: body)))
    }
  }

  private static func start(_ context: ReadContext) -> Location {
    Location(file: context.file, line: context.firstLine, column: 1, offset: 0)
  }

  private static func document(_ body: [UInt8], encoding: String?, context: ReadContext) throws(Fault) -> Value {
    let text = try SourceBytes(body, label: encoding, isAlwaysDecoded: true, detecting: body[...])
    if let bad = text.undecodable.first {
      throw Fault("text-undecodable", "A byte is not valid \(text.encoding.name).", at: Location(file: context.file, offset: bad))
    }
    do throws(Fault) {
      return try JSON.parse(Array(text.bytes))
    } catch {
      var fault = error
      fault.location?.file = context.file
      throw fault
    }
  }
}

/// The bytes of a body behind its byte order mark: as they arrived when they can be cut before they are decoded, else as UTF-8.
struct SourceBytes {
  /// The encoding of the body as it arrived.
  var encoding: Encoding
  /// The encoding of `bytes`.
  var currentEncoding: Encoding
  var bytes: ArraySlice<UInt8>
  var markLength: Int
  /// Indexes in `bytes`, ascending, of what stands for bytes that could not be decoded; only when `bytes` were decoded.
  var replacements: [Int] = []
  /// Offsets in the body of those bytes.
  var undecodable: [Int] = []

  /// - Parameters:
  ///   - isAlwaysDecoded: whether `bytes` are to be UTF-8 whatever the encoding is.
  ///   - detecting: the bytes by which to tell the encoding when there is no label.
  init(_ body: [UInt8], label: String?, isAlwaysDecoded: Bool = false, detecting: ArraySlice<UInt8>) throws(Fault) {
    let markLength = byteOrderMark(body)?.markLength ?? 0
    self.markLength = markLength
    if let marked = byteOrderMark(detecting) {
      encoding = marked.encoding
    } else if let label {
      encoding = try Encoding(label: label)
    } else {
      encoding = detectEncoding(detecting).encoding
    }
    bytes = body.dropFirst(markLength)
    currentEncoding = encoding
    guard encoding != .utf8, isAlwaysDecoded || !encoding.isCutBeforeDecoding else { return }
    let decoded = decodeText(Array(bytes), encoding: encoding)
    bytes = Array(decoded.text.utf8)[...]
    currentEncoding = .utf8
    replacements = decoded.replacements
    undecodable = decoded.undecodable.map { $0 + markLength }
  }
}
