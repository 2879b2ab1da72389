import Configuration
import Connecting
import Foundation
import Hub
import Model
import Testing

@testable import Serving

/// A daemon on a free port, and clients of it.
func withDaemon(
  _ home: TestHome, _ registry: Registry = .standard, connectors: [ConnectorFile]? = nil, isSignalled: Bool = false,
  isWatching: Bool = false, healthInterval: Duration = .seconds(15), _ body: (DaemonFile, StopSignal) async throws -> Void
) async throws {
  let stop = StopSignal()
  let (listening, continuation) = AsyncStream.makeStream(of: DaemonFile.self)
  let daemon = try home.daemon(
    registry, connectors: connectors, isSignalled: isSignalled, isWatching: isWatching, healthInterval: healthInterval)
  async let running: Void = {
    defer { continuation.finish() }
    try await daemon.run(until: stop) { continuation.yield($0) }
  }()
  var failure: (any Error)?
  if let file = await listening.first(where: { _ in true }) {
    do { try await body(file, stop) } catch { failure = error }
  }
  stop.raise()
  try await running
  if let failure { throw failure }
}

@Suite(.timeLimit(.minutes(5))) struct DaemonTests {
  @Test func requestsGoThroughASocket() async throws {
    let home = try TestHome()
    try await withDaemon(home) { file, _ in
      let key = try KeyRing(folder: home.data).create("erp")
      let client = LoopbackClient(host: file.host, port: file.port, key: key)
      let nobody = LoopbackClient(host: file.host, port: file.port)
      #expect(try await nobody.send(InboundRequest(method: "GET", path: "/live")).status == 200)
      let refused = try await nobody.send(InboundRequest(method: "GET", path: "/v1/accounting"))
      #expect(refused.status == 401)
      #expect(refused.header("WWW-Authenticate") != nil)
      #expect(refused.header("Content-Type") == "application/problem+json")
      #expect(try await client.send(InboundRequest(method: "GET", path: "/v1/nothing")).status == 404)
      let wrong = try await client.send(InboundRequest(method: "DELETE", path: "/v1/accounting"))
      #expect(wrong.status == 405)
      #expect(wrong.header("Allow") == "GET, HEAD")
      let push = InboundRequest(
        method: "POST", path: "/v1/ingest/erp", query: [NamedValue("stream", "stock")],
        headers: [NamedValue("Content-Type", "application/json")],
        body: Array(#"{"sku": "箱 1", "warehouse": "1", "quantity": 5, "sequence": 1}"#.utf8))
      #expect(try await client.send(push).status == 200)
      let stock = try await client.send(InboundRequest(method: "GET", path: "/v1/stock/箱 1"))
      #expect(stock.json["quantity"] == 5, "\(stock.text)")
      #expect(stock.header("Request-Id") != nil)
      let head = try await client.send(InboundRequest(method: "HEAD", path: "/v1/stock/箱 1"))
      #expect(head.status == 200)
      #expect(head.body.isEmpty)
      #expect(head.header("Content-Length") == String(stock.body.count))
    }
  }

  @Test func bigBodiesAreRefusedAndBigFilesAreNot() async throws {
    let home = try TestHome(maxBody: 10_000)
    try await withDaemon(home) { file, _ in
      let client = LoopbackClient(file, author: "li")
      let push = InboundRequest(
        method: "POST", path: "/v1/ingest/erp", query: [NamedValue("stream", "stock")],
        headers: [NamedValue("Content-Type", "application/json")], body: Bytes(repeating: 0x20, count: 20 << 20))
      let refused = try await client.send(push)
      #expect(refused.status == 413)
      #expect(refused.code == "too-large")
      var chunked = push
      chunked.body = Bytes(repeating: 0x20, count: 200_000)
      chunked.headers.append(NamedValue("Transfer-Encoding", "chunked"))
      #expect(try await client.send(chunked).status == 413)
      let rows = (0..<8_000).map { "KH\($0),客户,第\($0)公司有限公司,,,\n" }.joined()
      let path = home.folder + "/big.csv"
      try ("客户编号,记录类型,客户名称,联系人,手机,邮箱\n" + rows).write(toFile: path, atomically: true, encoding: .utf8)
      let size = try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
      let sent = Highest()
      let imported = try await client.send(
        InboundRequest(method: "POST", path: "/v1/imports", query: [NamedValue("name", "big.csv"), NamedValue("source", "crm")]),
        Transfer(file: path, progress: { sent.note($0) }))
      #expect(imported.status == 200, "\(imported.text)")
      #expect(imported.json["size"]?.text == String(size))
      #expect(imported.json["deliveries"]?.text.flatMap { Int($0) } ?? 0 > 1)
      #expect(sent.value == size)
    }
  }

  @Test func exportsComeInPieces() async throws {
    let home = try TestHome()
    try await withDaemon(home) { file, _ in
      let client = LoopbackClient(file, author: "li")
      let path = home.folder + "/crm.csv"
      let rows = (0..<3_000).map { "KH\($0),客户,,,,\n" }.joined()
      try ("客户编号,记录类型,客户名称,联系人,手机,邮箱\n" + rows).write(toFile: path, atomically: true, encoding: .utf8)
      let request = InboundRequest(
        method: "POST", path: "/v1/imports", query: [NamedValue("name", "crm.csv"), NamedValue("source", "crm")])
      #expect(try await client.send(request, Transfer(file: path)).status == 200)
      while try await client.send(InboundRequest(method: "GET", path: "/v1/accounting")).json["settled"] != true {
        try await Task.sleep(for: .milliseconds(20))
      }
      let (whole, pieces) = (InboundRequest(method: "GET", path: "/v1/export/crosswalk"), Collected())
      let body = try await client.send(whole).body
      #expect(String(decoding: body, as: UTF8.self).split(separator: "\r\n").count == 3_001)
      let reply = try await client.send(whole, Transfer(receive: { pieces.add($0) }))
      #expect(reply.status == 200 && reply.body.isEmpty)
      #expect(pieces.value == body)
      await #expect(throws: Fault.self) {
        try await client.send(whole, Transfer(receive: { _ in throw Fault("pipe-closed", "No reader.") }))
      }
    }
  }

  @Test func manyAskAtOnce() async throws {
    let home = try TestHome()
    try await withDaemon(home) { file, _ in
      let client = LoopbackClient(file, author: "li")
      let results = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<100 {
          group.addTask {
            let push = InboundRequest(
              method: "POST", path: "/v1/ingest/erp", query: [NamedValue("stream", "stock")],
              headers: [NamedValue("Content-Type", "application/json")],
              body: Array(#"{"sku": "S", "warehouse": "\#(number)", "quantity": 1, "sequence": 1}"#.utf8))
            return try await client.send(push).status
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(results == Array(repeating: 200, count: 100))
      #expect(try await client.send(InboundRequest(method: "GET", path: "/v1/stock/S")).json["quantity"] == 100)
    }
  }

  @Test func theCommandLineSpeaksForItsUser() async throws {
    let home = try TestHome()
    try await withDaemon(home) { file, _ in
      guard case .daemon(let client) = try await DataAccess.open(folder: home.data, author: "王五") else {
        Issue.record("the folder was not locked")
        return
      }
      let body = #"{"kind": "cannot-link", "first": "a/customer/1", "second": "a/customer/2", "reason": "twins"}"#
      let made = try await client.send(InboundRequest(method: "POST", path: "/v1/decisions", body: Array(body.utf8)))
      #expect(made.json["author"] == "王五", "\(made.text)")
      let mode = try FileManager.default.attributesOfItem(atPath: home.data + "/daemon.json")[.posixPermissions] as? Int
      #expect(mode == 0o600)
      #expect(file.pid == getpid())
    }
    #expect(try DaemonFile.read(folder: home.data) == nil)
    guard case .folder(let lock) = try await DataAccess.open(folder: home.data, author: "王五") else {
      Issue.record("the daemon still holds the folder")
      return
    }
    let fault = #expect(throws: Fault.self) { try DataLock(folder: home.data) }
    #expect(fault?.code == "data-locked")
    await #expect(throws: Fault.self) { try await DataAccess.open(folder: home.data, author: "x", patience: .milliseconds(100)) }
    lock.release()
    try DataLock(folder: home.data).release()
  }

  @Test func aFolderHasOneDaemonAndAPortOneServer() async throws {
    let home = try TestHome()
    try await withDaemon(home) { file, _ in
      let second = await #expect(throws: Fault.self) { try await home.daemon().run() }
      #expect(second?.code == "data-locked")
      #expect(second?.message.contains(String(getpid())) == true)
      let other = try TestHome()
      let daemon = Daemon(
        home: other.home(), data: other.data, loaded: other.loaded, listen: HubFile.Address(host: "127.0.0.1", port: file.port),
        isSignalled: false)
      let clash = await #expect(throws: Fault.self) { try await daemon.run() }
      #expect(clash?.code == "cannot-listen")
      #expect(try DaemonFile.read(folder: other.data) == nil)
    }
  }

  @Test func aRequestUnderWayIsAnsweredBeforeTheEnd() async throws {
    let home = try TestHome()
    var registry = Registry.standard
    let arrived = StopSignal()
    registry.add(Slow.kind) { _ in Connector(Slow(arrived: arrived)) }
    let (file, diagnostics) = ConnectorFile.load(text: "language: 1\nconnector: slow\nkind: slow\nstreams:\n  a: {}\n", file: "slow.yaml")
    let slow = try #require(file, "\(diagnostics)")
    try await withDaemon(home, registry, connectors: [slow]) { file, stop in
      let client = LoopbackClient(file, author: "li")
      async let reply = client.send(InboundRequest(method: "POST", path: "/v1/ingest/slow"))
      await arrived.wait()
      stop.raise()
      #expect(try await reply.text == "done")
      var isClosed = false
      for _ in 0..<200 where !isClosed {
        do { _ = try await client.send(InboundRequest(method: "GET", path: "/live")) } catch { isClosed = true }
        if !isClosed { try await Task.sleep(for: .milliseconds(20)) }
      }
      #expect(isClosed)
    }
  }

  @Test func aConnectorThatCannotBeMadeStopsTheStart() async throws {
    let home = try TestHome()
    let text = "language: 1\nconnector: crm\nkind: files\noptions: {foldr: x}\nstreams:\n  a: {format: csv}\n"
    let file = try #require(ConnectorFile.load(text: text, file: "crm.yaml").0)
    let refused = await #expect(throws: RefusedConfiguration.self) { try await home.daemon(connectors: [file]).run() }
    let first = try #require(refused?.diagnostics.first)
    #expect(first.place == "crm.yaml:4:10")
    #expect(first.hint?.contains("folder") == true)
  }

  @Test func aSourceFeedsTheHub() async throws {
    let home = try TestHome()
    let inbox = home.folder + "/inbox"
    try FileManager.default.createDirectory(atPath: inbox, withIntermediateDirectories: true)
    try "客户编号,记录类型,客户名称\nKH1,客户,海龙化工有限公司\n".write(toFile: inbox + "/a.csv", atomically: true, encoding: .utf8)
    let text = "language: 1\nconnector: crm\nkind: files\noptions: {folder: ./inbox, settle: 0s}\nstreams:\n  customers: {format: csv}\n"
    let (file, diagnostics) = ConnectorFile.load(text: text, file: "crm.yaml")
    let crm = try #require(file, "\(diagnostics)")
    try await withDaemon(home, connectors: [crm]) { file, _ in
      let client = LoopbackClient(file, author: "li")
      var found = Reply(status: 0)
      for _ in 0..<500 where found.status != 200 {
        found = try await client.send(InboundRequest(method: "GET", path: "/v1/records/crm/customer/KH1"))
        if found.status != 200 { try await Task.sleep(for: .milliseconds(20)) }
      }
      #expect(found.json["attributes"]?["name"]?.text == "海龙化工有限公司")
      let statuses = try await client.send(InboundRequest(method: "GET", path: "/v1/connectors")).json["connectors"]
      #expect(statuses?.elements.first?["accepted"] == 1)
    }
  }

  @Test func nobodyListening() async throws {
    let client = LoopbackClient(host: "127.0.0.1", port: 1)
    let fault = await #expect(throws: Fault.self) { try await client.send(InboundRequest(method: "GET", path: "/live")) }
    #expect(fault?.code == "daemon-unreachable")
  }
}

/// Answers after a while.
private struct Slow: Receiver {
  static let kind = KindDescription(name: "slow", summary: "Waits.", roles: [.receiver], options: [])
  let arrived: StopSignal

  func check() async -> [Finding] { [] }

  func receive(_ request: InboundRequest, into sink: some Sink) async -> Reply {
    arrived.raise()
    try? await Task.sleep(for: .milliseconds(500))
    return Reply(status: 200, contentType: "text/plain", body: Array("done".utf8))
  }
}
