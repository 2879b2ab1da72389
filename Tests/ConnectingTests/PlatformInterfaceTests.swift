import Model
import Synchronization
import Testing

@testable import Connecting

@Suite struct PlatformInterfaceTests {
  private func refusal(_ interface: PlatformInterface) async -> PlatformRefusal? {
    do throws(PlatformRefusal) {
      _ = try await interface.get("/cgi-bin/x", [])
      return nil
    } catch {
      return error
    }
  }

  @Test func oneTokenIsAskedForHoweverManyWait() async throws {
    let platform = PlayedPlatform(patience: .milliseconds(50))
    let interface = platform.wechat()
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<50 { group.addTask { (try? await interface.get("/cgi-bin/x", [])) != nil } }
      for await isFine in group { #expect(isFine) }
    }
    #expect(platform.tokens == 1 && platform.calls.count == 50)
    #expect(platform.calls.allSatisfy { $0.query("access_token") == "T1" && $0.path == "/cgi-bin/x" })
  }

  @Test func theTokenIsRenewedBeforeItEnds() async throws {
    let start = ContinuousClock.now
    let passed = Mutex(Duration.zero)
    let platform = PlayedPlatform()
    let interface = platform.wechat { start + passed.withLock { $0 } }
    for (seconds, tokens) in [(0, 1), (6_800, 1), (6_901, 2), (6_902, 2), (13_802, 3)] {
      passed.withLock { $0 = .seconds(seconds) }
      _ = try await interface.get("/cgi-bin/x", [])
      #expect(platform.tokens == tokens, "after \(seconds) s")
    }
  }

  @Test(arguments: [40_001, 40_014, 42_001]) func aRefusedTokenIsRenewedOnce(_ code: Int) async throws {
    let platform = PlayedPlatform()
    let interface = platform.wecom()
    platform.refuse(code)
    _ = try await interface.get("/cgi-bin/x", [])
    #expect(platform.tokens == 2 && platform.calls.map { $0.query("access_token") } == ["T1", "T2"])
    #expect(platform.calls[0].path == "/gateway/cgi-bin/x", "a gateway's own path stays")
    platform.refuse(code, code)
    let refusal = await refusal(interface)
    #expect(refusal?.fault.code == "token-refused" && refusal?.error.advice == .reauthorise)
    #expect(platform.tokens == 3)
  }

  /// The platform gives a token that it refuses: then it is asked for another one by force, and not again for two hours.
  @Test func forceIsUsedRarely() async throws {
    let forced = Mutex(0)
    let stub = WebStub { request throws(WebFailure) in
      guard case .bytes(let body) = request.body else { return WebAnswer(status: 500) }
      if request.url.hasSuffix("stable_token") {
        let isForced = String(decoding: body, as: UTF8.self).contains(#""force_refresh":true"#)
        let number = forced.withLock { count in
          if isForced { count += 1 }
          return count
        }
        return WebAnswer(status: 200, body: Array(#"{"access_token":"F\#(number)","expires_in":7200}"#.utf8))
      }
      return WebAnswer(status: 200, body: Array(#"{"errcode":\#(request.url.contains("F0") ? 40001 : 0)}"#.utf8))
    }
    let interface = WeChat.interface(base: "https://api.example", account: "wx1", secret: fixed("s"), web: stub)
    _ = try await interface.get("/cgi-bin/x", [])
    #expect(forced.withLock { $0 } == 1)
    let refusing = WebStub { request throws(WebFailure) in
      if request.url.hasSuffix("stable_token") {
        return WebAnswer(status: 200, body: Array(#"{"access_token":"F","expires_in":7200}"#.utf8))
      }
      return WebAnswer(status: 200, body: Array(#"{"errcode":40001}"#.utf8))
    }
    let hopeless = WeChat.interface(base: "https://api.example", account: "wx1", secret: fixed("s"), web: refusing)
    for _ in 0..<5 { #expect(await refusal(hopeless)?.fault.code == "token-refused") }
    let asked = refusing.requests.filter { $0.url.hasSuffix("stable_token") }
    let forces = asked.filter { request in
      guard case .bytes(let body) = request.body else { return false }
      return String(decoding: body, as: UTF8.self).contains("true")
    }
    #expect(forces.count == 1)
  }

  @Test func everyRefusalSaysWhatToDo() async {
    let table: [(Int, String, SourceError.Advice)] = [
      (-1, "platform-busy", .retry), (40_013, "app-id-refused", .configure), (45_009, "quota-exceeded", .throttle(after: .seconds(600))),
      (45_011, "quota-exceeded", .throttle(after: .seconds(60))), (48_001, "interface-not-allowed", .configure),
      (60_011, "interface-not-allowed", .configure), (12_345, "platform-refused", .retry),
    ]
    for (errcode, code, advice) in table {
      let platform = PlayedPlatform()
      platform.refuse(errcode)
      let refusal = await refusal(platform.wechat())
      #expect(refusal?.fault.code == code && refusal?.error.advice == advice && refusal?.errcode == errcode, "\(errcode)")
    }
  }

  @Test func whatIsNoAnswerOfThePlatformIsSaidSo() async {
    for (status, body, code) in [
      (200, "<html>gateway</html>", "platform-answer"), (200, "[]", "platform-answer"), (200, "", "platform-answer"),
      (200, "{}", "platform-answer"), (502, "{}", "web-server-error"), (403, "{}", "web-unauthorised"),
    ] {
      let stub = WebStub { _ throws(WebFailure) in WebAnswer(status: status, body: Array(body.utf8)) }
      let interface = WeChat.interface(base: "https://api.example", account: "wx1", secret: fixed("s"), web: stub)
      #expect(await refusal(interface)?.fault.code == code, "\(status) \(body)")
    }
  }

  @Test func neitherSecretNorTokenIsWrittenDown() async {
    let platform = PlayedPlatform { call in
      ["errcode": 99_999, "errmsg": .string("bad token \(call.query("access_token") ?? "") for \(PlayedPlatform.secret)\nrid: 1.")]
    }
    let refused = await refusal(platform.wechat())
    #expect(refused?.fault.code == "platform-refused")
    #expect(refused?.fault.message.contains("T1") == false && refused?.fault.message.contains("\n") == false)
    platform.answerTokens(#"{"errcode":40125,"errmsg":"invalid appsecret \#(PlayedPlatform.secret)"}"#)
    let wrong = await refusal(platform.wechat())
    #expect(wrong?.fault.code == "secret-refused" && wrong?.fault.description.contains(PlayedPlatform.secret) == false)
    platform.answerTokens(#"{"errcode":99998,"errmsg":"odd \#(PlayedPlatform.secret)"}"#)
    #expect(await refusal(platform.wechat())?.fault.description.contains(PlayedPlatform.secret) == false)
  }
}

@Suite struct PlatformCheckTests {
  private static let noon = "Sun, 22 Nov 2026 12:00:00 GMT"

  private func findings(_ platform: PlayedPlatform, now: Int = 1_795_348_800) async -> [Finding] {
    await PlatformCheck(interface: platform.wechat(), now: { now })
      .findings([PlatformCheck.Call(path: "/cgi-bin/user/get", fine: "Followers may be asked for.")])
  }

  @Test func whatIsInOrderIsSaid() async {
    let platform = PlayedPlatform()
    platform.answerTokens(nil, date: Self.noon)
    let findings = await findings(platform)
    #expect(findings.map(\.code) == ["access-token", "clock", "interface"] && findings.allSatisfy { $0.level == .fine })
  }

  @Test func theAddressThatIsNotAllowedIsNamed() async {
    let platform = PlayedPlatform()
    platform.answerTokens(
      #"{"errcode":40164,"errmsg":"invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist rid: 63aa9234-321a2106"}"#)
    let findings = await findings(platform)
    #expect(findings.map(\.code) == ["ip-not-allowed"] && findings[0].level == .problem)
    #expect(findings[0].message.contains("203.0.113.9") && findings[0].hint?.contains("203.0.113.9") == true)
    let wecom = PlayedPlatform { _ in
      ["errcode": 60_020, "errmsg": "not allow to access from your ip, hint: [1787373915609110759], from ip: 198.51.100.7, more info"]
    }
    #expect(await self.findings(wecom).last?.message.contains("198.51.100.7") == true)
  }

  @Test(arguments: [(40_125, "secret-refused"), (40_001, "secret-refused"), (40_013, "app-id-refused")])
  func wrongCredentialsAreToldApart(_ errcode: Int, _ code: String) async {
    let platform = PlayedPlatform()
    platform.answerTokens(#"{"errcode":\#(errcode),"errmsg":"invalid"}"#)
    #expect(await findings(platform).map(\.code) == [code])
  }

  @Test func aClockThatIsWrongIsSaid() async {
    let platform = PlayedPlatform()
    platform.answerTokens(nil, date: Self.noon)
    let ahead = await findings(platform, now: 1_795_348_800 + 7_200)
    #expect(ahead[1].code == "clock-skewed" && ahead[1].message.contains("7200 seconds ahead"))
    #expect(await findings(platform, now: 1_795_348_800 - 90)[1].message.contains("90 seconds behind"))
  }

  @Test func aPermissionThatIsMissingIsSaid() async {
    let platform = PlayedPlatform { _ in ["errcode": 48_001, "errmsg": "api unauthorized rid: 1"] }
    #expect(await findings(platform).map(\.code) == ["access-token", "interface-not-allowed"])
  }
}
