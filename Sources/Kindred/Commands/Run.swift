import ArgumentParser
import Foundation
import Hub
import Logging
import Model
import Serving

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the daemon: connectors in, API out.",
    discussion: """
      Listens on loopback unless hub.yaml says otherwise. A configuration that does not lint does not start (exit 78).
      SIGTERM ends it gracefully; what was accepted is never lost, not even to SIGKILL.

        kindred run --home . --listen 127.0.0.1:8787
      """)

  @OptionGroup var options: HomeOptions
  @Option(help: "ADDRESS:PORT instead of hub.yaml's; port 0 takes any free one.") var listen: String?
  @Option(name: .customLong("log-level"), help: "trace, debug, info, notice, warning or error.") var logLevel = "info"

  func run() async throws {
    try await failing {
      var loaded = try options.load()
      if let listen {
        guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]), colon != listen.startIndex
        else {
          throw ValidationError("--listen takes ADDRESS:PORT.")
        }
        loaded.hubFile.host = String(listen[..<colon])
        loaded.hubFile.port = port
      }
      guard let level = Logger.Level(rawValue: logLevel) else { throw ValidationError("There is no log level \(logLevel).") }
      let daemon = Daemon(
        home: options.home, data: options.dataFolder, hubFile: loaded.hubFile, settings: loaded.settings, connectors: loaded.connectors,
        logger: Logs.standard(level))
      try await daemon.run { Console.talk("kindred listens on http://\($0.host):\($0.port)") }
    }
  }
}
