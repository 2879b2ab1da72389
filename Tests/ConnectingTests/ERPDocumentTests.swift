import Formats
import Model
import TestDigests
import Testing

@testable import Connecting

/// Documents as ERPs send them: what names them, how they are answered, and bodies that are too long for memory.
@Suite struct ERPDocumentTests {
  private func push(_ change: (inout ERPPushSettings) -> Void = { _ in }) -> ERPPush {
    var settings = ERPPushSettings()
    settings.wait = .milliseconds(10)
    change(&settings)
    return ERPPush(
      connector: "erp", streams: configured(["stock", "bulk"]), defaultStream: "stock", settings: settings, digests: .reference)
  }

  private func post(_ body: String, type: String = "application/xml", query: [NamedValue] = []) -> InboundRequest {
    InboundRequest(
      method: "POST", path: "/v1/ingest/erp", query: query, headers: [NamedValue("Content-Type", type)], body: Array(body.utf8))
  }

  private static func idoc(_ number: Int, sender: String = "A", quantity: Int = 1) -> String {
    """
    <WMMBID02><IDOC><EDI_DC40><MANDT>200</MANDT><DOCNUM>\(number)</DOCNUM><SNDPRT>LS</SNDPRT><SNDPRN>\(sender)</SNDPRN></EDI_DC40>\
    <E1MBXYH><E1MBXYI><ERFMG>\(quantity)</ERFMG></E1MBXYI></E1MBXYH></IDOC></WMMBID02>
    """
  }

  @Test func anIDocThatIsSentAgainIsKnownBySenderAndNumber() async {
    let sink = MemorySink()
    let erp = push { $0.document = .idoc }
    #expect(await erp.receive(post(Self.idoc(1)), into: sink).status == 200)
    let again = await erp.receive(post(Self.idoc(1)), into: sink)
    #expect(String(decoding: again.body, as: UTF8.self).contains(#"duplicate="true""#))
    #expect(await erp.receive(post(Self.idoc(1, sender: "B")), into: sink).status == 200)
    #expect(await erp.receive(post(Self.idoc(2)), into: sink).status == 200)
    #expect(sink.journal.count == 3)
    let changed = await erp.receive(post(Self.idoc(2, quantity: 5)), into: sink)
    #expect(changed.status == 422, "the same number with another content is no repetition")
    #expect(sink.journal.count == 3)
  }

  @Test func aKeyInTheHeaderCountsBeforeTheDocumentsNumber() async {
    let sink = MemorySink()
    let erp = push { $0.document = .idoc }
    for key in ["a", "b"] {
      var request = post(Self.idoc(1))
      request.headers.append(NamedValue("Idempotency-Key", key))
      #expect(await erp.receive(request, into: sink).status == 200)
    }
    #expect(sink.journal.count == 2)
  }

  @Test(
    arguments: [
      ("/header/no", #"{"header": {"no": 77}}"#, Format.json, "77"), ("/lines/1/a~1b~0", #"{"lines": [1, {"a/b~": "x"}]}"#, .json, "x"),
      ("/header/no", #"{"header": {}}"#, .json, nil), ("/lines/7", #"{"lines": []}"#, .json, nil), ("/a", "{broken", .json, nil),
      ("/stock/@no", #"<stock no="9"/>"#, .xml, "9"), ("//no", "<a><no>1</no><no>2</no></a>", .xml, "1\u{1E}2"),
      ("//no", "<a/>", .xml, nil),
      ("cxml", #"<cXML payloadID="p@x"/>"#, .xml, "p@x"), ("idoc", "<IDOC/>", .xml, nil), ("idoc", "<IDOC><EDI_DC40/></IDOC>", .xml, nil),
      (
        "ubl", #"<r xmlns:c="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><c:ID>1</c:ID><c:UUID>u</c:UUID></r>"#,
        .xml,
        "u"
      ),
      ("ubl", #"<r xmlns:c="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><c:ID>1</c:ID></r>"#, .xml, "r 1"),
      ("/a", "a\n1\n", .csv, nil),
    ] as [(String, String, Format, String?)])
  func documentsAreNamedByWhatTheyHold(_ option: String, _ body: String, _ format: Format, _ name: String?) {
    #expect(DocumentName(option).name(in: Array(body.utf8), format: format, charset: nil) == name)
  }

  @Test func checkFindsABrokenPath() async {
    #expect(await push { $0.document = DocumentName("//a[") }.check().map(\.level) == [.problem])
    #expect(await push { $0.document = DocumentName("//a") }.check().map(\.level) == [.fine])
  }

  @Test func cXMLIsAnsweredInCXML() async throws {
    let body =
      #"<?xml version="1.0"?><!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.033/cXML.dtd">"# + #"<cXML payloadID="p"/>"#
    let outcomes: [(DeliveryOutcome, String)] = [
      (.applied([ItemOutcome(item: 0, result: .applied)]), "200"), (.pending, "201"),
      (.applied([ItemOutcome(item: 0, result: .deadLettered, fault: Fault("x-y", "Not <that>."))]), "400"),
      (.undecodable(Fault("xml-malformed", "No.")), "406"),
    ]
    for (outcome, code) in outcomes {
      let reply = await push().receive(post(body, type: "text/xml"), into: MemorySink { _ in outcome })
      #expect(reply.status == 200)
      let document = try XMLNode.parse(reply.body)
      #expect(document.name == "cXML" && document.attribute("payloadID") == "1.erp@kindred")
      #expect(document.attribute("timestamp")?.hasSuffix("Z") == true)
      #expect(try document.xpath("string(Response/Status/@code)") == [.text(code)])
    }
  }

  @Test func aDoctypeThatOnlyPointsElsewhereIsBlanked() throws {
    let pointing = "<?xml version=\"1.0\"?>\n<!-- > -->\n<!DOCTYPE cXML\n SYSTEM 'a>b'>\n<cXML/>"
    let blanked = ExternalDoctype.blanked(Array(pointing.utf8))
    #expect(blanked.count == pointing.utf8.count)
    #expect(try XMLNode.parse(blanked).line == 5)
    let untouched = [
      "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "<a><![CDATA[<!DOCTYPE a>]]></a>", "<!DOCTYPE a", "", "<a/>", "<?xml", "<!-- ",
    ]
    for text in untouched { #expect(ExternalDoctype.blanked(Array(text.utf8)) == Array(text.utf8)) }
  }

  @Test func someSendersRepeatWhateverIsNot200() async {
    let sink = MemorySink { _ in
      .applied([ItemOutcome(item: 0, result: .applied), ItemOutcome(item: 1, result: .deadLettered, fault: Fault("a-b", "No."))])
    }
    #expect(await push().receive(post("<a/>"), into: sink).status == 207)
    #expect(await push { $0.partialStatus = 200 }.receive(post("<a/>"), into: sink).status == 200)
  }

  // MARK: Long bodies

  private func chunks(_ text: String, size: Int, failure: (any Error)? = nil) -> AsyncThrowingStream<Bytes, any Error> {
    let bytes = Array(text.utf8)
    return AsyncThrowingStream { continuation in
      for start in stride(from: 0, to: bytes.count, by: size) { continuation.yield(Array(bytes[start..<min(start + size, bytes.count)])) }
      continuation.finish(throwing: failure)
    }
  }

  private let toBulk = [NamedValue("stream", "bulk")]

  @Test func aLongBodyBecomesDeliveriesOfWholeItems() async throws {
    let erp = push { $0.streamed = ["bulk"] }
    let sink = MemorySink()
    let request = post("", type: "application/x-ndjson", query: toBulk)
    #expect(erp.streamLimit(of: request) == 1 << 30)
    #expect(erp.streamLimit(of: post("")) == nil)
    let lines = (0..<20_000).map { #"{"sku": "S\#($0)", "quantity": \#($0)}"# + "\n" }.joined()
    let reply = await erp.receive(request, body: chunks(lines, size: 60_000), into: sink)
    #expect(reply.status == 202)
    let answer = try JSON.parse(reply.body)
    #expect(answer["size"]?.text == String(lines.utf8.count))
    #expect(sink.journal.count > 1 && answer["deliveries"]?.text == String(sink.journal.count))
    #expect(sink.journal.flatMap { sink.bytes($0) } == Array(lines.utf8))
    #expect(sink.journal.allSatisfy { sink.bytes($0).last == 0x0A })
    let again = await erp.receive(request, body: chunks(lines, size: 7_777), into: sink)
    #expect(try JSON.parse(again.body)["duplicates"]?.text == String(sink.journal.count))
  }

  @Test func aLongBodyThatCannotBeTakenIsRefused() async {
    let erp = push { $0.streamed = ["bulk"] }
    let sink = MemorySink()
    func status(_ type: String, _ body: String = "{}\n", _ failure: (any Error)? = nil) async -> Int {
      await erp.receive(post("", type: type, query: toBulk), body: chunks(body, size: 10, failure: failure), into: sink).status
    }
    #expect(await status("application/json") == 415)
    #expect(await status("image/png") == 415)
    #expect(await status("text/csv", "") == 400)
    #expect(await status("text/csv", "a\n1\n", Problem(413, "too-large", "The request is too large")) == 413)
    #expect(await status("text/csv", "a\n1\n", CancellationError()) == 400)
    #expect(sink.journal.isEmpty)
  }
}
