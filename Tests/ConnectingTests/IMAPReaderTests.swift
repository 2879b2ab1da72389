import Model
import Seeding
import Testing

@testable import Connecting

/// Bytes of a server become responses, whatever it sends and however it is cut.
@Suite struct IMAPReaderTests {
  private func responses(_ text: String, limits: IMAPReader.Limits = IMAPReader.Limits()) -> [IMAPResponse] {
    responses(Array(text.utf8), limits: limits)
  }

  private func responses(_ bytes: Bytes, limits: IMAPReader.Limits = IMAPReader.Limits()) -> [IMAPResponse] {
    var reader = IMAPReader(limits: limits)
    reader.append(bytes)
    return rest(&reader)
  }

  private func rest(_ reader: inout IMAPReader) -> [IMAPResponse] {
    var found: [IMAPResponse] = []
    while let response = reader.next() { found.append(response) }
    return found
  }

  private func values(_ text: String) -> [IMAPValue] {
    guard case .data(_, _, let values)? = responses("* X \(text)\r\n").first?.content else { return [] }
    return values
  }

  @Test func theShapesOfResponses() {
    let found = responses(
      """
      * OK [CAPABILITY IMAP4rev1 IDLE] ready\r
      * 3 EXISTS\r
      + idling\r
      a1 NO [AUTHENTICATIONFAILED] wrong\r
      * list (\\HasNoChildren) "/" INBOX\r
      * BYE\r

      """)
    #expect(
      found.map(\.content) == [
        .status(IMAPStatus(kind: .ok, code: "CAPABILITY", arguments: [.atom("IMAP4rev1"), .atom("IDLE")], text: "ready")),
        .data(number: 3, name: "EXISTS", values: []), .continuation(Array("idling".utf8)),
        .tagged("a1", IMAPStatus(kind: .no, code: "AUTHENTICATIONFAILED", text: "wrong")),
        .data(number: nil, name: "LIST", values: [.list([.atom("\\HasNoChildren")]), .bytes([0x2F]), .atom("INBOX")]),
        .status(IMAPStatus(kind: .bye)),
      ])
  }

  @Test func literalsMayHoldAnythingAndComeInAnyPlace() {
    let mail = "a\r\n* 9 EXISTS\r\n\u{0})\"{3}\r\n"
    let found = responses("* 1 FETCH (BODY[] {\(mail.utf8.count)}\r\n\(mail) UID 7 X ~{2+}\r\nhi)\r\n* 2 EXISTS\r\n")
    #expect(
      found.map(\.content) == [
        .data(
          number: 1, name: "FETCH",
          values: [.list([.atom("BODY[]"), .bytes(Array(mail.utf8)), .atom("UID"), .atom("7"), .atom("X"), .bytes(Array("hi".utf8))])]),
        .data(number: 2, name: "EXISTS", values: []),
      ])
    #expect(values("{0}\r\n ({0}\r\n)") == [.bytes([]), .list([.bytes([])])])
  }

  @Test func valuesAreReadTolerantly() {
    #expect(values("NIL nil ()") == [.nothing, .nothing, .list([])])
    #expect(values(#""a \"b\" \\" x"#) == [.bytes(Array(#"a "b" \"#.utf8)), .atom("x")])
    #expect(values(#"("He said "hi", that is" b)"#) == [.list([.bytes(Array(#"He said "hi", that is"#.utf8)), .atom("b")])])
    #expect(values(#""never closed (a"#) == [.bytes(Array("never closed (a".utf8))])
    #expect(values("BODY[HEADER.FIELDS (A B)]<0> x") == [.atom("BODY[HEADER.FIELDS (A B)]<0>"), .atom("x")])
    #expect(values("(a (b) c") == [.list([.atom("a"), .list([.atom("b")]), .atom("c")])])
    #expect(values("a) b") == [.atom("a"), .atom("b")])
    #expect([IMAPValue]([.atom("uid"), .atom("5"), .atom("X")])[named: "UID"]?.number == 5)
    #expect([IMAPValue]([.atom("X")])[named: "X"] == nil)
  }

  @Test func textsForPeopleAnnounceNoLiteral() {
    let found = responses("* OK see {12}\r\na1 OK done {5}\r\n+ {3}\r\n* 1 EXISTS\r\n")
    #expect(found.count == 4)
    #expect(found.last?.content == .data(number: 1, name: "EXISTS", values: []))
  }

  @Test(arguments: ["", "hello", "*", "* ", "* 5", "\u{0}\u{0}", "*\u{0}OK", "a1", "* 99999999999999999999999 EXISTS x"])
  func whatIsNoResponseEndsWithItsLine(_ line: String) {
    let found = responses("\(line)\r\n* 1 EXISTS\r\n")
    #expect(found.count == 2)
    #expect(found.last?.content == .data(number: 1, name: "EXISTS", values: []))
  }

  @Test func linesMayEndWithALineFeedAlone() { #expect(responses("* 1 EXISTS\n* 2 EXISTS\n").count == 2) }

  @Test func aLineOfAMegabyteIsRead() {
    let word = String(repeating: "x", count: 1 << 20)
    #expect(values(word) == [.atom(word)])
  }

  @Test func whatIsTooLongIsReadPast() {
    let limits = IMAPReader.Limits(line: 100, literals: 50, literalCount: 3)
    let long = String(repeating: "y", count: 1_000)
    var found = responses("* X \(long)\r\n* 1 EXISTS\r\n", limits: limits)
    #expect(found.map(\.isCut) == [true, false])
    // The announcement behind a line of which not all is kept counts all the same.
    found = responses("* X \(long) {1000}\r\n\(long)\r\n* 1 EXISTS\r\n", limits: limits)
    #expect(found.map(\.isCut) == [true, false])
    found = responses("* 1 FETCH (BODY[] {1000}\r\n\(long) UID 4)\r\n* 1 EXISTS\r\n", limits: limits)
    #expect(found.map(\.isCut) == [true, false])
    guard case .data(_, _, let values)? = found.first?.content else { return }
    #expect(values.first?.elements?[named: "BODY[]"]?.octets?.count == 50)
    #expect(values.first?.elements?[named: "UID"]?.number == 4)
    // An announcement may lie across the end of what is kept.
    for length in 80...100 {
      let text = "* X \(String(repeating: "z", count: length)) {3}\r\na\r\n\r\n* 1 EXISTS\r\n"
      #expect(responses(text, limits: limits).last?.content == .data(number: 1, name: "EXISTS", values: []), "\(length)")
      #expect(responses(text, limits: limits).count == 2, "\(length)")
    }
    // Literals of no length must not pile up either.
    let many = "* X" + String(repeating: " {0}\r\n", count: 1_000) + "\r\n"
    found = responses(many, limits: IMAPReader.Limits(line: 10_000, literals: 50, literalCount: 3))
    guard case .data(_, _, let few)? = found.first?.content else { return }
    #expect(found.count == 1 && found[0].isCut && few.count == 3)
    // Nor lists.
    #expect(responses("* X \(String(repeating: "(", count: 100_000))\r\n").map(\.isCut) == [true])
  }

  /// Whatever comes, the responses do not depend on where the bytes were cut, and the reader ends.
  @Test func damagedBytesGiveTheSameForEveryCutting() throws {
    guard let run = FuzzRun("imap") else { return }
    let words = [
      "* ", "+ ", "k1 OK", "{3}\r\n", "{3+}\r\n", "~{3}", "\"", "\\", "(", ")", "[", "]", "\r\n", "\n", "\u{0}", "NIL", "FETCH", "BODY[]",
    ]
    let corpus = [
      "* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n* 3 EXISTS\r\nk1 OK [READ-ONLY] done\r\n",
      "* 1 FETCH (UID 7 FLAGS (\\Seen) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 4 BODY[]<0> {4}\r\na\r\nb)\r\nk1 OK\r\n",
      "* LIST (\\HasNoChildren) \"/\" \"&Wak2D2dlT+E-\"\r\n* STATUS {5}\r\nINBOX (UIDNEXT 5 UIDVALIDITY 9)\r\n+ go\r\n",
      "* ESEARCH (TAG \"k1\") UID ALL 1:5,7\r\n* 1 FETCH (ENVELOPE (\"d\" \"a \"raw\" b\" NIL ((\"n\" NIL \"a\" \"b\"))))\r\n",
    ].map { Array($0.utf8) }
    var mutator = Mutator(seed: run.seed, corpus: corpus + run.found(), words: words)
    var random = SeededGenerator(seed: run.seed)
    let limits = IMAPReader.Limits(line: 300, literals: 200, literalCount: 20)
    var readable = 0
    while !run.isOver {
      let bytes = mutator.next()
      let took = try run.attempt(bytes) {
        let whole = responses(bytes, limits: limits)
        var reader = IMAPReader(limits: limits)
        var pieces: [IMAPResponse] = []
        var rest = bytes[...]
        while !rest.isEmpty {
          let piece = rest.prefix(Int.random(in: 1...20, using: &random))
          reader.append(piece)
          pieces += self.rest(&reader)
          rest = rest.dropFirst(piece.count)
        }
        let isSame = whole == pieces
        if !isSame { run.keep() }
        #expect(isSame, "seed \(run.seed), round \(run.rounds)")
        readable += whole.contains { $0.content != .unreadable } ? 1 : 0
      }
      guard took >= 2 else { continue }
      run.keep()
      Issue.record("seed \(run.seed), round \(run.rounds): \(took) s")
    }
    // Most damage leaves something to read, or the mutations do not reach the parser.
    #expect(readable > run.rounds / 4, "seed \(run.seed), \(run.rounds) rounds, \(readable) readable")
    run.end("\(readable) readable")
  }
}
