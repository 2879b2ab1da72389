import Configuration
import Connecting
import Formats
import Foundation
import Mapping
import Model
import TestDigests
import Testing

@testable import Hub

/// A home of its own that uses the shipped model.
private struct EmptyHome {
  let home: Home

  init() throws {
    home = Home(folder: NSTemporaryDirectory() + "kindred-home-\(UUID().uuidString)", shared: TestHub.repository)
    try FileManager.default.createDirectory(atPath: home.folder + "/mappings", withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(atPath: home.folder) }

  func create(_ kind: String, _ name: String, type: String? = nil, format: String? = nil) throws {
    let model = try #require(home.read(digests: .quick).loaded).settings.definition
    try Scaffold(kind, name, type: type, format: format, registry: .standard, model: model, digests: .quick).write(into: home.folder)
  }

  /// Lints and tests everything.
  func expectFine(_ what: Comment) throws {
    let reading = home.read(digests: .quick)
    #expect(
      reading.diagnostics.isEmpty,
      "\(what.rawValue)\n\(DiagnosticRenderer.text(reading.diagnostics, sources: reading.sources, color: false))")
    for program in try #require(reading.loaded).settings.catalog.programs {
      let results = MappingTestRunner { path in try MappingFiles.disk.bytes(path) }.run(program)
      #expect(!results.isEmpty, what)
      for result in results { #expect(result.isPassed, "\(what.rawValue): \(result)") }
    }
  }
}

@Suite struct ScaffoldTests {
  @Test(arguments: Registry.standard.kinds.map(\.name))
  func everyKindLintsAndPasses(kind: String) throws {
    let description = try #require(Registry.standard.kind(kind))
    for format in description.formats where MappingScaffold.formats.map(\.rawValue).contains(format) {
      let empty = try EmptyHome()
      defer { empty.remove() }
      try empty.create(kind, "my-\(kind)", format: format)
      try empty.expectFine("\(kind) in \(format)")
      let loaded = try #require(empty.home.read(digests: .quick).loaded)
      #expect(loaded.connectors.map(\.kind) == [kind])
      #expect(loaded.settings.catalog.programs.allSatisfy { $0.source == "my-\(kind)" })
    }
  }

  @Test func everyTypeInEveryFormatLintsAndPasses() throws {
    let types = try TestHub.settings().definition.types.keys.sorted()
    for format in MappingScaffold.formats {
      let empty = try EmptyHome()
      defer { empty.remove() }
      for type in types { try empty.create("mapping", "\(type)-\(format.rawValue)", type: type, format: format.rawValue) }
      try empty.expectFine("\(format)")
    }
  }

  @Test func nothingIsOverwritten() throws {
    let empty = try EmptyHome()
    defer { empty.remove() }
    let path = empty.home.folder + "/mappings/shop.yaml"
    try "mine".write(toFile: path, atomically: true, encoding: .utf8)
    let model = try TestHub.settings().definition
    let scaffold = try Scaffold("files", "shop", registry: .standard, model: model, digests: .quick)
    #expect(#expect(throws: Fault.self) { try scaffold.write(into: empty.home.folder) }?.code == "file-exists")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    #expect(!FileManager.default.fileExists(atPath: empty.home.folder + "/connectors/shop.yaml"))
  }

  @Test(
    arguments: [
      ("fils", "a", nil, nil, "unknown-kind"), ("files", "a/b", nil, nil, "wrong-name"), ("files", "kindred", nil, nil, "wrong-name"),
      ("files", "a", "custmer", nil, "unknown-type"), ("wechat", "a", nil, "csv", "unknown-format"),
      ("mapping", "a", nil, "pdf", "unknown-format"),
    ] as [(String, String, String?, String?, String)])
  func whatCannotBeIsRefused(kind: String, name: String, type: String?, format: String?, code: String) throws {
    let model = try TestHub.settings().definition
    let fault = #expect(throws: Fault.self) {
      try Scaffold(kind, name, type: type, format: format, registry: .standard, model: model, digests: .quick)
    }
    #expect(fault?.code == code)
  }

  @Test func theEffectiveConfigurationSaysWhereEachValueComesFrom() throws {
    let empty = try EmptyHome()
    defer { empty.remove() }
    try "language: 1\ntrust: [erp, 'a b']\n".write(toFile: empty.home.folder + "/hub.yaml", atomically: true, encoding: .utf8)
    try empty.create("wechat", "wx")
    try empty.create("files", "shop")
    let effective = EffectiveConfiguration(try #require(empty.home.read(digests: .quick).loaded), home: empty.home)
    let document = effective.document
    #expect(document["hub"]?["trust"] == ["value": ["erp", "a b"], "from": "hub.yaml:2:8"])
    #expect(document["hub"]?["listen"] == ["value": "127.0.0.1:8787", "from": "default"])
    #expect(document["hub"]?["max_body"]?["value"] == "32 MB")
    #expect(document["connectors"]?["shop"]?["options"]?["settle"] == ["value": "2s", "from": "default"])
    #expect(document["connectors"]?["wx"]?["options"]?["token"]?["value"] == "secret://env/WX_TOKEN")
    let (root, diagnostics) = YAML.parse(effective.yaml, file: "echo")
    #expect(diagnostics.isEmpty)
    #expect(root?["connectors"]?["shop"]?["options"]?["settle"]?.text == "2s")
    #expect(effective.yaml.contains("settle: 2s  # default"))
  }
}
