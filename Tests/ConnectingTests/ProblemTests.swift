import Formats
import Model
import Testing

@testable import Connecting

private func text(_ reply: Reply) -> String { String(decoding: reply.body, as: UTF8.self) }

@Suite struct ProblemTests {
  @Test func isAProblemJSONDocumentOfRFC9457() {
    let problem = Problem(
      404, "unknown-stream", "There is no such stream", detail: "No \"x\".",
      errors: [Problem.Detail(code: "missing", detail: "Missing.", pointer: "#/items/3/quantity")])
    #expect(problem.reply.status == 404)
    #expect(problem.reply.header("content-type") == "application/problem+json")
    #expect(
      text(problem.reply)
        == #"{"type":"/problems/unknown-stream","title":"There is no such stream","status":404,"detail":"No \"x\".","#
        + ##""code":"unknown-stream","errors":[{"code":"missing","detail":"Missing.","pointer":"#/items/3/quantity"}]}"##)
  }

  @Test func isAProblemXMLDocumentForThoseWhoSpeakXML() {
    let problem = Problem(400, "xml-syntax", "Not XML", detail: "Expected </a> & found \"<b>\".", position: 7)
    #expect(problem.xmlReply.header("Content-Type") == "application/problem+xml")
    #expect(text(problem.xmlReply).contains("<detail>Expected &lt;/a&gt; &amp; found &quot;&lt;b&gt;&quot;.</detail>"))
    #expect(text(problem.xmlReply).contains("<position>7</position>"))
  }

  @Test func aRefusalSaysWhenToComeBack() {
    let busy = Problem(Refusal(.storageFull, "The disk is full.", retryAfter: .milliseconds(1500))).reply
    #expect(busy.status == 503)
    #expect(busy.header("Retry-After") == "2")
    #expect(Problem(Refusal(.shuttingDown, "Bye.")).reply.header("Retry-After") == "30")
    let large = Problem(Refusal(.tooLarge, "Too large.")).reply
    #expect(large.status == 413)
    #expect(large.header("Retry-After") == nil)
  }

  @Test func escapedTextCannotLeaveItsPlace() {
    #expect(XMLText.escape("a\u{0}b\u{1B}\u{FFFF}") == "a\u{FFFD}b\u{FFFD}\u{FFFD}")
    #expect(XMLText.attribute("n", "\"><x a='\n\t") == " n=\"&quot;&gt;&lt;x a=&apos;&#10;&#9;\"")
    #expect(XMLText.escape("库存😀") == "库存😀")
  }
}

@Suite struct MediaTypeTests {
  @Test(
    arguments: [
      ("application/json", Format.json, nil), ("Application/JSON; Charset=\"UTF-8\"", .json, "UTF-8"),
      ("text/xml;charset=gb2312", .xml, "gb2312"),
      ("application/vnd.api+json", .json, nil), ("application/soap+xml; action=x", .xml, nil),
      ("text/csv ; header=present; charset=GBK", .csv, "GBK"),
      ("application/x-ndjson", .jsonl, nil), ("text/plain", nil, nil), ("image/png", nil, nil),
    ] as [(String, Format?, String?)])
  func reads(_ header: String, _ format: Format?, _ charset: String?) throws {
    let type = try #require(MediaType(parsing: header))
    #expect(type.format == format)
    #expect(type.charset == charset)
  }

  @Test func nothingIsNoType() {
    #expect(MediaType(parsing: "") == nil)
    #expect(MediaType(parsing: "; charset=utf-8") == nil)
  }

  @Test(arguments: Format.allCases) func theCanonicalNameIsReadBack(_ format: Format) throws {
    let type = try #require(MediaType(parsing: MediaType.canonical(format, charset: "gb18030")))
    #expect(type.format == format)
    #expect(type.charset == "gb18030")
  }
}
