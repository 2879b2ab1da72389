import Connecting
import Model
import Testing

@testable import Serving

@Suite struct IngestTests {
  private let json = [NamedValue("Content-Type", "application/json")]

  private func stock(_ quantity: Int, sequence: Int) -> String {
    #"{"sku": "A/1", "warehouse": "SH01", "quantity": \#(quantity), "reserved": 2, "unit": "箱", "sequence": \#(sequence)}"#
  }

  @Test func aPushIsAnsweredAfterItWasApplied() async throws {
    let api = try TestAPI()
    let pushed = try await api.send("POST", "/v1/ingest/erp?stream=stock", headers: json, body: stock(10, sequence: 2))
    #expect(pushed.status == 200, "\(pushed.text)")
    #expect(pushed.json["items"]?.elements.first?["result"] == "applied")
    let level = try await api.get("/v1/stock/A%2F1")
    #expect(level.json["available"]?.text == "8")
    let late = try await api.send("POST", "/v1/ingest/erp?stream=stock", headers: json, body: stock(99, sequence: 1))
    #expect(late.json["items"]?.elements.first?["result"] == "stale")
    #expect(try await api.get("/v1/stock/A/1").json == level.json)
    #expect(try await api.get("/v1/stock/B").code == "unknown-product")
  }

  @Test func anERPNeedsAKey() async throws {
    let api = try TestAPI()
    let request = InboundRequest(method: "POST", path: "/v1/ingest/erp", query: [NamedValue("stream", "stock")], headers: json)
    #expect(await api.api.handle(request).code == "key-missing")
  }

  @Test func weChatSignsAndNeedsNone() async throws {
    let api = try TestAPI()
    let signature = CryptoDigests.standard.sha1(Array(["1700000000", "42", TestHome.wechatToken].sorted().joined().utf8))
    func request(_ signature: String) -> InboundRequest {
      InboundRequest(
        method: "GET", path: "/v1/ingest/wechat",
        query: [
          NamedValue("signature", signature), NamedValue("timestamp", "1700000000"), NamedValue("nonce", "42"),
          NamedValue("echostr", "777"),
        ])
    }
    let confirmed = await api.api.handle(request(Hex.text(signature)))
    #expect(confirmed.status == 200, "\(confirmed.text)")
    #expect(confirmed.text == "777")
    #expect(await api.api.handle(request("00")).status == 403)
  }

  @Test func anUnknownConnectorIsNotFound() async throws {
    let api = try TestAPI()
    let reply = try await api.send("POST", "/v1/ingest/nobody", headers: json, body: "{}")
    #expect(reply.status == 404)
    #expect(reply.code == "unknown-connector")
  }

  @Test func aBodyOverTheLimitIsRefused() async throws {
    let api = try TestAPI(maxBody: 1_000)
    let declared = try await api.send(
      "POST", "/v1/ingest/erp?stream=stock", headers: json + [NamedValue("Content-Length", "1001")])
    #expect(declared.status == 413)
    let sent = try await api.send("POST", "/v1/ingest/erp?stream=stock", headers: json, body: String(repeating: " ", count: 1_001))
    #expect(sent.status == 413)
    #expect(sent.code == "too-large")
    #expect(try await api.get("/v1/accounting").json["streams"] == [])
  }

  @Test func connectorsTellHowTheyAreDoing() async throws {
    let api = try TestAPI()
    _ = try await api.send("POST", "/v1/ingest/erp?stream=stock", headers: json, body: stock(1, sequence: 1))
    _ = try await api.send("POST", "/v1/ingest/erp?stream=stock", headers: json, body: stock(1, sequence: 1))
    let statuses = try await api.get("/v1/connectors").json["connectors"]?.elements ?? []
    #expect(statuses.map { $0["connector"]?.text } == ["erp", "wechat"])
    #expect(statuses.first?["accepted"]?.text == "2")
    #expect(statuses.first?["last_item"] != nil)
  }
}
