import ArgumentParser
import Configuration
import Foundation
import Hub
import Logging
import Model
import Serving

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the daemon: connectors in, API out.",
    discussion: """
      Listens on loopback unless hub.yaml says otherwise. A configuration that does not lint, or a secret that cannot be read, does not
      start (exit 78). SIGTERM ends it gracefully; what was accepted is never lost, not even to SIGKILL.

      SIGHUP and `kindred reload` read the home again, --watch does so whenever a file changes. All of it comes into force, or, when
      something is wrong, nothing does and the log says why.

        kindred run --home . --listen 127.0.0.1:8787 --watch
      """)

  @OptionGroup var options: HomeOptions
  @Option(help: "ADDRESS:PORT instead of hub.yaml's; port 0 takes any free one.") var listen: String?
  @Flag(help: "Reload when hub.yaml, a mapping, a connector, or a file that one of them names changes.") var watch = false
  @Option(name: .customLong("log-level"), help: "trace, debug, info, notice, warning or error.") var logLevel = "info"

  func run() async throws {
    try await failing {
      let loaded = try options.load()
      let address = try listen.map { text in
        guard let address = HubFile.Address(parsing: text) else { throw ValidationError("--listen takes ADDRESS:PORT.") }
        return address
      }
      guard let level = Logger.Level(rawValue: logLevel) else { throw ValidationError("There is no log level \(logLevel).") }
      let daemon = Daemon(
        home: Home(folder: options.home), data: options.dataFolder, loaded: loaded, listen: address, isWatching: watch,
        logger: Logs.standard(level))
      try await daemon.run { Console.talk("kindred listens on http://\($0.host):\($0.port)") }
    }
  }
}

struct Reload: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the running daemon read hub.yaml, mappings and connectors again.",
    discussion: """
      All of it comes into force, or, when something is wrong, nothing does: then every mistake is printed, the configuration from before
      stays live, and the exit code is 78. Connectors that did not change go on undisturbed. Without a daemon the exit code is 69.

        kindred reload --home .
      """)

  @OptionGroup var options: HomeOptions
  @Option(help: "text or json.") var format: OutputFormat = .text

  func run() async throws {
    try await failing {
      let document = try await DaemonRequest(options).post("/v1/reload")
      if format == .json {
        Console.print(bytes: CanonicalJSON.orderedBytes(document) + [0x0A])
      } else {
        Self.lines(document).forEach(Console.print)
      }
    }
  }

  private static func lines(_ document: Value) -> [String] {
    let version = "version \(document["version"]?.text ?? "") (\(document["digest"]?.text ?? ""))"
    guard document["changed"] == true else { return ["nothing has changed: \(version) is live"] }
    let changes = ["mappings", "connectors"].flatMap { what in
      ["added", "removed", "changed"].compactMap { how -> String? in
        let names = (document[what]?[how]?.elements ?? []).compactMap(\.text)
        return names.isEmpty ? nil : "\(what) \(how): \(names.joined(separator: ", "))"
      }
    }
    return ["\(version) is live"] + changes
  }
}
