import Configuration
import Connecting
import Foundation
import Hub
import Model
import Synchronization
import Testing

@testable import Serving

/// Counts up on each of its streams from the checkpoint on, one delivery a pass.
private struct Counting: Source {
  static let kind = KindDescription(name: "counting", summary: "Counts.", roles: [.source], options: [], formats: ["json"])
  let pause = Duration.milliseconds(2)
  let log: Log

  func check() async -> [Finding] { [Finding(.fine, "counting", "It counts.")] }
  func discover() async throws -> [StreamDescription] { [] }

  func run(_ run: Run, into sink: some Sink) async throws {
    for stream in run.streams {
      let scope = StreamName(connector: run.connector, stream: stream.name)
      let last = try await run.checkpoint(scope).flatMap { Int(String(decoding: $0.value, as: UTF8.self)) }
      let next = (last ?? Int(run.since(stream.name) ?? 0)) + 1
      log.note(stream.name, next)
      let body = Array(#"{"id": \#(next)}"#.utf8)
      _ = try await sink.accept(
        [Delivery(stream: scope, body: .bytes(body), contentType: "application/json", dedupeKey: body)],
        checkpoint: Checkpoint(scope: scope, value: Array(String(next).utf8)))
    }
  }

  final class Log: Sendable {
    private let read = Mutex<[String: [Int]]>([:])
    func note(_ stream: String, _ number: Int) { read.withLock { $0[stream, default: []].append(number) } }
    func of(_ stream: String) -> [Int] { read.withLock { $0[stream] ?? [] } }
    func clear() { read.withLock { $0 = [:] } }
  }
}

/// Has a configuration that cannot work, until it is told otherwise.
private struct Hopeless: Source {
  static let kind = KindDescription(name: "hopeless", summary: "Fails.", roles: [.source], options: [], formats: ["json"])
  let pause = Duration.milliseconds(2)
  let isMended: Flag

  func check() async -> [Finding] { [Finding(.problem, "folder-missing", "There is no folder.", hint: "Make it.")] }
  func discover() async throws -> [StreamDescription] { [] }

  func run(_ run: Run, into sink: some Sink) async throws {
    guard isMended.isSet else { throw SourceError.configure(Fault("folder-missing", "There is no folder 13800138000.")) }
  }

  final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
  }
}

/// Waits until something is so.
private func eventually(_ what: Comment, _ condition: () async throws -> Bool) async throws {
  for _ in 0..<1_000 {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(10))
  }
  Issue.record(what)
}

extension LoopbackClient {
  fileprivate func connector(_ name: String) async throws -> Value {
    try await send(InboundRequest(method: "GET", path: "/v1/connectors/\(name)")).json
  }

  fileprivate func order(_ verb: String, _ name: String, _ stream: String, query: [NamedValue] = []) async throws -> Reply {
    try await send(InboundRequest(method: "POST", path: "/v1/connectors/\(name)/streams/\(stream)/\(verb)", query: query))
  }
}

@Suite(.timeLimit(.minutes(5))) struct ConnectorControlTests {
  private let log = Counting.Log()

  private var registry: Registry {
    var registry = Registry.standard
    registry.add(Counting.kind) { [log] _ in Connector(Counting(log: log)) }
    return registry
  }

  private func home() throws -> TestHome {
    let home = try TestHome()
    try home.write("connectors/count.yaml", "language: 1\nconnector: count\nkind: counting\nstreams: {a: {}, b: {}}\n")
    return home
  }

  @Test func aPausedStreamIsNotReadAndOthersAreAlsoAfterARestart() async throws {
    let home = try home()
    try await withDaemon(home, registry) { file, _ in
      let client = LoopbackClient(file, author: "li")
      try await eventually("it reads") { log.of("a").count > 3 }
      let reply = try await client.order("pause", "count", "a")
      #expect(reply.status == 200, "\(reply.text)")
      #expect(reply.json["streams"]?.elements.map { $0["paused"] } == [true, false])
      // The pass under way may end; after it nothing more is read.
      try await eventually("it ended") { try await client.connector("count")["state"] != "stopped" }
      try await Task.sleep(for: .milliseconds(100))
      let (a, b) = (log.of("a").count, log.of("b").count)
      try await eventually("others go on") { log.of("b").count > b + 3 }
      #expect(log.of("a").count == a)
    }
    log.clear()
    try await withDaemon(home, registry) { file, _ in
      let client = LoopbackClient(file, author: "li")
      try await eventually("others go on") { log.of("b").count > 3 }
      #expect(log.of("a") == [])
      #expect(try await client.order("pause", "count", "b").status == 200)
      try await eventually("all is paused") { try await client.connector("count")["state"] == "paused" }
      #expect(try await client.connector("count")["health"] == "paused")
      #expect(try await client.order("resume", "count", "a").status == 200)
      try await eventually("it reads again") { log.of("a").count > 3 }
      // It went on from where it was.
      #expect((log.of("a").first ?? 0) > 3)
    }
  }

  @Test func resetReadsFromTheBeginningAndBackfillFromAMoment() async throws {
    let home = try home()
    try await withDaemon(home, registry) { file, _ in
      let client = LoopbackClient(file, author: "li")
      try await eventually("it reads") { log.of("a").count > 5 }
      #expect(try await client.order("reset", "count", "a").status == 200)
      try await eventually("it starts again") { log.of("a").count { $0 == 1 } == 2 }
      try await eventually("the lost pass is over") { try await client.connector("count")["state"] == "idle" }
      let reply = try await client.order("backfill", "count", "a", query: [NamedValue("from", "1970-01-01T00:00:01Z")])
      #expect(reply.json["streams"]?.elements.first?["since"] == "1970-01-01T00:00:01Z", "\(reply.text)")
      try await eventually("it starts from there") { log.of("a").contains(1_000_001) }
      // What was known is a duplicate, and only stream a was read again.
      let report = try await client.connector("count")
      #expect((report["streams"]?.elements.first?["duplicate"]?.text.flatMap { Int($0) } ?? 0) > 0)
      #expect(log.of("b").count { $0 == 1 } == 1)
    }
  }

  @Test func ordersThatMakeNoSenseAreRefused() async throws {
    let api = try TestAPI()
    #expect(try await api.send("POST", "/v1/connectors/nobody/streams/a/pause").code == "unknown-connector")
    #expect(try await api.send("POST", "/v1/connectors/erp/streams/stock/pause").code == "not-fetched")
    #expect(try await api.get("/v1/connectors/nobody").code == "unknown-connector")
    let erp = try await api.get("/v1/connectors/erp").json
    #expect(erp["kind"] == "erp-push" && erp["roles"] == ["receiver"] && erp["health"] == "fine")
    let home = try home()
    try await withDaemon(home, registry) { file, _ in
      let client = LoopbackClient(file, author: "li")
      let unknown = try await client.order("reset", "count", "c")
      #expect(unknown.code == "unknown-stream")
      #expect(try await client.order("backfill", "count", "a").code == "bad-parameter")
      #expect(try await client.order("backfill", "count", "a", query: [NamedValue("from", "yesterday")]).code == "bad-parameter")
    }
  }

  @Test func aSourceThatDoesNotEndIsFencedOff() async throws {
    let home = try TestHome()
    let hub = try Hub(folder: home.data, settings: home.loaded.settings)
    defer { hub.close() }
    let old = hub.sink(holding: try await hub.journal.takeLease("count"))
    let new = hub.sink(holding: try await hub.journal.takeLease("count"))
    let delivery = Delivery(stream: StreamName(connector: "count", stream: "a"), body: .bytes([1]))
    let refusal = await #expect(throws: Refusal.self) { try await old.accept([delivery], checkpoint: nil) }
    #expect(refusal?.reason == .superseded && refusal?.retryAfter == nil)
    #expect(try await new.accept([delivery], checkpoint: nil).count == 1)
  }
}

@Suite(.timeLimit(.minutes(5))) struct AlertDeliveryTests {
  /// One hub has trouble, the other is who is told: a webhook that believes only what is signed.
  @Test func troubleIsToldOnceAndThatItIsOver() async throws {
    let secret = "whsec_" + Data("a secret of 24 bytes....".utf8).base64EncodedString()
    let told = try TestHome()
    try told.write("hook", secret)
    try told.write(
      "connectors/inbox.yaml",
      "language: 1\nconnector: inbox\nkind: webhook\noptions: {signature: standard-webhooks, secret: secret://file/hook}\n"
        + "streams: {alerts: {format: json}}\n")
    let flag = Hopeless.Flag()
    var registry = Registry.standard
    registry.add(Hopeless.kind) { _ in Connector(Hopeless(isMended: flag)) }
    try await withDaemon(told) { listener, _ in
      let home = try TestHome()
      try home.write("hook", secret)
      try home.write("url", "http://\(listener.host):\(listener.port)/v1/ingest/inbox")
      try home.write("connectors/club.yaml", "language: 1\nconnector: club\nkind: hopeless\nstreams: {members: {}}\n")
      try home.write(
        "hub.yaml", "language: 1\nlisten: 127.0.0.1:0\nalerts:\n  - {to: webhook, url: secret://file/url, secret: secret://file/hook}\n")
      try await withDaemon(home, registry, healthInterval: .milliseconds(20)) { file, _ in
        let (client, inbox) = (LoopbackClient(file, author: "li"), LoopbackClient(listener, author: "li"))
        func received() async throws -> Int {
          let report = try await inbox.connector("inbox")
          return report["accepted"]?.text.flatMap { Int($0) } ?? 0
        }
        try await eventually("somebody is told") { try await received() == 1 }
        let report = try await client.connector("club")
        #expect(report["health"] == "failing" && report["state"] == "misconfigured")
        #expect(report["reasons"]?.elements.first?["code"] == "misconfigured")
        let ready = try await client.send(InboundRequest(method: "GET", path: "/ready"))
        #expect(ready.status == 200 && ready.json["degraded"] == 1, "\(ready.text)")
        let metrics = try await client.send(InboundRequest(method: "GET", path: "/metrics")).text
        #expect(metrics.contains(#"kindred_connector_health{connector="club",level="failing"} 1"#))
        try await Task.sleep(for: .milliseconds(200))
        #expect(try await received() == 1)
        // Mended, and asked to start again.
        flag.set()
        #expect(try await client.order("resume", "club", "members").status == 200)
        try await eventually("it is well") { try await client.connector("club")["health"] == "fine" }
      }
      let letters = try await LoopbackClient(listener, author: "li").send(
        InboundRequest(method: "GET", path: "/v1/deadletters", query: [NamedValue("connector", "inbox")]))
      // What a source says in its own words is not passed on.
      #expect(!letters.text.contains("13800138000"))
    }
  }

  @Test func deadLettersThatPileUpAreNoticed() {
    func lines(_ count: Int64) -> [(scope: StreamName, count: Int64)] { [(StreamName(connector: "crm", stream: "customers"), count)] }
    let minute: Int64 = 60_000_000
    var watch = DeadLetterWatch()
    // Those from before the start are no news.
    #expect(watch.incidents(lines(500), at: 0) == [])
    #expect(watch.incidents(lines(509), at: minute) == [])
    #expect(watch.incidents(lines(510), at: 2 * minute).map(\.key.event) == [.deadLetters])
    #expect(watch.incidents(lines(510), at: 10 * minute).count == 1)
    #expect(watch.incidents(lines(510), at: 40 * minute) == [])
    for hour in 1...20 as ClosedRange<Int64> { #expect(watch.incidents(lines(510 + hour), at: hour * 60 * minute) == []) }
  }

  @Test func aFullDiskIsNoticed() {
    #expect(DiskSpace(free: 600 << 20, size: 8 << 30).incident == nil)
    #expect(DiskSpace(free: 400 << 20, size: 8 << 30).incident?.key.event == .diskNearlyFull)
    #expect(DiskSpace(free: 9 << 30, size: 4 << 40).incident != nil)
    #expect(DiskSpace(free: 11 << 30, size: 4 << 40).incident == nil)
    #expect((DiskSpace(of: FileManager.default.temporaryDirectory.path)?.size ?? 0) > 0)
  }

  @Test func aMissingSecretOfAnAlertDoesNotStart() async throws {
    let home = try TestHome()
    try home.write("hub.yaml", "language: 1\nlisten: 127.0.0.1:0\nalerts:\n  - {to: wecom, url: secret://env/KINDRED_NO_SUCH_VARIABLE}\n")
    let refused = await #expect(throws: RefusedConfiguration.self) { try await home.daemon().run() }
    #expect(refused?.diagnostics.map(\.code) == ["secret-missing"])
    #expect(refused?.diagnostics.first?.place.hasSuffix("hub.yaml:4:22") == true)
  }
}

@Suite struct ConnectorCheckTests {
  @Test func saysWhetherWhatComesIsMapped() async throws {
    let home = try TestHome()
    try home.write("connectors/lone.yaml", "language: 1\nconnector: lone\nkind: erp-push\nstreams: {a: {mapping: nowhere}, b: {}}\n")
    let reading = home.home().read(digests: CryptoDigests.standard)
    let loaded = try #require(reading.loaded, "\(reading.diagnostics)")
    func findings(_ name: String) async throws -> [Finding] {
      let file = try #require(loaded.connectors.first { $0.name == name })
      return await ConnectorCheck(home: home.home(), loaded: loaded, file: file).findings()
    }
    #expect(try await findings("lone").filter { $0.level == .problem }.map(\.code) == ["unknown-mapping", "no-mapping"])
    #expect(try await findings("erp").allSatisfy { $0.level == .fine })
    #expect(try await findings("erp").count { $0.code == "mapping" } == 2)
    try home.remove("token")
    let wechat = try await findings("wechat")
    #expect(wechat.contains { $0.level == .problem && $0.code == "secret-unreadable" && $0.message.contains("wechat.yaml:4:") })
  }
}
