import Foundation
import Matching
import Model

// StreamingBenchmark records.csv [LIVE] [COUNT] [shipped]: a live index of LIVE records (default: all but the last COUNT), then COUNT
// times (20,000) each: a new record, another content, a deletion, a lookup. The weights are fitted to a fifth of the table, as `kindred
// train` does, or with "shipped" those without any training. A table of 5,000,000 records (`../customers/customers.py`) takes 9 GB.

func run(_ arguments: [String]) throws {
  let rows = try Rows(path: arguments[0])
  let count = arguments.count > 2 ? Int(arguments[2]) ?? 20_000 : 20_000
  let live = min(arguments.count > 1 ? Int(arguments[1]) ?? rows.count : rows.count, rows.count - count)
  let model = arguments.contains("shipped") ? MatchModel() : trained(rows)

  let pairs = BulkPairs(rows, live, model)
  let resolver = Resolver(model: model)
  let start = Timing.now(CLOCK_PROCESS_CPUTIME_ID)
  resolver.load { take in for row in 0..<live { take(.upsert(rows.record(row))) } }
  let spent = Double(Timing.now(CLOCK_PROCESS_CPUTIME_ID) - start) / 1_000 / Double(live)
  print("\(live) records loaded: \(Timing.text(spent)) CPU µs each")
  sizes(resolver, live)
  lookups(resolver, rows, live, count)
  pairs.recall(resolver, rows)
  changes(resolver, rows, live, count)
  try image(resolver, arguments[0])
}

func trained(_ rows: Rows) -> MatchModel {
  let table = RecordTable()
  for row in stride(from: 0, to: rows.count, by: 5) { table.append(rows.prepared(row)) }
  return ModelChoice.model(for: table, cut: .balanced, isPersonTable: true, threads: 2).model
}

func sizes(_ resolver: Resolver, _ live: Int) {
  let bytes = resolver.byteCount
  print("bytes a record, live: \((bytes.records + bytes.index) / live), of which prepared records \(bytes.records / live)")
  var frozen = 0
  resolver.writeImage { frozen += $0.count }
  print("bytes a record, frozen: \(frozen / live)")
}

func lookups(_ resolver: Resolver, _ rows: Rows, _ live: Int, _ count: Int) {
  let finder = resolver.finder()
  var timing = Timing("lookup, with preparation")
  var (comparisons, truncated) = (0, 0)
  for row in live..<live + count {
    let answer = timing.measure { finder.find(rows.prepared(row), limit: 10, budget: 300) }
    comparisons += answer.comparisons
    if answer.isTruncated { truncated += 1 }
  }
  timing.report()
  print("comparisons a lookup: \(comparisons / count); truncated: \(truncated) of \(count)")
}

func changes(_ resolver: Resolver, _ rows: Rows, _ live: Int, _ count: Int) {
  var preparing = Timing("preparation alone")
  for row in live..<live + count { _ = preparing.measure { rows.prepared(row) } }
  preparing.report()
  var inserts = Timing("resolve a new record, with preparation")
  for row in live..<live + count { _ = inserts.measure { resolver.apply([.upsert(rows.record(row))]) } }
  inserts.report()
  var updates = Timing("resolve another content")
  for number in 0..<count {
    var record = rows.record(number * 31 % live)
    record.prepared = rows.prepared((number * 31 + 1) % live)
    _ = updates.measure { resolver.apply([.upsert(record)]) }
  }
  updates.report()
  var deletions = Timing("delete a record")
  for number in 0..<count { _ = deletions.measure { resolver.apply([.remove(id: Int64(number * 37 % live))]) } }
  deletions.report()
}

/// Keeps the bytes of a mapped image.
final class Mapping {
  let bytes: UnsafeRawBufferPointer

  init?(_ file: FileHandle, _ size: Int) {
    let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, file.fileDescriptor, 0)
    guard let base, base != MAP_FAILED else { return nil }
    bytes = UnsafeRawBufferPointer(start: base, count: size)
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}

/// Writes the index to a file and has another process open it: one whose memory is as empty as that of a daemon that starts.
func image(_ resolver: Resolver, _ records: String) throws {
  let path = NSTemporaryDirectory() + "streaming-\(getpid()).index"
  guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forUpdatingAtPath: path) else { return }
  defer { try? FileManager.default.removeItem(atPath: path) }
  var piece = Data()
  try resolver.writeImage { bytes in
    piece.append(contentsOf: bytes)
    guard piece.count > 1 << 22 else { return }
    try file.write(contentsOf: piece)
    piece.removeAll(keepingCapacity: true)
  }
  try file.write(contentsOf: piece)
  try file.synchronize()
  fflush(nil)
  let opening = Process()
  opening.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
  opening.arguments = [records, "open", path]
  try opening.run()
  opening.waitUntilExit()
}

/// Opens an index from a file that is not in memory: every byte is read first, as a hub does to verify them, and one record looked up. The
/// weights are those without training; what is read does not depend on them.
func open(_ records: String, _ path: String) throws {
  let rows = try Rows(path: records)
  let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
  let size = Int(try file.seekToEnd())
  posix_fadvise(file.fileDescriptor, 0, 0, POSIX_FADV_DONTNEED)
  let start = Timing.now(CLOCK_MONOTONIC)
  guard let mapping = Mapping(file, size) else { return }
  var sum: UInt64 = 0
  for place in stride(from: 0, to: size - 8, by: 8) { sum = (sum ^ mapping.bytes.load(fromByteOffset: place, as: UInt64.self)) &* 3 }
  let threads = ProcessInfo.processInfo.activeProcessorCount
  guard let opened = Resolver(model: MatchModel(), image: mapping.bytes, threads: threads) else { return }
  let answer = opened.finder().find(rows.prepared(0))
  let seconds = withExtendedLifetime(mapping) { Double(Timing.now(CLOCK_MONOTONIC) - start) / 1e9 }
  print("opened from a file of \(size >> 20) MiB, with a first answer of \(answer.matches.count) (sum \(sum & 0xFF))")
  print("open_s=\(String(format: "%.3f", seconds))")
}

guard CommandLine.arguments.count > 1 else {
  print("StreamingBenchmark records.csv [LIVE] [COUNT] [shipped]")
  exit(64)
}
let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.count == 3, arguments[1] == "open" { try open(arguments[0], arguments[2]) } else { try run(arguments) }
