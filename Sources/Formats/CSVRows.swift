import Dispatch
import Model
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The rows of a CSV file where they lie in its bytes: a place for each row and four bytes for each cell, and a copy only of rows that
/// are not in the file as they are read (quotes within quotes, text that is not UTF-8).
///
/// Rows and faults are those of ``ItemReader``.
public struct CSVRows: Sendable {
  public var names: [String] { body.header.names }
  public let count: Int
  /// Records that are no rows, in their order.
  public let faults: [ItemFault]

  private let body: CSVBody
  private let runs: [CSVRun]
  /// The number of the first row of each run.
  private let firstRows: [Int]

  /// Cuts on all cores; the result is the same on any number of them.
  ///
  /// - Parameter context: also for a range of a file (``CSVSplitter``).
  /// - Throws: `csv-empty`, `csv-header`, `encoding-unknown`.
  public init(_ bytes: [UInt8], encoding: String? = nil, context: ReadContext = ReadContext()) throws(Fault) {
    try self.init(bytes, encoding: encoding, context: context, smallestPart: 1 << 22)
  }

  /// - Parameter smallestPart: fewer bytes are not worth another core.
  init(_ bytes: [UInt8], encoding: String?, context: ReadContext, smallestPart: Int, cores: Int = availableCores()) throws(Fault) {
    let body = try CSVBody(bytes, encoding: encoding, context: context)
    let parts = min(cores, (body.bytes.count - body.start) / smallestPart)
    self.body = body
    (runs, faults) = body.bytes.withUnsafeBufferPointer { buffer in
      let runs = Self.runs(body, buffer, at: Self.boundaries(buffer, from: body.start, parts: parts))
      return (runs, Self.faults(runs, body, buffer))
    }
    firstRows = runs.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.starts.count) }
    count = firstRows[runs.count]
  }

  /// Calls `each` with the number of a row and its cells, which are valid until it returns.
  public func forEach(in range: Range<Int>, _ each: (Int, CSVCells) throws -> Void) rethrows {
    for (number, run) in runs.enumerated() {
      let first = firstRows[number]
      let part = range.clamped(to: first..<firstRows[number + 1])
      guard !part.isEmpty else { continue }
      try body.bytes.withUnsafeBufferPointer { text in
        try run.forEach(in: (part.lowerBound - first)..<(part.upperBound - first), text, width: names.count) { row, cells in
          try each(first + row, cells)
        }
      }
    }
  }

  /// Takes time in proportion to what is in front of the row.
  public func location(of row: Int) -> Location {
    let number = firstRows.lastIndex { $0 <= row } ?? 0
    let origin = runs[number].origin(of: row - firstRows[number])
    return body.location(origin, line: body.firstLine + body.bytes.withUnsafeBufferPointer { lines($0, to: origin) })
  }

  /// The lines between the start of the body and a row.
  private func lines(_ buffer: UnsafeBufferPointer<UInt8>, to origin: Int) -> Int {
    guard body.context.isSheet else { return lineBreaks(UnsafeBufferPointer(rebasing: buffer[body.start..<origin])) }
    var scanner = body.scanner()
    var (at, lines) = (body.start, 0)
    while case .record(let record) = scanner.next(buffer, from: at, isFinal: true) {
      lines += record.skippedLines
      if record.start >= origin { break }
      lines += 1
      at = record.next
    }
    return lines
  }

  // MARK: Cutting

  /// Where the parts begin, the first at `from`: behind line breaks near places at equal distances. A line break may lie within quotes;
  /// ``runs(_:_:at:)`` finds that out.
  private static func boundaries(_ buffer: UnsafeBufferPointer<UInt8>, from: Int, parts: Int) -> [Int] {
    var boundaries = [from]
    for part in stride(from: 1, to: parts, by: 1) {
      let wanted = max(from + (buffer.count - from) / parts * part, boundaries[boundaries.count - 1])
      guard let lineFeed = buffer[wanted...].firstIndex(of: 0x0A),
        let start = buffer[lineFeed...].firstIndex(where: { $0 != 0x0A && $0 != 0x0D })
      else { break }
      if start > boundaries[boundaries.count - 1] { boundaries.append(start) }
    }
    return boundaries
  }

  private static func runs(_ body: CSVBody, _ buffer: UnsafeBufferPointer<UInt8>, at boundaries: [Int]) -> [CSVRun] {
    let ends = boundaries.dropFirst() + [buffer.count]
    let shared = Mutex(Array<CSVRun?>(repeating: nil, count: boundaries.count))
    nonisolated(unsafe) let buffer = buffer
    DispatchQueue.concurrentPerform(iterations: boundaries.count) { part in
      let run = CSVCutter(body, buffer).run(from: boundaries[part], to: ends[ends.startIndex + part])
      shared.withLock { $0[part] = run }
    }
    return verified(shared.withLock { $0 }.compactMap { $0 }, boundaries, body, buffer)
  }

  /// A part counts if the one before it ends where it begins, and if scanning in one go would not have lost patience with unclosed quotes;
  /// otherwise the rest is cut in one go.
  private static func verified(
    _ runs: [CSVRun], _ boundaries: [Int], _ body: CSVBody, _ buffer: UnsafeBufferPointer<UInt8>
  ) -> [CSVRun] {
    var reread = 0
    for (part, run) in runs.enumerated() {
      guard reread == 0 || reread + run.reread <= CSVScanner.maximumReread else {
        return runs[..<part] + [CSVCutter(body, buffer, reread: reread).run(from: boundaries[part], to: buffer.count)]
      }
      reread += run.reread
      if part + 1 < runs.count, run.end != boundaries[part + 1] {
        return runs[...part] + [CSVCutter(body, buffer, reread: reread).run(from: run.end, to: buffer.count)]
      }
    }
    return runs
  }

  private static func faults(_ runs: [CSVRun], _ body: CSVBody, _ buffer: UnsafeBufferPointer<UInt8>) -> [ItemFault] {
    var faults: [ItemFault] = []
    var (index, line) = (0, body.firstLine)
    let decoder = TextDecoder(body.currentEncoding)
    for run in runs {
      for damaged in run.damaged {
        let record = damaged.record
        let number = index + damaged.index
        let fault = body.fault(damaged.flaw, in: record, number: body.context.firstRow + number, line: line + damaged.line, buffer, decoder)
        faults.append(ItemFault(index: number, fault: fault, raw: Array(buffer[record.start..<record.end])))
      }
      index += run.starts.count + run.damaged.count
      line += run.lines
    }
    return faults
  }
}

private func availableCores() -> Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
