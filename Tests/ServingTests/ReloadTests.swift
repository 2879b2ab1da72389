import Configuration
import Connecting
import Foundation
import Hub
import Model
import Synchronization
import Testing

@testable import Serving

extension TestHome {
  /// Writes a file of the home.
  func write(_ name: String, _ text: String) throws {
    let path = folder + "/" + name
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: folder + "/" + name) }

  /// A mapping of pushed products that says twice which version it is.
  func writeMapping(version: Int, more: String = "") throws {
    try write(
      "mappings/load.yaml",
      """
      language: 1
      mapping: load
      from: {connector: load, stream: items, format: json}
      each: $.items[*]
      outputs:
        - to: product
          key: $.key
          write: replace
          const: {name: v\(version), unit: v\(version)}
      \(more)
      """)
  }

  static let loadConnector = "language: 1\nconnector: load\nkind: erp-push\noptions: {wait: 20s}\nstreams:\n  items: {format: json}\n"
}

extension LoopbackClient {
  fileprivate func post(_ path: String, _ body: String = "") async throws -> Reply {
    try await send(
      InboundRequest(method: "POST", path: path, headers: [NamedValue("Content-Type", "application/json")], body: Array(body.utf8)))
  }

  fileprivate func get(_ path: String) async throws -> Value { try await send(InboundRequest(method: "GET", path: path)).json }

  fileprivate func configuration() async throws -> Value { try await get("/v1/configuration") }

  /// Waits until a version is live.
  fileprivate func waits(for version: Value) async throws -> Bool {
    for _ in 0..<500 {
      if try await configuration()["version"] == version { return true }
      try await Task.sleep(for: .milliseconds(20))
    }
    return false
  }
}

@Suite(.timeLimit(.minutes(5))) struct ReloadTests {
  @Test func deliveriesUnderWayAreMappedOnceAndByOneVersion() async throws {
    let home = try TestHome()
    try home.write("connectors/load.yaml", TestHome.loadConnector)
    try home.writeMapping(version: 1)
    try await withDaemon(home) { file, _ in
      let client = LoopbackClient(file, author: "li")
      let live = Highest()
      live.note(1)
      let isOver = StopSignal()
      /// By the key of a push: the version that was live before it was sent, at least.
      let pushes = Pushes()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for sender in 0..<3 {
          group.addTask {
            var number = 0
            while !isOver.isRaised {
              let push = "\(sender)-\(number)"
              let known = live.value
              let items = (0..<5).map { #"{"key": "\#(push)-\#($0)"}"# }.joined(separator: ", ")
              let reply = try await client.post("/v1/ingest/load", "{\"items\": [\(items)]}")
              #expect(reply.status == 200, "\(reply.text)")
              pushes.note(push, known)
              number += 1
            }
          }
        }
        // A failure on the way ends the senders too.
        defer { isOver.raise() }
        for version in 2...51 {
          try home.writeMapping(version: version)
          let reply = try await client.post("/v1/reload")
          #expect(reply.status == 200, "\(reply.text)")
          #expect(reply.json["version"]?.text == String(version))
          live.note(version)
        }
        isOver.raise()
        try await group.waitForAll()
      }
      let sent = pushes.all
      var versions: Set<String> = []
      for (push, known) in sent {
        var seen: Set<String> = []
        for item in 0..<5 {
          let attributes = try await client.get("/v1/records/load/product/\(push)-\(item)")["attributes"]
          seen.formUnion([attributes?["name"]?.text ?? "no name", attributes?["unit"]?.text ?? "no unit"])
        }
        #expect(seen.count == 1, "\(push) was mapped by \(seen)")
        #expect(seen.first.flatMap { Int($0.dropFirst()) } ?? 0 >= known, "\(push) was mapped by \(seen), and \(known) was live before it")
        versions.formUnion(seen)
      }
      #expect(versions.count > 10, "the senders saw \(versions.count) versions only")
      let line = try await client.get("/v1/accounting")["streams"]?.elements.first { $0["connector"] == "load" }
      #expect(line?["deliveries"]?["received"]?.text == String(sent.count))
      #expect(line?["deliveries"]?["mapped"]?.text == String(sent.count))
      #expect(line?["deliveries"]?["pending"] == 0)
      #expect(line?["items"]?["applied"]?.text == String(sent.count * 5))
      #expect(line?["items"]?["produced"]?.text == String(sent.count * 5))
    }
  }

  @Test func aMistakeIsRefusedAndTheOldConfigurationStays() async throws {
    let home = try TestHome()
    try home.write("connectors/load.yaml", TestHome.loadConnector)
    try home.writeMapping(version: 1)
    try await withDaemon(home) { file, _ in
      let client = LoopbackClient(file, author: "li")
      let before = try await client.configuration()
      try home.writeMapping(version: 2, more: "    set: {categry: $.c}")
      let refused = try await client.post("/v1/reload")
      #expect(refused.status == 422)
      #expect(refused.code == "configuration-refused")
      let error = try #require(refused.json["errors"]?.elements.first)
      #expect(error["code"] == "unknown-attribute")
      #expect(error["place"]?.text?.hasSuffix("mappings/load.yaml:10:11") == true, "\(refused.text)")
      #expect(error["detail"]?.text?.contains("category") == true)
      #expect(try await client.post("/v1/ingest/load", #"{"items": [{"key": "a"}]}"#).status == 200)
      #expect(try await client.get("/v1/records/load/product/a")["attributes"]?["name"] == "v1")
      let during = try await client.configuration()
      #expect(during["refused"]?["problem"]?["code"] == "configuration-refused")
      #expect([during["version"], during["digest"], during["since"]] == [before["version"], before["digest"], before["since"]])
      let metrics = try await client.send(InboundRequest(method: "GET", path: "/metrics")).text
      #expect(metrics.contains("kindred_configuration_refused 1"))
      try home.writeMapping(version: 2)
      #expect(try await client.post("/v1/reload").json["changed"] == true)
      let after = try await client.configuration()
      #expect(after["version"] == 2)
      #expect(after["refused"] == nil)
      #expect(after["digest"] != before["digest"])
      #expect(try await client.post("/v1/reload").json["changed"] == false)
      #expect(try await client.configuration()["version"] == 2)
    }
  }

  @Test func whatNeedsARestartIsRefusedByName() async throws {
    let home = try TestHome()
    let model = try String(contentsOfFile: (home.home().shared ?? "") + "/mappings/model.yaml", encoding: .utf8)
    try home.write("mappings/model.yaml", model)
    try await withDaemon(home) { file, _ in
      let client = LoopbackClient(file, author: "li")
      let hub = try String(contentsOfFile: home.folder + "/hub.yaml", encoding: .utf8)
      try home.write("hub.yaml", hub.replacing("127.0.0.1:0", with: "127.0.0.1:1") + "cut: automatic\ntrust: [erp]\n")
      try home.write(
        "mappings/model.yaml",
        model.replacing(
          "phone: {kind: phone, many: true, survivorship: union", with: "phone: {kind: text, many: true, survivorship: longest"))
      let refused = try await client.post("/v1/reload")
      #expect(refused.status == 422)
      let errors = refused.json["errors"]?.elements ?? []
      #expect(errors.allSatisfy { $0["code"] == "restart-needed" })
      for what in [
        "\"listen\"", "\"cut\"", "\"trust\"", "phone of customer has another kind", "phone of customer survives by another rule",
      ] {
        #expect(errors.contains { $0["detail"]?.text?.contains(what) == true }, "\(what): \(refused.text)")
      }
      #expect(errors.contains { $0["place"]?.text?.hasSuffix("hub.yaml:2:9") == true }, "\(refused.text)")
      #expect(errors.contains { $0["place"]?.text?.hasSuffix("model.yaml:22:7") == true }, "\(refused.text)")
      // Types that are not matched may change, and so may the size of bodies.
      try home.write("hub.yaml", hub.replacing(/max_body: \d+/, with: "max_body: 90000"))
      try home.write("mappings/model.yaml", model + "\n  voucher:\n    attributes: {amount: decimal}\n")
      let taken = try await client.post("/v1/reload")
      #expect(taken.status == 200, "\(taken.text)")
      let big = #"{"sku": "S", "warehouse": "1", "quantity": 1, "sequence": 1"# + String(repeating: " ", count: 80_000) + "}"
      #expect(
        try await client.send(
          InboundRequest(
            method: "POST", path: "/v1/ingest/erp", query: [NamedValue("stream", "stock")],
            headers: [NamedValue("Content-Type", "application/json")], body: Array(big.utf8))
        ).status != 413)
    }
  }

  @Test func connectorsComeGoAndChangeAndOthersGoOn() async throws {
    let home = try TestHome()
    let journal = Journal()
    var registry = Registry.standard
    registry.add(Ticking.kind) { Connector(Ticking($0, journal)) }
    func ticking(_ name: String, _ word: String) throws {
      try home.write(
        "connectors/\(name).yaml", "# \(word)\nlanguage: 1\nconnector: \(name)\nkind: ticking\noptions: {word: \(word)}\nstreams: {a: {}}\n"
      )
    }
    try home.writeMapping(version: 1)
    for name in ["stays", "changes", "goes"] { try ticking(name, "first") }
    try await withDaemon(home, registry) { file, _ in
      let client = LoopbackClient(file, author: "li")
      #expect(try await client.post("/v1/ingest/load", #"{"items": []}"#).status == 404)
      try home.write("connectors/load.yaml", TestHome.loadConnector)
      try ticking("changes", "second")
      try ticking("comes", "first")
      try home.remove("connectors/goes.yaml")
      // Another comment is no other connector.
      try home.write(
        "connectors/stays.yaml", "# x\n\nlanguage: 1\nconnector: stays\nkind: ticking\noptions:\n  word: first\nstreams: {a: {}}\n")
      let reply = try await client.post("/v1/reload")
      #expect(reply.status == 200, "\(reply.text)")
      #expect(reply.json["connectors"] == ["added": ["comes", "load"], "removed": ["goes"], "changed": ["changes"]], "\(reply.text)")
      #expect(try await client.post("/v1/ingest/load", #"{"items": [{"key": "a"}]}"#).status == 200)
      let names = try await client.get("/v1/connectors")["connectors"]?.elements.compactMap { $0["connector"]?.text } ?? []
      #expect(!names.contains("goes"))
      for _ in 0..<200 where !Set(["comes first begins", "changes second begins"]).isSubset(of: journal.all) {
        try await Task.sleep(for: .milliseconds(10))
      }
      try home.remove("connectors/load.yaml")
      #expect(try await client.post("/v1/reload").json["connectors"]?["removed"] == ["load"])
      #expect(try await client.post("/v1/ingest/load", #"{"items": []}"#).status == 404)
      let lines = journal.all
      #expect(lines.filter { $0.hasPrefix("stays") } == ["stays first begins"])
      #expect(lines.filter { $0.hasPrefix("goes") } == ["goes first begins", "goes first ends"])
      #expect(lines.filter { $0.hasPrefix("changes") } == ["changes first begins", "changes first ends", "changes second begins"])
      #expect(lines.filter { $0.hasPrefix("comes") } == ["comes first begins"])
    }
  }

  @Test func aPlanSaysWhatWouldDiffer() async throws {
    let home = try TestHome()
    try home.write("connectors/load.yaml", TestHome.loadConnector)
    try home.writeMapping(version: 1)
    try await withDaemon(home) { file, _ in
      let client = LoopbackClient(file, author: "li")
      #expect(try await client.post("/v1/ingest/load", #"{"items": [{"key": "a"}, {"key": "b", "category": "tools"}]}"#).status == 200)
      let nothing = try await client.post("/v1/plan").json
      #expect(nothing["deliveries"] == 0)
      try home.writeMapping(version: 1, more: "    set: {category: $.category}")
      let plan = try await client.post("/v1/plan").json
      #expect(plan["records"] == ["same": 1, "changed": 1, "added": 0, "removed": 0, "failed": 0])
      #expect(plan["attributes"] == [["attribute": "product.category", "changed": 1]])
      let example = try #require(plan["examples"]?.elements.first)
      #expect(example["record"] == "load/product/b")
      #expect(example["attributes"]?["category"] == ["before": .null, "after": "tools"])
      try home.writeMapping(version: 1, more: "    set: {price: $.category | decimal else reject}")
      let failing = try await client.post("/v1/plan").json
      #expect(failing["records"] == ["same": 1, "changed": 0, "added": 0, "removed": 0, "failed": 1], "\(failing)")
      #expect(failing["examples"]?.elements.first?["fault"]?["code"] == "mapping-failed")
      try home.writeMapping(version: 1, more: "    set: {prize: $.x}")
      #expect(try await client.post("/v1/plan").code == "configuration-refused")
      // Nothing of it is live, or noted.
      #expect(try await client.configuration()["version"] == 1)
      #expect(try await client.configuration()["refused"] == nil)
      #expect(try await client.get("/v1/records/load/product/b")["attributes"]?["category"] == nil)
      #expect(try await client.get("/v1/deadletters")["dead_letters"] == [])
    }
  }

  @Test func aSecretThatCannotBeReadStopsTheStartAndTheReload() async throws {
    let home = try TestHome()
    let connector = "language: 1\nconnector: wx\nkind: wechat\noptions: {app_id: wx1, token: 'secret://file/wx-token'}\n"
    try home.write("connectors/wx.yaml", connector)
    let refused = await #expect(throws: RefusedConfiguration.self) { try await home.daemon().run() }
    #expect(refused?.diagnostics.map(\.code) == ["secret-unreadable"])
    #expect(refused?.diagnostics.first?.place.hasSuffix("connectors/wx.yaml:4:31") == true)
    try home.write("wx-token", "zebra7crossing\n")
    try await withDaemon(home) { file, _ in
      let client = LoopbackClient(file, author: "li")
      // Whatever repeats a secret, the answer does not.
      let reply = try await client.get("/v1/customers?zebra7crossing=1")
      #expect(reply["detail"]?.text?.contains("•••") == true)
      #expect(reply["detail"]?.text?.contains("zebra7crossing") == false)
      try home.remove("wx-token")
      let reload = try await client.post("/v1/reload")
      #expect(reload.status == 422)
      #expect(reload.json["errors"]?.elements.first?["code"] == "secret-unreadable")
      try home.write("wx-token", "an0ther-token")
      #expect(try await client.post("/v1/reload").json["changed"] == false)
    }
  }

  @Test func filesAreWatchedWithThoseThatTheyName() async throws {
    let home = try TestHome()
    try home.write("connectors/load.yaml", TestHome.loadConnector)
    try home.write("tables/units.csv", "code,unit\n1,piece\n")
    try home.write(
      "mappings/load.yaml",
      """
      language: 1
      mapping: load
      from: {connector: load, stream: items, format: json}
      tables:
        units: {csv: ../tables/units.csv, key: code, value: unit}
      outputs:
        - to: product
          key: $.key
          write: replace
          set: {unit: "$.unit | lookup('units') else null"}
      """)
    try await withDaemon(home, isWatching: true) { file, _ in
      let client = LoopbackClient(file, author: "li")
      func unit(_ key: String) async throws -> String? {
        _ = try await client.post("/v1/ingest/load", #"{"key": "\#(key)", "unit": "1"}"#)
        return try await client.get("/v1/records/load/product/\(key)")["attributes"]?["unit"]?.text
      }
      #expect(try await unit("a") == "piece")
      try home.write("tables/units.csv", "code,unit\n1,box\n")
      #expect(try await client.waits(for: 2))
      #expect(try await unit("b") == "box")
      try home.remove("tables/units.csv")
      for _ in 0..<500 where try await client.configuration()["refused"] == nil { try await Task.sleep(for: .milliseconds(20)) }
      #expect(try await client.configuration()["refused"] != nil)
      #expect(try await unit("c") == "box")
      try home.write("tables/units.csv", "code,unit\n1,crate\n")
      #expect(try await client.waits(for: 3))
      #expect(try await unit("d") == "crate")
    }
  }

  @Test func hangingUpReloads() async throws {
    let home = try TestHome()
    try home.write("connectors/load.yaml", TestHome.loadConnector)
    try home.writeMapping(version: 1)
    try await withDaemon(home, isSignalled: true) { file, _ in
      let client = LoopbackClient(file, author: "li")
      for version in 2...4 {
        try home.writeMapping(version: version)
        kill(getpid(), SIGHUP)
        #expect(try await client.waits(for: .number(Number(version))))
      }
    }
  }
}

/// Where sources of a test write what they do.
private final class Journal: Sendable {
  private let lines = Mutex<[String]>([])
  var all: [String] { lines.withLock { $0 } }
  func write(_ line: String) { lines.withLock { $0.append(line) } }
}

/// The version that was live before a push was sent, by its key.
private final class Pushes: Sendable {
  private let known = Mutex<[String: Int]>([:])
  var all: [String: Int] { known.withLock { $0 } }
  func note(_ push: String, _ version: Int) { known.withLock { $0[push] = version } }
}

/// A source that says when it begins and ends.
private struct Ticking: Source {
  static let kind = KindDescription(
    name: "ticking", summary: "Waits.", roles: [.source], options: [OptionDescription("word", .text, isRequired: true, summary: "Any.")])

  let pause = Duration.milliseconds(1)
  let name: String
  let journal: Journal

  init(_ setup: ConnectorSetup, _ journal: Journal) {
    name = "\(setup.name) \(setup.options[text: "word"] ?? "")"
    self.journal = journal
  }

  func check() async -> [Finding] { [] }
  func discover() async throws -> [StreamDescription] { [] }

  func run(_ run: Run, into sink: some Sink) async throws {
    journal.write("\(name) begins")
    await run.stop.wait()
    journal.write("\(name) ends")
  }
}
