import Model
import Seeding
import TestDigests
import Testing

@testable import Connecting

/// What somebody else than the platform may send, or the platform by mistake: every answer is 200 or a 4xx, and says nothing about people.
@Suite struct HostileCallbackTests {
  private static let token = "kindred2026"
  private static let person = "oPERSON0001"
  private static let message = "<xml><FromUserName>\(person)</FromUserName><CreateTime>1</CreateTime><Content>秘密</Content></xml>"

  private static func query(_ encrypted: String?) -> [NamedValue] {
    [
      NamedValue("signature", WeChatSignature.make(token: token, timestamp: "1", nonce: "n", digests: .reference)),
      NamedValue("timestamp", "1"), NamedValue("nonce", "n"),
    ]
      + (encrypted.map { text in
        [
          NamedValue("encrypt_type", "aes"),
          NamedValue("msg_signature", WeChatSignature.make(token: token, timestamp: "1", nonce: "n", encrypted: text, digests: .reference)),
        ]
      } ?? [])
  }

  private static func post(_ body: String, _ encrypted: String? = nil) -> InboundRequest {
    InboundRequest(method: "POST", path: "/v1/ingest/c", query: query(encrypted), body: Array(body.utf8))
  }

  /// A request whose signature is right, around a decrypted text.
  private static func envelope(_ plain: Bytes) -> InboundRequest {
    let text = Base64.text(plain)
    return post("<xml><Encrypt>\(text)</Encrypt></xml>", text)
  }

  private static func receivers(maxBody: Int = 10_000) -> [any Receiver] {
    let callback = { WeChatCallback.test(account: "id1", token: token, maxBody: maxBody) }
    return [WeChat(connector: "c", mapping: nil, callback: callback()), WeCom(connector: "c", mapping: nil, callback: callback())]
  }

  /// Sends it to both kinds.
  private func expect(_ request: InboundRequest, status: Int, code: String, maxBody: Int = 10_000) async {
    for receiver in Self.receivers(maxBody: maxBody) {
      let sink = MemorySink()
      let reply = await receiver.receive(request, into: sink)
      let text = String(decoding: reply.body, as: UTF8.self)
      #expect(reply.status == status && text.contains(code), "\(reply.status) \(text)")
      #expect(!text.contains(Self.person) && !text.contains("秘密") && !text.contains(Self.token))
      #expect(sink.journal.isEmpty)
      let findings = await receiver.check()
      #expect(findings.contains { $0.code == code }, "the reason is counted")
      #expect(!findings.contains { "\($0)".contains(Self.person) || "\($0)".contains(Self.token) })
    }
  }

  private static func plain(_ receiver: String = "id1", length: Int? = nil) -> Bytes {
    WeChatEnvelopeTests.plain(Array(message.utf8), receiver: Array(receiver.utf8), length: length)
  }

  @Test func signaturesThatAreWrong() async {
    var request = Self.envelope(Self.plain())
    request.query[4].value = request.query[4].value.uppercased()
    await expect(request, status: 403, code: "wechat-signature")
    request.query.removeLast()
    await expect(request, status: 403, code: "wechat-signature")
    var other = Self.envelope(Self.plain())
    other.query[1].value = "2"
    await expect(other, status: 403, code: "wechat-signature")
    // The signature of another text, and a second envelope behind the signed one.
    let text = Base64.text(Self.plain())
    await expect(Self.post("<xml><Encrypt>\(text)AAAA</Encrypt></xml>", text), status: 403, code: "wechat-signature")
    await expect(Self.post("<xml><Encrypt>AAAA</Encrypt><Encrypt>\(text)</Encrypt></xml>", text), status: 403, code: "wechat-signature")
  }

  @Test(arguments: ["id2", "", "id11", "id", "ID1", "id1\0"]) func receiversThatAreSwapped(_ receiver: String) async {
    await expect(Self.envelope(Self.plain(receiver)), status: 400, code: "wechat-receiver")
  }

  @Test(arguments: [0xFFFF_FFFF, 0x8000_0000, 0x7FFF_FFFF, 1 << 24, 500]) func lengthsThatLie(_ length: Int) async {
    await expect(Self.envelope(Self.plain(length: length)), status: 400, code: "wechat-length")
  }

  @Test func textsThatAreCutOff() async {
    let whole = Self.plain()
    for count in stride(from: 16, to: whole.count, by: 16) {
      let request = Self.envelope(Array(whole.prefix(count)))
      for receiver in Self.receivers() { #expect(await receiver.receive(request, into: MemorySink()).status == 400, "\(count)") }
    }
    await expect(Self.envelope(Array(whole.dropLast())), status: 400, code: "wechat-not-decrypted")
    await expect(Self.post("<xml><Encrypt>no base 64!</Encrypt></xml>", "no base 64!"), status: 400, code: "wechat-not-base64")
  }

  @Test func envelopesThatAreNone() async {
    let bomb =
      "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">" + (0..<9).map { "<!ENTITY b\($0) \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">" }.joined()
      + "]><xml><Encrypt>&b8;</Encrypt></xml>"
    await expect(Self.post(bomb, "x"), status: 400, code: "xml-doctype")
    await expect(
      Self.post("<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><xml><Encrypt>x</Encrypt></xml>", "x"), status: 400, code: "xml-doctype")
    await expect(Self.post("<xml><ToUserName>\(Self.person)</ToUserName></xml>", "x"), status: 400, code: "wechat-envelope")
    for body in ["", "{}", "<xml>", String(repeating: "<a>", count: 3_000), "<xml>\(String(repeating: "<a/>", count: 2_000))</xml>"] {
      for receiver in Self.receivers() { #expect(await receiver.receive(Self.post(body, "x"), into: MemorySink()).status == 400) }
    }
  }

  @Test func bodiesAndMethodsThatAreNotTaken() async {
    let large = Self.post("<xml>\(String(repeating: "a", count: 5_000))</xml>", "x")
    await expect(large, status: 413, code: "too-large", maxBody: 5_000)
    var packed = Self.envelope(Self.plain())
    packed.headers = [NamedValue("Content-Encoding", "gzip")]
    await expect(packed, status: 415, code: "unsupported-encoding")
    var put = Self.envelope(Self.plain())
    put.method = "PUT"
    await expect(put, status: 405, code: "method-not-allowed")
    let get = InboundRequest(method: "GET", path: "/", query: Self.query("x"))
    await expect(get, status: 400, code: "wechat-echostr-missing")
  }

  /// The platform signed it, so it is kept: what it is, the mapping decides.
  @Test func typesThatNobodyKnowsAreKept() async {
    let messages = ["<xml><MsgType>hologram</MsgType></xml>", "<xml><Event>new_in_2031</Event></xml>", "not XML", "<!DOCTYPE a><xml/>"]
    for message in messages {
      for receiver in Self.receivers() {
        let sink = MemorySink()
        let plain = WeChatEnvelopeTests.plain(Array(message.utf8), receiver: Array("id1".utf8))
        #expect(await receiver.receive(Self.envelope(plain), into: sink) == Reply(status: 200))
        #expect(sink.journal.map { sink.bytes($0) } == [Array(message.utf8)])
      }
    }
  }

  // MARK: Random input

  private static let seed: UInt64 = 20_261_122
  private static let rounds = isHeavy ? 200_000 : 2_000

  /// Whatever stands in an envelope, it is opened only when length and receiver are right.
  @Test func randomEnvelopes() {
    print("seed \(Self.seed)")
    let receiver = Array("id1".utf8)
    let corpus = [0, 1, 11, 12, 13, 300].map { WeChatEnvelopeTests.plain(Bytes(repeating: 0x61, count: $0), receiver: receiver) }
    var mutator = Mutator(seed: Self.seed, corpus: corpus, words: ["id1", "\0\0\0\u{1}", "\u{20}\u{20}", "\u{1}"])
    for _ in 0..<Self.rounds {
      let plain = mutator.next()
      guard let message = try? WeChatEnvelope.message(in: plain, for: receiver) else { continue }
      let padding = Int(plain.last ?? 0)
      #expect(plain.count == 20 + message.count + receiver.count + padding && Array(plain[20..<20 + message.count]) == message)
    }
  }

  @Test func randomSignatures() {
    let right = WeChatSignature.make(token: Self.token, timestamp: "1", nonce: "n", encrypted: "x", digests: .reference)
    var mutator = Mutator(seed: Self.seed, corpus: [Array(right.utf8)], words: ["%00", "\0", right])
    for _ in 0..<Self.rounds / 10 {
      let text = String(decoding: mutator.next(), as: UTF8.self)
      let isValid = WeChatSignature.isValid(text, token: Self.token, timestamp: "1", nonce: "n", encrypted: "x", digests: .reference)
      #expect(isValid == (text == right))
    }
  }

  /// Requests changed anywhere, signed before or after.
  @Test func randomRequests() async {
    print("seed \(Self.seed)")
    let words = [
      "<Encrypt>", "</Encrypt>", "<![CDATA[", "]]>", "<!DOCTYPE a [", "&#0;", "&lt;", "<?xml version=\"1.1\"?>", "\u{FEFF}", "=",
    ]
    var bodies = Mutator(seed: Self.seed, corpus: [Self.envelope(Self.plain()).body, Array(Self.message.utf8)], words: words)
    var generator = SeededGenerator(seed: Self.seed)
    for _ in 0..<Self.rounds / 10 {
      var request = Self.envelope(Self.plain())
      request.body = bodies.next()
      if Bool.random(using: &generator) {
        // Signed all the same: then the text itself is what must hold.
        let envelope = WeChatMessage(request.body)
        request.query = Self.query(envelope.field("Encrypt") ?? "")
      }
      if Int.random(in: 0..<8, using: &generator) == 0 { request.query.shuffle(using: &generator) }
      if Int.random(in: 0..<8, using: &generator) == 0 { request.query.removeLast() }
      request.method = ["POST", "POST", "POST", "GET", "HEAD", "get"].randomElement(using: &generator) ?? "POST"
      for receiver in Self.receivers() {
        let sink = MemorySink()
        let reply = await receiver.receive(request, into: sink)
        #expect(reply.status == 200 || (400..<500).contains(reply.status), "\(reply)")
        #expect(reply.status == 200 || sink.journal.isEmpty)
        #expect(!String(decoding: reply.body, as: UTF8.self).contains("秘密") || reply.status == 200)
      }
    }
  }

  /// Answers of interfaces, cut and mixed: a value, or a refusal that says so.
  @Test func randomAnswersOfAPlatform() async {
    let corpus = [
      #"{"errcode":0,"errmsg":"ok","next_cursor":"c","has_more":1,"msg_list":[{"msgid":"1","external_userid":"w"}]}"#,
      #"{"errcode":40164,"errmsg":"invalid ip 1.2.3.4"}"#, #"{"access_token":"T","expires_in":7200}"#,
      #"{"total":1,"data":{"openid":["a","b"]},"next_openid":"b"}"#,
    ].map { Array($0.utf8) }
    var mutator = Mutator(
      seed: Self.seed, corpus: corpus, words: ["null", "1e9999", "-1", "{}", "[]", "\"\"", ":", "99999999999999999999"])
    for _ in 0..<Self.rounds / 10 {
      let body = mutator.next()
      let stub = WebStub { request throws(WebFailure) in
        let isToken = request.url.contains("gettoken")
        return WebAnswer(status: 200, body: isToken ? Array(#"{"access_token":"T","expires_in":7200}"#.utf8) : body)
      }
      let interface = WeCom.interface(base: "https://api.example", corp: "ww1", secret: fixed("s"), web: stub)
      let service = WeComService(
        connector: "c", mapping: nil, customerMapping: nil, asksCustomers: true, interface: interface, digests: .quick, corp: "ww1")
      let users = WeChatUsers(connector: "c", mapping: nil, interface: interface, refresh: .seconds(1), clock: { 0 })
      let sink = MemorySink()
      let hint = Hint(connector: "c", stream: "kf", notes: ["open_kfid": "wk1", "token": "t"])
      await expectSourceError { try await service.run(pass([hint], reading: sink), into: sink) }
      await expectSourceError { try await users.run(pass(reading: sink), into: sink) }
    }
  }

  /// Works, or fails with what the runner understands.
  private func expectSourceError(_ work: () async throws -> Void) async {
    do {
      try await work()
    } catch {
      #expect(error is SourceError, "\(error)")
    }
  }
}
