import Formats
import Foundation
import Model

/// The ranges of one part of a file with their bytes, in memory that does not grow with the file.
struct PartRanges {
  private enum Splitter {
    case csv(CSVSplitter)
    case lines(LineSplitter)
    case mails(MailboxSplitter)
    case xml(XMLSplitter, spool: DiskFile)
    case whole
  }

  private let part: FilePart
  private var splitter: Splitter
  /// Bytes that are in no range yet, and where in the part they begin.
  private var waiting: [UInt8] = []
  private var offset = 0

  init(_ part: FilePart) throws(Fault) {
    self.part = part
    switch part.format {
    case .csv: splitter = .csv(try CSVSplitter(encoding: part.encoding, isSheet: part.isSheet))
    case .jsonl: splitter = .lines(try LineSplitter(encoding: part.encoding))
    case .mail: splitter = .mails(MailboxSplitter())
    case .xml: splitter = .xml(XMLSplitter(), spool: try DiskFile())
    case .json: splitter = .whole
    }
  }

  private var encoding: String? {
    switch splitter {
    case .csv(let csv): csv.encoding
    case .lines(let lines): lines.encoding
    case .mails, .xml, .whole: part.encoding
    }
  }

  /// Calls `each` for the ranges that are complete now, with their encoding.
  mutating func feed(_ chunk: [UInt8], isLast: Bool, _ each: ([UInt8], String?, ReadContext) throws -> Void) throws {
    if case .xml(var xml, let spool) = splitter {
      splitter = .whole
      xml.feed(chunk)
      try spool.append(chunk)
      splitter = .xml(xml, spool: spool)
      if isLast { try cut(xml, spool, each) }
    } else {
      for (body, context) in try rows(chunk, isLast: isLast) { try each(body, encoding, context) }
    }
  }

  private func cut(_ xml: XMLSplitter, _ spool: DiskFile, _ each: ([UInt8], String?, ReadContext) throws -> Void) throws {
    guard let parts = xml.finish(size: spool.count) else { return try each(spool.whole(), part.encoding, ReadContext(file: part.name)) }
    for range in parts {
      let context = ReadContext(header: range.header, ending: range.ending, firstLine: range.firstLine, file: part.name)
      try each(spool.read(at: range.offset, count: range.length), part.encoding, context)
    }
  }

  private mutating func rows(_ chunk: [UInt8], isLast: Bool) throws(Fault) -> [(body: [UInt8], context: ReadContext)] {
    waiting += chunk
    let header: [UInt8]?
    let ranges: [SplitRange]
    switch splitter {
    case .csv(var csv):
      splitter = .whole
      ranges = try csv.feed(chunk, isLast: isLast)
      header = csv.header
      splitter = .csv(csv)
    case .lines(var lines):
      splitter = .whole
      ranges = try lines.feed(chunk, isLast: isLast)
      header = nil
      splitter = .lines(lines)
    case .mails(var mails):
      splitter = .whole
      ranges = mails.feed(chunk, isLast: isLast)
      header = nil
      splitter = .mails(mails)
    case .xml, .whole: return isLast ? [(waiting, ReadContext(file: part.name))] : []
    }
    let found = ranges.map { range in
      var context = range.context(header: header, file: part.name)
      context.isSheet = part.isSheet
      return (body: Array(waiting[(range.offset - offset)..<(range.offset - offset + range.length)]), context: context)
    }
    if let last = ranges.last {
      waiting.removeFirst(last.offset + last.length - offset)
      offset = last.offset + last.length
    }
    return found
  }
}

/// What the process has used so far.
struct Usage {
  /// Of processor time, the system's included.
  let seconds: Double
  /// The most memory that it held at once.
  let megabytes: Int

  init() {
    var usage = rusage()
    getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    let time = { (time: timeval) in Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    seconds = time(usage.ru_utime) + time(usage.ru_stime)
    megabytes = usage.ru_maxrss / 1024
  }
}
