import Formats
import Model

/// Cuts a file into the ranges that become deliveries: whole rows, lines or mails, the whole document, or parts of a large XML document.
///
/// No byte of data is left out. Where a file cannot be cut (a broken header, a row without end), the rest of it becomes
/// raw pieces, which the pipeline turns into dead letters.
struct RangeCutter {
  private enum Splitter {
    case csv(CSVSplitter)
    case lines(LineSplitter)
    case xml(XMLSplitter)
    case mailbox(MailboxSplitter)
    /// The file is one item, or cannot be cut any further.
    case none
  }

  /// The longest raw piece, in bytes.
  static let pieceSize = 64 << 20

  private var splitter: Splitter
  private var ranges: [FileRange] = []
  private var header: Bytes?
  private var beginning: Bytes?
  private let isDocument: Bool
  private var covered = 0
  private var nextRow = 1
  private var nextLine = 1

  /// - Parameters:
  ///   - encoding: a label; nil looks at the bytes. One that is not known cuts nothing, and the reader says why.
  ///   - isSheet: see ``ReadContext/isSheet``.
  init(format: Format, encoding: String?, isSheet: Bool = false) {
    isDocument = format == .json || format == .xml
    splitter = .none
    switch format {
    case .csv:
      if let csv = try? CSVSplitter(encoding: encoding, isSheet: isSheet) { splitter = .csv(csv) }
    case .jsonl:
      if let lines = try? LineSplitter(encoding: encoding) { splitter = .lines(lines) }
    case .xml: splitter = .xml(XMLSplitter())
    case .mail: splitter = .mailbox(MailboxSplitter())
    case .json: break
    }
  }

  mutating func add(_ block: Bytes) { feed(block, isLast: false) }

  /// - Parameter size: of the whole file, in bytes.
  mutating func finish(size: Int) -> (header: Bytes?, beginning: Bytes?, ranges: [FileRange]) {
    feed([], isLast: true)
    if case .xml(let xml) = splitter, let parts = xml.finish(size: size) {
      return (
        nil, nil,
        parts.map {
          FileRange(offset: $0.offset, length: $0.length, row: $0.firstRow, line: $0.firstLine, header: $0.header, ending: $0.ending)
        }
      )
    }
    if isDocument {
      return (nil, nil, [FileRange(offset: 0, length: size, row: 1, line: 1)])
    }
    if case .none = splitter {
      // Without any range, the header row is in the first piece.
      if covered == 0 { (header, beginning) = (nil, nil) }
      while covered < size {
        let length = min(size - covered, Self.pieceSize)
        ranges.append(FileRange(offset: covered, length: length, row: nextRow, line: nextLine))
        covered += length
      }
    }
    return (header, beginning, ranges)
  }

  private mutating func feed(_ block: Bytes, isLast: Bool) {
    do throws(Fault) {
      switch splitter {
      case .csv(var csv):
        // Leaves the only reference with `csv`, so that its buffer grows in place.
        splitter = .none
        let found = try csv.feed(block, isLast: isLast)
        (header, beginning) = (csv.header, csv.beginning)
        splitter = .csv(csv)
        take(found)
      case .lines(var lines):
        splitter = .none
        let found = try lines.feed(block, isLast: isLast)
        splitter = .lines(lines)
        take(found)
      case .xml(var xml):
        splitter = .none
        xml.feed(block)
        splitter = .xml(xml)
      case .mailbox(var mailbox):
        splitter = .none
        let found = mailbox.feed(block, isLast: isLast)
        splitter = .mailbox(mailbox)
        take(found)
      case .none: break
      }
    } catch {
      // An empty table holds nothing that could be lost.
      if error.code == "csv-empty" { covered = .max }
    }
  }

  private mutating func take(_ found: [SplitRange]) {
    for range in found {
      ranges.append(FileRange(offset: range.offset, length: range.length, row: range.firstRow, line: range.firstLine))
      covered = range.offset + range.length
      nextRow = range.firstRow + range.rowCount
      // The number of lines in a range is not told; the next piece starts at least one line further.
      nextLine = range.firstLine + max(1, range.rowCount)
    }
  }
}
