import Model
import Synchronization
import Testing

@testable import Connecting

@Suite struct WeComContactsTests {
  private func contacts(_ platform: PlayedPlatform, now: @escaping @Sendable () -> Int64 = { 1_000_000_000 }) -> WeComContacts {
    WeComContacts(connector: "c", mapping: nil, interface: platform.wecom(), refresh: .seconds(86_400), clock: now)
  }

  private static func hint(_ contact: String) -> Hint { Hint(connector: "c", stream: "contacts", notes: ["external_userid": contact]) }

  /// A corp whose colleagues know these customers; a customer's colleagues come two a page.
  private static func corp(_ known: [String: [String]]) -> PlayedPlatform {
    PlayedPlatform { call in
      switch call.path.replacing("/gateway", with: "") {
      case "/cgi-bin/externalcontact/get_follow_user_list":
        return ["errcode": 0, "follow_user": .array(known.keys.sorted().map { .string($0) })]
      case "/cgi-bin/externalcontact/list":
        guard let contacts = known[call.query("userid") ?? ""], !contacts.isEmpty else { return ["errcode": 84_061, "errmsg": "none"] }
        return ["errcode": 0, "external_userid": .array(contacts.map { .string($0) })]
      case "/cgi-bin/externalcontact/get":
        let contact = call.query("external_userid") ?? ""
        let colleagues = known.filter { $0.value.contains(contact) }.keys.sorted()
        guard !colleagues.isEmpty else { return ["errcode": 84_061, "errmsg": "not external contact"] }
        let start = call.query("cursor").flatMap { Int($0) } ?? 0
        let end = min(start + 2, colleagues.count)
        return [
          "errcode": 0, "external_contact": ["external_userid": .string(contact), "unionid": "u"],
          "follow_user": .array(colleagues[start..<end].map { ["userid": .string($0), "remark": "r"] }),
          "next_cursor": .string(end < colleagues.count ? "\(end)" : ""),
        ]
      default: return ["errcode": 40_066]
      }
    }
  }

  private static func known(_ sink: MemorySink) -> [String: [String]] {
    Dictionary(
      sink.documents("contacts").map { document in
        (
          document["external_contact"]?["external_userid"]?.text ?? "",
          document["follow_user"]?.elements.compactMap { $0["userid"]?.text } ?? []
        )
      }, uniquingKeysWith: { $1 })
  }

  @Test func theColleaguesOfACustomerComeTogether() async throws {
    let platform = Self.corp(["a": ["wm1"], "b": ["wm1"], "c": ["wm1"], "d": ["wm1"], "e": ["wm1"]])
    let sink = MemorySink()
    // The complete reading was done a moment ago.
    let scope = StreamName(connector: "c", stream: "contacts")
    _ = try await sink.accept([], checkpoint: PlatformPlace.ended(1_000_000_000).checkpoint(scope))
    try await contacts(platform).run(pass([Self.hint("wm1"), Self.hint("wmGone")], reading: sink), into: sink)
    #expect(Self.known(sink) == ["wm1": ["a", "b", "c", "d", "e"]])
    #expect(sink.documents("contacts")[0]["next_cursor"] == nil && sink.documents("contacts").count == 1)
    #expect(sink.documents("contacts")[0]["external_contact"]?["unionid"] == "u")
  }

  @Test func everyColleaguesCustomersAreReadOnceADay() async throws {
    let platform = Self.corp(["a": ["wm1", "wm2", "wm3", "wm4", "wm5"], "b": [], "c": ["wm5", "wm6"]])
    let sink = MemorySink()
    let now = Mutex<Int64>(1_000_000_000)
    let source = contacts(platform) { now.withLock { $0 } }
    for number in 1...3 {
      try await source.run(pass(reading: sink), into: sink)
      #expect(source.progress.isUnfinished == (number < 3))
    }
    #expect(Self.known(sink).keys.sorted() == (1...6).map { "wm\($0)" })
    #expect(Self.known(sink)["wm5"] == ["a", "c"])
    let calls = platform.calls.count
    try await source.run(pass(reading: sink), into: sink)
    #expect(platform.calls.count == calls)
    now.withLock { $0 += 86_400_000_000 }
    try await source.run(pass(reading: sink), into: sink)
    #expect(platform.calls.count > calls && source.progress.isUnfinished)
  }

  @Test func aPassThatFailsGoesOnWithTheSameColleague() async throws {
    let platform = Self.corp(["a": ["wm1"], "b": ["wm2"]])
    let sink = MemorySink()
    sink.refuse(Refusal(.busy, "Later.", retryAfter: .seconds(1)))
    await #expect(throws: Refusal.self) { try await contacts(platform).run(pass(reading: sink), into: sink) }
    for _ in 0..<2 { try await contacts(platform).run(pass(reading: sink), into: sink) }
    #expect(Self.known(sink).keys.sorted() == ["wm1", "wm2"])
  }
}

@Suite struct WeComServiceTests {
  /// An account whose messages come `page` at a time, behind cursors `c1`, `c2`, …; the page before the last one is empty.
  private static func account(_ count: Int, page: Int, staleToken: Bool = false) -> PlayedPlatform {
    PlayedPlatform { call in
      switch call.path.replacing("/gateway", with: "") {
      case "/cgi-bin/kf/account/list": return ["errcode": 0, "account_list": [["open_kfid": "wk1", "name": "售后"], ["open_kfid": "wk2"]]]
      case "/cgi-bin/kf/customer/batchget":
        let people = call.body["external_userid_list"]?.elements ?? []
        return ["errcode": 0, "customer_list": .array(people.map { ["external_userid": $0, "nickname": "n"] })]
      case "/cgi-bin/kf/sync_msg":
        guard call.body["open_kfid"]?.text == "wk1" else { return ["errcode": 0, "next_cursor": "x", "has_more": 0, "msg_list": []] }
        if staleToken, call.body["token"] != nil { return ["errcode": 95_007, "errmsg": "invalid msg token"] }
        let start = call.body["cursor"]?.text.flatMap { Int($0.dropFirst()) } ?? 0
        let end = min(start + page, count)
        let messages = (start..<end).map { number -> Value in
          [
            "msgid": .string("m\(number)"), "open_kfid": "wk1", "external_userid": .string("wm\(number % 3)"), "send_time": 1_615_478_585,
            "origin": 3, "msgtype": "text", "text": ["content": "hi"],
          ]
        }
        let isEmptyOnTheWay = start == page && call.body["cursor"]?.text == "c\(page)"
        if isEmptyOnTheWay { return ["errcode": 0, "next_cursor": .string("d\(page)"), "has_more": 1, "msg_list": []] }
        return [
          "errcode": 0, "next_cursor": .string("c\(end)"), "has_more": end < count ? 1 : 0, "msg_list": .array(messages),
        ]
      default: return ["errcode": 40_066]
      }
    }
  }

  private func service(
    _ platform: PlayedPlatform, asksCustomers: Bool = false, lastRound: ContinuousClock.Instant? = .now
  ) -> WeComService {
    WeComService(
      connector: "c", mapping: nil, customerMapping: nil, asksCustomers: asksCustomers, interface: platform.wecom(), digests: .reference,
      corp: "ww1", lastRound: lastRound)
  }

  private static let hint = Hint(connector: "c", stream: "kf", notes: ["open_kfid": "wk1", "token": "ENC"])
  private static let scope = StreamName(connector: "c", stream: "kf", partition: "wk1")

  private static func messages(_ sink: MemorySink) -> [String] {
    sink.documents("kf").flatMap { $0["msg_list"]?.elements.compactMap { $0["msgid"]?.text } ?? [] }
  }

  @Test func allPagesAreReadThoughOneIsEmpty() async throws {
    let platform = Self.account(2_500, page: 1_000)
    let sink = MemorySink()
    try await service(platform).run(pass([Self.hint], reading: sink), into: sink)
    #expect(Self.messages(sink) == (0..<2_500).map { "m\($0)" })
    #expect(sink.checkpoint(Self.scope).map { PlatformPlace($0)["cursor"] } == "c2500")
    #expect(platform.calls.allSatisfy { $0.body["token"]?.text == "ENC" && $0.body["limit"] == 1_000 })
    #expect(platform.calls.map { $0.body["cursor"]?.text } == [nil, "c1000", "d1000", "c2000"])
    #expect(sink.journal.allSatisfy { $0.stream == Self.scope })
  }

  @Test func theNextHintGoesOnAtTheCursor() async throws {
    let sink = MemorySink()
    try await service(Self.account(10, page: 100)).run(pass([Self.hint], reading: sink), into: sink)
    let platform = Self.account(12, page: 100)
    try await service(platform).run(pass([Self.hint], reading: sink), into: sink)
    #expect(Self.messages(sink) == (0..<12).map { "m\($0)" } && platform.calls.count == 1)
  }

  /// The messages of a page and the cursor behind it are one commit: whatever is refused comes again, nothing comes twice.
  @Test func aPageThatWasNotAcceptedComesAgain() async throws {
    let platform = Self.account(2_500, page: 1_000)
    let sink = MemorySink()
    sink.refuse(nil, nil, Refusal(.busy, "Later.", retryAfter: .seconds(1)))
    await #expect(throws: Refusal.self) { try await service(platform).run(pass([Self.hint], reading: sink), into: sink) }
    #expect(Self.messages(sink).count == 1_000)
    try await service(platform).run(pass([Self.hint], reading: sink), into: sink)
    #expect(Self.messages(sink) == (0..<2_500).map { "m\($0)" } && sink.duplicates == 0)
  }

  @Test func aCursorThatWasLostDoublesNothing() async throws {
    let sink = MemorySink()
    try await service(Self.account(10, page: 100)).run(pass([Self.hint], reading: sink), into: sink)
    var forgotten = Run(connector: "c", streams: [], stop: StopSignal(), checkpoint: { _ in nil })
    forgotten.hints = [Self.hint]
    try await service(Self.account(10, page: 100)).run(forgotten, into: sink)
    #expect(Self.messages(sink).count == 10 && sink.duplicates == 1)
  }

  @Test func aTokenThatIsTooOldIsLeftOut() async throws {
    let platform = Self.account(10, page: 100, staleToken: true)
    let sink = MemorySink()
    try await service(platform).run(pass([Self.hint], reading: sink), into: sink)
    #expect(Self.messages(sink).count == 10 && platform.calls.map { $0.body["token"]?.text } == ["ENC", nil])
  }

  @Test func nowAndThenAllAccountsAreReadWithoutHints() async throws {
    let platform = Self.account(10, page: 100)
    let sink = MemorySink()
    let service = service(platform, lastRound: nil)
    for _ in 0..<3 { try await service.run(pass(reading: sink), into: sink) }
    #expect(platform.calls.map { $0.body["open_kfid"]?.text } == [nil, "wk1", "wk2"] && Self.messages(sink).count == 10)
    let late = self.service(platform, lastRound: .now - .seconds(601))
    try await late.run(pass([Self.hint], reading: sink), into: sink)
    #expect(platform.calls.dropFirst(3).map { $0.body["open_kfid"]?.text } == ["wk1", nil, "wk1", "wk2"])
  }

  @Test func whoWroteIsAskedForOnceAnHour() async throws {
    let platform = Self.account(2_500, page: 1_000)
    let sink = MemorySink()
    let service = service(platform, asksCustomers: true)
    sink.refuse(Refusal(.busy, "Later.", retryAfter: .seconds(1)))
    await #expect(throws: Refusal.self) { try await service.run(pass([Self.hint], reading: sink), into: sink) }
    try await service.run(pass([Self.hint], reading: sink), into: sink)
    let people = sink.documents("kf-customers").map { $0["customer_list"]?.elements.compactMap { $0["external_userid"]?.text } }
    #expect(people == [["wm0", "wm1", "wm2"]])
  }

  // MARK: The hints of events

  @Test func eventsHintAtWhatToRead() async {
    let platform = PlayedPlatform()
    let contacts = WeComContacts(connector: "c", mapping: nil, interface: platform.wecom(), refresh: .seconds(1), clock: { 0 })
    let parts = WeCom.Parts(interface: platform.wecom(), contacts: contacts, service: service(platform))
    let wecom = WeCom(connector: "c", mapping: nil, callback: .test(account: WeComTests.corp, token: "kindred2026"), parts: parts)
    let sink = MemorySink()
    let events = [
      "<xml><Event>change_external_contact</Event><ChangeType>add_external_contact</ChangeType><ExternalUserID>wmA</ExternalUserID></xml>",
      "<xml><Event>kf_msg_or_event</Event><Token>ENC1</Token><OpenKfId>wk1</OpenKfId></xml>", "<xml><Event>enter_agent</Event></xml>",
    ]
    for event in events { #expect(await wecom.receive(WeComTests.post(event), into: sink).status == 200) }
    #expect(
      sink.hints == [
        Hint(connector: "c", stream: "contacts", notes: ["external_userid": "wmA"]),
        Hint(connector: "c", stream: "kf", notes: ["open_kfid": "wk1", "token": "ENC1"]),
      ])
    #expect(sink.journal.count == 3 && wecom.roles == [.receiver, .source, .target])
    let mute = WeCom(connector: "c", mapping: nil, callback: .test(account: WeComTests.corp, token: "kindred2026"))
    for event in events { _ = await mute.receive(WeComTests.post(event), into: sink) }
    #expect(sink.hints.count == 2 && mute.roles == [.receiver])
  }
}
