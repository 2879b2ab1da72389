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
  public let names: [String]
  public let count: Int
  /// Records that are no rows, in their order.
  public let faults: [ItemFault]

  private let body: CSVBody
  private let runs: [CSVRun]
  /// The number of the first row of each run, and the line on which the run begins.
  private let firstRows: [Int]
  private let firstLines: [Int]

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
    names = body.header.names
    (runs, faults) = body.bytes.withUnsafeBufferPointer { buffer in
      let runs = Self.runs(body, buffer, at: Self.boundaries(buffer, from: body.start, parts: parts))
      return (runs, Self.faults(runs, body, buffer))
    }
    firstRows = runs.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.starts.count) }
    firstLines = runs.reduce(into: [body.firstLine]) { $0.append($0[$0.count - 1] + $1.lines) }
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

  public func location(of row: Int) -> Location {
    let (run, own) = place(of: row)
    return body.location(runs[run].origin(of: own), line: firstLines[run] + runs[run].line(of: own))
  }

  /// The bytes of a row without its line break, as ``ItemFault/raw`` has them for damaged ones.
  public func raw(of row: Int) -> [UInt8] {
    let (run, own) = place(of: row)
    return body.bytes.withUnsafeBufferPointer { Array($0[runs[run].range(of: own, width: names.count)]) }
  }

  /// All rows, when one core has cut them.
  var onlyRun: CSVRun { runs[0] }
  /// What rows that stand in their file lie in.
  var text: ArraySlice<UInt8> { body.bytes }

  /// Its run, and its number there.
  @inline(__always) private func place(of row: Int) -> (run: Int, row: Int) {
    if runs.count == 1 { return (0, row) }
    let run = firstRows.lastIndex { $0 <= row } ?? 0
    return (run, row - firstRows[run])
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
    guard boundaries.count > 1 else { return [CSVCutter(body, buffer).run(from: boundaries[0], to: buffer.count)] }
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
