import ArgumentParser
import Configuration
import Connecting
import Formats
import Hub
import Mapping
import Model
import Serving

struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what is wrong with a connector, one sentence each.",
    discussion: """
      Looks at its file, its secrets and its mappings, then asks the connector itself to look at the other side: token, key, clock,
      certificate, allowed addresses, folder. Nothing is changed there. When a daemon runs, its word on how the connector is doing comes
      last. Exit code 1 when there is a problem, 78 when the home does not lint.

        kindred check crm
        kindred check wechat --format json
      """)

  @OptionGroup var options: HomeOptions
  @Argument(help: "The connector.") var name: String
  @Option(help: "text or json.") var format: OutputFormat = .text

  func run() async throws {
    try await failing {
      let home = Home(folder: options.home)
      let reading = home.read(digests: CryptoDigests.standard)
      guard let loaded = reading.loaded else {
        let errors = reading.diagnostics.filter { $0.severity == .error }
        print(errors.map { Finding(.problem, $0.code, "\($0.place): \($0.message)", hint: $0.hint) })
        throw ExitCode.badConfiguration
      }
      guard let file = loaded.connectors.first(where: { $0.name == name }) else {
        let names = loaded.connectors.map(\.name)
        throw Fault("unknown-connector", "There is no connector \(name).", hint: suggestion(name, among: names))
      }
      var findings = await ConnectorCheck(home: home, loaded: loaded, file: file).findings()
      findings += try await health()
      print(findings)
      if findings.contains(where: { $0.level == .problem }) { throw ExitCode.findings }
    }
  }

  /// What the daemon says of it, when one runs.
  private func health() async throws -> [Finding] {
    guard let reply = try await askDaemon() else {
      return [Finding(.fine, "not-running", "No daemon runs, so nothing is known of how it is doing.")]
    }
    guard reply.status == 200, let report = try? JSON.parse(reply.body) else {
      return [Finding(.warning, "not-live", "The running daemon does not know it.", hint: "kindred reload takes its file in.")]
    }
    let reasons = (report["reasons"]?.elements ?? []).map { reason in
      Finding(report["health"]?.text == "failing" ? .problem : .warning, reason["code"]?.text ?? "", reason["message"]?.text ?? "")
    }
    guard reasons.isEmpty else { return reasons }
    let last = report["last_item"]?.text.map { ", last item \($0)" } ?? ""
    return [Finding(.fine, "running", "The daemon says \(report["state"]?.text ?? "")\(last).")]
  }

  /// Nil when none runs, or the file of one that was killed is all that is left. The data folder is not touched.
  private func askDaemon() async throws -> Reply? {
    guard let daemon = try DaemonFile.read(folder: options.dataFolder) else { return nil }
    do {
      return try await LoopbackClient(daemon, author: "").send(InboundRequest(method: "GET", path: "/v1/connectors/\(name)"))
    } catch let fault as Fault where fault.code == "daemon-unreachable" {
      return nil
    }
  }

  private func print(_ findings: [Finding]) {
    guard format != .json else {
      let document: Value = [
        "connector": .string(name), "ok": .bool(!findings.contains { $0.level == .problem }),
        "findings": .array(findings.map(Self.document)),
      ]
      Console.print(bytes: CanonicalJSON.orderedBytes(document) + [0x0A])
      return
    }
    for finding in findings {
      let hint = finding.hint.map { " \($0)" } ?? ""
      Console.print(SecretMask.shared.masked("\(finding.level.rawValue): \(finding.message)\(hint) [\(finding.code)]"))
    }
  }

  private static func document(_ finding: Finding) -> Value {
    var document: Object = [
      "level": .string(finding.level.rawValue), "code": .string(finding.code),
      "message": .string(SecretMask.shared.masked(finding.message)),
    ]
    document["hint"] = finding.hint.map { .string($0) }
    return .object(document)
  }
}
