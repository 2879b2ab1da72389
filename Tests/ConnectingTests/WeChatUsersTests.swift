import Model
import Synchronization
import Testing

@testable import Connecting

@Suite struct WeChatUsersTests {
  private static let day = Duration.seconds(86_400)

  private func users(_ platform: PlayedPlatform, now: @escaping @Sendable () -> Int64 = { 1_000_000_000 }) -> WeChatUsers {
    WeChatUsers(connector: "c", mapping: nil, interface: platform.wechat(), refresh: Self.day, clock: now)
  }

  private static func hint(_ openID: String) -> Hint { Hint(connector: "c", stream: "users", notes: ["openid": openID]) }

  /// An account with `count` followers, listed `page` at a time.
  private static func account(_ count: Int, page: Int, unknown: Set<String> = []) -> PlayedPlatform {
    PlayedPlatform { call in
      switch call.path {
      case "/cgi-bin/user/get":
        let start = call.query("next_openid").flatMap { Int($0.dropFirst()) }.map { $0 + 1 } ?? 0
        let names = (start..<max(start, min(start + page, count))).map { "o\($0)" }
        let last = Value.string(names.last ?? "")
        guard !names.isEmpty else { return ["total": .number(Number(count)), "count": 0, "next_openid": last] }
        return [
          "total": .number(Number(count)), "count": .number(Number(names.count)), "data": ["openid": .array(names.map { .string($0) })],
          "next_openid": last,
        ]
      case "/cgi-bin/user/info":
        let name = call.query("openid") ?? ""
        return unknown.contains(name) ? ["errcode": 40_003, "errmsg": "invalid openid"] : ["subscribe": 1, "openid": .string(name)]
      case "/cgi-bin/user/info/batchget":
        let names = call.body["user_list"]?.elements.compactMap { $0["openid"]?.text } ?? []
        if names.contains(where: unknown.contains) { return ["errcode": 40_003, "errmsg": "invalid openid"] }
        return ["user_info_list": .array(names.map { ["subscribe": 1, "openid": .string($0)] })]
      default: return ["errcode": 40_066, "errmsg": "invalid url"]
      }
    }
  }

  private static func openIDs(_ sink: MemorySink) -> [String] {
    sink.documents("users").flatMap { document in
      (document["user_info_list"]?.elements ?? [document]).compactMap { $0["openid"]?.text }
    }
  }

  @Test func aHintAsksForThatPerson() async throws {
    let platform = Self.account(0, page: 10)
    let sink = MemorySink()
    try await users(platform).run(pass([Self.hint("oB"), Self.hint("oA"), Self.hint("oB")], reading: sink), into: sink)
    #expect(Self.openIDs(sink) == ["oA", "oB"])
    #expect(sink.journal.allSatisfy { $0.contentType == "application/json" && $0.stream.stream == "users" && $0.dedupeKey == nil })
    try await users(platform).run(pass([Self.hint("oA")], reading: sink), into: sink)
    #expect(Self.openIDs(sink) == ["oA", "oB", "oA"], "what is told again is news")
    #expect(platform.calls.last?.query == ["access_token": "T2", "openid": "oA", "lang": "zh_CN"])
  }

  @Test func allFollowersAreReadOnceADay() async throws {
    let platform = Self.account(730, page: 300)
    let sink = MemorySink()
    let now = Mutex<Int64>(1_000_000_000)
    let users = users(platform) { now.withLock { $0 } }
    for _ in 0..<4 { try await users.run(pass(reading: sink), into: sink) }
    #expect(Self.openIDs(sink) == (0..<730).map { "o\($0)" })
    #expect(users.pause > .seconds(1), "it is through")
    let calls = platform.calls.count
    try await users.run(pass(reading: sink), into: sink)
    #expect(platform.calls.count == calls, "nothing is asked before the day is over")
    now.withLock { $0 += 86_400_000_000 }
    try await users.run(pass(reading: sink), into: sink)
    #expect(platform.calls.count > calls && users.pause == .seconds(1))
  }

  /// Another process goes on where the last page ended.
  @Test func aReadingThatWasBrokenOffGoesOn() async throws {
    let platform = Self.account(500, page: 200)
    let sink = MemorySink()
    try await users(platform).run(pass(reading: sink), into: sink)
    sink.refuse(nil, Refusal(.busy, "Later.", retryAfter: .seconds(1)))
    await #expect(throws: Refusal.self) { try await users(platform).run(pass(reading: sink), into: sink) }
    sink.refuse()
    for _ in 0..<4 { try await users(platform).run(pass(reading: sink), into: sink) }
    #expect(Set(Self.openIDs(sink)).count == 500)
    #expect(platform.calls.filter { $0.path == "/cgi-bin/user/get" }.count <= 6)
  }

  @Test func oneWhomThePlatformDoesNotKnowHidesNobody() async throws {
    let platform = Self.account(0, page: 1, unknown: ["oGone"])
    let sink = MemorySink()
    try await users(platform).run(pass([Self.hint("oA"), Self.hint("oGone"), Self.hint("oZ")], reading: sink), into: sink)
    #expect(Self.openIDs(sink) == ["oA", "oZ"])
    try await users(platform).run(pass([Self.hint("oGone")], reading: sink), into: sink)
    #expect(Self.openIDs(sink) == ["oA", "oZ"])
  }

  @Test func whoWantsToStopIsHeard() async throws {
    let sink = MemorySink()
    let stop = StopSignal()
    stop.raise()
    let platform = Self.account(500, page: 200)
    try await users(platform).run(pass([Self.hint("oA")], reading: sink, stop: stop), into: sink)
    #expect(sink.journal.isEmpty && platform.calls.isEmpty)
  }

  @Test func aRefusalOfThePlatformEndsThePass() async throws {
    let platform = Self.account(500, page: 200)
    platform.refuse(48_001)
    let sink = MemorySink()
    let error = await #expect(throws: SourceError.self) { try await users(platform).run(pass(reading: sink), into: sink) }
    #expect(error?.advice == .configure && error?.fault.code == "interface-not-allowed")
  }

  @Test func namesAreForgotten() {
    let start = ContinuousClock.now
    let names = RecentNames(span: .seconds(60), capacity: 3, now: start)
    #expect(names.note("a", now: start) && !names.note("a", now: start + .seconds(59)))
    #expect(!names.note("a", now: start + .seconds(61)), "the older half still counts")
    #expect(names.note("a", now: start + .seconds(122)))
    for name in ["b", "c", "d", "e", "f", "g", "h"] { #expect(names.note(name, now: start + .seconds(123))) }
    #expect(!names.holds("a", now: start + .seconds(123)), "no more than twice the capacity is kept")
    #expect(names.note("h", now: start + .seconds(1_000)))
  }

  // MARK: The hints of messages

  private func connector(_ platform: PlayedPlatform) -> WeChat {
    WeChat(
      connector: "c", mapping: nil, callback: .test(account: "wx1", token: "kindred2026", key: nil), interface: platform.wechat(),
      users: users(platform))
  }

  private func post(_ wechat: WeChat, _ message: String, into sink: MemorySink) async -> Int {
    let signature = WeChatSignature.make(token: "kindred2026", timestamp: "1", nonce: "2", digests: .reference)
    let query = [NamedValue("signature", signature), NamedValue("timestamp", "1"), NamedValue("nonce", "2")]
    return await wechat.receive(InboundRequest(method: "POST", path: "/", query: query, body: Array(message.utf8)), into: sink).status
  }

  @Test func whoArrivesOrWritesIsAskedFor() async {
    func message(_ sender: String, _ rest: String) -> String { "<xml><FromUserName>\(sender)</FromUserName>\(rest)</xml>" }
    let sink = MemorySink()
    let wechat = connector(PlayedPlatform())
    let text = "<MsgType>text</MsgType><Content>hi</Content>"
    let messages = [
      message("oA", text), message("oA", text + "<MsgId>2</MsgId>"), message("oB", "<MsgType>event</MsgType><Event>subscribe</Event>"),
      message("oA", "<Event>SCAN</Event>"), message("oC", "<Event>unsubscribe</Event>"), "<xml><Content>nobody</Content></xml>", "no xml",
    ]
    for body in messages { #expect(await post(wechat, body, into: sink) == 200) }
    #expect(sink.hints.map(\.notes) == ["oA", "oB", "oA"].map { ["openid": $0] })
    #expect(sink.hints.allSatisfy { $0.connector == "c" && $0.stream == "users" })
    let mute = WeChat(connector: "c", mapping: nil, callback: .test(account: "wx1", token: "kindred2026", key: nil))
    #expect(await post(mute, message("oD", text), into: sink) == 200)
    #expect(sink.hints.count == 3 && mute.roles == [.receiver] && wechat.roles == [.receiver, .source, .target])
  }

  @Test func aMessageThatWasNotAcceptedGivesNoHint() async {
    let sink = MemorySink()
    sink.refuse(Refusal(.busy, "Later.", retryAfter: .seconds(1)))
    #expect(await post(connector(PlayedPlatform()), "<xml><FromUserName>oA</FromUserName></xml>", into: sink) == 503)
    #expect(sink.hints.isEmpty)
  }
}
