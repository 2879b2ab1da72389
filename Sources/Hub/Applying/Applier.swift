import Foundation
import Logging
import Model
import Storing

/// The thread that runs the pipeline: waits for work, applies it, tells who waits for results. SQLite blocks, so it is a
/// thread of its own and never one of the cooperative pool.
final class Applier: @unchecked Sendable {
  // `@unchecked`: `pipeline` is touched by the thread alone; `isStopping` and `failure` only under `lock`.
  private let pipeline: Pipeline
  private let journal: Journal
  private let board: OutcomeBoard
  private let logger: Logger
  private let lock = NSLock()
  private let ended = DispatchSemaphore(value: 0)
  private var isStopping = false
  private var failure: Fault?

  /// How long to wait before a failed batch is tried again: a full disk may have space by then.
  private static let retryDelay = 0.5

  init(pipeline: Pipeline, journal: Journal, board: OutcomeBoard, logger: Logger) {
    self.pipeline = pipeline
    self.journal = journal
    self.board = board
    self.logger = logger
  }

  /// What the last batch failed with; nil when the last one went well.
  var lastFailure: Fault? { lock.withLock { failure } }

  func start() {
    let thread = Thread { [self] in
      run()
      ended.signal()
    }
    thread.name = "kindred-applier"
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// Ends after the batch under way; blocks until it has.
  func stop() {
    lock.withLock { isStopping = true }
    journal.stopWaiting()
    ended.wait()
  }

  private func run() {
    while !lock.withLock({ isStopping }) {
      do {
        let applied = try pipeline.applyNext()
        lock.withLock { failure = nil }
        board.post(applied.map { ($0.delivery.position, $0.outcome) })
        if applied.isEmpty { waitForWork() }
      } catch {
        let fault = error as? Fault ?? Fault("applying-failed", "\(error)")
        lock.withLock { failure = fault }
        logger.error("a batch could not be applied and will be tried again", metadata: ["fault": "\(fault)"])
        Thread.sleep(forTimeInterval: Self.retryDelay)
      }
    }
    pipeline.settle()
  }

  private var seen: Int64 = 0

  /// Returns when the journal has grown beyond what was seen when the last batch turned out empty.
  private func waitForWork() {
    let head = (try? journal.heads().values.max()) ?? nil
    if let head, head > seen {
      // It grew between reading and waiting: look again.
      seen = head
      return
    }
    _ = journal.waitForWork(after: seen, timeout: 1)
  }
}
