import ArgumentParser
import Connecting
import Hub
import Model
import Serving

struct Plan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what the changed files would make of deliveries that came already, before a reload.",
    discussion: """
      The running daemon maps the latest deliveries of each connector twice: by what is live, and by the files as they are now. The
      differences are shown record by record. Nothing is stored, and nothing is mapped again: after the reload only new deliveries are
      mapped by the new files. A configuration that does not lint is printed with its mistakes (exit 78).

        kindred plan --home .
        kindred plan --limit 10000 --format json
      """)

  @OptionGroup var options: HomeOptions
  @Option(help: "At most so many deliveries of each connector.") var limit = 1_000
  @Option(help: "text or json.") var format: OutputFormat = .text

  func run() async throws {
    try await failing {
      let document = try await DaemonRequest(options).post("/v1/plan", query: [NamedValue("limit", String(limit))])
      guard format != .json else {
        Console.print(bytes: CanonicalJSON.orderedBytes(document) + [0x0A])
        return
      }
      Self.lines(document).forEach(Console.print)
    }
  }

  private static func lines(_ document: Value) -> [String] {
    let records = document["records"]
    let counts = ["changed", "added", "removed", "failed"].map { "\(records?[$0]?.text ?? "0") \($0)" }
    let beyond = document["truncated"] == true ? " (there are older ones; raise --limit)" : ""
    var lines = ["deliveries looked at: \(document["deliveries"]?.text ?? "0")\(beyond)"]
    lines.append("records: \(counts.joined(separator: ", ")), \(records?["same"]?.text ?? "0") as before")
    for attribute in document["attributes"]?.elements ?? [] {
      lines.append("  \(attribute["attribute"]?.text ?? "")  differs in \(attribute["changed"]?.text ?? "")")
    }
    for example in document["examples"]?.elements ?? [] {
      lines.append("\(example["change"]?.text ?? "") \(example["record"]?.text ?? "")")
      if let fault = example["fault"] { lines.append("  \(fault["message"]?.text ?? "")") }
      guard case .object(let attributes)? = example["attributes"] else { continue }
      for member in attributes.members {
        lines.append("  \(member.name)  \(shown(member.value["before"]))  →  \(shown(member.value["after"]))")
      }
    }
    return lines
  }

  private static func shown(_ value: Value?) -> String {
    guard let value, value != .null else { return "–" }
    return String(decoding: CanonicalJSON.orderedBytes(value), as: UTF8.self)
  }
}
