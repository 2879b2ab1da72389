import Model
import TestDigests
import Testing

@testable import Connecting

@Suite struct WeComTests {
  static let corp = "ww0123456789abcdef"

  private func app(receiver: String = corp, token: String = "kindred2026", isReceiverKnown: Bool = true) -> WeCom {
    WeCom(
      connector: "wecom", mapping: nil, callback: .test(account: Self.corp, token: token, receiver: receiver),
      isReceiverKnown: isReceiverKnown)
  }

  private static func envelope(_ message: String, receiver: String = corp) -> String {
    Base64.text(WeChatEnvelopeTests.plain(Array(message.utf8), receiver: Array(receiver.utf8)))
  }

  private static func query(_ encrypted: String, token: String = "kindred2026") -> [NamedValue] {
    let signature = WeChatSignature.make(token: token, timestamp: "1763759000", nonce: "n", encrypted: encrypted, digests: .reference)
    return [NamedValue("msg_signature", signature), NamedValue("timestamp", "1763759000"), NamedValue("nonce", "n")]
  }

  static func post(_ message: String, receiver: String = corp) -> InboundRequest {
    let encrypted = Self.envelope(message, receiver: receiver)
    let body = "<xml><ToUserName>\(Self.corp)</ToUserName><AgentID>1</AgentID><Encrypt><![CDATA[\(encrypted)]]></Encrypt></xml>"
    return InboundRequest(method: "POST", path: "/v1/ingest/wecom", query: Self.query(encrypted), body: Array(body.utf8))
  }

  @Test func theURLCheckGetsItsEchoDecryptedAndNothingElse() async {
    let echo = Self.envelope("1616140317555161061")
    var request = InboundRequest(method: "GET", path: "/", query: Self.query(echo) + [NamedValue("echostr", echo)])
    let reply = await app().receive(request, into: MemorySink())
    #expect(reply.status == 200 && reply.body == Array("1616140317555161061".utf8))
    #expect(await app(token: "another").receive(request, into: MemorySink()).status == 403)
    request.query.removeLast()
    #expect(await app().receive(request, into: MemorySink()).status == 400)
    request.method = "DELETE"
    #expect(await app().receive(request, into: MemorySink()).status == 405)
  }

  /// Two customers who scan one code in the same second differ in nothing but ExternalUserID; every retry is encrypted anew.
  @Test func eventsThatDifferInOneIDAreTwoAndARetryIsNone() async {
    func event(_ user: String) -> String {
      "<xml><FromUserName>sys</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>change_external_contact</Event>"
        + "<ChangeType>add_external_contact</ChangeType><UserID>zhang</UserID><ExternalUserID>\(user)</ExternalUserID></xml>"
    }
    let sink = MemorySink()
    for user in ["wmA", "wmB", "wmA", "wmB"] { #expect(await app().receive(Self.post(event(user)), into: sink) == Reply(status: 200)) }
    #expect(sink.journal.map(\.body) == [.bytes(Array(event("wmA").utf8)), .bytes(Array(event("wmB").utf8))])
    #expect(sink.duplicates == 2)
  }

  @Test func anEnvelopeForAnotherReceiverIsRefused() async {
    let sink = MemorySink()
    #expect(await app().receive(Self.post("<xml/>", receiver: "ww9"), into: sink).status == 400)
    #expect(await app(receiver: "").receive(Self.post("<xml/>"), into: sink).status == 400)
    #expect(await app(receiver: "").receive(Self.post("<xml/>", receiver: ""), into: sink).status == 200)
    #expect(await app(receiver: "suite1").receive(Self.post("<xml><a/></xml>", receiver: "suite1"), into: sink).status == 200)
    #expect(sink.journal.count == 2)
    let wrong = app()
    _ = await wrong.receive(Self.post("<xml/>", receiver: "ww9"), into: sink)
    #expect(await wrong.check().map(\.code) == ["token", "aes-key", "wechat-receiver"])
  }

  @Test func aSuiteWithoutItsIDTakesNothing() async {
    let unknown = app(receiver: "", isReceiverKnown: false)
    #expect(await unknown.receive(Self.post("<xml/>", receiver: ""), into: MemorySink()).status == 503)
    #expect(await unknown.check().contains { $0.code == "suite-id-missing" && $0.level == .problem })
  }

  @Test(arguments: ["", "not xml", "<xml/>", "<xml><Encrypt/></xml>", "<xml><Encrypt>*</Encrypt></xml>", "<!DOCTYPE a><xml/>"])
  func whatIsNoEnvelopeIsRefused(_ body: String) async {
    let sink = MemorySink()
    var request = Self.post("<xml/>")
    request.body = Array(body.utf8)
    let status = await app().receive(request, into: sink).status
    #expect(status == 400 || status == 403)
    #expect(sink.journal.isEmpty)
  }

  @Test func oneByteChangedIsRefused() async {
    let sink = MemorySink()
    let request = Self.post("<xml><a>1</a></xml>")
    for place in request.body.indices where place % 7 == 0 {
      var changed = request
      changed.body[place] ^= 1
      let status = await app().receive(changed, into: sink).status
      #expect(status == 200 || (400..<500).contains(status))
    }
    #expect(sink.journal.allSatisfy { $0.body == .bytes(Array("<xml><a>1</a></xml>".utf8)) }, "only the envelope's own words may change")
  }
}

extension WeChatCallback {
  static let testKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

  static func test(
    account: String, token: String, key: String? = testKey, receiver: String? = nil, maxBody: Int = 10_000, maximumAge: Duration? = nil,
    now: Int = 1_763_759_000
  ) -> WeChatCallback {
    WeChatCallback(
      account: account, token: fixed(token), encodingKey: key.map(fixed), receiver: receiver ?? account, maxBody: maxBody,
      cryptography: .reference, maximumAge: maximumAge, now: { now })
  }
}
