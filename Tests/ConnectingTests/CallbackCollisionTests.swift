import Model
import TestDigests
import Testing

@testable import Connecting

/// Messages that the documented ways to recognise repetitions would lose, and repetitions that they would double.
@Suite struct CallbackCollisionTests {
  private static let token = "kindred2026"

  /// A callback of a platform that encrypts: every one with random bytes of its own, as the platforms do it.
  private static func request(_ message: String, receiver: String, salt: UInt8, timestamp: String = "1763759000") -> InboundRequest {
    var plain = WeChatEnvelopeTests.plain(Array(message.utf8), receiver: Array(receiver.utf8))
    plain.replaceSubrange(0..<16, with: (0..<16).map { salt &+ $0 })
    let text = Base64.text(plain)
    let nonce = "n\(salt)"
    let query = [
      NamedValue("signature", WeChatSignature.make(token: token, timestamp: timestamp, nonce: nonce, digests: .reference)),
      NamedValue("timestamp", timestamp), NamedValue("nonce", nonce), NamedValue("encrypt_type", "aes"),
      NamedValue(
        "msg_signature", WeChatSignature.make(token: token, timestamp: timestamp, nonce: nonce, encrypted: text, digests: .reference)),
    ]
    return InboundRequest(method: "POST", path: "/", query: query, body: Array("<xml><Encrypt>\(text)</Encrypt></xml>".utf8))
  }

  /// Both kinds, for events that either may send.
  private enum Platform: CaseIterable {
    case wechat, wecom

    private var callback: WeChatCallback { .test(account: "id1", token: CallbackCollisionTests.token) }

    var receiver: any Receiver {
      switch self {
      case .wechat: WeChat(connector: "c", mapping: nil, callback: callback)
      case .wecom: WeCom(connector: "c", mapping: nil, callback: callback)
      }
    }
  }

  /// Sends every message three times, each time encrypted anew, and all retries after all first attempts.
  private func journal(of messages: [String]) async -> [[Bytes]] {
    var journals: [[Bytes]] = []
    for platform in Platform.allCases {
      let (sink, receiver) = (MemorySink(), platform.receiver)
      for turn in 0..<3 {
        for (number, message) in messages.enumerated() {
          let salt = UInt8(truncatingIfNeeded: turn * 97 + number)
          let reply = await receiver.receive(Self.request(message, receiver: "id1", salt: salt), into: sink)
          #expect(reply == Reply(status: 200))
        }
      }
      #expect(sink.duplicates == messages.count * 2)
      journals.append(sink.journal.map { sink.bytes($0) })
    }
    return journals
  }

  private func expectAll(_ messages: [String]) async {
    for journal in await journal(of: messages) { #expect(journal == messages.map { Array($0.utf8) }) }
  }

  private func event(_ rest: String) -> String {
    "<xml><ToUserName>id1</ToUserName><FromUserName>sys</FromUserName><CreateTime>1763759000</CreateTime><MsgType>event</MsgType>\(rest)</xml>"
  }

  @Test func fifteenPeopleWithOneMessageID() async {
    await expectAll(
      (0..<15).map { person in
        "<xml><FromUserName>o\(person)</FromUserName><CreateTime>1763759000</CreateTime><MsgType>text</MsgType><Content>你好</Content>"
          + "<MsgId>7</MsgId></xml>"
      })
  }

  @Test func twoCustomersWithOneCodeInOneSecond() async {
    await expectAll(
      ["wmA", "wmB"].map { customer in
        event(
          "<Event>change_external_contact</Event><ChangeType>add_external_contact</ChangeType><UserID>zhang</UserID>"
            + "<ExternalUserID>\(customer)</ExternalUserID><State>qr-7</State>")
      })
  }

  @Test func tagsThatChangeInOneSecond() async {
    await expectAll(
      (0..<40).map { tag in
        event("<Event>change_external_tag</Event><Id>et\(tag)</Id><TagType>tag</TagType><ChangeType>update</ChangeType>")
      })
  }

  @Test func resultsThatDifferInATraceOrPlaceOnly() async {
    await expectAll(
      [
        "<Event>wxa_media_check</Event><trace_id>1</trace_id>", "<Event>wxa_media_check</Event><trace_id>2</trace_id>",
        "<Event>LOCATION</Event><Latitude>23.137466</Latitude>", "<Event>LOCATION</Event><Latitude>23.137467</Latitude>",
        "<Event>unsubscribe</Event><AgentID>1</AgentID>", "<Event>unsubscribe</Event><AgentID>2</AgentID>",
      ].map(event))
  }

  /// The platform hears nothing for five seconds and sends again, twice; then the hub answers all three.
  @Test func threeAttemptsWhileTheFirstOneHangs() async throws {
    for platform in Platform.allCases {
      let (sink, receiver) = (GatedSink(), platform.receiver)
      let message = event("<Event>subscribe</Event>")
      let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
        for attempt in 0..<3 {
          let request = Self.request(message, receiver: "id1", salt: UInt8(attempt))
          group.addTask { await receiver.receive(request, into: sink) }
        }
        while sink.waiting < 3 { try await Task.sleep(for: .milliseconds(1)) }
        #expect(sink.journal.isEmpty)
        sink.open()
        return try await group.reduce(into: [Reply]()) { $0.append($1) }
      }
      #expect(replies == [Reply](repeating: Reply(status: 200), count: 3))
      #expect(sink.journal.count == 1 && sink.duplicates == 2)
    }
  }

  /// Whoever recorded a request sends it again: it is recognised by its content, or refused for its time where that is bounded.
  @Test func aReplayADayLaterDoublesNothing() async {
    let sink = MemorySink()
    let wechat = WeChat(connector: "c", mapping: nil, callback: .test(account: "id1", token: Self.token))
    let message = event("<Event>subscribe</Event>")
    let recorded = Self.request(message, receiver: "id1", salt: 1)
    _ = await wechat.receive(recorded, into: sink)
    #expect(await wechat.receive(recorded, into: sink) == Reply(status: 200))
    let restarted = WeChat(connector: "c", mapping: nil, callback: .test(account: "id1", token: Self.token))
    #expect(await restarted.receive(recorded, into: sink) == Reply(status: 200))
    #expect(sink.journal.count == 1 && sink.duplicates == 2)
    let bounded = WeChat(
      connector: "c", mapping: nil,
      callback: .test(account: "id1", token: Self.token, maximumAge: .seconds(600), now: 1_763_759_000 + 86_400))
    #expect(await bounded.receive(recorded, into: sink).status == 403)
    #expect(sink.journal.count == 1 && sink.duplicates == 2)
  }

  /// An account that takes signatures of the last and the next ten minutes, and what is signed at `timestamp`.
  private func bounded(_ timestamp: String) -> (WeChat, [NamedValue]) {
    let callback = WeChatCallback.test(account: "id1", token: Self.token, key: nil, maximumAge: .seconds(600), now: 1_763_759_000)
    let signature = WeChatSignature.make(token: Self.token, timestamp: timestamp, nonce: "n", digests: .reference)
    let query = [NamedValue("signature", signature), NamedValue("timestamp", timestamp), NamedValue("nonce", "n")]
    return (WeChat(connector: "c", mapping: nil, callback: callback), query)
  }

  @Test func aSignatureMustBeOfThisTimeWhereThatIsAsked() async {
    for (offset, status) in [(0, 200), (599, 200), (-599, 200), (601, 403), (-601, 403), (Int.max / 8, 403)] {
      let (wechat, query) = bounded("\(1_763_759_000 + offset)")
      let post = InboundRequest(method: "POST", path: "/", query: query, body: Array(event("").utf8))
      #expect(await wechat.receive(post, into: MemorySink()).status == status, "\(offset)")
      let get = InboundRequest(method: "GET", path: "/", query: query + [NamedValue("echostr", "1")])
      #expect(await wechat.receive(get, into: MemorySink()).status == status, "\(offset)")
      #expect(await wechat.check().contains { $0.code == "wechat-stale" && $0.level == .problem } == (status == 403))
    }
    for timestamp in ["", "now", "1763759000.5", "99999999999999999999999999"] {
      let (wechat, query) = bounded(timestamp)
      let post = InboundRequest(method: "POST", path: "/", query: query, body: Array(event("").utf8))
      #expect(await wechat.receive(post, into: MemorySink()).status == 403, "\(timestamp)")
    }
  }
}
