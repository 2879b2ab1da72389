import ArgumentParser
import Foundation
import Hub
import Matching
import Model

struct Train: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Learn from a table, without labels, what agreement is worth.",
    discussion: """
      The model is a file that kindred match --model reads. The same table gives the same model, and the same model the
      same answer. Tables with few rows, and those of Chinese companies, keep the shipped weights.

        kindred train customers.csv --output model.json
      """)

  @OptionGroup var table: TableOptions

  func run() async throws {
    try await failing {
      try table.limitMemory()
      let result = try table.match().run(try table.tables(), progress: ProgressLine().show)
      Console.endProgress()
      TableOutput.talk(result)
      if let training = result.training {
        Console.talk(
          "learnt from \(training.records) rows and \(training.candidates) pairs; about \(Int(training.expectedMatches)) are matches")
      } else {
        Console.talk("the shipped model knows better than \(result.ids.count) rows could teach: it is kept")
      }
      try TableOutput.write(MatchModelFile.bytes(result.model), to: table.output)
    }
  }
}
