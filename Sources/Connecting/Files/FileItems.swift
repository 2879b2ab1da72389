import Formats
import Model

/// The items of the first table or document in a file on disk, in memory that does not grow with the file: tables, JSON Lines and large XML
/// documents are read in ranges, as in an import. A JSON document is read whole.
public struct FileItems {
  /// What is read.
  public let part: FilePart
  private let bytes: any RandomBytes
  private let path: String
  private let options: UnpackOptions
  private let columns: [String]?

  /// Takes an item, or what cannot be read, and the `row` that ``Item/index`` counts from (see `$meta` of mappings).
  public typealias Receiver = (_ item: Result<Item, ItemFault>, _ row: Int) throws -> Void

  /// - Parameter columns: see ``ReadContext/columns``.
  /// - Throws: `file-unreadable`, `format-unknown` and the faults of ``Unpacker``.
  public init(of path: String, options: UnpackOptions = UnpackOptions(), columns: [String]? = nil) throws(Fault) {
    bytes = try FirstPart.bytes(of: path)
    part = try FirstPart(in: bytes, path: path, options: options).part
    self.path = path
    self.options = options
    self.columns = columns
  }

  /// Calls `each` for every item in order. What `each` throws ends it.
  ///
  /// - Throws: what keeps the file as a whole from being read.
  public func read(_ each: Receiver) throws {
    let encoding = try part.encoding ?? foundEncoding()
    let first = try FirstPart(in: bytes, path: path, options: options)
    switch part.format {
    case .json: try read(try first.rest(), encoding, ReadContext(file: part.name), each)
    case .xml: try readElements(first, encoding, each)
    case .csv:
      var splitter = try CSVSplitter(encoding: encoding, file: part.name, isSheet: part.isSheet)
      try readRanges(first, each) { (chunk, isLast) throws(Fault) in
        let ranges = try splitter.feed(chunk, isLast: isLast)
        let found = ReadContext(header: splitter.header, beginning: splitter.beginning, isSheet: part.isSheet, columns: columns)
        return (ranges, splitter.encoding, found)
      }
    case .mail:
      var splitter = MailboxSplitter()
      try readRanges(first, each) { (chunk, isLast) in (splitter.feed(chunk, isLast: isLast), nil, ReadContext()) }
    case .jsonl:
      var splitter = try LineSplitter(encoding: encoding, file: part.name)
      try readRanges(first, each) { (chunk, isLast) throws(Fault) in
        (try splitter.feed(chunk, isLast: isLast), splitter.encoding, ReadContext())
      }
    }
  }

  /// How much is looked at for the encoding: as many blocks as say something, and no more than that many in all.
  private static let telling = 16
  private static let longest = 64

  /// The encoding that an import would find, or does unless a large file is mixed; nil for what says it by itself.
  private func foundEncoding() throws(Fault) -> String? {
    guard part.format == .csv || part.format == .jsonl else { return nil }
    let first = try FirstPart(in: bytes, path: path, options: options)
    var vote = EncodingVote()
    var block: [UInt8] = []
    var blocks = 0
    while vote.count < Self.telling, blocks < Self.longest, let chunk = try first.next() {
      block += chunk
      while block.count >= FileFingerprint.blockSize {
        vote.add(Bytes(block.prefix(FileFingerprint.blockSize)))
        block.removeFirst(FileFingerprint.blockSize)
        blocks += 1
      }
    }
    if blocks < Self.longest, !block.isEmpty { vote.add(block) }
    return vote.label
  }

  private func readRanges(
    _ first: FirstPart, _ each: Receiver,
    _ feed: ([UInt8], Bool) throws(Fault) -> (ranges: [SplitRange], encoding: String?, context: ReadContext)
  ) throws {
    // Bytes that are in no range yet, and where in the part they begin.
    var waiting: [UInt8] = []
    var offset = 0
    var isLast = false
    while !isLast {
      let chunk = try first.next()
      isLast = chunk == nil
      let found = try feed(chunk ?? [], isLast)
      waiting += chunk ?? []
      for range in found.ranges {
        var context = found.context
        (context.firstRow, context.firstLine, context.file) = (range.firstRow, range.firstLine, part.name)
        let start = range.offset - offset
        try read(Array(waiting[start..<start + range.length]), found.encoding, context, each)
      }
      if let last = found.ranges.last {
        waiting.removeFirst(last.offset + last.length - offset)
        offset = last.offset + last.length
      }
    }
  }

  private func readElements(_ first: FirstPart, _ encoding: String?, _ each: Receiver) throws {
    var splitter = XMLSplitter()
    var document: [UInt8] = []
    var spool: DiskScratchBytes?
    while let chunk = try first.next() {
      splitter.feed(chunk)
      if let spool { try spool.append(chunk) } else { document += chunk }
      // Shorter documents are not cut.
      guard spool == nil, document.count > XMLSplitter.smallestDocument else { continue }
      let made = try DiskScratchBytes()
      try made.append(document)
      (spool, document) = (made, [])
    }
    guard let spool else { return try read(document, encoding, ReadContext(file: part.name), each) }
    guard let parts = splitter.finish(size: spool.count) else {
      return try read(try spool.read(at: 0, count: spool.count), encoding, ReadContext(file: part.name), each)
    }
    for range in parts {
      let context = ReadContext(
        header: range.header, ending: range.ending, firstRow: range.firstRow, firstLine: range.firstLine, file: part.name)
      try read(try spool.read(at: range.offset, count: range.length), encoding, context, each)
    }
  }

  private func read(_ body: [UInt8], _ encoding: String?, _ context: ReadContext, _ each: Receiver) throws {
    try ItemReader.read(body, format: part.format, encoding: encoding, context: context) { try each($0, context.firstRow) }
  }
}
