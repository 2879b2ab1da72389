import Connecting
import Model
import Testing

@testable import Serving

@Suite struct CustomerAPITests {
  @Test(arguments: [
    "phone=18184294310", "phone=%2B86%20181-8429-4310", "phone=+8618184294310", "email=Jason.Ling@kejin.example", "source=crm&key=KH2",
    "q=科锦食品",
  ])
  func aCustomerIsFound(query: String) async throws {
    let api = try TestAPI()
    try await api.importCRM(companies)
    let reply = try await api.get("/v1/customers?\(query)")
    #expect(reply.status == 200, "\(reply.text)")
    let found = reply.json["customers"]?.elements ?? []
    #expect(found.count == 1)
    #expect(found.first?["name"]?.text == "杭州科锦食品有限公司")
    #expect(found.first?["records"] == ["crm/customer/KH1", "crm/customer/KH2"])
    #expect(reply.json["truncated"] == false)
  }

  @Test func searchingSaysWhenThereIsMore() async throws {
    let api = try TestAPI()
    try await api.importCRM(companies)
    let all = try await api.get("/v1/customers?q=有限公司")
    #expect(all.json["customers"]?.elements.count == 2)
    #expect(all.json["truncated"] == false)
    let one = try await api.get("/v1/customers?q=有限公司&limit=1")
    #expect(one.json["customers"]?.elements.count == 1)
    #expect(one.json["truncated"] == true)
    #expect(try await api.get("/v1/customers?q=不存在的公司").json["customers"] == [])
  }

  @Test(arguments: ["", "?source=crm", "?key=1", "?phone=1&q=2", "?source=crm&key=1&email=a@b.example"])
  func oneWayOfFindingIsNeeded(query: String) async throws {
    let reply = try await TestAPI().get("/v1/customers\(query)")
    #expect(reply.status == 400)
    #expect(reply.json["detail"]?.text?.contains("exactly one of") == true)
  }

  @Test func aCustomerHasATagThatChangesWithIt() async throws {
    let api = try TestAPI()
    try await api.importCRM(companies)
    let path = "/v1/customers/\(try await api.customer(ofCRM: "KH3"))"
    let reply = try await api.get(path)
    #expect(reply.status == 200)
    #expect(reply.json["golden"]?["name"]?["value"]?.text == "宁波海龙化工有限公司")
    let tag = try #require(reply.header("ETag"))
    #expect(tag.hasPrefix("\"") && tag.hasSuffix("\""))
    for known in [tag, "\"other\", \(tag)", "W/\(tag)", "*"] {
      let same = try await api.get(path, headers: [NamedValue("If-None-Match", known)])
      #expect(same.status == 304, "\(known)")
      #expect(same.body.isEmpty)
      #expect(same.header("ETag") == tag)
    }
    try await api.importCRM(["KH3,客户,宁波海龙化工有限公司,朱阳,13911112222,new@hailong.example"])
    let later = try await api.get(path, headers: [NamedValue("If-None-Match", tag)])
    #expect(later.status == 200)
    #expect(later.header("ETag") != tag)
  }

  @Test func headSaysWhatGetWould() async throws {
    let api = try TestAPI()
    try await api.importCRM(companies)
    let path = "/v1/customers/\(try await api.customer(ofCRM: "KH1"))"
    let get = try await api.get(path)
    let head = try await api.send("HEAD", path)
    #expect(head.status == 200)
    #expect(head.body.isEmpty)
    #expect(head.header("Content-Length") == String(get.body.count))
    #expect(head.header("ETag") == get.header("ETag"))
  }

  @Test func aMergedIdAnswersWithTheSurvivor() async throws {
    let api = try TestAPI()
    try await api.importCRM(companies)
    let (survivor, merged) = (try await api.customer(ofCRM: "KH1"), try await api.customer(ofCRM: "KH3"))
    _ = try await api.hub.decide(
      .mustLink, RecordKey(source: "crm", type: "customer", key: "KH1"), RecordKey(source: "crm", type: "customer", key: "KH3"),
      author: "t",
      reason: "t")
    let ids = [survivor, merged].map { CustomerID(parsing: $0)! }.sorted()
    let reply = try await api.get("/v1/customers/\(ids[1])")
    #expect(reply.status == 200)
    #expect(reply.header("Content-Location") == "/v1/customers/\(ids[0])")
    #expect(reply.json["id"]?.text == ids[0].description)
    #expect(reply.json["records"]?.elements.count == 3)
    #expect(try await api.get("/v1/customers/\(ids[0])").header("Content-Location") == nil)
  }

  @Test func aCustomerWithoutRecordsIsGone() async throws {
    let api = try TestAPI()
    for line in [#"{"id": "M1", "name": "海龙化工有限公司"}"#, #"{"id": "M1", "gone": "yes"}"#] {
      let reply = try await api.send("POST", "/v1/imports?name=members.jsonl&source=club", body: line)
      #expect(reply.status == 200, "\(reply.text)")
      #expect(try await api.hub.settle(within: .seconds(30)))
    }
    let gone = try await api.get("/v1/customers/c-1")
    #expect(gone.status == 410, "\(gone.text)")
    #expect(gone.code == "retired-customer")
    #expect(try await api.get("/v1/customers/c-1/why").status == 410)
    #expect(try await api.get("/v1/records/club/customer/M1").status == 404)
  }

  @Test(arguments: ["c-999", "c-0", "nobody", "c-01"]) func nobodyIsNotFound(id: String) async throws {
    let api = try TestAPI()
    #expect(try await api.get("/v1/customers/\(id)").status == 404)
    #expect(try await api.get("/v1/customers/\(id)/why").code == "unknown-customer")
  }

  @Test func whyAddsUp() async throws {
    let api = try TestAPI()
    try await api.importCRM(companies)
    let pair = try await api.get("/v1/why?first=crm/customer/KH1&second=crm/customer/KH2")
    #expect(pair.status == 200, "\(pair.text)")
    #expect(pair.json["together"] == true)
    let sum = pair.json["parts"]?.elements.reduce(0.0) { $0 + (Double($1["weight"]?.text ?? "") ?? .nan) }
    #expect(sum == pair.json["weight"]?.text.flatMap { Double($0) })
    let apart = try await api.get("/v1/why?first=crm/customer/KH1&second=crm/customer/KH3")
    #expect(apart.json["together"] == false)
    let ties = try await api.get("/v1/customers/\(try await api.customer(ofCRM: "KH1"))/why")
    #expect(ties.json["ties"]?.elements.count == 2)
    #expect(try await api.get("/v1/why?first=crm/customer/KH1&second=crm/customer/no").code == "unknown-record")
    #expect(try await api.get("/v1/why?first=crm/customer/KH1&second=crm/customer/KH1").status == 400)
  }

  @Test func aRecordNamesItsCustomer() async throws {
    let api = try TestAPI()
    try await api.importCRM(companies)
    let reply = try await api.get("/v1/records/crm/customer/KH1")
    #expect(reply.json["customer"]?.text == (try await api.customer(ofCRM: "KH1")))
    #expect(reply.json["attributes"]?["contact_name"]?.text == "凌晓梅")
    #expect(try await api.get("/v1/records/crm/customer/KH9").code == "unknown-record")
  }
}
