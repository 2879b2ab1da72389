import Formats
import Foundation
import Model
import TestDigests
import Testing

@testable import Connecting

@Suite struct PackedFileTests {
  private let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "fixtures/formats").path()

  private func importer(_ format: Format = .csv) -> FileImport {
    FileImport(stream: StreamName(connector: "crm", stream: "customers"), format: format, digests: .quick)
  }

  /// The items of a delivery, as the hub reads them: `file:line key`.
  private func items(_ delivery: Delivery, _ sink: MemorySink) throws -> [String] {
    var found: [String] = []
    try ItemReader.read(
      sink.bytes(delivery), format: try #require(delivery.format), encoding: delivery.charset, context: delivery.readContext
    ) { item in
      let item = try item.get()
      guard case .value(.object(let object)) = item.content else { return }
      found.append("\(item.location) \(object.members.first?.value.text ?? "")")
    }
    return found
  }

  private static let rows = (6...10).map { "two-row-header.xlsx[客户]:\($0):1 KH000\(min($0, 9) - 5)" }

  @Test func aWorkbookIsImportedAsItsRows() async throws {
    let sink = MemorySink()
    let path = fixtures + "/two-row-header.xlsx"
    let summary = try await importer().run(file: path, into: sink)
    #expect(try sink.journal.flatMap { try items($0, sink) } == Self.rows)
    let size = try Data(contentsOf: URL(filePath: path)).count
    #expect(!summary.isKnown && summary.size == size)
    #expect(try await importer().run(file: path, into: sink).isKnown)
  }

  @Test func anUploadIsWhatItsBytesSay() async throws {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: fixtures + "/two-row-header.xlsx")))
    for size in [1000, 100_000] {
      let sink = MemorySink()
      let chunks = AsyncThrowingStream<Bytes, any Error> { continuation in
        for start in stride(from: 0, to: bytes.count, by: size) { continuation.yield(Array(bytes[start..<min(start + size, bytes.count)])) }
        continuation.finish()
      }
      _ = try await importer().run(chunks, name: "two-row-header.xlsx", into: sink)
      #expect(try sink.journal.flatMap { try items($0, sink) } == Self.rows)
    }
  }

  @Test func aBombIsRefusedByName() async throws {
    try await withFolder { folder in
      try write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 9, 9, 9], to: folder + "/bad.csv.gz")
      await #expect { try await importer().run(file: folder + "/bad.csv.gz", into: MemorySink()) } throws: {
        ($0 as? Fault)?.code == "unpack-damaged"
      }
    }
  }

  @Test func aFilesFormatComesFromItsNameOrItsBytes() async throws {
    try await withFolder { folder in
      for (name, text, format) in [
        ("a.tsv", "a\tb\n", Format.csv), ("a", "{\"a\":1}\n{}\n", .jsonl), ("a.txt", "a;b\n", .csv), ("a.dat", "<a/>", .xml),
        ("a.xls", "x", .csv),
      ] {
        try write(text, to: folder + "/" + name)
        #expect(try await PackedFile.format(of: folder + "/" + name) == format)
      }
      try write([0, 1, 2, 3], to: folder + "/b")
      #expect(try await PackedFile.format(of: folder + "/b") == nil)
    }
    let beginning = try FileBeginning(of: fixtures + "/customers.xls", limit: 100)
    #expect(beginning.part.isSheet && beginning.part.format == .csv && String(decoding: beginning.bytes, as: UTF8.self).contains("KH0001"))
    #expect(throws: Fault.self) { try FileBeginning(of: fixtures + "/none") }
  }

  @Test func aWatchedFolderTakesWorkbooks() async throws {
    try await withFolder { folder in
      try write([UInt8](try Data(contentsOf: URL(filePath: fixtures + "/customers.xls"))), to: folder + "/customers.xls")
      try write([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0], to: folder + "/damaged.xls")
      let files = Files(
        connector: "crm", folder: folder, streams: [Files.Stream(name: "customers", pattern: Glob("*"))], settle: .zero, poll: .seconds(1),
        digests: .quick)
      let sink = MemorySink()
      let run = Run(connector: "crm", streams: configured(["customers"]), stop: StopSignal(), checkpoint: { sink.checkpoint($0) })
      try await files.run(run, into: sink)
      #expect(try sink.journal.flatMap { try items($0, sink) }.count == 4)
      #expect(FileManager.default.fileExists(atPath: folder + "/done/customers.xls"))
      #expect(FileManager.default.fileExists(atPath: folder + "/failed/damaged.xls"))
    }
  }
}
