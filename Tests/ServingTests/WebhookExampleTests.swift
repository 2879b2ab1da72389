import Configuration
import Connecting
import Foundation
import Model
import Testing

@testable import Serving

/// The shipped examples of kind `webhook`, from the request to the timeline: an inquiry form and a call centre.
@Suite struct WebhookExampleTests {
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// An API with a shipped connector, whose secret comes from the environment.
  private func api(_ connector: String, _ variable: String, _ secret: String) throws -> TestAPI {
    setenv(variable, secret, 1)
    let api = try TestAPI()
    let path = Self.repository.appending(path: "connectors/\(connector).yaml").path
    let (file, diagnostics) = ConnectorFile.load(text: try String(contentsOfFile: path, encoding: .utf8), file: path)
    let found = try #require(file, "\(diagnostics)")
    let made = Registry.standard.make(found, home: api.home.folder, cryptography: .standard)
    let receiver = try #require(made.0, "\(made.1)")
    api.api.live.update { $0.connectors[connector] = LiveConnector(found, receiver, .standard) }
    return api
  }

  private func post(_ api: TestAPI, _ connector: String, _ headers: [NamedValue], _ body: String) async -> Reply {
    await api.api.handle(
      InboundRequest(method: "POST", path: "/v1/ingest/\(connector)", headers: headers, body: Array(body.utf8)))
  }

  private func timeline(_ api: TestAPI, source: String, key: String) async throws -> [String?] {
    #expect(try await api.hub.settle(within: .seconds(30)))
    let found = try await api.get("/v1/customers?source=\(source)&key=\(key.replacing("+", with: "%2B"))")
    let customer = try #require(found.json["customers"]?.elements.first?["id"]?.text, "\(found.text)")
    return (try await api.get("/v1/customers/\(customer)").json["timeline"]?.elements ?? []).map { $0["attributes"]?["text"]?.text }
  }

  @Test func aFormWithAFileBecomesAnInquiryOnce() async throws {
    let api = try api("inquiry", "KINDRED_INQUIRY_TOKEN", "form-token-1")
    let body =
      "--b7\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n李明\r\n"
      + "--b7\r\nContent-Disposition: form-data; name=\"phone\"\r\n\r\n138 0013 8000\r\n"
      + "--b7\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\n请报价\r\n"
      + "--b7\r\nContent-Disposition: form-data; name=\"drawing\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--b7--\r\n"
    let type = NamedValue("Content-Type", "multipart/form-data; boundary=b7")
    #expect(await post(api, "inquiry", [type, NamedValue("X-Form-Token", "wrong")], body).status == 401)
    for _ in 0..<3 {
      #expect(await post(api, "inquiry", [type, NamedValue("X-Form-Token", "form-token-1")], body).status == 200)
    }
    #expect(try await timeline(api, source: "inquiry", key: "+8613800138000") == ["请报价"])
  }

  @Test func callsComeSinglyAndInLists() async throws {
    let secret = "call-secret-1"
    let api = try api("calls", "KINDRED_CALLS_SECRET", secret)
    func event(_ id: Int, _ note: String) -> String {
      #"{"call_id": \#(id), "direction": "inbound", "caller": "013800138000", "started_at": "2026-11-22T08:0\#(id):00Z", "#
        + #""ended_at": "2026-11-22T08:0\#(id):30Z", "note": "\#(note)"}"#
    }
    func headers(_ body: String) -> [NamedValue] {
      let signature = Cryptography.standard.hmacSHA256(Array(body.utf8), Array(secret.utf8))
      return [NamedValue("Content-Type", "application/json"), NamedValue("X-Call-Signature", Hex.text(signature))]
    }
    let list = "[\(event(1, "询问库存")), \(event(2, "催货"))]"
    for body in [list, event(3, "投诉"), list] { #expect(await post(api, "calls", headers(body), body).status == 200) }
    #expect(await post(api, "calls", headers(list), event(4, "伪造")).status == 401)
    #expect(try await timeline(api, source: "calls", key: "+8613800138000") == ["投诉", "催货", "询问库存"])
  }
}
