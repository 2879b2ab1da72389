import Model
import TestDigests
import Testing

@testable import Connecting

@Suite struct WebhookTests {
  private static let body = #"{"event":"客户","id":1}"#
  private static let signingTime: Int64 = 1_763_759_000

  private func hook(
    _ profile: SignatureProfile, secret: String = "", previous: String? = nil, now: Int64 = signingTime, handshake: Handshake = .none,
    streams: [String] = ["events"], maxBody: Int = 10_000, address: String = "https://hub.example.com/v1/ingest/hubspot"
  ) -> Webhook {
    let proof = WebhookProof(
      profile: profile, recipe: profile.recipe, user: "shop", header: "X-Token", secret: fixed(secret), previousSecret: previous.map(fixed),
      tolerance: profile.tolerance,
      address: address)
    return Webhook(
      connector: "hook", streams: configured(streams), settings: WebhookSettings(proof: proof, handshake: handshake, maxBody: maxBody),
      cryptography: .reference, clock: { now * 1_000_000 })
  }

  private func post(
    _ headers: [String: String] = [:], body: String = body, type: String? = "application/json", query: [NamedValue] = [],
    querySuffix: String = ""
  ) -> InboundRequest {
    let all = headers.map { NamedValue($0.key, $0.value) } + (type.map { [NamedValue("Content-Type", $0)] } ?? [])
    return InboundRequest(
      method: "POST", path: "/v1/ingest/hook", query: query, querySuffix: querySuffix, headers: all, body: Array(body.utf8))
  }

  private struct Signed: Sendable {
    var profile: SignatureProfile
    var secret: String
    var headers: [String: String]
    /// The header that another body or another time must break.
    var signature: String
    var querySuffix = ""
  }

  /// Made with Python's hmac, and standardwebhooks 1.1.0 for its own scheme.
  private static let signed: [Signed] = [
    Signed(
      profile: .standardWebhooks, secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      headers: [
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1763759000",
        "webhook-signature": "v1,bm9uZQ== v1,ZeaGsqR+L8wQNwB28y0HgJumMzRQRdSavTgVubAr+Mc=",
      ], signature: "webhook-signature"),
    Signed(
      profile: .shopify, secret: "hush", headers: ["X-Shopify-Hmac-SHA256": "HMkD+eI4xRoBakgPHsNJcEIY5LZ3WJrUY42WAX2ap2c="],
      signature: "X-Shopify-Hmac-SHA256"),
    Signed(
      profile: .hubspot, secret: "client",
      headers: [
        "X-HubSpot-Signature-v3": "rCunhuvwoiqXSxD8PHzizgtMjRAxHR49BddhBG1swMA=", "X-HubSpot-Request-Timestamp": "1763759000123",
      ], signature: "X-HubSpot-Signature-v3", querySuffix: "?a=1%40b"),
    Signed(
      profile: .stripe, secret: "whsec_test",
      headers: ["Stripe-Signature": "t=1763759000,v1=00,v1=e0a8dbce61ba256611b4a6d9ac61190594c2b8d803396ecd971d7afefe372520,v0=1"],
      signature: "Stripe-Signature"),
  ]

  @Test(arguments: signed.indices) func asTheSendersSign(_ index: Int) async {
    let signed = Self.signed[index]
    let sink = MemorySink()
    let request = post(signed.headers, querySuffix: signed.querySuffix)
    #expect(await hook(signed.profile, secret: signed.secret).receive(request, into: sink) == Reply(status: 200))
    #expect(sink.journal.map(\.body) == [.bytes(Array(Self.body.utf8))])
    #expect(await hook(signed.profile, secret: "new", previous: signed.secret).receive(request, into: sink).status == 200)
    #expect(sink.duplicates == 1)

    #expect(await hook(signed.profile, secret: signed.secret + "x").receive(request, into: sink).status == 401)
    #expect(await hook(signed.profile).receive(request, into: sink).status == 503, "an empty secret lets nobody in")
    let other = post(signed.headers, body: Self.body + " ", querySuffix: signed.querySuffix)
    #expect(await hook(signed.profile, secret: signed.secret).receive(other, into: sink).status == 401)
    var bare = signed.headers
    bare[signed.signature] = nil
    #expect(
      await hook(signed.profile, secret: signed.secret).receive(post(bare, querySuffix: signed.querySuffix), into: sink).status == 401)
    #expect(sink.journal.count == 1)
  }

  /// The example of GitHub's own documentation.
  @Test func asGitHubDocumentsIt() async {
    let request = post(
      ["X-Hub-Signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"], body: "Hello, World!",
      type: "text/csv")
    let sink = MemorySink()
    #expect(await hook(.github, secret: "It's a Secret to Everybody").receive(request, into: sink).status == 200)
    #expect(sink.journal.count == 1)
  }

  @Test func dingTalkSignsTheTimeOnly() async {
    let headers = ["timestamp": "1763759000123", "sign": "XTri/uN2tzLGCM19RWNeXhdiRNEmS9+3nozBvFrC1hM="]
    let sink = MemorySink()
    #expect(await hook(.dingtalk, secret: "SEC1", now: Self.signingTime + 3_599).receive(post(headers), into: sink).status == 200)
    #expect(await hook(.dingtalk, secret: "SEC1", now: Self.signingTime + 3_602).receive(post(headers), into: sink).status == 401)
  }

  @Test(arguments: [0, 3]) func whatWasSignedTooLongAgoOrAheadIsRefused(_ index: Int) async {
    let signed = Self.signed[index]
    let sink = MemorySink()
    for (now, status) in [(-299, 200), (299, 200), (-302, 401), (302, 401), (-1_000_000_000, 401)] {
      let hook = hook(signed.profile, secret: signed.secret, now: Self.signingTime + Int64(now))
      #expect(await hook.receive(post(signed.headers), into: sink).status == status)
      if status == 401 { #expect(await hook.check().map(\.code) == ["secret", "webhook-timestamp"]) }
    }
    for time in ["", "x", "9223372036854775807", "-9223372036854775808"] {
      var headers = signed.headers
      headers["webhook-timestamp"] = time
      headers["Stripe-Signature"] = headers["Stripe-Signature"]?.replacing("t=1763759000", with: "t=\(time)")
      #expect(await hook(signed.profile, secret: signed.secret).receive(post(headers), into: sink).status == 401)
    }
  }

  @Test func secretsInHeaders() async {
    let sink = MemorySink()
    let cases: [(SignatureProfile, [String: String], Int)] = [
      (.basic, ["Authorization": "Basic c2hvcDpodXNo"], 200), (.basic, ["Authorization": "Basic c2hvcDpodXNp"], 401), (.basic, [:], 401),
      (.bearer, ["Authorization": "Bearer hush"], 200), (.bearer, ["Authorization": "Bearer hus"], 401),
      (.bearer, ["Authorization": "hush"], 401),
      (.token, ["X-Token": "hush"], 200), (.token, ["X-Token": ""], 401), (.token, [:], 401), (.none, [:], 200),
    ]
    for (profile, headers, status) in cases {
      #expect(await hook(profile, secret: "hush").receive(post(headers), into: sink).status == status, "\(profile) \(headers)")
    }
    #expect(await hook(.none).check().map(\.code) == ["webhook-unsigned"])
    #expect(await hook(.hubspot, secret: "x", address: "").check().map(\.code) == ["webhook-address"])
  }

  @Test func mappingsSeeWhenItCameAndTheHeadersThatWereAskedFor() async {
    var settings = hook(.none).settings
    settings.headers = ["X-Shopify-Topic", "X-Other"]
    let hook = Webhook(
      connector: "hook", streams: configured(["events"]), settings: settings, cryptography: .reference, clock: { 1_763_759_000_999_999 })
    let sink = MemorySink()
    _ = await hook.receive(post(["x-shopify-topic": "orders/create", "X-Secret": "1"]), into: sink)
    #expect(sink.journal.map(\.meta) == [["received": "1763759000", "x-shopify-topic": "orders/create"]])
  }

  /// Shopify and others name a delivery; the same name with another body is another event all the same.
  @Test func aDeliveryIsToldByItsNameAndItsBody() async {
    let sink = MemorySink()
    let shop = hook(.none)
    for body in ["{\"a\":1}", "{\"a\":2}", "{\"a\":1}"] { #expect(await shop.receive(post(body: body), into: sink).status == 200) }
    #expect(sink.journal.count == 2 && sink.duplicates == 1)
  }

  @Test func formsBecomeObjects() async {
    let sink = MemorySink()
    let form = "name=%E6%9D%8E+%E6%98%8E&tag=a&tag=b&empty=&flag&odd=100%"
    _ = await hook(.none).receive(post(body: form, type: "application/x-www-form-urlencoded"), into: sink)
    let multipart =
      "--XX\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n李明\r\n--XX\r\n"
      + "Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: text/plain\r\n\r\nhi\r\n\r\n--XX--\r\n"
    _ = await hook(.none).receive(post(body: multipart, type: "multipart/form-data; boundary=\"XX\""), into: sink)
    let expected = [
      #"{"name":"李 明","tag":["a","b"],"empty":"","flag":"","odd":"100%"}"#,
      #"{"name":"李明","file":{"filename":"a","content_type":"text/plain","size":4,"content":"aGkNCg=="}}"#,
    ]
    #expect(sink.journal.map(\.body) == expected.map { .bytes(Array($0.utf8)) })
    #expect(sink.journal.map(\.contentType) == ["application/json", "application/json"])
  }

  @Test func aFormThatCannotBeReadIsKeptAsItCame() async {
    let sink = MemorySink()
    for body in ["--YY\r\n", "--XX\r\n\r\nx", "--XX\r\nContent-Disposition: form-data\r\n\r\nx\r\n--XX--", ""] {
      _ = await hook(.none).receive(post(body: body, type: "multipart/form-data; boundary=XX"), into: sink)
    }
    #expect(
      sink.journal.map(\.body)
        == ["--YY\r\n", "--XX\r\n\r\nx", "--XX\r\nContent-Disposition: form-data\r\n\r\nx\r\n--XX--"].map { .bytes(Array($0.utf8)) })
  }

  @Test func handshakes() async {
    let sink = MemorySink()
    var ask = InboundRequest(method: "GET", path: "/", query: [NamedValue("hub.challenge", "<42>")])
    let echo = await hook(.none, handshake: .query).receive(ask, into: sink)
    #expect(echo.status == 200 && echo.body == Array("<42>".utf8) && echo.header("X-Content-Type-Options") == "nosniff")
    #expect(await hook(.none).receive(ask, into: sink).status == 405)
    ask.query = []
    #expect(await hook(.none, handshake: .query).receive(ask, into: sink).status == 400)

    let origin = InboundRequest(method: "OPTIONS", path: "/", headers: [NamedValue("WebHook-Request-Origin", "crm.example.com")])
    #expect(
      await hook(.none, handshake: .cloudevents).receive(origin, into: sink).header("WebHook-Allowed-Origin") == "crm.example.com")
    let injected = InboundRequest(method: "OPTIONS", path: "/", headers: [NamedValue("WebHook-Request-Origin", "a\r\nSet-Cookie: b")])
    #expect(await hook(.none, handshake: .cloudevents).receive(injected, into: sink).status == 405)

    let question = post(body: #"{"type":"url_verification","challenge":"abc"}"#)
    #expect(await hook(.none, handshake: .json).receive(question, into: sink).body == Array(#"{"challenge":"abc"}"#.utf8))
    #expect(sink.journal.isEmpty)
    #expect(await hook(.none, handshake: .json).receive(post(), into: sink).status == 200)
    #expect(sink.journal.count == 1)
  }

  @Test func requestsThatCannotBeTakenAreSaidSo() async {
    let sink = MemorySink()
    #expect(await hook(.none, maxBody: 5).receive(post(), into: sink).status == 413)
    #expect(await hook(.none).receive(post(["Content-Encoding": "gzip"]), into: sink).status == 415)
    #expect(await hook(.none).receive(post(body: ""), into: sink).status == 400)
    #expect(await hook(.none).receive(post(type: "image/png"), into: sink).status == 415)
    #expect(await hook(.none, streams: ["a", "b"]).receive(post(), into: sink).status == 400)
    #expect(await hook(.none, streams: ["a", "b"]).receive(post(query: [NamedValue("stream", "c")]), into: sink).status == 404)
    #expect(sink.journal.isEmpty)
    #expect(await hook(.none, streams: ["a", "b"]).receive(post(query: [NamedValue("stream", "b")]), into: sink).status == 200)
    #expect(sink.journal.map(\.stream.stream) == ["b"])
  }
}
