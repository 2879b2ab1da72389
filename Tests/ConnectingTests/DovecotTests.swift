import Foundation
import Model
import Testing

@testable import Connecting

/// The source against a real mail server.
@Suite(.enabled(if: Dovecot.isInstalled, "dovecot-imapd is not installed"), .serialized, .timeLimit(.minutes(1)))
struct DovecotTests {
  private static func mail(_ number: Int, size: Int = 100) -> Bytes {
    let header = "From: a@example.com\r\nSubject: \(number)\r\nMessage-ID: <\(number)@example.com>\r\n\r\n"
    var line = (0..<76).map { UInt8(0x61 + ($0 + number) % 23) }
    line += [0x0D, 0x0A]
    var mail = Array(header.utf8)
    while mail.count < size { mail += line }
    return mail
  }

  private static func mails(_ numbers: Range<Int>) -> [Bytes] { numbers.map { mail($0) } }

  private func bodies(_ sink: MemorySink) -> Set<Bytes> { Set(sink.journal.map { sink.bytes($0) }) }

  /// One pass, and the connection is closed behind it.
  private func read(_ source: IMAP, into sink: MemorySink) async throws {
    let stop = StopSignal()
    try await source.run(pass(reading: sink, stop: stop), into: sink)
    stop.raise()
  }

  @Test func everyMailOfEveryFolderIsReadOnceAndNoneIsMarked() async throws {
    try await Dovecot.running { dovecot in
      let (inbox, old) = (Self.mails(0..<40), Self.mails(40..<60))
      let odd: [Bytes] = [
        Array("Subject: \"raw\" {3}\r\n\r\nk1 OK no\r\n* 1 EXISTS\r\n".utf8), Array("Message-ID: <x>\r\n".utf8),
        Array("Subject: 8 bit \u{7f}\r\n\r\n".utf8) + Array(0x80...0xFF), Self.mail(99, size: 600_000),
      ]
      try await dovecot.add(inbox)
      try await dovecot.add(old + [inbox[3]], to: "客户来信/2024年")
      try await dovecot.add(odd, to: "A & \"B\"")
      let (source, sink) = (dovecot.source(), MemorySink())
      try await read(source, into: sink)
      #expect(bodies(sink) == Set(inbox + old + odd))
      #expect(sink.journal.count == 64 && sink.duplicates == 1)
      #expect(try await dovecot.flags() == Array(repeating: [], count: 40))
      let one = try #require(sink.journal.first { $0.stream.partition == "客户来信/2024年" })
      #expect(one.stream.stream == "mails" && one.contentType == "message/rfc822" && one.meta["uid"] == "1")
      #expect(one.origin == "service/客户来信/2024年;UIDVALIDITY=\(one.meta["uidvalidity"] ?? "");UID=1")
      #expect(one.meta["received"]?.hasSuffix("Z") == true)

      try await read(source, into: sink)
      #expect(sink.journal.count == 64 && sink.duplicates == 1)
      try await dovecot.add(Self.mails(60..<63))
      try await read(dovecot.source(), into: sink)
      #expect(sink.journal.count == 67 && sink.duplicates == 1)
    }
  }

  @Test(arguments: IMAPPlace.Encryption.allCases) func everyWayToConnect(_ encryption: IMAPPlace.Encryption) async throws {
    try await Dovecot.running { dovecot in
      try await dovecot.add(Self.mails(0..<3) + [Self.mail(3, size: 3_000_000)])
      let place = IMAPPlace(
        host: "localhost", port: encryption == .on ? dovecot.securePort : dovecot.port, encryption: encryption,
        authorities: dovecot.certificates)
      let (source, sink) = (dovecot.source { $0.place = place }, MemorySink())
      #expect(await source.check().map(\.code) == ["imap-login", "imap-folders"])
      try await read(source, into: sink)
      #expect(bodies(sink) == Set(Self.mails(0..<3) + [Self.mail(3, size: 3_000_000)]))
      // A certificate that nobody vouches for is refused.
      guard encryption != .off else { return }
      let strict = dovecot.source { settings in
        settings.place = place
        settings.place.authorities = nil
      }
      #expect(await strict.check().map(\.code) == ["web-certificate"])
    }
  }

  @Test func largeMailsGoToDiskInPiecesAndTooLargeOnesLoseTheirEnd() async throws {
    try await Dovecot.running { dovecot in
      let mails = [Self.mail(0, size: 5_000_000), Self.mail(1, size: 2 << 20), Self.mail(2, size: 9_000_000), Self.mail(3)]
      try await dovecot.add(mails)
      try await dovecot.add([mails[0]], to: "Copy")
      let sink = MemorySink()
      try await read(dovecot.source { $0.maximumSize = 6_000_000 }, into: sink)
      #expect(sink.journal.count == 4 && sink.duplicates == 1)
      #expect(sink.state.withLock { $0.largestChunk } == IMAPSettings.piece)
      let cut = try #require(sink.journal.first { $0.meta["truncated"] != nil })
      #expect(sink.bytes(cut) == Array(mails[2].prefix(IMAPSettings.beginning)) && cut.meta["truncated"] == "\(mails[2].count)")
      #expect(bodies(sink).isSuperset(of: [mails[0], mails[1], mails[3]]))
      #expect(sink.statuses.compactMap(\.lastError?.code) == ["imap-mail-too-large"])
    }
  }

  @Test func aFolderThatIsNumberedAnewIsReadAgainAndNothingCountsTwice() async throws {
    try await Dovecot.running { dovecot in
      try await dovecot.add(Self.mails(0..<5), to: "询价")
      let (source, sink) = (dovecot.source(), MemorySink())
      try await read(source, into: sink)
      #expect(sink.journal.count == 5)
      try await dovecot.renew("询价")
      try await dovecot.add(Self.mails(3..<8), to: "询价")
      try await read(dovecot.source(), into: sink)
      #expect(sink.journal.count == 8 && sink.duplicates == 2)
      #expect(sink.statuses.compactMap(\.lastError?.code) == ["imap-renumbered"])
      try await read(dovecot.source(), into: sink)
      #expect(sink.journal.count == 8 && sink.duplicates == 2)
    }
  }

  @Test func aMailThatComesIsToldOfAtOnce() async throws {
    try await Dovecot.running { dovecot in
      let (source, sink, stop) = (dovecot.source(), MemorySink(), StopSignal())
      try await dovecot.add(Self.mails(0..<2))
      try await source.run(pass(reading: sink, stop: stop), into: sink)
      for number in 2..<5 {
        async let added: Void = dovecot.add([Self.mail(number)])
        let hint = try await self.hint(sink, number - 1)
        let start = ContinuousClock.now
        try await source.run(pass([hint], reading: sink, stop: stop), into: sink)
        let latency = ContinuousClock.now - start
        print("told to accepted: \(latency)")
        #expect(latency < .milliseconds(500))
        try await added
        #expect(sink.journal.count == number + 1)
      }
      stop.raise()
    }
  }

  /// The hints that have come, once there are so many.
  private func hint(_ sink: MemorySink, _ count: Int) async throws -> Hint {
    for _ in 0..<1_000 where sink.hints.count < count { try await Task.sleep(for: .milliseconds(5)) }
    #expect(sink.hints.count == count)
    return try #require(sink.hints.last)
  }

  @Test func aConnectionThatIsCutIsMadeAnew() async throws {
    try await Dovecot.running { dovecot in
      let (source, sink, stop) = (dovecot.source(), MemorySink(), StopSignal())
      try await dovecot.add(Self.mails(0..<2))
      try await source.run(pass(reading: sink, stop: stop), into: sink)
      try dovecot.kick()
      try await dovecot.add(Self.mails(2..<4))
      let hint = Hint(connector: "c", stream: "mails", notes: ["folder": "INBOX"])
      try await source.run(pass([hint], reading: sink, stop: stop), into: sink)
      #expect(sink.journal.count == 4)
      // A source that is new finds nothing new, and waits all the same.
      stop.raise()
      let (other, ending) = (dovecot.source(), StopSignal())
      try await other.run(pass(reading: sink, stop: ending), into: sink)
      try await dovecot.add(Self.mails(4..<5))
      #expect(try await self.hint(sink, 1).notes == ["folder": "INBOX"])
      ending.raise()
    }
  }

  @Test func mailsThatAreRemovedMeanwhileAreLeftOut() async throws {
    try await Dovecot.running { dovecot in
      // Three batches, or four.
      let mails = (0..<20).map { Self.mail($0, size: 500_000) }
      try await dovecot.add(mails)
      let sink = RemovingSink(dovecot, removes: UIDSet(14...20))
      let stop = StopSignal()
      try await dovecot.source().run(pass(reading: sink.base, stop: stop), into: sink)
      stop.raise()
      let read = bodies(sink.base)
      #expect(read.isSuperset(of: mails[..<13]) && read.isSubset(of: mails) && read.count < 20)
      #expect(
        sink.base.checkpoint(StreamName(connector: "c", stream: "mails", partition: "INBOX")).flatMap { IMAPPosition($0.value) }?.last == 20
      )
    }
  }

  @Test(arguments: [IMAPSettings.Mark.seen, .move(to: "已读")]) func mailsAreMarkedOrMovedOnceTheyAreStored(_ mark: IMAPSettings.Mark)
    async throws
  {
    try await Dovecot.running { dovecot in
      try await dovecot.add(Self.mails(0..<5))
      let sink = MemorySink()
      let source = dovecot.source { settings in
        settings.mark = mark
        settings.folders = ["inbox"]
      }
      try await read(source, into: sink)
      try await read(source, into: sink)
      #expect(sink.journal.count == 5)
      if mark == .seen {
        #expect(try await dovecot.flags() == Array(repeating: ["\\Seen"], count: 5))
      } else {
        #expect(try await dovecot.flags() == [])
        #expect(try await dovecot.flags(in: "已读").count == 5)
      }
    }
  }

  @Test func aFullMailboxIsNamed() async throws {
    let quota = """
      mail_plugins = quota
      protocol imap {
        mail_plugins = quota imap_quota
      }
      plugin {
        quota = count:User quota
        quota_vsizes = yes
        quota_rule = *:storage=100K
      }
      """
    try await Dovecot.running(quota) { dovecot in
      #expect(await dovecot.source().check().map(\.code) == ["imap-login", "imap-folders"])
      try await dovecot.add([Self.mail(0, size: 94_000)])
      let finding = try #require(await dovecot.source().check().first { $0.level == .warning })
      #expect(finding.code == "imap-quota" && finding.message.contains("% full"))
    }
  }

  @Test func whatIsWrongIsNamedInASentence() async throws {
    try await Dovecot.running { dovecot in
      try await dovecot.add(Self.mails(0..<1))
      func codes(_ source: IMAP) async -> [String] { await source.check().filter { $0.level != .fine }.map(\.code) }
      #expect(await codes(dovecot.source { $0.folders = ["INBOX", "Nowhere"] }) == ["imap-folder"])
      #expect(await codes(dovecot.source { $0.place.port = 1 }) == ["imap-unreachable"])
      // Without a name server the answer takes longer than a check may.
      #expect(["imap-unreachable", "imap-timeout"].contains(await codes(dovecot.source { $0.place.host = "no.such.host.invalid" }).first))
      #expect(await codes(dovecot.source { $0.mark = .move(to: "Done") }) == ["imap-move-to"])
      let stranger = IMAPCredentials { _ in .password(user: Dovecot.user, password: "wrong") }
      #expect(await codes(IMAP(dovecot.settings(), credentials: stranger, digests: .quick)) == ["imap-unauthorised"])
      do {
        try await read(IMAP(dovecot.settings(), credentials: stranger, digests: .quick), into: MemorySink())
        Issue.record("a wrong password passed")
      } catch let error as SourceError {
        #expect(error.advice == .reauthorise)
      }
    }
  }
}

/// While the first mails are written to disk, another program removes others.
private final class RemovingSink: SinkWrapper {
  let base = MemorySink()
  private let dovecot: Dovecot
  private let removes: UIDSet

  init(_ dovecot: Dovecot, removes: UIDSet) {
    self.dovecot = dovecot
    self.removes = removes
  }

  func accept(_ deliveries: [Delivery], checkpoint: Checkpoint?) async throws(Refusal) -> [Receipt] {
    if base.journal.isEmpty {
      do {
        let session = try await dovecot.session()
        _ = try await session.select(IMAPFolder(name: "INBOX"), isReadOnly: false)
        try await session.perform(.markDeleted(removes))
        try await session.perform(IMAPCommand("EXPUNGE"))
        await session.leave()
      } catch {
        throw Refusal(.busy, "Nothing was removed: \(error)")
      }
    }
    return try await base.accept(deliveries, checkpoint: checkpoint)
  }
}
