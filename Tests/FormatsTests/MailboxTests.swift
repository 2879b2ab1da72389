import Foundation
import Model
import Seeding
import Testing

@testable import Formats

/// Mailbox files, and mails that want to break their reader.
@Suite struct MailboxTests {
  private static let box = """
    From a@b.example Mon Mar  3 10:00:00 2025
    From: a@b.example
    Subject: one

    Hello
    From the beginning of this sentence, nothing is cut.

    From here on, too, as there is no time.
    >From quoted
    >>From twice

    From - Tue Mar 04 10:00:00 2025
    From: c@d.example
    Subject: two

    second


    From MAILER Wed Mar 5 10:00 2025
    no header at all

    From x Wed Mar 5 10:00:01 2025
    From: e@f.example
    Subject: three

    third
    """

  private func read(_ bytes: [UInt8], context: ReadContext = ReadContext()) throws -> [String] {
    var found: [String] = []
    try ItemReader.read(bytes, format: .mail, context: context) { result in
      switch result {
      case .success(let item):
        guard case .value(let value) = item.content else { return }
        found.append(
          "\(item.index) \(item.location) \(value["subject"]?.text ?? "-") \(value["text"]?.text.map { "\($0.utf8.count)" } ?? "")")
      case .failure(let fault): found.append("\(fault.index) \(fault.fault.location?.description ?? "") \(fault.fault.code)")
      }
    }
    return found
  }

  @Test(arguments: [false, true]) func mailsOfAMailbox(_ windows: Bool) throws {
    let text = windows ? Self.box.replacing("\n", with: "\r\n") : Self.box
    let found = try read(Array(text.utf8), context: ReadContext(firstLine: 11, file: "m.mbox"))
    #expect(
      found == [
        "0 m.mbox:11:1 one 124", "1 m.mbox:22:1 two 8", "2 m.mbox:29:1 mail-no-header", "3 m.mbox:32:1 three 5",
      ])
    // One mail is no mailbox, whatever stands in it.
    let single = "Subject: x\n\ny\n\n\(Self.box)"
    #expect(try read(Array(single.utf8), context: ReadContext(file: "m")) == ["0 m:1:1 x \(single.utf8.count - 12)"])
    #expect(try read([]).isEmpty)
  }

  @Test func quotedLinesAreRestored() throws {
    try ItemReader.read(Array(Self.box.utf8), format: .mail) { result in
      guard case .success(let item) = result, item.index == 0, case .value(let value) = item.content else { return }
      #expect(value["text"]?.text?.hasSuffix("no time.\nFrom quoted\n>From twice\n") == true)
      #expect(item.raw.starts(with: "From a@b.example Mon".utf8))
    }
  }

  /// However a file comes, its ranges are the same, leave nothing out and cut no mail.
  @Test func rangesDoNotDependOnChunks() throws {
    var random = SeededGenerator(seed: 7)
    let mails = (0..<60).map { index in
      "From a@b.example Mon Mar  3 10:00:00 2025\nSubject: \(index)\n\n\(String(repeating: "line\n", count: Int.random(in: 0...80, using: &random)))\n"
    }
    let bytes = Array(mails.joined().utf8)
    var whole = MailboxSplitter(rangeSize: 700)
    let expected = whole.feed(bytes, isLast: true)
    #expect(expected.map(\.length).reduce(0, +) == bytes.count && expected.map(\.rowCount).reduce(0, +) == mails.count)
    for round in 0..<20 {
      var splitter = MailboxSplitter(rangeSize: 700)
      var found: [SplitRange] = []
      var at = 0
      while at < bytes.count {
        let end = min(bytes.count, at + Int.random(in: 1...(round < 10 ? 7 : 900), using: &random))
        found += splitter.feed(Array(bytes[at..<end]), isLast: false)
        at = end
      }
      found += splitter.feed([], isLast: true)
      #expect(found == expected, "seed 7, round \(round)")
    }
    var offset = 0
    for range in expected {
      #expect(range.offset == offset)
      let text = bytes[range.offset..<range.offset + range.length]
      #expect(text.starts(with: "From ".utf8) && (range.length <= 700 || range.rowCount == 1))
      let subjects = try read(Array(text)).map { String($0.split(separator: " ")[2]) }
      #expect(subjects == (range.firstRow..<(range.firstRow + range.rowCount)).map { "\($0 - 1)" })
      offset += range.length
    }
  }

  @Test func filesAreRecognised() {
    #expect(Format(name: "a.EML") == .mail && Format(name: "a.mbox") == .mail && Format(name: "a.mbox.gz") == .mail)
    #expect(Format(text: Array(Self.box.utf8)) == .mail)
    #expect(Format(text: Array("Received: x\n by y\nFrom: a@b\nSubject: z, b\n\n".utf8)) == .mail)
    #expect(Format(text: Array("From: a\nName,Place\n".utf8)) != .mail)
    #expect(Format(text: Array("name: x, date: y\nfrom: z, w\n".utf8)) == .csv)
  }

  // MARK: Hostile

  private func mail(_ text: String) throws -> Value { try MailReader.read(Array(text.utf8)) }

  @Test func whatIsNoMail() {
    for text in ["", "\n\n", "no colon here\n\nx", ": x\n\n", "<html></html>", "{\"a\": 1}", "\u{0}\u{0}"] {
      #expect(code { _ = try mail(text) } == "mail-no-header", "\(text)")
    }
  }

  @Test func zerosAndBareLineEnds() throws {
    let value = try mail("From: a\u{0}@b.example\nSubject: x\u{0}y\n\nte\u{0}xt\rline\r\n")
    #expect(
      value["subject"]?.text == "xy" && value["text"]?.text == "text\nline\n"
        && value["from"]?.elements.first?["address"]?.text == "a@b.example")
  }

  @Test func longHeaders() throws {
    var limits = MailLimits()
    limits.header = 10_000
    let long = "From: a@b.example\nX-Long: \(String(repeating: "a", count: 20_000))\n\ntext"
    #expect(code { _ = try MailReader.read(Array(long.utf8), limits: limits) } == "mail-header-size")
    #expect(try MailReader.read(Array(long.utf8))["text"]?.text == "text")
    let many = "From: a@b.example\n\(String(repeating: "X: y\n", count: 5000))\ntext"
    #expect(code { _ = try MailReader.read(Array(many.utf8), limits: limits) } == "mail-header-size")
  }

  @Test func tooManyParts() {
    let parts = String(repeating: "--b\n\nx\n", count: 10_000)
    #expect(code { _ = try mail("From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n\(parts)--b--\n") } == "mail-parts")
  }

  /// A mail of some megabytes must not become gigabytes of parts, nor seconds of comparing lines with boundaries.
  @Test func bombs() {
    let type = "Content-Type: multipart/mixed; boundary"
    let parts = String(repeating: "--b\n\nx\n", count: isHeavy ? 1_500_000 : 100_000)
    for form in ["=b", " = \"b\"", "*0=b", "*=''b"] {
      #expect(code { _ = try mail("From: a@b.example\n\(type)\(form)\n\n\(parts)") } == "mail-parts", "\(form)")
    }
    let nested = (0..<900).map { "\(type)=b\($0)\n\n--b\($0)\n" }.joined()
    #expect(code { _ = try mail("From: a@b.example\n\(nested)\n\(String(repeating: "--b\n", count: 100_000))") } == "mail-parts")
    // A program's listing with lines that begin so is none.
    let listing = "From: a@b.example\n\(type)=b\n\n--b\n\n\(String(repeating: "-- comment\n", count: 50_000))\n--b--\n"
    #expect(code { _ = try mail(listing) } == nil)
  }

  /// On a thread as small as those that readers run on.
  @Test(arguments: ["message/rfc822", "multipart/mixed"]) func nestedTooDeep(_ type: String) throws {
    var text = "From: a@b.example\n"
    for level in 0..<1000 {
      text +=
        type == "message/rfc822"
        ? "Content-Type: \(type)\n\nFrom: a@b.example\n" : "Content-Type: \(type); boundary=b\(level)\n\n--b\(level)\n"
    }
    let bytes = Array("\(text)\nend\n".utf8)
    #expect(onSmallThread { code { _ = try MailReader.read(bytes) } } == "mail-depth")
  }

  private func onSmallThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Result? {
    let found = Box<Result>()
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      found.value = body()
      done.signal()
    }
    thread.stackSize = 512 << 10
    thread.start()
    done.wait()
    return found.value
  }

  private final class Box<Value>: @unchecked Sendable { var value: Value? }

  @Test func muchTextIsCutOff() throws {
    var limits = MailLimits()
    limits.text = 1000
    let value = try MailReader.read(
      Array("From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n\(String(repeating: "您好\n", count: 5000))".utf8), limits: limits)
    #expect(value["text"]?.text?.utf8.count ?? 0 <= 1003 && value["problems"] == ["text-truncated"])
  }

  /// A base64 attachment of many megabytes is measured and not kept.
  @Test func largeAttachments() throws {
    let line = String(repeating: "QUJD", count: 19) + "\r\n"
    let count = isHeavy ? 2_600_000 : 100_000
    var bytes = Array("From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n".utf8)
    bytes += Array("Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n".utf8)
    for _ in 0..<count { bytes += line.utf8 }
    bytes += Array("\r\n--b--\r\n".utf8)
    let value = try MailReader.read(bytes)
    #expect(value["text"]?.text == "hello" && value["attachments"]?.elements.first?["size"]?.text == "\(count * 57)")
  }
}
