import Formats
import Foundation
import Model
import Synchronization
import TestDigests
import Testing

@testable import Connecting

private func importer(_ format: Format, stream: String = "customers", mapping: String? = nil) -> FileImport {
  var work = FileImport(stream: StreamName(connector: "crm", stream: stream), format: format, mapping: mapping, digests: .quick)
  work.batchBytes = 400_000
  return work
}

/// A CSV file of at least `size` bytes with quoted line breaks, so that cutting at any line break would be wrong.
private func table(_ size: Int, seed: UInt64 = 7) -> String {
  var random = SplitMix64(state: seed)
  var text = "id,名称,note\r\n"
  var row = 0
  while text.utf8.count < size {
    row += 1
    let note = random.next() % 3 == 0 ? "\"two\r\nlines, \"\"quoted\"\" \(random.next())\"" : "plain \(random.next())"
    text += "\(row),公司\(random.next() % 1000),\(note)\r\n"
  }
  return text
}

private func chunks(_ bytes: [UInt8], _ size: Int) -> AsyncThrowingStream<Bytes, any Error> {
  AsyncThrowingStream { continuation in
    for start in stride(from: 0, to: bytes.count, by: size) { continuation.yield(Array(bytes[start..<min(start + size, bytes.count)])) }
    continuation.finish()
  }
}

@Suite struct FileImportTests {
  @Test func aTableBecomesRangesOfWholeRowsThatMakeUpTheFile() async throws {
    let text = table(800_000)
    try await withFolder { folder in
      try write(text, to: folder + "/export.csv")
      let sink = MemorySink()
      let summary = try await importer(.csv).run(file: folder + "/export.csv", into: sink)
      #expect(summary.size == text.utf8.count)
      #expect(summary.receipts.count == sink.journal.count && sink.journal.count >= 3)
      #expect(!summary.isKnown)
      let header = Array("id,名称,note\r\n".utf8)
      #expect(isSame(header + sink.journal.flatMap(sink.bytes), Array(text.utf8)))
      var row = 1
      for delivery in sink.journal {
        let part = String(decoding: sink.bytes(delivery), as: UTF8.self)
        #expect(delivery.meta["file"] == "export.csv" && delivery.origin == "export.csv")
        #expect(delivery.meta["row"] == String(row))
        #expect(part.hasPrefix("\(row),"))
        let line = try #require(delivery.meta["line"].flatMap(Int.init))
        let range = try #require(text.range(of: "\r\n\(row),"))
        #expect(line == text[..<range.lowerBound].utf8.count { $0 == 0x0A } + 2)
        #expect(
          delivery.meta["header"].flatMap { Hex.bytes($0) }.map { $0.filter { $0 != 0x0D && $0 != 0x0A } } == Array("id,名称,note".utf8))
        #expect(delivery.contentType == "text/csv; charset=UTF-8")
        #expect(sink.bytes(delivery).count < 400_000)
        row += part.split(separator: "\r\n").count { $0.first?.isNumber == true }
      }
    }
  }

  @Test(arguments: [997, 65_536, 1 << 20, 3_000_000]) func theChunksOfAnUploadDoNotMatter(_ size: Int) async throws {
    let bytes = Array(table(1_200_000).utf8)
    let whole = MemorySink()
    let pieces = MemorySink()
    let one = try await importer(.csv).run(chunks(bytes, bytes.count), name: "a.csv", into: whole)
    let other = try await importer(.csv).run(chunks(bytes, size), name: "a.csv", into: pieces)
    #expect(one == other)
    #expect(isSame(whole.journal, pieces.journal))
  }

  @Test func jsonLinesAreCutBetweenLines() async throws {
    let text = (1...30_000).map { "{\"n\":\($0),\"名\":\"客户\"}\n" }.joined()
    let sink = MemorySink()
    _ = try await importer(.jsonl).run(chunks(Array(text.utf8), 10_000), name: "a.jsonl", into: sink)
    #expect(sink.journal.count >= 3)
    #expect(isSame(sink.journal.flatMap(sink.bytes), Array(text.utf8)))
    for delivery in sink.journal {
      let row = try #require(delivery.meta["row"])
      #expect(delivery.meta["line"] == row)
      #expect(String(decoding: sink.bytes(delivery).prefix(20), as: UTF8.self).hasPrefix("{\"n\":\(row),"))
      #expect(delivery.meta["header"] == nil)
    }
  }

  @Test func aMailboxIsCutBetweenMails() async throws {
    let body = String(repeating: "a line of a mail\n", count: 3000)
    let mails = (1...40).map { "From a@b.example Mon Mar  3 10:00:00 2025\nFrom: a@b.example\nSubject: \($0)\n\n\(body)\n" }
    let sink = MemorySink()
    _ = try await importer(.mail).run(chunks(Array(mails.joined().utf8), 10_000), name: "a.mbox", into: sink)
    #expect(sink.journal.count > 3 && isSame(sink.journal.flatMap(sink.bytes), Array(mails.joined().utf8)))
    var subjects: [String] = []
    for delivery in sink.journal {
      #expect(delivery.contentType == "message/rfc822" && delivery.format == .mail && delivery.meta["row"] == "\(subjects.count + 1)")
      try ItemReader.read(sink.bytes(delivery), format: .mail, context: delivery.readContext) { item in
        guard case .value(let value) = try item.get().content else { return }
        #expect(try item.get().location.line == subjects.count * 3005 + 1)
        subjects.append(value["subject"]?.text ?? "")
      }
    }
    #expect(subjects == (1...40).map { "\($0)" })
    let one = MemorySink()
    _ = try await importer(.mail).run(chunks(Array("From: a@b.example\n\n\(body)".utf8), 10_000), name: "a.eml", into: one)
    #expect(one.journal.count == 1)
  }

  @Test(arguments: [Format.json, .xml]) func aDocumentIsOneDelivery(_ format: Format) async throws {
    let sink = MemorySink()
    let body = Array(String(repeating: "<a>\n", count: 200_000).utf8)
    _ = try await importer(format).run(chunks(body, 65_536), name: "a", into: sink)
    #expect(sink.journal.count == 1 && isSame(sink.bytes(sink.journal[0]), body))
    #expect(sink.journal[0].contentType == MediaType.canonical(format))
  }

  @Test func theSameContentIsRecognisedWhateverItsName() async throws {
    let bytes = Array(table(600_000).utf8)
    let sink = MemorySink()
    let first = try await importer(.csv).run(chunks(bytes, 100_000), name: "a.csv", into: sink)
    let again = try await importer(.csv).run(chunks(bytes, 7777), name: "copy of a.csv", into: sink)
    #expect(again.isKnown)
    #expect(again.receipts.map(\.position) == first.receipts.map(\.position))
    #expect(again.fingerprint == first.fingerprint)
    // Another mapping, stream or reading is another delivery of the same bytes.
    for other in [importer(.csv, mapping: "other"), importer(.csv, stream: "leads"), importer(.jsonl)] {
      #expect(try await other.run(chunks(bytes, 7777), name: "a.csv", into: sink).duplicates == 0)
    }
    var changed = bytes
    changed[bytes.count - 3] = UInt8(ascii: "#")
    let next = try await importer(.csv).run(chunks(changed, 7777), name: "a.csv", into: sink)
    #expect(next.duplicates == 0)
    #expect(next.fingerprint != first.fingerprint)
  }

  @Test func theEncodingIsThatOfTheWholeFile() async throws {
    let ascii = "id,name\n" + (1...70_000).map { "\($0),plain ascii text\n" }.joined()
    // 客户 in GB18030.
    let chinese: [UInt8] = [0xBF, 0xCD, 0xBB, 0xA7]
    let rows: [UInt8] = (1...100).flatMap { Array("\($0),".utf8) + chinese + [0x0A] }
    let sink = MemorySink()
    let summary = try await importer(.csv).run(chunks(Array(ascii.utf8) + rows, 50_000), name: "a.csv", into: sink)
    #expect(summary.encoding == "GB18030")
    #expect(Set(sink.journal.map(\.contentType)) == ["text/csv; charset=GB18030"])
    let plain = try await importer(.csv).run(chunks(Array(ascii.utf8), 50_000), name: "b.csv", into: sink)
    #expect(plain.encoding == "UTF-8")
  }

  @Test func aUTF8BlockMayBeginInsideACharacter() {
    var vote = EncodingVote()
    vote.add(Array(repeating: UInt8(ascii: "x"), count: FileFingerprint.blockSize - 2) + [0xE5, 0xAE])
    vote.add([0xA2] + Array(",plain\n".utf8))
    vote.add(Array("客户,客户\n".utf8))
    #expect(vote.label == "UTF-8")
  }

  @Test func anEmptyTableIsNothingAndAnEmptyDocumentIsADelivery() async throws {
    let sink = MemorySink()
    let table = try await importer(.csv).run(chunks([], 1), name: "a.csv", into: sink)
    #expect(table.receipts.isEmpty && !table.isKnown)
    let document = try await importer(.xml).run(chunks([], 1), name: "a.xml", into: sink)
    #expect(document.receipts.count == 1)
  }

  @Test func aRefusedBatchIsOfferedAgainWithoutReadingTheFileAnew() async throws {
    let sink = MemorySink()
    let busy = Refusal(.busy, "Too much is waiting.", retryAfter: .milliseconds(1))
    sink.refuse(busy, busy, nil, busy)
    let bytes = Array(table(1_200_000).utf8)
    let summary = try await importer(.csv).run(chunks(bytes, 1 << 20), name: "a.csv", into: sink)
    #expect(summary.duplicates == 0)
    #expect(sink.state.withLock { $0.blobs.count } == 1)
    #expect(sink.state.withLock { $0.accepts.count } >= 3)
    sink.refuse(Refusal(.shuttingDown, "Bye."))
    await #expect(throws: Refusal.self) { try await importer(.csv).run(chunks(bytes + [0x0A], 1 << 20), name: "a.csv", into: sink) }
  }

  @Test func anUnreadableFileIsAFault() async throws {
    let error = await #expect(throws: Fault.self) { try await importer(.csv).run(file: "/nonexistent/a.csv", into: MemorySink()) }
    #expect(error?.code == "file-unreadable")
  }

  @Test func progressRisesToTheSizeOfTheFile() async throws {
    let bytes = Array(table(1_500_000).utf8)
    let seen = Mutex<[FileImport.Progress]>([])
    _ = try await importer(.csv).run(chunks(bytes, 500_000), name: "a.csv", into: MemorySink()) { step in seen.withLock { $0.append(step) }
    }
    let steps = seen.withLock { $0 }
    #expect(steps.contains(.spooled(bytes.count)))
    #expect(steps.first == .spooled(500_000))
    guard case .accepted(let end) = steps.last else {
      Issue.record("no progress of acceptance")
      return
    }
    #expect(end <= bytes.count && end > bytes.count - 100)
  }
}
