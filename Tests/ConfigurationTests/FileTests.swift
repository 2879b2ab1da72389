import Model
import Testing

@testable import Configuration

@Suite struct FileTests {
  private func places(_ diagnostics: [Diagnostic]) -> [String] {
    diagnostics.map { "\($0.code)@\($0.span.start.line):\($0.span.start.column)" }
  }

  @Test func aConnectorFile() throws {
    let text = """
      # connectors/crm.yaml
      language: 1
      connector: crm
      kind: files
      options: {folder: ./inbox, pattern: '*.csv'}
      streams:
        customers: {format: csv, encoding: gb18030, snapshot: true}
        other:
      """
    let (loaded, diagnostics) = ConnectorFile.load(text: text, file: "crm.yaml")
    let connector = try #require(loaded)
    #expect(diagnostics.isEmpty)
    #expect(connector.name == "crm")
    #expect(connector.kind == "files")
    #expect(connector.streams.map(\.name) == ["customers", "other"])
    #expect(connector.stream("customers")?.format == "csv")
    #expect(connector.stream("customers")?.encoding == "gb18030")
    #expect(connector.stream("customers")?.extra.map(\.key) == ["snapshot"])
    #expect(connector.stream("other")?.format == nil)
    let (options, problems) = connector.options([
      OptionDescription("folder", .folder, isRequired: true, summary: "Where."),
      OptionDescription("pattren", .text, summary: "Which."),
    ])
    #expect(options[folder: "folder"] == "./inbox")
    #expect(places(problems) == ["unknown-option@5:28"])
    #expect(problems.first?.hint == "Did you mean \"pattren\"?")
  }

  @Test func mistakesInAConnectorFileAreAllReported() {
    let text = "language: 2\nconector: crm\nkind: []\nstreams: [a]\n"
    let (connector, diagnostics) = ConnectorFile.load(text: text, file: "c.yaml")
    #expect(connector == nil)
    #expect(
      places(diagnostics) == [
        "missing-key@1:1", "unknown-language@1:11", "unknown-key@2:1", "text-expected@3:7", "mapping-expected@4:10",
      ])
    #expect(diagnostics[2].hint == "Did you mean \"connector\"?")
  }

  @Test(arguments: ["a/b", "a b", ".x", "", "..", "x\u{7}"])
  func namesThatCannotBePartsOfKeysAreRefused(name: String) {
    let (connector, diagnostics) = ConnectorFile.load(text: "language: 1\nconnector: '\(name)'\nkind: files\n", file: "c.yaml")
    #expect(connector == nil)
    #expect(diagnostics.count == 1)
  }

  @Test func emptyConnectorFilesLackEverything() {
    #expect(ConnectorFile.load(text: "", file: "c").1.map(\.code) == ["missing-key", "missing-key", "missing-key"])
    #expect(ConnectorFile.load(text: "- a", file: "c").1.map(\.code) == ["mapping-expected"])
  }

  @Test func theHubHasDefaults() {
    let (hub, diagnostics) = HubFile.load(text: "# nothing\n", file: "hub.yaml")
    #expect(hub == HubFile())
    #expect(diagnostics.isEmpty)
    #expect(HubFile().address.host == "127.0.0.1")
    #expect(HubFile().address.port == 8787)
    #expect(HubFile().maximumBody == 33_554_432)
  }

  @Test func theHubIsRead() {
    let text = "language: 1\nlisten: '[::1]:80'\nmax_body: 1 MB\ntrust: [erp, crm]\ncut: automatic\n"
    let hub = HubFile.load(text: text, file: "hub.yaml").0
    #expect(hub?.address.host == "::1")
    #expect(hub?.address.port == 80)
    #expect(hub?.maximumBody == 1_048_576)
    #expect(hub?.trust == ["erp", "crm"])
    #expect(hub?.cut == .automatic)
  }

  @Test func mistakesInTheHubFile() {
    let text = "language: 1\nlisten: ::1:80\nmax_body: much\ntrust: [a, a]\ncut: balancd\nmax_boddy: 1\n"
    let (hub, diagnostics) = HubFile.load(text: text, file: "hub.yaml")
    #expect(hub == nil)
    #expect(
      places(diagnostics) == ["wrong-value@2:9", "wrong-value@3:11", "duplicate-value@4:12", "unknown-value@5:6", "unknown-key@6:1"])
    #expect(diagnostics[3].hint == "Did you mean \"balanced\"?")
  }
}

@Suite struct AlertFileTests {
  private func load(_ alerts: String) -> (HubFile?, [String]) {
    let (file, diagnostics) = HubFile.load(text: "language: 1\nalerts:\n\(alerts)", file: "hub.yaml")
    return (file, diagnostics.map { "\($0.span.start.line) \($0.code)" })
  }

  @Test func channelsAreRead() throws {
    let (file, wrong) = load(
      "  - {to: wecom, url: secret://env/ROBOT}\n  - to: dingtalk\n    url: secret://env/DING\n    secret: secret://env/SEC\n    on: [tripped, dead-letters]\n"
    )
    #expect(wrong == [])
    let alerts = try #require(file).alerts
    #expect(alerts.map(\.kind) == [.wecom, .dingtalk])
    #expect(alerts.map(\.events) == [Set(AlertChannel.Event.allCases), [.tripped, .deadLetters]])
    #expect(alerts.last?.options[secret: "secret"] != nil)
  }

  @Test(arguments: [
    ("  - {to: wecon, url: secret://env/A}\n", "3 unknown-value"), ("  - {url: secret://env/A}\n", "3 missing-key"),
    ("  - {to: wecom}\n", "3 missing-option"), ("  - {to: wecom, url: 'https://x.example/?key=1'}\n", "3 secret-in-file"),
    ("  - {to: wecom, url: secret://env/A, secret: secret://env/B}\n", "3 unknown-option"),
    ("  - {to: wecom, url: secret://env/A, on: [overdu]}\n", "3 unknown-value"), ("  to: wecom\n", "3 list-expected"),
  ]) func mistakesAreNamedWhereTheyAre(_ alerts: String, _ expected: String) { #expect(load(alerts).1 == [expected]) }
}
