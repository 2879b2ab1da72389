import Foundation
import Model
import Synchronization
import TestDigests
import Testing

@testable import Connecting

/// What a source makes of a folder whose server does odd things.
@Suite struct IMAPReadingTests {
  /// A folder of a played server, and how the server misbehaves.
  private struct Folder: Sendable {
    var validity: UInt32 = 9
    var mails: [UInt32: String] = [:]
    var capabilities = "IDLE ESEARCH"
    /// Mails that end the connection.
    var deadly: Set<UInt32> = []
    /// Mails that are listed, and whose content is NIL; they are gone when asked for again.
    var vanishing: Set<UInt32> = []
    /// The announced length of a mail's literal is so much off.
    var lie: [UInt32: Int] = [:]
  }

  private final class Played: Sendable {
    let folder: Mutex<Folder>
    let sink = MemorySink()
    let troubles = IMAPTroubles()
    let stored = Mutex<[String]>([])
    private let current = Mutex<PlayedMailServer?>(nil)

    init(_ folder: Folder) { self.folder = Mutex(folder) }

    private func server() -> PlayedMailServer {
      let server = PlayedMailServer { [self] command in
        let answer = answer(command)
        if answer == nil { current.withLock { $0 }?.close() }
        return answer
      }
      current.withLock { $0 = server }
      return server
    }

    private func answer(_ command: String) -> String? {
      let words = command.split(separator: " ").map(String.init)
      return folder.withLock { folder in
        switch words.prefix(2).joined(separator: " ") {
        case "CAPABILITY": return "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR \(folder.capabilities)\r\nTAG OK\r\n"
        case "UID SEARCH": return search(folder, words)
        case "UID FETCH": return fetch(&folder, UIDSet(words[2]), words.dropFirst(3).joined(separator: " "))
        case "UID STORE":
          stored.withLock { $0.append(words[2]) }
          return "TAG OK\r\n"
        default:
          let isOpening = ["SELECT", "EXAMINE"].contains(words[0])
          return isOpening ? "* \(folder.mails.count) EXISTS\r\n* OK [UIDVALIDITY \(folder.validity)] x\r\nTAG OK\r\n" : "TAG OK\r\n"
        }
      }
    }

    private func search(_ folder: Folder, _ words: [String]) -> String {
      let uids = folder.mails.keys.sorted()
      let from = words.compactMap { $0.hasSuffix(":*") ? UInt32($0.dropLast(2)) : nil }.first ?? 1
      // The last one is found even when it lies before the first.
      let found = uids.filter { $0 >= from || $0 == uids.last }
      if words.contains("RETURN") { return "* ESEARCH (TAG \"TAG\") UID ALL \(UIDSet(found).text)\r\nTAG OK\r\n" }
      return "* SEARCH \(found.map(String.init).joined(separator: " "))\r\nTAG OK\r\n"
    }

    private func fetch(_ folder: inout Folder, _ set: UIDSet, _ items: String) -> String? {
      var text = ""
      for uid in set.numbers(from: 1, atMost: 1_000) {
        guard let mail = folder.mails[uid] else { continue }
        guard items.contains("BODY.PEEK[]") else {
          text += "* 1 FETCH (UID \(uid) RFC822.SIZE \(mail.utf8.count) INTERNALDATE \" 1-Jan-2026 00:00:0\(uid % 10) +0000\" FLAGS ())\r\n"
          continue
        }
        if folder.deadly.contains(uid) { return nil }
        if folder.vanishing.contains(uid) {
          folder.mails[uid] = nil
          text += "* 1 FETCH (UID \(uid) BODY[] NIL)\r\n"
        } else {
          text += "* 1 FETCH (UID \(uid) BODY[] {\(mail.utf8.count + (folder.lie[uid] ?? 0))}\r\n\(mail))\r\n"
        }
      }
      return text + "TAG OK\r\n"
    }

    /// One pass over the folder on a connection of its own.
    /// - Returns: the code of what it threw.
    func read(_ change: (inout IMAPSettings) -> Void = { _ in }, run: Run? = nil) async throws -> String? {
      let place = IMAPPlace(host: "h", port: 1, encryption: .on)
      var settings = IMAPSettings(connector: "c", place: place, user: "me", folders: ["*"])
      settings.timing = IMAPSession.Timing(quiet: .milliseconds(300), command: .seconds(2))
      change(&settings)
      let session = IMAPSession(server(), timing: settings.timing)
      try await session.logIn(.password(user: "me", password: "x"), to: place)
      let reading = IMAPReading(
        session: session, settings: settings, run: run ?? pass(reading: sink), sink: sink, digests: .reference, troubles: troubles)
      do {
        try await reading.read(IMAPFolder(name: "INBOX"), as: .watched)
        await session.close()
        return nil
      } catch let failure as IMAPFailure {
        await session.close()
        return failure.fault.code
      }
    }

    var texts: [String] { sink.journal.map { String(decoding: sink.bytes($0), as: UTF8.self) } }
    var position: IMAPPosition? {
      sink.checkpoint(StreamName(connector: "c", stream: "mails", partition: "INBOX")).flatMap { IMAPPosition($0.value) }
    }
  }

  private func played(_ count: UInt32, _ change: (inout Folder) -> Void = { _ in }) -> Played {
    var folder = Folder()
    for uid in 1...count { folder.mails[uid] = "Subject: \(uid)\r\n\r\n" }
    change(&folder)
    return Played(folder)
  }

  @Test(arguments: ["IDLE ESEARCH", ""]) func newMailsAreThoseAboveTheLastOne(_ capabilities: String) async throws {
    let played = played(3) { $0.capabilities = capabilities }
    #expect(try await played.read() == nil)
    #expect(played.texts == (1...3).map { "Subject: \($0)\r\n\r\n" } && played.position?.last == 3)
    #expect(try await played.read() == nil)
    #expect(played.sink.journal.count == 3 && played.sink.duplicates == 0)
    played.folder.withLock { $0.mails[7] = "Subject: 7\r\n\r\n" }
    #expect(try await played.read() == nil)
    #expect(played.sink.journal.count == 4 && played.sink.duplicates == 0 && played.position?.last == 7)
  }

  @Test func mailsBeforeADayAreLeftOut() async throws {
    let played = played(5)
    let moment = try #require(IMAPDate.microseconds("1-Jan-2026 00:00:03 +0000"))
    #expect(try await played.read { $0.since = moment } == nil)
    #expect(played.texts == (3...5).map { "Subject: \($0)\r\n\r\n" })
  }

  @Test func mailsThatAreGoneAreNoEmptyMails() async throws {
    let played = played(4) { $0.vanishing = [2, 4] }
    #expect(try await played.read() == nil)
    #expect(played.texts == [1, 3].map { "Subject: \($0)\r\n\r\n" } && played.position?.last == 4)
  }

  /// One mail ends every connection: it is fetched alone from then on, and in the end it is kept without its content.
  @Test func aMailThatNeverComesKeepsNoOtherFromBeingRead() async throws {
    let played = played(5) { $0.deadly = [3] }
    var codes: [String?] = []
    for _ in 0..<8 where codes.last != .some(nil) { codes.append(try await played.read()) }
    #expect(codes.last == .some(nil) && codes.dropLast().allSatisfy { $0 == "imap-closed" } && codes.count == 7)
    #expect(played.texts == ["Subject: 1\r\n\r\n", "Subject: 2\r\n\r\n", "", "Subject: 4\r\n\r\n", "Subject: 5\r\n\r\n"])
    let dead = try #require(played.sink.journal.first { played.sink.bytes($0).isEmpty })
    #expect(dead.meta["uid"] == "3" && dead.meta["truncated"] == "14" && dead.origin == "me/INBOX;UIDVALIDITY=9;UID=3")
    #expect(played.sink.statuses.compactMap(\.lastError?.code) == ["imap-mail-missing"])
  }

  /// A literal that is announced too short loses its end, one that is announced too long ends at the deadline; the next pass goes on.
  @Test func literalsThatLieDoNotStopAFolder() async throws {
    let played = played(3) { $0.lie = [2: -5] }
    #expect(try await played.read() == nil)
    #expect(played.texts.count == 3 && played.texts[1] == "Subject: " && played.texts[2] == "Subject: 3\r\n\r\n")
    let long = self.played(3) { $0.lie = [3: 5_000] }
    #expect(try await long.read() == "imap-timeout")
    long.folder.withLock { $0.lie = [:] }
    #expect(try await long.read() == nil)
    #expect(long.texts.count == 3)
  }

  @Test func aStopBeforeTheMarkIsMadeUpFor() async throws {
    let played = played(3)
    var position = IMAPPosition(validity: 9, last: 2)
    position.unmarked = UIDSet([1, 2])
    let scope = StreamName(connector: "c", stream: "mails", partition: "INBOX")
    _ = try await played.sink.accept([], checkpoint: Checkpoint(scope: scope, value: position.value))
    #expect(try await played.read { $0.mark = .seen } == nil)
    #expect(played.stored.withLock { $0 } == ["1:2", "3"])
    #expect(played.position?.unmarked.isEmpty == true && played.position?.last == 3)
  }

  @Test func nothingIsDeliveredAfterAStop() async throws {
    let (played, stop) = (played(3), StopSignal())
    stop.raise()
    _ = try await played.read(run: pass(reading: played.sink, stop: stop))
    #expect(played.sink.journal.isEmpty && played.position == nil)
  }

  @Test func anotherNumberingIsReportedAndReadAgain() async throws {
    let played = played(3)
    #expect(try await played.read() == nil)
    played.folder.withLock { folder in
      folder.validity = 10
      folder.mails = [1: "Subject: 3\r\n\r\n", 2: "Subject: new\r\n\r\n"]
    }
    #expect(try await played.read() == nil)
    #expect(played.texts.count == 4 && played.sink.duplicates == 1 && played.position == IMAPPosition(validity: 10, last: 2))
    #expect(played.sink.statuses.compactMap(\.lastError?.code) == ["imap-renumbered"])
  }
}
