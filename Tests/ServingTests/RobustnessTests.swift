import Configuration
import Connecting
import Foundation
import Hub
import Logging
import Model
import Testing

@testable import Serving

/// Senders that are slow, broken or hostile, over real sockets: the right 4xx or a closed connection, and the next sender is served.
@Suite(.timeLimit(.minutes(5))) struct RobustnessTests {
  /// An API behind a socket. Ended with the test.
  private func withServer(bodyGrace: Int64 = 20, _ body: (TestAPI, Int) async throws -> Void) async throws {
    let test = try TestAPI()
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let server = HTTPServer(
      api: test.api, host: "127.0.0.1", port: 0, logger: logger, bodyGrace: bodyGrace, onListening: { continuation.yield($0) })
    let running = Task { try await server.run() }
    let port = try #require(await ports.first { _ in true })
    var failure: (any Error)?
    do { try await body(test, port) } catch { failure = error }
    running.cancel()
    _ = await running.result
    if let failure { throw failure }
  }

  /// On a thread of its own: whoever blocks must not keep the server from its work.
  private func answer(_ port: Int, _ ask: @escaping @Sendable (RawSender) -> String) async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { ask(try RawSender(port: port)) }) }
    }
  }

  private func isServed(_ port: Int) async throws -> Bool {
    let text = try await answer(port) { sender in
      sender.send("GET /live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      return sender.receive()
    }
    return RawSender.statuses(text) == [200]
  }

  private static func push(_ key: String, _ body: String, length: String? = nil, more: String = "") -> String {
    "POST /v1/ingest/erp?stream=stock HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(key)\r\nContent-Type: application/json\r\n"
      + "\(length ?? "Content-Length: \(body.utf8.count)")\r\n\(more)\r\n\(body)"
  }

  private static let level = #"{"sku": "A", "warehouse": "1", "quantity": 5, "sequence": 1}"#

  @Test func aHalfClosedSenderGetsItsAnswer() async throws {
    try await withServer { test, port in
      let key = test.key
      let text = try await answer(port) { sender in
        sender.send(Self.push(key, Self.level))
        sender.finish()
        return sender.receive()
      }
      #expect(RawSender.statuses(text) == [200], "\(text)")
      #expect(text.contains(#""result":"applied""#))
    }
  }

  @Test func aBodyThatDripsIs408AndNothingIsTaken() async throws {
    try await withServer(bodyGrace: 1) { test, port in
      let key = test.key
      let text = try await answer(port) { sender in
        sender.send(Self.push(key, "{", length: "Content-Length: 5000"))
        for _ in 0..<30 where sender.send(" ") { usleep(100_000) }
        return sender.receive()
      }
      #expect(RawSender.statuses(text) == [408], "\(text)")
      #expect(text.contains(#""code":"too-slow""#))
      #expect(try await test.get("/v1/accounting").json["streams"] == [])
      #expect(try await isServed(port))
    }
  }

  @Test func aSlowAnswerIsNotASlowSender() async throws {
    try await withServer(bodyGrace: 1) { test, port in
      let key = test.key
      let text = try await answer(port) { sender in
        sender.send(Self.push(key, Self.level))
        let first = sender.receive { $0.contains("]}") }
        usleep(1_500_000)
        sender.send(Self.push(key, Self.level, more: "Connection: close\r\n"))
        return first + sender.receive()
      }
      #expect(RawSender.statuses(text) == [200, 200], "\(text)")
    }
  }

  @Test func aSenderThatGoesAwayInTheMiddleLeavesNothing() async throws {
    try await withServer { test, port in
      let key = test.key
      for chunked in [false, true] {
        let text = try await answer(port) { sender in
          sender.send(
            Self.push(key, chunked ? "3\r\n[  \r\n" : "[ ", length: chunked ? "Transfer-Encoding: chunked" : "Content-Length: 500"))
          usleep(50_000)
          sender.finish()
          return sender.receive()
        }
        #expect(RawSender.statuses(text).allSatisfy { $0 == 400 }, "\(text)")
      }
      #expect(try await test.get("/v1/accounting").json["streams"] == [])
      let metrics = try await test.get("/metrics").text
      #expect(!metrics.contains(#"status="500""#), "a sender that goes away is no failure of ours")
      #expect(try await isServed(port))
    }
  }

  @Test(
    arguments: [
      "Content-Length: 10\r\nContent-Length: 20", "Content-Length: -1", "Content-Length: 1e3", "Content-Length: 99999999999999999999",
      "Content-Length: 4\r\nTransfer-Encoding: chunked", "Transfer-Encoding: gzip", "X: a\u{0}b\r\nContent-Length: 0",
      "X\u{1}: b\r\nContent-Length: 0", " folded: yes\r\nContent-Length: 0", "X: " + String(repeating: "a", count: 40_000),
    ])
  func aHeaderThatLiesOrSmugglesIsRefused(_ header: String) async throws {
    try await withServer { test, port in
      let key = test.key
      let text = try await answer(port) { sender in
        sender.send(Self.push(key, "", length: header))
        sender.finish()
        return sender.receive()
      }
      #expect(RawSender.statuses(text).allSatisfy { (400..<500).contains($0) }, "\(text)")
      #expect(try await test.get("/v1/accounting").json["streams"] == [])
      #expect(try await isServed(port))
    }
  }

  @Test func moreThanWasDeclaredIsAnotherRequestAndABrokenOne() async throws {
    try await withServer { test, port in
      let key = test.key
      let text = try await answer(port) { sender in
        sender.send(Self.push(key, Self.level + "garbage without a line", length: "Content-Length: \(Self.level.utf8.count)"))
        sender.finish()
        return sender.receive()
      }
      #expect(RawSender.statuses(text).first == 200, "\(text)")
      #expect(RawSender.statuses(text).dropFirst().allSatisfy { $0 == 400 }, "\(text)")
    }
  }

  @Test func nothingOfARequestGetsIntoTheHeaderOfItsAnswer() async throws {
    try await withServer { _, port in
      let targets = ["/v1/%0d%0aX-Evil:%201", "/v1/stock/a%0d%0aX-Evil:%201", "/v1/ingest/x?stream=%0d%0aX-Evil:%201"]
      for target in targets {
        let text = try await answer(port) { sender in
          sender.send("GET \(target) HTTP/1.1\r\nHost: x\r\nOrigin: a\r\nConnection: close\r\n\r\n")
          return sender.receive()
        }
        let header = text.components(separatedBy: "\r\n\r\n")[0]
        #expect(!header.lowercased().contains("\r\nx-evil"), "\(header)")
        #expect(RawSender.statuses(text).allSatisfy { (400..<500).contains($0) }, "\(text)")
      }
    }
  }

  @Test func codedBodiesAreRefusedBeforeTheyAreRead() async throws {
    try await withServer { test, port in
      let key = test.key
      for coding in ["gzip", "deflate", "br", "identity, gzip", "GZIP"] {
        let text = try await answer(port) { sender in
          sender.send(Self.push(key, Self.level, more: "Content-Encoding: \(coding)\r\nConnection: close\r\n"))
          return sender.receive()
        }
        #expect(RawSender.statuses(text) == [415], "\(coding): \(text)")
      }
      let wechat = try await answer(port) { sender in
        sender.send(
          "POST /v1/ingest/wechat HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\nConnection: close\r\n\r\n<")
        return sender.receive()
      }
      #expect(RawSender.statuses(wechat) == [415])
    }
  }

  @Test func manyIdleConnectionsDisturbNobody() async throws {
    try await withServer { test, port in
      var idle: [RawSender] = []
      for number in 0..<2_000 {
        let sender = try RawSender(port: port)
        // Every other one has begun a header.
        if number % 2 == 0 { sender.send("POST /v1/ingest/erp HTTP/1.1\r\nHost: x\r\nX-Slow: ") }
        idle.append(sender)
      }
      let key = test.key
      for _ in 0..<20 {
        let text = try await answer(port) { sender in
          sender.send(Self.push(key, Self.level, more: "Connection: close\r\n"))
          return sender.receive()
        }
        #expect(RawSender.statuses(text) == [200], "\(text)")
      }
      #expect(idle.count == 2_000)
    }
  }

  @Test func aStreamOfAnyLengthIsTakenInPieces() async throws {
    try await withServer { test, port in
      let text =
        "language: 1\nconnector: big\nkind: erp-push\noptions: {max_stream: 1 MB}\nstreams:\n  stock: {format: jsonl, mode: stream}\n"
      let file = try #require(ConnectorFile.load(text: text, file: "big.yaml").0)
      let made = Registry.standard.make(file, home: test.home.folder, cryptography: .standard)
      let connector = try #require(made.0, "\(made.1)")
      test.api.live.update { $0.connectors["big"] = LiveConnector(file, connector, .standard) }
      let key = test.key
      func status(_ size: Int, declared: Bool) async throws -> String {
        try await answer(port) { sender in
          let line = #"{"a": 1}"# + String(repeating: " ", count: 91) + "\n"
          let length = declared ? "Content-Length: \(size * 100)" : "Transfer-Encoding: chunked"
          sender.send(
            "POST /v1/ingest/big HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(key)\r\nContent-Type: application/x-ndjson\r\n\(length)\r\n\r\n"
          )
          for _ in 0..<size where sender.send(declared ? line : "64\r\n\(line)\r\n") {}
          if !declared { sender.send("0\r\n\r\n") }
          sender.finish()
          return sender.receive()
        }
      }
      let taken = try await status(9_000, declared: true)
      #expect(RawSender.statuses(taken) == [202], "\(taken)")
      #expect(taken.contains(#""status":"accepted","size":900000"#))
      #expect(RawSender.statuses(try await status(12_000, declared: true)) == [413])
      #expect(RawSender.statuses(try await status(12_000, declared: false)) == [413])
      #expect(try await test.get("/v1/accounting").json["streams"]?.elements.count == 1)
    }
  }
}
