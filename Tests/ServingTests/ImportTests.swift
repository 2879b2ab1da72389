import Connecting
import Foundation
import Model
import Testing

@testable import Serving

@Suite struct ImportTests {
  private let table = "客户编号,记录类型,客户名称\nKH1,客户,海龙化工有限公司\n,客户,没有编号\n"

  @Test func aFileIsAcceptedAndAccountedFor() async throws {
    let api = try TestAPI()
    let reply = try await api.send("POST", "/v1/imports?name=a.csv&mapping=crm-customers", body: table)
    #expect(reply.status == 200, "\(reply.text)")
    #expect(reply.json["source"] == "crm")
    #expect(reply.json["stream"] == "customers")
    #expect(reply.json["size"]?.text == String(table.utf8.count))
    #expect(reply.json["deliveries"] == 1)
    #expect(reply.json["duplicates"] == 0)
    let again = try await api.send("POST", "/v1/imports?name=b.csv&mapping=crm-customers", body: table)
    #expect(again.json["known"] == true)
    #expect(again.json["positions"] == reply.json["positions"])
    #expect(try await api.hub.settle(within: .seconds(30)))
    let accounting = try await api.get("/v1/accounting").json
    #expect(accounting["settled"] == true)
    #expect(accounting["balanced"] == true)
    let stream = accounting["streams"]?.elements.first
    #expect(stream?["deliveries"]?["received"] == 2)
    #expect(stream?["deliveries"]?["duplicate"] == 1)
    #expect(stream?["items"]?["applied"] == 1)
    #expect(stream?["items"]?["dead_lettered"] == 1)
  }

  @Test(arguments: [
    ("name=a.csv", 400, "source"), ("name=a&source=crm", 400, "format"), ("name=a.csv&source=nobody", 422, "nobody"),
    ("name=a.csv&mapping=crm-customer", 422, "Did you mean \"crm-customers\"?"), ("name=a.json&source=crm", 422, "json"),
    ("name=a.csv&source=crm&format=xlsx", 400, "csv, json"), ("name=a.csv&source=crm&encoding=klingon", 400, "klingon"),
    ("name=a.json&source=kindred&stream=decisions", 400, "cannot be a source"), ("source=crm", 400, "\"name\" is missing"),
    ("name=a.xml&mapping=crm-customers&format=xml", 422, "reads csv"),
  ]) func whatCannotBeReadIsNotTaken(query: String, status: Int, hint: String) async throws {
    let api = try TestAPI()
    let (_, items) = try PercentEncoding.target("/?" + query)
    let reply = await api.api.handle(
      InboundRequest(
        method: "POST", path: "/v1/imports", query: items, headers: [NamedValue("Authorization", "Bearer \(api.key)")],
        body: Array(table.utf8)))
    #expect(reply.status == status, "\(reply.text)")
    #expect(reply.json["detail"]?.text?.contains(hint) == true, "\(reply.text)")
    #expect(try await api.get("/v1/accounting").json["streams"] == [])
  }

  @Test func aFileOverTheLimitIsRefusedWhileItComes() async throws {
    let api = try TestAPI(maxImport: 100_000)
    var request = InboundRequest(
      method: "POST", path: "/v1/imports", query: [NamedValue("name", "a.csv"), NamedValue("source", "crm")])
    request.headers = [NamedValue("Authorization", "Bearer \(api.key)")]
    let asked = Counter()
    let chunks = Generated(count: 1_000, asked: asked)
    let answer = await api.api.answer(try api.api.admit(request), body: chunks)
    #expect(answer.reply.status == 413)
    #expect(asked.value == 11, "read on after the limit")
    #expect(try await api.get("/v1/accounting").json["streams"] == [])
  }

  @Test func anImportIsNotHeldToTheLimitOfOtherBodies() async throws {
    let api = try TestAPI(maxBody: 1_000)
    let rows = (0..<200).map { "KH\($0),客户,海龙化工有限公司,,,\n" }.joined()
    try await api.importCRM([rows.trimmingCharacters(in: .newlines)])
    #expect(try await api.get("/v1/records/crm/customer/KH199").status == 200)
  }

  @Test func exportsAreTables() async throws {
    let api = try TestAPI()
    try await api.importCRM(companies)
    let crosswalk = try await api.get("/v1/export/crosswalk")
    #expect(crosswalk.header("Content-Type")?.hasPrefix("text/csv") == true)
    let lines = crosswalk.text.split(separator: "\r\n")
    #expect(lines.first == "source,type,key,customer")
    #expect(lines.count == 4)
    #expect(lines.contains("crm,customer,KH3,\(try await api.customer(ofCRM: "KH3"))"))
    let canonical = try await api.get("/v1/export/canonical")
    #expect(canonical.text.split(separator: "\n").count == 2)
    let head = try await api.send("HEAD", "/v1/export/canonical")
    #expect(head.header("Content-Length") == String(canonical.body.count))
    #expect(head.body.isEmpty)
  }
}

/// Chunks of 10,000 bytes, made when they are asked for.
private struct Generated: AsyncSequence, Sendable {
  typealias Failure = any Error
  let count: Int
  let asked: Counter

  func makeAsyncIterator() -> Iterator { Iterator(left: count, asked: asked) }

  struct Iterator: AsyncIteratorProtocol {
    var left: Int
    let asked: Counter

    mutating func next() async throws -> Bytes? {
      guard left > 0 else { return nil }
      left -= 1
      asked.increment()
      return Bytes(repeating: UInt8(ascii: "x"), count: 9_999) + [UInt8(ascii: "\n")]
    }
  }
}
