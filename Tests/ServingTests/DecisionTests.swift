import Connecting
import Model
import Testing

@testable import Serving

@Suite struct DecisionTests {
  private func body(
    _ kind: String = "must-link", _ first: String = "crm/customer/KH1", _ second: String = "crm/customer/KH3", more: String = ""
  )
    -> String
  { #"{"kind": "\#(kind)", "first": "\#(first)", "second": "\#(second)", "reason": "the same boss"\#(more)}"# }

  @Test func aDecisionJoinsAndItsUndoingParts() async throws {
    let api = try TestAPI()
    try await api.importCRM(companies)
    let before = try await api.get("/v1/export/canonical").text
    let made = try await api.send("POST", "/v1/decisions", body: body())
    #expect(made.status == 201, "\(made.text)")
    #expect(made.json["author"] == "support-tool")
    #expect(made.json["missing"] == [])
    let id = try #require(made.json["id"]?.text)
    #expect(made.header("Location") == "/v1/decisions/\(id)")
    #expect(try await api.customer(ofCRM: "KH1") == (try await api.customer(ofCRM: "KH3")))
    let listed = try await api.get("/v1/decisions").json["decisions"]?.elements ?? []
    #expect(listed.map { $0["id"]?.text } == [id])
    #expect(listed.first?["reason"] == "the same boss")
    for _ in 0..<2 { #expect(try await api.send("DELETE", "/v1/decisions/\(id)").status == 204) }
    #expect(try await api.get("/v1/decisions").json["decisions"] == [])
    #expect(try await api.get("/v1/export/canonical").text == before)
    #expect(try await api.send("DELETE", "/v1/decisions/99").code == "unknown-decision")
  }

  @Test func aDecisionMayComeBeforeItsRecords() async throws {
    let api = try TestAPI()
    let made = try await api.send("POST", "/v1/decisions", body: body("cannot-link", "crm/customer/KH1", "crm/customer/KH2"))
    #expect(made.json["missing"] == ["crm/customer/KH1", "crm/customer/KH2"])
    try await api.importCRM(companies)
    #expect(try await api.customer(ofCRM: "KH1") != (try await api.customer(ofCRM: "KH2")))
  }

  @Test(arguments: [
    (#"{"kind": "must-link""#, [] as [String]), ("[]", []),
    (#"{"kind": "maybe", "first": "a", "second": 7}"#, ["#/kind", "#/first", "#/second", "#/reason"]),
    (#"{"kind": "must-link", "first": "a/b/c", "second": "a/b/c", "reason": "x"}"#, ["#/second"]),
    (#"{"kind": "must-link", "first": "a/b/c", "second": "a/b/d", "reason": "x", "expire~s": "x"}"#, ["#/expire~0s"]),
    (#"{"kind": "must-link", "first": "a/b/c", "second": "a/b/d", "reason": "x", "expires": "2001-01-01T00:00:00Z"}"#, ["#/expires"]),
    (#"{"kind": "must-link", "first": "a/b/c", "second": "a/b/d", "reason": "x", "expires": "soon"}"#, ["#/expires"]),
  ]) func whatIsWrongWithABodyIsPointedAt(body: String, pointers: [String]) async throws {
    let reply = try await TestAPI().send("POST", "/v1/decisions", body: body)
    #expect(reply.status == 400)
    #expect(reply.code == "bad-body")
    #expect((reply.json["errors"]?.elements ?? []).compactMap { $0["pointer"]?.text }.sorted() == pointers.sorted(), "\(reply.text)")
  }

  @Test func expiryIsKeptAndFormsAreRefused() async throws {
    let api = try TestAPI()
    let made = try await api.send("POST", "/v1/decisions", body: body(more: #", "expires": "2090-01-31T08:00:00.5+08:00""#))
    #expect(made.json["expires"]?.text?.hasPrefix("2090-01-31T00:00:00.5") == true, "\(made.text)")
    let form = try await api.send("POST", "/v1/decisions", headers: [NamedValue("Content-Type", "application/xml")], body: body())
    #expect(form.status == 415)
  }
}
