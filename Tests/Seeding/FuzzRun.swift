import Foundation

/// A parser that is given odd input for a while: for 0.2 seconds of processor time, for 5 in `make test-heavy`, and as long as
/// `KINDRED_FUZZ_SECONDS` says in a long run (`make fuzz`), where `KINDRED_FUZZ` names the only parser to run.
///
/// In a long run every input is written to a file of the folder `KINDRED_FUZZ_FOLDER` before it is tried, so that the one which ends the
/// process is known. Time is that of the thread: what runs beside it does not count.
public final class FuzzRun {
  /// All that can be asked for. `Tests/Fuzz/run` reads them here.
  public static let parsers = [
    "csv", "json", "jsonl", "xml", "xlsx", "sheet", "xls", "html", "gz", "zip", "mail",
    "GB18030", "BIG5", "BIG5-HKSCS", "SHIFT_JIS", "CP932", "EUC-JP", "UTF-16LE", "UTF-16BE", "UTF-8", "WINDOWS-1252",
    "expressions", "functions", "paths", "patterns", "iregexps", "xpaths", "date-patterns", "iso-dates", "times", "numbers", "yaml",
    "quantities", "signatures", "mappings", "models", "json-text", "imap",
  ]

  public let name: String
  public let seed: UInt64
  /// How many inputs were begun.
  public private(set) var rounds = 0
  private let seconds: Double
  private let start = FuzzRun.processorTime
  private let trial: URL?

  private static let environment = ProcessInfo.processInfo.environment

  /// Nil when another parser was asked for.
  public init?(_ name: String) {
    precondition(Self.parsers.contains(name), "\(name) is not among FuzzRun.parsers")
    guard Self.environment["KINDRED_FUZZ"].map({ $0 == name }) ?? true else { return nil }
    self.name = name
    let asked = Self.environment["KINDRED_FUZZ_SECONDS"].flatMap(Double.init)
    seconds = asked ?? (isHeavy ? 5 : 0.2)
    seed = Self.environment["KINDRED_FUZZ_SEED"].flatMap { UInt64($0) } ?? (asked == nil ? 20 : .random(in: 0 ... .max))
    trial = asked == nil ? nil : Self.environment["KINDRED_FUZZ_FOLDER"].map { URL(filePath: $0).appending(path: name) }
  }

  /// Inputs that broke the parser once: `fixtures/corpus/found/NAME.…`.
  public func found() -> [[UInt8]] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "fixtures/corpus/found")
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []).sorted()
    return names.filter { $0.hasPrefix("\(name).") }.compactMap { (try? Data(contentsOf: folder.appending(path: $0))).map { [UInt8]($0) } }
  }

  public var isOver: Bool { Self.processorTime - start >= seconds }

  /// Runs one input.
  ///
  /// - Returns: the seconds of processor time that it took.
  public func attempt(_ input: [UInt8], _ body: () throws -> Void) throws -> Double {
    rounds += 1
    if let trial { try Data(input).write(to: trial) }
    let before = Self.processorTime
    try body()
    return Self.processorTime - before
  }

  /// Keeps the last input: it broke a rule without ending the process.
  public func keep() {
    guard let trial else { return }
    try? FileManager.default.copyItem(at: trial, to: trial.appendingPathExtension("\(seed)-\(rounds)"))
  }

  /// Takes the file of the last input away: nothing ended the process.
  public func end(_ note: String) {
    guard let trial else { return }
    try? FileManager.default.removeItem(at: trial)
    print("fuzz \(name): seed \(seed), \(Int(seconds)) s, \(rounds) inputs, \(note)")
  }

  private static var processorTime: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
