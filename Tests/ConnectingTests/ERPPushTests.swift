import Configuration
import Model
import TestDigests
import Testing

@testable import Connecting

@Suite struct ERPPushTests {
  private func push(
    _ streams: [(String, String?)] = [("customers", "xml"), ("stock", nil)], stream: String? = nil, maxBody: Int = 10_000,
    _ change: (inout ERPPushSettings) -> Void = { _ in }
  ) -> ERPPush {
    var settings = ERPPushSettings()
    settings.maxBody = maxBody
    settings.wait = .milliseconds(10)
    change(&settings)
    return ERPPush(
      connector: "erp", streams: configured(streams), defaultStream: stream, settings: settings, digests: .reference)
  }

  private func post(
    _ body: String, type: String? = "application/json", stream: String? = "stock", key: String? = nil, headers: [NamedValue] = []
  ) -> InboundRequest {
    var fields = headers
    if let type { fields.append(NamedValue("content-type", type)) }
    if let key { fields.append(NamedValue("Idempotency-Key", key)) }
    return InboundRequest(
      method: "POST", path: "/v1/ingest/erp", query: stream.map { [NamedValue("stream", $0)] } ?? [], headers: fields,
      body: Array(body.utf8))
  }

  private func text(_ reply: Reply) -> String { String(decoding: reply.body, as: UTF8.self) }

  private static let key = RecordKey(source: "erp", type: "stock", key: "A1@SH")

  @Test func answersWithTheResultOfEveryItem() async {
    let sink = MemorySink { _ in
      .applied([
        ItemOutcome(item: 0, key: Self.key, result: .applied, standing: Standing(quantity: Number(12), version: Version(8))),
        ItemOutcome(
          item: 1, key: Self.key, result: .stale, isConflict: true, standing: Standing(quantity: Number(12), version: Version(8))),
        ItemOutcome(item: 2, result: .deadLettered, fault: Fault("value-missing", "There is no quantity.")),
      ])
    }
    let reply = await push().receive(post(#"[{"a":1},{"a":2},{}]"#), into: sink)
    #expect(reply.status == 207)
    #expect(reply.header("Content-Type") == "application/json")
    #expect(
      text(reply) == #"{"status":"applied","position":1,"duplicate":false,"items":["#
        + #"{"item":0,"record":"erp/stock/A1@SH","result":"applied","applied":true,"quantity":12,"version":"8"},"#
        + #"{"item":1,"record":"erp/stock/A1@SH","result":"stale","applied":false,"reason":"stale","conflict":true,"quantity":12,"version":"8"},"#
        + #"{"item":2,"result":"dead-lettered","applied":false,"error":{"code":"value-missing","message":"There is no quantity. [value-missing]"}}]}"#
    )
    #expect(sink.journal.map(\.contentType) == ["application/json"])
    #expect(sink.journal[0].stream == StreamName(connector: "erp", stream: "stock"))
  }

  @Test func xmlIsAnsweredInXMLAndEscaped() async {
    let sink = MemorySink { _ in
      .applied([
        ItemOutcome(
          item: 0, key: RecordKey(source: "erp", type: "stock", key: "<\"A&B\">"), result: .deadLettered,
          fault: Fault("bad", "Not <this> & not \"that\"."))
      ])
    }
    let reply = await push().receive(post("<stock/>", type: "text/xml; charset=gb2312"), into: sink)
    #expect(reply.status == 422)
    #expect(reply.header("Content-Type") == "application/xml; charset=utf-8")
    #expect(text(reply).contains(#"record="erp/stock/&lt;&quot;A&amp;B&quot;&gt;" result="dead-lettered" applied="false""#))
    #expect(text(reply).contains(#"<error code="bad">Not &lt;this&gt; &amp; not &quot;that&quot;. [bad]</error>"#))
    #expect(sink.journal[0].contentType == "application/xml; charset=gb2312")
  }

  @Test func theStatusSaysHowMuchFailed() {
    let fine = ItemOutcome(item: 0, result: .applied)
    let failed = ItemOutcome(item: 1, result: .deadLettered)
    #expect(PushAnswer.status([]) == 200)
    #expect(PushAnswer.status([fine, ItemOutcome(item: 1, result: .stale), ItemOutcome(item: 2, result: .filtered)]) == 200)
    #expect(PushAnswer.status([fine, failed]) == 207)
    #expect(PushAnswer.status([failed, failed]) == 422)
  }

  @Test func whatIsNotAppliedInTimeIs202WithItsPosition() async {
    let reply = await push().receive(post("{}"), into: MemorySink { _ in .pending })
    #expect(reply.status == 202)
    #expect(text(reply) == #"{"status":"pending","position":1,"duplicate":false,"items":[]}"#)
  }

  @Test func anUndecodableBodyIs400AndKept() async {
    let sink = MemorySink { _ in .undecodable(Fault("json-syntax", "Expected a value.", at: Location(line: 1, column: 2))) }
    let reply = await push().receive(post("{oops"), into: sink)
    #expect(reply.status == 400)
    #expect(text(reply).contains(#""code":"json-syntax""#) && text(reply).contains(#""position":1"#))
    #expect(sink.journal.count == 1)
    let inXML = await push().receive(post("<a>", type: nil), into: sink)
    #expect(inXML.header("Content-Type") == "application/problem+xml")
  }

  @Test func aRepeatedKeyGetsTheFirstOnesOutcome() async {
    let sink = MemorySink { _ in .applied([ItemOutcome(item: 0, key: Self.key, result: .applied)]) }
    let erp = push()
    let first = await erp.receive(post("{}", key: "doc-1"), into: sink)
    let again = await erp.receive(post("{}", key: "doc-1"), into: sink)
    #expect(text(again) == text(first).replacing("\"duplicate\":false", with: "\"duplicate\":true"))
    #expect(again.status == 200)
    _ = await erp.receive(post("{}", key: "doc-2"), into: sink)
    _ = await erp.receive(post("<a/>", type: "text/xml", stream: "customers", key: "doc-1"), into: sink)
    _ = await erp.receive(post("{}"), into: sink)
    _ = await erp.receive(post("{}"), into: sink)
    #expect(sink.journal.count == 5)
    #expect(sink.duplicates == 1)
  }

  @Test func aKeyReusedForAnotherBodyIsRefusedLoudly() async {
    let sink = MemorySink()
    let erp = push()
    _ = await erp.receive(post(#"{"n":1}"#, key: "doc-1"), into: sink)
    let reply = await erp.receive(post(#"{"n":2}"#, key: "doc-1"), into: sink)
    #expect(reply.status == 422)
    #expect(text(reply).contains("idempotency-key-reused"))
    let again = await erp.receive(post(#"{"n":1}"#, key: "doc-1"), into: sink)
    #expect(again.status == 200)
  }

  @Test(arguments: ["", String(repeating: "k", count: 256)]) func unusableKeysAreRefused(_ key: String) async {
    let sink = MemorySink()
    let reply = await push().receive(post("{}", key: key), into: sink)
    #expect(reply.status == 400)
    #expect(sink.journal.isEmpty)
  }

  @Test func streamsMustBeDeclared() async {
    let sink = MemorySink()
    let unknown = await push().receive(post("{}", stream: "stok"), into: sink)
    #expect(unknown.status == 404)
    #expect(text(unknown).contains("unknown-stream"))
    let missing = await push().receive(post("{}", stream: nil), into: sink)
    #expect(missing.status == 400)
    #expect(sink.journal.isEmpty)
    let byOption = await push(stream: "stock").receive(post("{}", stream: nil), into: sink)
    #expect(byOption.status == 200)
    let only = await push([("orders", nil)]).receive(post("{}", stream: nil), into: sink)
    #expect(only.status == 200)
    #expect(sink.journal.map(\.stream.stream) == ["stock", "orders"])
  }

  @Test(
    arguments: [
      ("{}", nil, "application/json"), ("\u{FEFF} \n[1]", "text/plain", "application/json"),
      ("<a/>", "application/x-www-form-urlencoded", "application/xml"),
      ("sku,qty\nA,1\n", nil, "text/csv"), ("{}", "application/vnd.erp+json; charset=utf-8", "application/json; charset=utf-8"),
      ("{\"a\":1}\n{\"a\":2}\n", "application/x-ndjson", "application/x-ndjson"),
    ] as [(String, String?, String)])
  func theContentTypeDecidesElseTheBody(_ body: String, _ type: String?, _ expected: String) async {
    let sink = MemorySink()
    let reply = await push().receive(post(body, type: type), into: sink)
    #expect(reply.status == 200)
    #expect(sink.journal.map(\.contentType) == [expected])
  }

  @Test func utf16XMLIsRecognised() {
    #expect(ERPPush.sniff([0xFF, 0xFE, 0x3C, 0x00]) == .xml)
    #expect(ERPPush.sniff([0xFE, 0xFF, 0x00, 0x7B]) == .json)
  }

  @Test func refusesWhatItCannotUnderstandBeforeStoringIt() async {
    let sink = MemorySink()
    let erp = push(maxBody: 10)
    var get = post("{}")
    get.method = "GET"
    let wrongMethod = await erp.receive(get, into: sink)
    #expect(wrongMethod.status == 405 && wrongMethod.header("Allow") == "POST")
    #expect(await erp.receive(post("{\"a\":12345}"), into: sink).status == 413)
    #expect(await erp.receive(post(""), into: sink).status == 400)
    #expect(await erp.receive(post("x", type: "image/png"), into: sink).status == 415)
    #expect(await erp.receive(post("{}", headers: [NamedValue("Content-Encoding", "gzip")]), into: sink).status == 415)
    #expect(await erp.receive(post("{}", stream: "customers"), into: sink).status == 415)
    #expect(sink.journal.isEmpty)
  }

  @Test func aRefusalIs503AndSaysWhenToComeBack() async {
    let sink = MemorySink()
    sink.refuse(Refusal(.busy, "Too much is waiting.", retryAfter: .seconds(3)))
    let reply = await push().receive(post("<a/>", type: "application/xml"), into: sink)
    #expect(reply.status == 503)
    #expect(reply.header("Retry-After") == "3")
    #expect(reply.header("Content-Type") == "application/problem+xml")
    #expect(sink.journal.isEmpty)
  }

  @Test func checkSaysWhatIsMissing() async {
    #expect(await push([]).check().map(\.code) == ["no-streams"])
    #expect(await push(stream: "stok").check().map(\.code) == ["unknown-stream"])
    #expect(await push().check().map(\.level) == [.fine])
  }
}
