import Connecting
import Model
import Testing

@testable import Serving

@Suite struct FeedTests {
  @Test func theChangeFeedGoesOnWhereThePageBeforeEnded() async throws {
    let api = try TestAPI()
    try await api.importCRM(companies)
    let all = try await api.get("/v1/changes")
    let sequences = all.json["changes"]?.elements.compactMap { $0["sequence"]?.text } ?? []
    #expect(sequences.count >= 2)
    #expect(all.header("Link") == nil)
    var paged: [String] = []
    var target = "/v1/changes?limit=1"
    while paged.count <= sequences.count {
      let page = try await api.get(target)
      paged += page.json["changes"]?.elements.compactMap { $0["sequence"]?.text } ?? []
      guard let link = page.header("Link") else { break }
      target = String(try #require(link.firstMatch(of: /<(.*)>; rel="next"/)).1)
    }
    #expect(paged == sequences)
    let end = try #require(all.json["next"]?.text)
    let nothing = try await api.get("/v1/changes?after=\(end)")
    #expect(nothing.json["changes"] == [])
    #expect(nothing.json["next"]?.text == end)
  }

  @Test func deadLettersKeepTheirBytes() async throws {
    let api = try TestAPI()
    try await api.importCRM([",客户,没有编号,,,", "KH1,客户,a", "KH2,客户,海龙化工有限公司,,,"])
    let letters = try await api.get("/v1/deadletters?connector=crm").json["dead_letters"]?.elements ?? []
    #expect(letters.map { $0["code"]?.text } == ["missing-key-value", "csv-field-count"])
    let id = try #require(letters.last?["id"]?.text)
    let one = try await api.get("/v1/deadletters/\(id)")
    #expect(one.json["raw"]?.text?.contains("KH1,客户,a") == true)
    let raw = try await api.get("/v1/deadletters/\(id)?raw=true")
    #expect(raw.header("Content-Type") == "application/octet-stream")
    #expect(raw.text == one.json["raw"]?.text)
    #expect(try await api.get("/v1/deadletters?code=csv-field-count").json["dead_letters"]?.elements.count == 1)
    #expect(try await api.get("/v1/deadletters?connector=erp").json["dead_letters"] == [])
    #expect(try await api.get("/v1/deadletters/999").code == "unknown-dead-letter")
    #expect(try await api.get("/v1/deadletters/x").status == 404)
  }

  @Test func healthSaysWhy() async throws {
    let api = try TestAPI()
    #expect(try await api.get("/live").status == 200)
    #expect(try await api.get("/ready").json["status"] == "ready")
    api.api.drain()
    let ready = try await api.get("/ready")
    #expect(ready.status == 503)
    #expect(ready.json["reasons"]?.elements.first?["code"] == "shutting-down")
    #expect(ready.header("Retry-After") != nil)
    #expect(try await api.get("/live").status == 200)
  }

  @Test func metricsHaveTheAccounting() async throws {
    let api = try TestAPI()
    try await api.importCRM(companies + [",客户,没有编号,,,"])
    _ = try await api.get("/v1/customers/c-999")
    let text = try await api.get("/metrics").text
    for line in [
      #"kindred_deliveries_total{connector="crm",stream="customers",state="received"} 1"#,
      #"kindred_deliveries_pending{connector="crm",stream="customers"} 0"#,
      #"kindred_items_total{connector="crm",stream="customers",result="applied"} 3"#,
      #"kindred_items_total{connector="crm",stream="customers",result="dead-lettered"} 1"#,
      #"kindred_accounting_balanced{connector="crm",stream="customers"} 1"#, #"kindred_applied_lag{connector="crm"} 0"#,
      "kindred_dead_letters 1", "kindred_customers 2", "kindred_applying_failed 0",
      #"kindred_http_requests_total{method="GET",route="/v1/customers/{id}",status="404"} 1"#,
    ] { #expect(text.contains("\n\(line)\n"), "\(line)") }
    #expect(text.contains(/\nprocess_resident_memory_bytes [1-9][0-9]{6,}\n/))
    // Every sample stands below the type of its metric, and ends in a number.
    var family = ""
    for line in text.split(separator: "\n") {
      if line.hasPrefix("# TYPE ") { family = String(line.split(separator: " ")[2]) }
      guard !line.hasPrefix("#") else { continue }
      #expect(line.hasPrefix(family) && Int64(line.split(separator: " ").last ?? "") != nil, "\(line)")
    }
  }

  @Test func labelsAreEscaped() {
    var text = MetricsText()
    text.family("a", .gauge, "Help.")
    text.sample(1, ["b": "x\"y\\z\n"])
    #expect(text.text.hasSuffix("a{b=\"x\\\"y\\\\z\\n\"} 1\n"))
  }
}
