import Foundation
import Model
import SQLite

/// The journal's own thread: collects requests, writes them in one transaction with one sync, and answers them.
///
/// `@unchecked Sendable`: `tables` belongs to the thread once it runs; everything else is guarded by `condition`.
final class JournalWriter: @unchecked Sendable {
  private struct Request {
    let cost: Int
    /// Writes to the tables. Runs again, alone, when a group fails.
    let perform: (JournalTables) throws -> Void
    /// Answers the caller, with what made it fail.
    let finish: (Fault?) -> Void
  }

  /// How long a group waits for callers that are probably about to come, in seconds for each: those of the group before, who have
  /// been answered, and those who came meanwhile. A lone caller never waits.
  private static let gathering = 0.001
  /// The longest that a group waits, in seconds: a sync costs more than many callers wait together.
  private static let longestGathering = 0.015
  /// Bytes after which a group is full.
  private static let groupLimit = 8 << 20
  /// WAL frames (4 KiB pages) after which a group is followed by a checkpoint, when its callers have been answered.
  private static let checkpointPages = 2_000

  private let tables: JournalTables
  private let path: String
  private let condition = NSCondition()
  private var queue: [Request] = []
  private var queuedCost = 0
  private var lastGroup = 0
  /// With how many requests in the queue the thread is woken.
  private var wanted = 1
  private var heads: [String: Int64]
  private var isClosed = false
  private var isWaitingStopped = false
  private var isRunning = false

  init(tables: JournalTables, path: String) throws {
    self.tables = tables
    self.path = path
    try tables.database.transaction { try tables.removeAbandonedBlobs() }
    heads = try tables.loadHeads()
  }

  func start() {
    isRunning = true
    let thread = Thread { [self] in
      while let group = takeGroup() {
        commit(group)
        // Everything is durable already; a checkpoint that fails is tried again after the next group.
        if tables.database.walPages >= Self.checkpointPages { _ = try? tables.database.checkpoint() }
      }
      condition.lock()
      isRunning = false
      condition.broadcast()
      condition.unlock()
    }
    thread.name = "journal"
    thread.start()
  }

  func close() {
    condition.lock()
    defer { condition.unlock() }
    isClosed = true
    condition.broadcast()
    while isRunning { condition.wait() }
  }

  func enqueue<T>(cost: Int, work: @escaping (JournalTables) throws -> T, finish: @escaping (Result<T, Fault>) -> Void) {
    var answer: T?
    let request = Request(
      cost: cost, perform: { answer = try work($0) },
      finish: { fault in
        if let fault { return finish(.failure(fault)) }
        guard let answer else { return finish(.failure(Fault("journal-closed", "The journal did not write the request."))) }
        finish(.success(answer))
      })
    condition.lock()
    guard !isClosed else {
      condition.unlock()
      return request.finish(Fault("journal-closed", "The journal is closed; nothing was accepted.", at: Location(file: path)))
    }
    queue.append(request)
    queuedCost += cost
    if queue.count >= wanted || queuedCost >= Self.groupLimit { condition.broadcast() }
    condition.unlock()
  }

  /// Waits for requests. `nil` when the journal is closed and nothing is left to do.
  private func takeGroup() -> [Request]? {
    condition.lock()
    defer { condition.unlock() }
    let expected = lastGroup + queue.count
    wanted = 1
    while queue.isEmpty {
      if isClosed { return nil }
      condition.wait()
    }
    let deadline = Date(timeIntervalSinceNow: min(Self.longestGathering, Self.gathering * Double(expected)))
    wanted = expected
    while queue.count < expected, queuedCost < Self.groupLimit, !isClosed, condition.wait(until: deadline) {}
    var taken = 0
    var cost = 0
    while taken < queue.count, taken == 0 || cost + queue[taken].cost <= Self.groupLimit {
      cost += queue[taken].cost
      taken += 1
    }
    let group = Array(queue.prefix(taken))
    queue.removeFirst(taken)
    queuedCost -= cost
    lastGroup = taken
    return group
  }

  private func commit(_ group: [Request]) {
    do {
      try tables.database.transaction {
        for request in group { try request.perform(tables) }
        try tables.flush()
      }
      publishHeads()
      for request in group { request.finish(nil) }
    } catch {
      tables.forget()
      // One request may have spoilt it for all: each gets a transaction of its own.
      guard group.count == 1 else { return group.forEach { commit([$0]) } }
      group[0].finish(Fault(storage: error, file: path))
    }
  }

  private func publishHeads() {
    guard !tables.newHeads.isEmpty else { return }
    condition.lock()
    heads.merge(tables.newHeads) { $1 }
    condition.broadcast()
    condition.unlock()
    tables.newHeads.removeAll(keepingCapacity: true)
  }

  // MARK: Waiting for work

  func waitForWork(connector: String?, after position: Int64, timeout: Double?) -> Wakening {
    let deadline = timeout.map { Date(timeIntervalSinceNow: $0) }
    condition.lock()
    defer { condition.unlock() }
    while true {
      if isClosed || isWaitingStopped { return .stopped }
      let head = connector.map { heads[$0] ?? 0 } ?? heads.values.max() ?? 0
      if head > position { return .work }
      guard let deadline else {
        condition.wait()
        continue
      }
      if !condition.wait(until: deadline), deadline <= Date() { return .timedOut }
    }
  }

  func stopWaiting() {
    condition.lock()
    isWaitingStopped = true
    condition.broadcast()
    condition.unlock()
  }
}
