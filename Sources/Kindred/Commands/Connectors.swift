import ArgumentParser
import Connecting
import Model
import Serving

struct Connectors: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "See how the connectors are doing; pause, resume and read streams again.",
    discussion: """
      Orders hold over restarts. They go to the running daemon, which acts on them at once; without one they count from the next start.
      Without a stream an order is for all streams of the connector. What is read again and known already counts as duplicate.

        kindred connectors list
        kindred connectors show crm
        kindred connectors pause crm customers
        kindred connectors backfill crm customers --from 2026-10-01
      """,
    subcommands: [ListAll.self, Show.self, Pause.self, Resume.self, Reset.self, Backfill.self])

  struct ListAll: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the connectors with their health.")
    @OptionGroup var options: HomeOptions
    @Option(help: "text, json or csv.") var format: OutputFormat = .text

    func run() async throws {
      try await failing {
        try await Session.with(options) { session in
          let connectors = try await session.get("/v1/connectors")["connectors"]?.elements ?? []
          try Table(connectors, columns: ["connector", "kind", "state", "health", "accepted", "last_byte", "last_item"]).print(format)
        }
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show one connector, stream by stream.")
    @OptionGroup var options: HomeOptions
    @Argument(help: "The connector.") var name: String
    @Option(help: "text or json.") var format: OutputFormat = .text

    func run() async throws {
      try await failing {
        try await Session.with(options) { session in
          ConnectorText.print(try await session.get("/v1/connectors/\(name)"), format)
        }
      }
    }
  }

  struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Stop reading a stream until it is resumed.")
    @OptionGroup var options: HomeOptions
    @OptionGroup var order: StreamOrder

    func run() async throws { try await order.give("pause", options) }
  }

  struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Read a paused stream again, from where it was.")
    @OptionGroup var options: HomeOptions
    @OptionGroup var order: StreamOrder

    func run() async throws { try await order.give("resume", options) }
  }

  struct Reset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Forget how far a stream was read, so that all of it is read again.")
    @OptionGroup var options: HomeOptions
    @OptionGroup var order: StreamOrder

    func run() async throws { try await order.give("reset", options) }
  }

  struct Backfill: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Read a stream again from a moment on.")
    @OptionGroup var options: HomeOptions
    @OptionGroup var order: StreamOrder
    @Option(help: "Where to start: 2026-10-01, or 2026-10-01T08:00:00+08:00.") var from: String

    func run() async throws { try await order.give("backfill", options, query: [("from", from)]) }
  }
}

/// What an order is for.
struct StreamOrder: ParsableArguments {
  @Argument(help: "The connector.") var name: String
  @Argument(help: "The stream; without it, all of the connector's.") var stream: String?
  @Option(help: "text or json.") var format: OutputFormat = .text

  func give(_ verb: String, _ options: HomeOptions, query: [(String, String)] = []) async throws {
    try await failing {
      try await Session.with(options) { session in
        var report = try await session.get("/v1/connectors/\(name)")
        let all = (report["streams"]?.elements ?? []).compactMap { $0["stream"]?.text }
        for stream in stream.map({ [$0] }) ?? all {
          report = try await session.post("/v1/connectors/\(name)/streams/\(stream)/\(verb)", query: query)
        }
        ConnectorText.print(report, format)
      }
    }
  }
}

/// A connector's report as lines.
enum ConnectorText {
  static func print(_ report: Value, _ format: OutputFormat) {
    if format == .json {
      Console.print(bytes: CanonicalJSON.orderedBytes(report) + [0x0A])
    } else {
      lines(report).forEach(Console.print)
    }
  }

  private static func lines(_ report: Value) -> [String] {
    var lines = ["\(report["connector"]?.text ?? "")  \(report["kind"]?.text ?? "")  \(Table.plain(report["roles"]))"]
    lines.append("state: \(report["state"]?.text ?? ""), health: \(report["health"]?.text ?? "")")
    for reason in report["reasons"]?.elements ?? [] { lines.append("  \(reason["code"]?.text ?? ""): \(reason["message"]?.text ?? "")") }
    for (name, member) in [("last byte", "last_byte"), ("last item", "last_item"), ("next run", "next_run"), ("failures", "failures")] {
      if let value = report[member]?.text { lines.append("\(name): \(value)") }
    }
    if let error = report["last_error"] {
      lines.append("last error: \(error["message"]?.text ?? "") (\(report["last_error_time"]?.text ?? ""))")
    }
    for stream in report["streams"]?.elements ?? [] { lines.append(line(stream)) }
    return lines
  }

  private static func line(_ stream: Value) -> String {
    var parts = ["received \(stream["received"]?.text ?? "0")", "duplicate \(stream["duplicate"]?.text ?? "0")"]
    if stream["paused"] == true { parts.insert("paused", at: 0) }
    if let last = stream["last_item"]?.text { parts.append("last item \(last)") }
    if let seconds = stream["usual_interval_s"]?.text.flatMap({ Int64($0) }) { parts.append("usually every \(TimeText.of(seconds))") }
    if let since = stream["since"]?.text { parts.append("read since \(since)") }
    return "stream \(stream["stream"]?.text ?? ""): \(parts.joined(separator: ", "))"
  }
}
