import Configuration
import Foundation
import Model
import TestDigests
import Testing

@testable import Connecting

@Suite struct RegistryTests {
  private func load(_ text: String) throws -> ConnectorFile {
    let (file, diagnostics) = ConnectorFile.load(text: text, file: "c.yaml")
    #expect(diagnostics.isEmpty)
    return try #require(file)
  }

  /// `line:column code` of everything that is wrong.
  private func findings(_ text: String) throws -> [String] {
    Registry.standard.validate(try load(text)).map { "\($0.span.start.line):\($0.span.start.column) \($0.code)" }
  }

  private static let good = """
    language: 1
    connector: crm
    kind: files
    options: {folder: ./inbox, pattern: '*.csv', settle: 0s}
    streams:
      customers: {format: csv}
    """

  @Test func aGoodFileMakesAConnector() async throws {
    #expect(try findings(Self.good) == [])
    try await withFolder { home in
      try FileManager.default.createDirectory(atPath: home + "/inbox", withIntermediateDirectories: false)
      try write("id\n1\n", to: home + "/inbox/a.csv")
      let file = try load(Self.good)
      let source = try #require(Registry.standard.make(file, home: home, cryptography: .quick).0?.source)
      #expect(await source.check().map(\.level) == [.fine])
      #expect(source.pause == .seconds(1))
      let sink = MemorySink()
      try await source.run(Run(connector: "crm", streams: file.streams, stop: StopSignal(), checkpoint: { _ in nil }), into: sink)
      #expect(sink.journal.map(sink.bytes) == [Array("1\n".utf8)])
    }
  }

  @Test func mistakesAreNamedWhereTheyAre() throws {
    let unknown = try load(Self.good.replacing("kind: files", with: "kind: flies"))
    let diagnostic = try #require(Registry.standard.validate(unknown).first)
    #expect(diagnostic.code == "unknown-kind" && diagnostic.span.start.line == 3 && diagnostic.span.start.column == 7)
    #expect(diagnostic.hint == "Did you mean \"files\"?")
    #expect(Registry.standard.make(unknown, home: "/", cryptography: .quick).0 == nil)

    #expect(try findings(Self.good.replacing("settle: 0s", with: "setle: 0s")) == ["4:46 unknown-option"])
    #expect(try findings(Self.good.replacing("settle: 0s", with: "settle: soon")) == ["4:54 wrong-option"])
    #expect(try findings(Self.good.replacing("folder: ./inbox, ", with: "")) == ["4:10 missing-option"])
    #expect(try findings(Self.good.replacing("format: csv", with: "format: cvs")) == ["6:23 unknown-format"])
    #expect(try findings(Self.good.replacing("format: csv", with: "patern: x")) == ["6:15 unknown-option"])
    #expect(try findings(Self.good.replacing("format: csv", with: "encoding: klingon")) == ["6:3 encoding-unknown"])
    #expect(try findings("language: 1\nconnector: erp\nkind: erp-push\n") == ["3:7 no-streams"])
    let wechat = "language: 1\nconnector: w\nkind: wechat\noptions: {app_id: wx1, token: 'secret://env/T'}\n"
    #expect(try findings(wechat) == [])
    #expect(try findings(wechat + "streams: {message: {}}\n") == ["5:11 unknown-stream"])
    #expect(try findings(wechat.replacing("'secret://env/T'", with: "geheim")) == ["4:31 secret-in-file"])
  }

  /// What the module promises about a kind's own declaration: its defaults and examples pass its own check.
  @Test(arguments: Registry.standard.kinds.map(\.name)) func defaultsAndExamplesAreValid(_ name: String) throws {
    let kind = try #require(Registry.standard.kind(name))
    for option in kind.options {
      let values = [option.defaultValue, option.example].compactMap { $0 }.map(CanonicalJSON.text)
      #expect(!values.isEmpty, "\(option.name) has neither a default nor an example")
      for value in values {
        let (root, _) = YAML.parse("\(option.name): \(value)\n", file: "x")
        let span = try #require(root?.span)
        #expect(Options.check(root, against: [option], file: "x", span: span).diagnostics.isEmpty, "\(option.name): \(value)")
      }
    }
  }

  @Test func anotherKindOfTheSameNameTakesItsPlace() {
    var registry = Registry.standard
    registry.add(KindDescription(name: "files", summary: "Mine.", roles: [.source], options: [])) { Connector(ERPPush($0)) }
    #expect(registry.kind("files")?.summary == "Mine.")
    #expect(registry.kinds.count == Registry.standard.kinds.count)
  }

  private static let shipped = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../connectors").standardized

  @Test(arguments: ["crm", "erp", "wechat", "sap", "cxml", "ubl"]) func theShippedConnectorsAreValid(_ name: String) throws {
    let path = Self.shipped.appending(path: "\(name).yaml").path
    let (file, diagnostics) = ConnectorFile.load(text: try read(path), file: path)
    #expect(diagnostics.isEmpty)
    let connector = try #require(file)
    #expect(connector.name == name)
    #expect(Registry.standard.validate(connector).isEmpty)
    #expect(Registry.standard.make(connector, home: "/home", cryptography: .quick).0 != nil)
  }

  @Test func pathsStartFromHome() {
    let setup = ConnectorSetup(name: "x", options: Options(), streams: [], streamOptions: [:], home: "/home/k", cryptography: .quick)
    #expect(setup.path("./inbox/crm") == "/home/k/inbox/crm")
    #expect(setup.path("inbox") == "/home/k/inbox")
    #expect(setup.path("/data/inbox") == "/data/inbox")
  }
}
