import Model
import TestDigests
import Testing

@testable import Connecting

@Suite struct WeChatTests {
  private static let token = "kindred2026"
  private static let query = [
    NamedValue("signature", "75f508a082bbeff50754676e0fa12403d615927c"), NamedValue("timestamp", "1409304348"),
    NamedValue("nonce", "xxxxxx"),
  ]
  private static let message =
    "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oA]]></FromUserName><CreateTime>1763759000</CreateTime>"
    + "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好 <b>&amp;]]></Content><MsgId>6054768590064713728</MsgId></xml>"

  private func account(_ token: String = token, appID: String = "wx1", key: String? = nil, maxBody: Int = 10_000) -> WeChat {
    WeChat(connector: "wechat", mapping: nil, callback: .test(account: appID, token: token, key: key, maxBody: maxBody))
  }

  private func post(_ body: String, query: [NamedValue] = query) -> InboundRequest { post(Array(body.utf8), query: query) }
  private func post(_ body: [UInt8], query: [NamedValue] = query) -> InboundRequest {
    InboundRequest(method: "POST", path: "/hooks/wechat", query: query, headers: [NamedValue("Content-Type", "text/xml")], body: body)
  }

  /// Made with wechatpy 1.8.18 (`WeChatSigner`), which also accepted each with `check_signature` and refused it with the
  /// last digit changed.
  @Test(arguments: [
    ("kindred2026", "1409304348", "xxxxxx", "75f508a082bbeff50754676e0fa12403d615927c"),
    ("TOKEN", "1700000000", "1234567890", "516bcf85d472db9df4902ceeec32d2f03793b808"),
    ("zzz", "1700000000", "0abc", "1cf49e2126689fd797bd54acfb73e4dbb5e058ac"),
    ("abc", "1", "zzzz", "e96251edaea32f4ca486e54c5a5f4331a421b60a"),
    ("Aa1Bb2Cc3Dd4Ee5Ff6Gg7Hh8Ii9Jj0Kk", "1763759000", "aB3dE5", "5b8b53a2bfc47814334deb0bec26fd974514ad57"),
    ("9token", "1763759000", "1763759000", "b4d6bb15a287e633eb2de6ad94cbafc1d95504c9"),
    ("token", "1763759000", "", "7f5431e946871d9b2bae29327030e762e9e8ef36"),
  ])
  func signatures(_ token: String, _ timestamp: String, _ nonce: String, _ signature: String) {
    #expect(WeChatSignature.make(token: token, timestamp: timestamp, nonce: nonce, digests: .reference) == signature)
    #expect(WeChatSignature.isValid(signature, token: token, timestamp: timestamp, nonce: nonce, digests: .reference))
    let last = signature.last == "0" ? "1" : "0"
    #expect(!WeChatSignature.isValid(signature.dropLast() + last, token: token, timestamp: timestamp, nonce: nonce, digests: .reference))
    #expect(!WeChatSignature.isValid("", token: token, timestamp: timestamp, nonce: nonce, digests: .reference))
  }

  @Test func theURLCheckGetsItsEchoRawAndNothingElse() async {
    var request = InboundRequest(method: "GET", path: "/hooks/wechat", query: Self.query + [NamedValue("echostr", "<59 12\"%>")])
    let sink = MemorySink()
    let reply = await account().receive(request, into: sink)
    #expect(reply.status == 200)
    #expect(reply.body == Array("<59 12\"%>".utf8))
    request.query[0].value = "75f508a082bbeff50754676e0fa12403d615927d"
    #expect(await account().receive(request, into: sink).status == 403)
    request.query = Self.query
    #expect(await account().receive(request, into: sink).status == 400)
    request.method = "PUT"
    #expect(await account().receive(request, into: sink).status == 405)
    #expect(sink.journal.isEmpty)
  }

  @Test func aMessageIsAcceptedAndAnsweredEmpty() async {
    let sink = MemorySink { _ in .pending }
    let reply = await account().receive(post(Self.message), into: sink)
    #expect(reply == Reply(status: 200))
    #expect(sink.journal.count == 1)
    #expect(sink.journal[0].stream == StreamName(connector: "wechat", stream: "messages"))
    #expect(sink.journal[0].body == .bytes(Array(Self.message.utf8)))
    #expect(sink.journal[0].contentType == "application/xml")
  }

  @Test func aRetryIsTheSameMessageHoweverItIsLaidOut() async {
    let sink = MemorySink()
    let retry = """
      <?xml version="1.0"?>
      <xml>
        <MsgId>6054768590064713728</MsgId>
        <FromUserName>oA</FromUserName>
        <ToUserName><![CDATA[gh_1]]></ToUserName>
        <MsgType>text</MsgType>
        <Content>你好 &lt;b&gt;&amp;amp;</Content>
        <CreateTime>1763759000</CreateTime>
      </xml>
      """
    for body in [Self.message, retry, Self.message] { #expect(await account().receive(post(body), into: sink) == Reply(status: 200)) }
    #expect(sink.journal.count == 1)
    #expect(sink.duplicates == 2)
    _ = await account(appID: "wx2").receive(post(Self.message), into: sink)
    #expect(sink.journal.count == 2, "another account's message is another one")
  }

  /// What the documented keys (MsgId; FromUserName + CreateTime) would lose.
  @Test func messagesThatDifferInAnythingAreAllKept() async {
    func event(_ rest: String) -> String {
      "<xml><FromUserName>sys</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><MsgId>7</MsgId>\(rest)</xml>"
    }
    let bodies = [
      event("<Event>add</Event><User>a</User>"), event("<Event>add</Event><User>b</User>"), event("<Event>add</Event><User>b </User>"),
      event("<Event>add</Event><User id='1'>b</User>"), event("<Event>addUser</Event>"),
      event("<L><i><a>1</a><b>1</b></i><i><a>2</a><b>2</b></i></L>"), event("<L><i><a>1</a><b>2</b></i><i><a>2</a><b>1</b></i></L>"),
      event("<L>x<i/></L>"), event("<L>y<i/></L>"), event("<Event/>"), event(""),
    ]
    let sink = MemorySink()
    for body in bodies { _ = await account().receive(post(body), into: sink) }
    #expect(sink.journal.count == bodies.count)
  }

  @Test(arguments: [
    "<xml><a>", "not xml at all", "", "<!DOCTYPE xml [<!ENTITY a \"b\">]><xml>&a;</xml>",
    "<!DOCTYPE xml SYSTEM \"file:///etc/passwd\"><xml/>",
  ])
  func aSignedBodyThatIsNotXMLIsKeptOnceAndNotSentAgain(_ body: String) async {
    let sink = MemorySink()
    for _ in 0..<3 { #expect(await account().receive(post(body), into: sink) == Reply(status: 200)) }
    #expect(sink.journal.map(\.body) == [.bytes(Array(body.utf8))])
    _ = await account().receive(post(body + " "), into: sink)
    #expect(sink.journal.count == 2)
  }

  @Test func withoutARightSignatureNothingIsStored() async {
    let sink = MemorySink()
    let wrong: [[NamedValue]] = [
      [], Array(Self.query.dropFirst()), Array(Self.query.dropLast()),
      [NamedValue("signature", "75F508A082BBEFF50754676E0FA12403D615927C")] + Self.query.dropFirst(),
      [
        NamedValue("signature", "75f508a082bbeff50754676e0fa12403d615927c "), NamedValue("timestamp", "1409304348"),
        NamedValue("nonce", "xxxxxx"),
      ],
      Self.query.dropLast() + [NamedValue("nonce", "xxxxxy")],
    ]
    for query in wrong {
      let reply = await account().receive(post(Self.message, query: query), into: sink)
      #expect(reply.status == 403)
      #expect(reply.header("Content-Type") == "application/problem+json")
    }
    // A token that is not set must not let everybody in.
    let empty = WeChatSignature.make(token: "", timestamp: "1", nonce: "2", digests: .reference)
    let query = [NamedValue("signature", empty), NamedValue("timestamp", "1"), NamedValue("nonce", "2")]
    #expect(await account("").receive(post(Self.message, query: query), into: sink).status == 403)
    #expect(sink.journal.isEmpty)
  }

  private func encrypted(_ message: String, receiver: String = "wx1") -> InboundRequest {
    let text = Base64.text(WeChatEnvelopeTests.plain(Array(message.utf8), receiver: Array(receiver.utf8)))
    let signature = WeChatSignature.make(token: Self.token, timestamp: "1409304348", nonce: "xxxxxx", encrypted: text, digests: .reference)
    return post(
      "<xml><ToUserName>gh_1</ToUserName><Encrypt>\(text)</Encrypt><Content>plain</Content></xml>",
      query: Self.query + [NamedValue("encrypt_type", "aes"), NamedValue("msg_signature", signature)])
  }

  @Test func withoutAKeyEncryptedMessagesAreRefusedAndCheckSaysSo() async {
    let sink = MemorySink()
    let wechat = account()
    #expect(await wechat.check().map(\.code) == ["token", "wechat-unprotected"])
    let reply = await wechat.receive(encrypted(Self.message), into: sink)
    #expect(reply.status == 400)
    #expect(String(decoding: reply.body, as: UTF8.self).contains("wechat-encrypted"))
    #expect(await wechat.check().map(\.code) == ["token", "wechat-unprotected", "wechat-encrypted"])
    #expect(await wechat.receive(post(Self.message, query: Self.query + [NamedValue("encrypt_type", "raw")]), into: sink).status == 200)
    #expect(sink.journal.count == 1)
  }

  /// Compatible mode sends the message twice, in plain text and encrypted: what is inside the envelope counts.
  @Test func withAKeyOnlyTheEnvelopeCounts() async {
    let sink = MemorySink()
    let wechat = account(key: WeChatCallback.testKey)
    for _ in 0..<3 { #expect(await wechat.receive(encrypted(Self.message), into: sink) == Reply(status: 200)) }
    #expect(sink.journal.map(\.body) == [.bytes(Array(Self.message.utf8))])
    #expect(await wechat.receive(post(Self.message), into: sink).status == 400)
    #expect(await wechat.receive(encrypted(Self.message, receiver: "wx2"), into: sink).status == 400)
    #expect(await wechat.check().map(\.code) == ["token", "aes-key", "wechat-receiver", "wechat-plain"])
    var unsigned = encrypted("<xml/>")
    unsigned.query.removeLast()
    #expect(await wechat.receive(unsigned, into: sink).status == 403)
    #expect(sink.journal.count == 1)
  }

  @Test func bodiesThatAreTooLargeAndAFullHubAreSaidSo() async {
    let sink = MemorySink()
    #expect(await account(maxBody: 10).receive(post(Self.message), into: sink).status == 413)
    sink.refuse(Refusal(.storageFull, "The disk is full.", retryAfter: .seconds(5)))
    let reply = await account().receive(post(Self.message), into: sink)
    #expect(reply.status == 503 && reply.header("Retry-After") == "5")
    #expect(sink.journal.isEmpty)
    #expect(await account().receive(post(Self.message), into: sink).status == 200)
    #expect(sink.journal.count == 1)
  }

  @Test func checkLooksAtTheToken() async {
    #expect(await account("a b").check().map(\.code) == ["token-shape", "wechat-unprotected"])
    let missing = WeChat(
      connector: "wechat", mapping: nil,
      callback: WeChatCallback(
        account: "wx1",
        token: { () throws(Fault) -> String in throw Fault("secret-missing", "The variable WECHAT_TOKEN is not set.") },
        encodingKey: nil, receiver: "wx1", maxBody: 10, cryptography: .reference))
    #expect(await missing.check().map(\.code) == ["secret-missing", "wechat-unprotected"])
    #expect(await missing.receive(post("x"), into: MemorySink()).status == 503)
  }
}
