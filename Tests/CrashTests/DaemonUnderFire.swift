import Formats
import Foundation
import Model
import Synchronization

/// A home with a watched folder and a push connector, and its daemon: killed and started again while senders go on as if
/// nothing had happened.
final class DaemonUnderFire: Sendable {
  let folder: String
  private let child = Mutex<ChildProcess?>(nil)
  /// How often a sender heard what became of its push.
  private let answered = Mutex(0)

  var answers: Int { answered.withLock { $0 } }
  var inbox: String { folder + "/inbox" }
  var log: String { folder + "/log" }

  init(name: String) throws {
    folder = NSTemporaryDirectory() + "kindred-kill-\(name)-\(UUID().uuidString)"
    let files = FileManager.default
    for path in [inbox, folder + "/connectors", folder + "/arriving"] {
      try files.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    try files.copyItem(atPath: World.repository + "/connectors/erp.yaml", toPath: folder + "/connectors/erp.yaml")
    let crm = """
      language: 1
      connector: crm
      kind: files
      options: {folder: ./inbox, pattern: '*.csv', settle: 20ms, poll: 20ms}
      streams:
        customers: {format: csv}
      """
    try Data(crm.utf8).write(to: URL(fileURLWithPath: folder + "/connectors/crm.yaml"))
    try Data("language: 1\ntrust: [erp, crm]\n".utf8).write(to: URL(fileURLWithPath: folder + "/hub.yaml"))
  }

  func remove() {
    child.withLock { $0 }?.signal(SIGKILL)
    try? FileManager.default.removeItem(atPath: folder)
  }

  // MARK: The daemon

  func start() throws {
    let arguments = ["run", "--home", folder, "--listen", "127.0.0.1:0", "--log-level", "warning"]
    let started = try ChildProcess(arguments, log: log)
    child.withLock { $0 = started }
  }

  /// Ends it at once and reaps it.
  func stop(_ signal: Int32) async throws {
    guard let child = child.withLock({ $0 }) else { return }
    guard !child.hasEnded else { throw Fault("daemon-ended", "The daemon ended by itself with \(await child.end()): \(tail)") }
    child.signal(signal)
    _ = await child.end()
  }

  /// Nil as long as this life of the daemon does not listen.
  private func address() throws -> (port: Int, token: String)? {
    guard let child = child.withLock({ $0 }), let data = FileManager.default.contents(atPath: folder + "/data/daemon.json"), !data.isEmpty
    else {
      return nil
    }
    let document = try JSON.parse(Array(data))
    guard let port = document["port"]?.text.flatMap({ Int($0) }), let token = document["token"]?.text,
      document["pid"]?.text == String(child.id)
    else { return nil }
    return (port, token)
  }

  private var tail: String {
    String(decoding: (FileManager.default.contents(atPath: log) ?? Data()).suffix(2_000), as: UTF8.self)
  }

  // MARK: Senders

  /// Asks until there is an answer: a daemon that is dead, dying or just starting gives none.
  private func insist(_ ask: @escaping Ask) async throws -> HTTPExchange.Answer {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      if let (port, token) = try address(), let answer = await attempt(ask, port, token), ![202, 503].contains(answer.status) {
        return answer
      }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw Fault("no-answer", "The daemon gave no answer for a minute: \(tail)")
  }

  private typealias Ask = @Sendable (_ port: Int, _ token: String) throws -> HTTPExchange.Answer

  /// On a thread of its own: whoever waits for an answer must not keep the killer from its work.
  private func attempt(_ ask: @escaping Ask, _ port: Int, _ token: String) async -> HTTPExchange.Answer? {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: try? ask(port, token)) }
    }
  }

  /// Posts until the push is applied and known to be.
  func post(_ push: Workload.Push) async throws -> Value {
    let answer = try await insist { port, token in
      try HTTPExchange.post(
        port: port, path: "/v1/ingest/erp?stream=stock", body: Array(push.body.utf8),
        headers: ["Authorization": "Bearer \(token)", "Content-Type": push.contentType, "Idempotency-Key": push.idempotencyKey])
    }
    guard answer.status == 200 else {
      throw Fault(
        "push-failed", "\(push.idempotencyKey) was answered with \(answer.status): \(String(decoding: answer.body, as: UTF8.self))")
    }
    answered.withLock { $0 += 1 }
    guard push.contentType == "application/json" else { return .string(String(decoding: answer.body, as: UTF8.self)) }
    return try JSON.parse(answer.body)
  }

  /// Lays a file into the watched folder, complete at once, and waits until it is taken away.
  func drop(_ file: Workload.File) async throws {
    let arriving = folder + "/arriving/" + file.name
    try Data(file.bytes).write(to: URL(fileURLWithPath: arriving))
    try FileManager.default.moveItem(atPath: arriving, toPath: inbox + "/" + file.name)
    let deadline = ContinuousClock.now + .seconds(60)
    while FileManager.default.fileExists(atPath: inbox + "/" + file.name) {
      guard ContinuousClock.now < deadline else { throw Fault("file-left", "\(file.name) was not taken for a minute: \(tail)") }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Waits until everything accepted is applied.
  /// - Returns: the accounting.
  func settle() async throws -> Value {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      let answer = try await insist { try HTTPExchange.get(port: $0, path: "/v1/accounting", headers: ["Authorization": "Bearer \($1)"]) }
      guard answer.status == 200 else { throw Fault("accounting-failed", "The accounting was answered with \(answer.status).") }
      let accounting = try JSON.parse(answer.body)
      if accounting["settled"] == true { return accounting }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw Fault("not-settled", "The daemon has not settled for a minute: \(tail)")
  }

  // MARK: Afterwards

  /// On the stopped data folder.
  func command(_ arguments: String...) async throws -> [UInt8] {
    try await ChildProcess.run(arguments + ["--home", folder], in: folder)
  }
}
