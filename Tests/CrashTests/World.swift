import Connecting
import Foundation
import Hub
import Logging
import Model
import TestDigests
import Testing

/// The repository's own model, mappings and connectors, as every hub of a crash test uses them.
struct World: Sendable {
  let settings: Hub.Settings
  let erp: any Receiver

  static let repository =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  init() throws {
    let reading = Home(folder: Self.repository, shared: Self.repository).read(digests: .quick)
    let loaded = try #require(reading.loaded, "the repository's own home does not load: \(reading.diagnostics)")
    settings = loaded.settings
    let file = try #require(loaded.connectors.first { $0.name == "erp" })
    guard let receiver = Registry.standard.make(file, home: Self.repository, cryptography: .quick).0?.receiver else {
      throw Fault("test-setup", "The connector erp takes no pushes.")
    }
    erp = receiver
  }

  func hub(vfs: String) throws -> Hub {
    try Hub(folder: "", settings: settings, vfs: vfs, logger: Logger(label: "crash") { _ in SwiftLogNoOpLogHandler() })
  }

  /// - Throws: ``Unacknowledged`` when the answer is not a 200.
  func post(_ push: Workload.Push, into sink: some Sink) async throws {
    let request = InboundRequest(
      method: "POST", path: "/v1/ingest/erp", query: [NamedValue("stream", "stock")],
      headers: [NamedValue("Content-Type", push.contentType), NamedValue("Idempotency-Key", push.idempotencyKey)],
      body: Array(push.body.utf8))
    let reply = await erp.receive(request, into: sink)
    guard reply.status == 200 else { throw Unacknowledged(status: reply.status, body: String(decoding: reply.body, as: UTF8.self)) }
  }

  func importFile(_ file: Workload.File, into sink: some Sink) async throws -> [Receipt] {
    let work = FileImport(stream: StreamName(connector: "crm", stream: "customers"), format: .csv, digests: settings.digests)
    let chunks = AsyncThrowingStream<Bytes, any Error> { continuation in
      continuation.yield(file.bytes)
      continuation.finish()
    }
    return try await work.run(chunks, name: file.name, into: sink).receipts
  }

  /// Joins the workload's two records, as a person would who looks first whether that is done already.
  func decide(_ hub: Hub) async throws {
    guard try !isDecided(hub) else { return }
    let first = try #require(RecordKey(parsing: Workload.decided.0))
    let second = try #require(RecordKey(parsing: Workload.decided.1))
    try await hub.decide(.mustLink, first, second, author: "li", reason: "same owner")
  }

  func isDecided(_ hub: Hub) throws -> Bool { try hub.store.read { try !$0.decisionsInForce().isEmpty } }
}

/// A push that got no proper answer; its sender keeps it and sends it again.
struct Unacknowledged: Error {
  var status: Int
  var body: String
}

extension Hub {
  func canonical() throws -> [String] {
    var lines: [String] = []
    try export.canonical { lines.append($0) }
    return lines
  }
}
