import Model
import Testing

@testable import Connecting

@Suite struct IMAPConversationTests {
  private func events(_ conversation: inout IMAPConversation, _ text: String) -> [IMAPConversation.Event] {
    conversation.take(text.utf8)
    var events: [IMAPConversation.Event] = []
    while let event = conversation.next() { events.append(event) }
    return events
  }

  private func text(_ bytes: Bytes) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test func aCommandEndsWithItsTag() {
    var conversation = IMAPConversation(prefix: "k")
    #expect(text(conversation.begin(.noop)) == "k1 NOOP\r\n")
    #expect(
      events(&conversation, "* 2 EXISTS\r\nk1 OK done\r\n") == [
        .heard(IMAPResponse(content: .data(number: 2, name: "EXISTS", values: []))), .ended(IMAPStatus(kind: .ok, text: "done")),
      ])
    #expect(text(conversation.begin(.noop)) == "k2 NOOP\r\n")
    // The answer to a command that has ended, or that was never given, ends nothing.
    #expect(events(&conversation, "k1 OK again\r\nk7 OK never\r\n") == [])
    #expect(events(&conversation, "k2 BAD no\r\n") == [.ended(IMAPStatus(kind: .bad, text: "no"))])
    #expect(conversation.unreadable == 2)
    #expect(events(&conversation, "k2 OK nobody asked\r\n+ go on\r\n") == [])
  }

  @Test func anArgumentThatIsNotAsciiWaitsForTheServer() {
    var conversation = IMAPConversation(prefix: "k")
    let password = "销售 {1}\r\n\""
    let command = IMAPCommand("LOGIN").adding("me \"x\\".utf8).adding(password.utf8).adding("é".utf8)
    #expect(text(conversation.begin(command)) == "k1 LOGIN \"me \\\"x\\\\\" {\(password.utf8.count)}\r\n")
    #expect(events(&conversation, "+ go\r\n") == [.send(Array("\(password) {2}\r\n".utf8))])
    #expect(events(&conversation, "+ go\r\n") == [.send(Array("é\r\n".utf8))])
    #expect(events(&conversation, "k1 OK in\r\n") == [.ended(IMAPStatus(kind: .ok, text: "in"))])
  }

  @Test func aServerThatAsksOnGetsAnAnswerOrTheCallerIsTold() {
    var conversation = IMAPConversation(prefix: "k")
    _ = conversation.begin(.idle)
    #expect(events(&conversation, "+ idling\r\n") == [.continued(Array("idling".utf8))])
    #expect(events(&conversation, "* 4 EXISTS\r\nk1 OK\r\n").count == 2)
    var command = IMAPCommand("AUTHENTICATE", "XOAUTH2 abc")
    command.answer = []
    _ = conversation.begin(command)
    #expect(events(&conversation, "+ eyJzdGF0dXMiOiI0MDAifQ==\r\nk2 NO\r\n") == [.send([0x0D, 0x0A]), .ended(IMAPStatus(kind: .no))])
  }

  /// The rest of a literal that was announced too short is no response; one that was announced too long swallows what follows, up to
  /// the deadline of the command.
  @Test func literalsThatLie() {
    var conversation = IMAPConversation(prefix: "k7x")
    _ = conversation.begin(.fetch(UIDSet([1]), "BODY.PEEK[]"))
    let short = "* 1 FETCH (UID 1 BODY[] {5}\r\nSubject: a\r\n\r\nk1 OK not this\r\n(\"\r\n)\r\nk7x1 OK done\r\n"
    let found = events(&conversation, short)
    #expect(found.last == .ended(IMAPStatus(kind: .ok, text: "done")))
    #expect(conversation.unreadable == 4)
    _ = conversation.begin(.noop)
    #expect(events(&conversation, "* 1 FETCH (BODY[] {500}\r\nshort)\r\nk7x2 OK\r\n") == [])
    #expect(events(&conversation, String(repeating: " ", count: 500) + ")\r\nk7x2 OK\r\n").last == .ended(IMAPStatus(kind: .ok)))
  }

  // MARK: Names and sets

  @Test(arguments: [
    ("INBOX", "INBOX"), ("客户来信/2024年", "&W6JiN2dlT+E-/2024&XnQ-"), ("A & B", "A &- B"), ("&", "&-"), ("emoji😀", "emoji&2D3eAA-"),
    ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"), ("with \"quote\"", "with \"quote\""), ("é", "&AOk-"), ("", ""),
  ])
  func namesOfFolders(_ name: String, _ encoded: String) {
    #expect(text(IMAPFolderName.encoded(name)) == encoded)
    #expect(IMAPFolderName.decoded(encoded.utf8) == name)
  }

  @Test(arguments: [
    ("&", "&"), ("a&b", "a&b"), ("&*-x", "&*-x"), ("&AOk", "&AOk"), ("&A-", "&A-"), ("&2D0-", "&2D0-"), ("收件箱", "收件箱"),
    ("&AAAA-", "&AAAA-"),
  ])
  func namesThatAreNotWhatTheyShouldBe(_ written: String, _ read: String) { #expect(IMAPFolderName.decoded(written.utf8) == read) }

  @Test func setsOfNumbers() {
    #expect(UIDSet([5, 1, 2, 3, 9, 2]).text == "1:3,5,9")
    #expect(UIDSet("7:5,1,2,*,x,4:*,,6:9").text == "1:2,5:9")
    #expect(UIDSet("").isEmpty)
    #expect(UIDSet("1:3,8").numbers(from: 2, atMost: 10) == [2, 3, 8])
    #expect(UIDSet("1:4294967295").numbers(from: 4_294_967_290, atMost: 3) == [4_294_967_290, 4_294_967_291, 4_294_967_292])
    #expect(UIDSet([UInt32.max, 0]).text == "0,4294967295")
    #expect(UIDSet("4294967295:0,0").text == "0:4294967295")
  }
}
