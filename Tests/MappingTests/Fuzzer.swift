import Foundation
import Seeding
import Testing

/// Runs a parser over mutations of its corpus, as long as ``FuzzRun`` says.
///
/// A parser passes when it neither traps nor takes a second for one input; what else must hold, its `check` says.
struct Fuzzer {
  let name: String
  let words: [String]
  /// The inputs to start from; nil: those of `fixtures/corpus/NAME.txt`, between lines of `%%`.
  var corpus: [[UInt8]]?
  /// Whose inputs those are, when the parser has none by its own name.
  var corpusName: String?

  private func inputs() throws -> [[UInt8]] {
    if let corpus { return corpus }
    return try text("fixtures/corpus/\(corpusName ?? name).txt").components(separatedBy: "\n%%\n").map { Array($0.utf8) }
  }

  /// - Parameter check: whether what the parser made of the input is what it may be.
  func run(_ check: (String) throws -> Bool) throws {
    guard let run = FuzzRun(name) else { return }
    let corpus = run.found() + (try inputs())
    var mutator = Mutator(seed: run.seed, corpus: corpus, words: words)
    var accepted = 0
    while !run.isOver {
      let input = run.rounds < corpus.count ? corpus[run.rounds] : mutator.next()
      let took = try run.attempt(input) { if try check(String(decoding: input, as: UTF8.self)) { accepted += 1 } }
      guard took >= 1 else { continue }
      run.keep()
      Issue.record("\(name), seed \(run.seed), round \(run.rounds): \(took) s for \(String(decoding: input.prefix(300), as: UTF8.self))")
    }
    // A test that never gets past the syntax tests little.
    #expect(accepted > 0, "\(name), seed \(run.seed): nothing was accepted in \(run.rounds) rounds")
    run.end("\(accepted) accepted")
  }
}
