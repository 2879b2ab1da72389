import ArgumentParser
import Hub
import Model
import Serving

struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check the files of a data folder and the accounting.",
    discussion: """
      Needs the folder for itself: stop the daemon first (exit 75 otherwise). Exit code 1 when something is wrong.

        kindred verify --home .
      """)

  @OptionGroup var options: HomeOptions

  func run() async throws {
    try await failing {
      let lock = try DataLock(folder: options.dataFolder)
      defer { lock.release() }
      let hub = try Hub(folder: options.dataFolder, settings: try options.load().settings, logger: Logs.quiet)
      defer { hub.close() }
      _ = try await hub.settle(within: .seconds(600))
      let problems = try hub.verify()
      problems.forEach(Console.print)
      if !problems.isEmpty { throw ExitCode.findings }
      Console.talk("journal, store, customers and accounting are sound")
    }
  }
}
