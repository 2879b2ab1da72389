import Model
import Synchronization
import TestDigests
import Testing

@testable import Connecting

@Suite struct IMAPSessionTests {
  private static let place = IMAPPlace(host: "mail.example", port: 993, encryption: .on)
  private static let password = IMAPLogin.password(user: "me", password: "secret")

  private func session(_ capabilities: String, _ answer: @escaping @Sendable (String) -> String? = { _ in nil }) -> (
    IMAPSession, PlayedMailServer
  ) {
    let server = PlayedMailServer { command in
      if let text = answer(command) { return text }
      if command == "CAPABILITY" { return "* CAPABILITY IMAP4rev1 \(capabilities)\r\nTAG OK\r\n" }
      return "TAG OK done\r\n"
    }
    let timing = IMAPSession.Timing(quiet: .milliseconds(200), command: .milliseconds(400))
    return (IMAPSession(server, timing: timing), server)
  }

  /// The code and the advice of what logging in throws.
  private func refusal(_ capabilities: String, _ login: IMAPLogin = password, _ answer: @escaping @Sendable (String) -> String?) async -> (
    String, SourceError.Advice
  )? {
    do throws(IMAPFailure) {
      try await session(capabilities, answer).0.logIn(login, to: Self.place)
      return nil
    } catch {
      return (error.fault.code, error.advice)
    }
  }

  // MARK: Logging in

  @Test(arguments: [
    ("AUTH=PLAIN SASL-IR ID", ["AUTHENTICATE PLAIN AG1lAHNlY3JldA==", "CAPABILITY", "ID (\"name\" \"kindred\")"]),
    ("AUTH=LOGIN", ["LOGIN \"me\" \"secret\"", "CAPABILITY"]),
  ]) func passwordsGoTheWayThatTheServerOffers(_ capabilities: String, _ lines: [String]) async throws {
    let (session, server) = session(capabilities)
    try await session.logIn(Self.password, to: Self.place)
    #expect(server.lines == ["CAPABILITY"] + lines)
  }

  @Test func aServerWithoutInitialResponsesAsksForThem() async throws {
    let (session, server) = session("AUTH=PLAIN") { command in
      command == "AUTHENTICATE PLAIN" ? "+ \r\n" : nil
    }
    // The end comes with the answer to the second line, which has no tag.
    let login = Task { try await session.logIn(Self.password, to: Self.place) }
    for _ in 0..<200 where server.lines.count < 3 { try await Task.sleep(for: .milliseconds(1)) }
    #expect(server.lines == ["CAPABILITY", "AUTHENTICATE PLAIN", "AG1lAHNlY3JldA=="])
    login.cancel()
    _ = await login.result
  }

  @Test func tokensGoByOAuthBearerOrXOAuth2() async throws {
    let login = IMAPLogin.token(user: "me@x", token: "T")
    let bearer = login.command(capabilities: ["AUTH=OAUTHBEARER", "AUTH=XOAUTH2", "SASL-IR"], host: "h", port: 993)
    let message = "n,a=me@x,\u{1}host=h\u{1}port=993\u{1}auth=Bearer T\u{1}\u{1}"
    #expect(bearer?.parts == [Array("AUTHENTICATE OAUTHBEARER \(Base64.text(Array(message.utf8)))".utf8)])
    #expect(bearer?.answer == Array("AQ==".utf8))
    let older = login.command(capabilities: ["AUTH=XOAUTH2"], host: "h", port: 993)
    #expect(older?.parts.count == 2 && older?.parts.last == Array(Base64.text(Array("user=me@x\u{1}auth=Bearer T\u{1}\u{1}".utf8)).utf8))
    #expect(login.command(capabilities: ["AUTH=PLAIN"], host: "h", port: 993) == nil)
  }

  @Test(arguments: [
    ("TAG NO [AUTHENTICATIONFAILED] wrong\r\n", "imap-unauthorised", SourceError.Advice.reauthorise),
    ("TAG NO [UNAVAILABLE] later\r\n", "imap-busy", .throttle(after: .seconds(60))),
    ("TAG NO Maximum number of connections from user+IP exceeded\r\n", "imap-busy", .throttle(after: .seconds(60))),
    ("TAG NO no\r\n", "imap-unauthorised", .reauthorise), ("TAG BAD what\r\n", "imap-unauthorised", .reauthorise),
  ]) func whyALoginFailedDecidesWhatComesNext(_ answer: String, _ code: String, _ advice: SourceError.Advice) async {
    let refusal = await refusal("AUTH=PLAIN SASL-IR") { $0.hasPrefix("AUTHENTICATE") ? answer : nil }
    #expect(refusal?.0 == code && refusal?.1 == advice)
  }

  @Test func aServerThatOffersNoWayIsAMatterOfConfiguration() async {
    let refusal = await refusal("LOGINDISABLED") { _ in nil }
    #expect(refusal?.0 == "imap-no-login" && refusal?.1 == .configure)
  }

  // MARK: Commands

  private func failure(_ work: () async throws -> Void) async -> String? {
    do {
      try await work()
      return nil
    } catch {
      return (error as? IMAPFailure)?.fault.code
    }
  }

  @Test func aServerThatSaysNothingIsGivenUp() async {
    let (session, server) = session("") { $0 == "NOOP" ? "* 1 EXISTS\r\n" : nil }
    let code = await failure { try await session.perform(.noop) }
    #expect(code == "imap-timeout")
    // What comes later would be taken for the answer to another command.
    #expect(server.isClosed)
    #expect(await failure { try await session.perform(.capability) } == "imap-closed")
  }

  @Test func aServerThatDripsIsGivenUpToo() async {
    let (session, server) = session("") { $0 == "NOOP" ? "* OK" : nil }
    let dripping = Task {
      while !server.isClosed {
        server.say(" still here")
        try await Task.sleep(for: .milliseconds(20))
      }
    }
    #expect(await failure { try await session.perform(.noop) } == "imap-timeout")
    dripping.cancel()
  }

  @Test func whatAServerSaysBeforeItHangsUpIsTold() async {
    let (session, server) = session("") { $0 == "NOOP" ? "* BYE Too many connections\r\n" : nil }
    let closing = Task {
      for _ in 0..<100 where !server.lines.contains("NOOP") { try await Task.sleep(for: .milliseconds(1)) }
      server.close()
    }
    do throws(IMAPFailure) {
      try await session.perform(.noop)
      Issue.record("there was an answer")
    } catch {
      #expect(error.fault.code == "imap-closed" && error.fault.message.contains("Too many connections"))
      #expect(error.advice == .throttle(after: .seconds(60)))
    }
    _ = await closing.result
  }

  @Test func aRefusedFolderDoesNotEndTheConnection() async throws {
    let (session, server) = session("") { $0.hasPrefix("EXAMINE") ? "TAG NO [NONEXISTENT] none\r\n" : nil }
    #expect(await failure { _ = try await session.select(IMAPFolder(name: "x"), isReadOnly: true) } == "imap-folder")
    try await session.perform(.noop)
    #expect(!server.isClosed)
  }

  @Test func idlingIsEndedWithDoneAlone() async throws {
    let (session, server) = session("IDLE") { command in
      switch command {
      case "EXAMINE \"INBOX\"": "* OK [UIDVALIDITY 5] x\r\n* 3 EXISTS\r\nTAG OK\r\n"
      case "IDLE": "+ idling\r\n* OK Still here\r\n"
      default: nil
      }
    }
    try await session.logIn(.password(user: "", password: ""), to: Self.place)
    #expect(try await session.select(IMAPFolder(name: "INBOX"), isReadOnly: true).validity == 5)
    #expect(try await session.beginIdling())
    // What was told before IDLE began is not told again.
    #expect(try await session.waitForMail(atMost: .milliseconds(10)))
    let waiting = Task { try await session.waitForMail(atMost: .seconds(5)) }
    server.say("* 4 EXISTS\r\n")
    #expect(try await waiting.value)
    #expect(try await session.waitForMail(atMost: .milliseconds(10)) == false)
    let cancelled = Task { try await session.waitForMail(atMost: .seconds(5)) }
    cancelled.cancel()
    #expect(try await cancelled.value == false)
    #expect(!server.isClosed)
    // Nothing but DONE may be said meanwhile.
    #expect(await failure { try await session.perform(.noop) } == "imap-closed")
    let ending = Task { try await session.endIdling() }
    for _ in 0..<200 where server.lines.last != "DONE" { try await Task.sleep(for: .milliseconds(1)) }
    #expect(server.lines.last == "DONE")
    _ = await ending.result
  }

  // MARK: Values

  @Test func aPositionIsReadBackAsItWasWritten() {
    var position = IMAPPosition(validity: 7, last: 12, modification: 99)
    position.unmarked = UIDSet([3, 4, 9])
    #expect(IMAPPosition(position.value) == position)
    #expect(IMAPPosition(IMAPPosition(validity: 1).value) == IMAPPosition(validity: 1))
    for wrong in ["", "x", "1;2", "1;2;3;4;5", "-1;2;;", "1;99999999999;;"] { #expect(IMAPPosition(Array(wrong.utf8)) == nil) }
  }

  @Test func dates() {
    #expect(IMAPDate.microseconds("17-Jul-1996 02:44:25 -0700") == 837_596_665_000_000)
    #expect(IMAPDate.microseconds(" 1-Jan-1970 00:00:00 +0000") == 0)
    #expect(IMAPDate.day(837_596_665_000_000) == "17-Jul-1996" && IMAPDate.day(-1) == "31-Dec-1969")
    #expect(IMAPDate.microseconds(day: "2024-02-29") == 1_709_164_800_000_000)
    for wrong in ["2023-02-29", "2024-2-9", "2024-13-01", "", "yesterday", "2024/02/09"] {
      #expect(IMAPDate.microseconds(day: wrong) == nil)
    }
    for wrong in [
      "", "17-Jul-1996", "17-Jux-1996 02:44:25 -0700", "17-Jul-1996 25:44:25 -0700", "17-Jul-99999999999999999999 02:44:25 +0000",
    ] {
      #expect(IMAPDate.microseconds(wrong) == nil)
    }
  }

  @Test func theSameMailIsRecognisedWhateverWayItCame() {
    func identity(_ text: String) -> Bytes { MailIdentity.of(Array(text.replacing("\n", with: "\r\n").utf8), .reference) }
    let mail = "From: a\nMessage-ID: <1>\nSubject: x\n y\n\nbody\n"
    let moved = "Return-Path: <a>\nReceived: from x\n\tby y\n; today\nfrom: a\n"
    #expect(identity(mail) == identity("Received: from x\n\tby y\n\(mail)"))
    #expect(identity(mail) == identity(mail.replacing("Subject", with: "X-UID: 5\nSubject")))
    // What people or their programs wrote counts.
    for other in [
      mail.replacing("body", with: "bodY"), mail.replacing("<1>", with: "<2>"), mail.replacing(" y", with: " z"), "X-Form: 1\n\(mail)",
      moved + mail, mail + "more",
    ] { #expect(identity(mail) != identity(other), "\(other)") }
    // Without a name of its own every byte of a mail counts.
    let alert = "From: disk\nSubject: full\n\nfull\n"
    #expect(identity(alert) != identity("Received: at noon\n\(alert)"))
    #expect(identity("Message-ID: \n\(alert)") != identity("Received: at noon\nMessage-ID: \n\(alert)"))
    #expect(identity("") == identity("") && identity("") != identity("\n"))
  }

  @Test(arguments: [1, 3, 7, 1 << 20]) func aMailIsTheSameInPieces(_ size: Int) {
    let body = (0..<(size > 100 ? 3 << 20 : 300)).map { UInt8($0 % 251) }
    let mail = Array("Message-ID: <1>\r\nReceived: x\r\n\r\n".utf8) + body
    var identity = MailIdentity(.quick)
    for start in stride(from: 0, to: mail.count, by: size) { identity.append(mail[start..<min(start + size, mail.count)]) }
    #expect(identity.finish() == MailIdentity.of(mail, .quick))
  }

  @Test func foldersAreChosenByPatterns() {
    var settings = IMAPSettings(connector: "c", place: Self.place, user: "me", folders: ["inbox", "客户/*", "!*/旧"])
    let all = ["Sent", "客户/旧", "客户/2024", "INBOX", "客户"].map { IMAPFolder(name: $0) }
    #expect(settings.chosen(from: all).map(\.name) == ["INBOX", "客户/2024"])
    #expect(settings.unmatched(in: all) == [])
    settings.folders = ["*", "Nowhere"]
    #expect(settings.chosen(from: all).map(\.name) == ["INBOX", "Sent", "客户", "客户/2024", "客户/旧"])
    #expect(settings.unmatched(in: all) == ["Nowhere"])
  }
}
