import ArgumentParser
import Connecting
import Formats
import Foundation
import Hub
import Model
import Serving

/// A command's way to the data: through the daemon when one has the folder, else by opening the folder itself.
struct Session {
  private let transport: any APITransport

  /// Opens a session, runs `body`, and closes what was opened.
  static func with<T>(_ options: HomeOptions, _ body: (Session) async throws -> T) async throws -> T {
    switch try await DataAccess.open(folder: options.dataFolder, author: author) {
    case .daemon(let client): return try await body(Session(transport: client))
    case .folder(let lock):
      defer { lock.release() }
      let loaded = try options.load()
      let hub = try Hub(folder: options.dataFolder, settings: loaded.settings, logger: Logs.quiet)
      defer { hub.close() }
      let api = API(
        hub: hub, keys: KeyRing(folder: options.dataFolder), connectors: LiveConnector.all(of: loaded, in: Home(folder: options.home)),
        maxBody: loaded.hubFile.maximumBody, digest: loaded.files.digest,
        logger: Logs.quiet)
      return try await body(Session(transport: InProcessTransport(api, author: author)))
    }
  }

  /// Who makes the decisions that are sent: the login name.
  private static var author: String { ProcessInfo.processInfo.environment["USER"] ?? ProcessInfo.processInfo.userName }

  // MARK: Requests

  func get(_ path: String, query: [(String, String)] = []) async throws -> Value {
    try JSON.parse(try await fetch(path, query: query).body)
  }

  /// A GET whose answer need not be JSON.
  func fetch(_ path: String, query: [(String, String)] = []) async throws -> Reply {
    try await send(InboundRequest(method: "GET", path: path, query: query.map { NamedValue($0.0, $0.1) }))
  }

  func post(_ path: String, _ body: Value) async throws -> Value {
    let request = InboundRequest(
      method: "POST", path: path, headers: [NamedValue("Content-Type", "application/json")], body: CanonicalJSON.bytes(body))
    return try JSON.parse(try await send(request).body)
  }

  /// A POST without a body.
  func post(_ path: String, query: [(String, String)]) async throws -> Value {
    let request = InboundRequest(method: "POST", path: path, query: query.map { NamedValue($0.0, $0.1) })
    return try JSON.parse(try await send(request).body)
  }

  func delete(_ path: String) async throws { _ = try await send(InboundRequest(method: "DELETE", path: path)) }

  func upload(_ file: String, to path: String, query: [(String, String)], progress: @escaping @Sendable (Int) -> Void) async throws -> Value
  {
    let request = InboundRequest(
      method: "POST", path: path, query: query.map { NamedValue($0.0, $0.1) },
      headers: [NamedValue("Content-Type", "application/octet-stream")])
    return try JSON.parse(try await send(request, Transfer(file: file, progress: progress)).body)
  }

  /// Problems become faults, so that every command ends alike.
  private func send(_ request: InboundRequest, _ transfer: Transfer = Transfer()) async throws -> Reply {
    let reply = try await transport.send(request, transfer)
    guard reply.status >= 400 else { return reply }
    let problem = (try? JSON.parse(reply.body)) ?? .null
    let message = problem["detail"]?.text ?? problem["title"]?.text ?? "The answer was \(reply.status)."
    throw Fault(problem["code"]?.text ?? "http-\(reply.status)", message)
  }

  /// The customer's id behind `c-12` or `source/type/key`.
  func customer(_ what: String) async throws -> String {
    guard RecordKey(parsing: what) != nil else { return what }
    let record = try await get("/v1/records/\(what)")
    guard let customer = record["customer"]?.text else { throw Fault("no-customer", "The record \(what) belongs to no customer.") }
    return customer
  }

  /// Waits until everything accepted so far is applied.
  func settle() async throws {
    while true {
      let accounting = try await get("/v1/accounting")
      if accounting["settled"] == true { return }
      let pending = (accounting["streams"]?.elements ?? []).compactMap { $0["deliveries"]?["pending"]?.text.flatMap { Int($0) } }.reduce(
        0, +)
      Console.progress("\(pending) deliveries to apply")
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}
