import Foundation
import Seeding
import Testing

/// Runs a parser over mutations of its corpus: for 0.2 seconds of CPU time, or as long as `KINDRED_FUZZ_SECONDS` says.
///
/// A parser passes when it neither traps nor takes a second for one input; what else must hold, its `check` says. A long run writes every
/// input to a file of the temporary folder before it is tried, so that the one that ended the process is known: put it into the corpus.
struct Fuzzer {
  static let seconds = ProcessInfo.processInfo.environment["KINDRED_FUZZ_SECONDS"].flatMap(Double.init)
  static let seed = ProcessInfo.processInfo.environment["KINDRED_FUZZ_SEED"].flatMap(UInt64.init) ?? 20

  let name: String
  let words: [String]

  /// The inputs of `fixtures/corpus/NAME.txt`, between lines of `%%`.
  func corpus() throws -> [[UInt8]] {
    try text("fixtures/corpus/\(name).txt").components(separatedBy: "\n%%\n").map { Array($0.utf8) }
  }

  /// - Parameter check: whether what the parser made of the input is what it may be.
  /// - Returns: how often it was true: a test that never gets past the syntax tests little.
  @discardableResult
  func run(_ check: (String) -> Bool) throws -> Int {
    let corpus = try corpus()
    var mutator = Mutator(seed: Self.seed, corpus: corpus, words: words)
    let progress = Self.seconds == nil ? nil : FileManager.default.temporaryDirectory.appendingPathComponent("kindred-fuzz-\(name)").path
    var round = 0
    var accepted = 0
    let start = Self.cpu
    while Self.cpu - start < Self.seconds ?? 0.2 {
      let input = round < corpus.count ? corpus[round] : mutator.next()
      if let progress { try Data(input).write(to: URL(fileURLWithPath: progress)) }
      let before = Self.cpu
      if check(String(decoding: input, as: UTF8.self)) { accepted += 1 }
      let took = Self.cpu - before
      #expect(took < 1, "\(name), seed \(Self.seed), round \(round): \(took) s for \(String(decoding: input.prefix(300), as: UTF8.self))")
      round += 1
    }
    if let seconds = Self.seconds { print("fuzz \(name): seed \(Self.seed), \(seconds) s, \(round) inputs, \(accepted) accepted") }
    #expect(accepted > 0, "\(name), seed \(Self.seed): nothing was accepted in \(round) rounds")
    return accepted
  }

  /// CPU seconds of this thread: what another process does beside it is no finding.
  private static var cpu: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
