import Foundation
import Model

/// Where callers who need to know what became of a delivery meet the applier. Remembers the last few thousand outcomes
/// for those who ask a little late.
final class OutcomeBoard: @unchecked Sendable {
  // `@unchecked`: everything is touched only under `lock`.
  private let lock = NSLock()
  private var waiters: [Int64: [Int: CheckedContinuation<DeliveryOutcome, Never>]] = [:]
  private var nextWaiter = 0
  private var recent: [Int64: DeliveryOutcome] = [:]
  private var order: [Int64] = []

  private var rememberedItems = 0
  /// No delivery behind this position was forgotten.
  private var lastForgotten: Int64

  private static let remembered = 4_096
  /// Deliveries of a bulk load have thousands of items, and nobody asks for them.
  private static let mostItems = 200_000

  /// - Parameter lastKnown: the position of the last delivery that others may have applied.
  init(lastKnown: Int64) { lastForgotten = lastKnown }

  func post(_ outcomes: [(position: Int64, outcome: DeliveryOutcome)]) {
    var resumed: [(CheckedContinuation<DeliveryOutcome, Never>, DeliveryOutcome)] = []
    lock.withLock {
      for (position, outcome) in outcomes {
        for waiter in (waiters.removeValue(forKey: position) ?? [:]).values { resumed.append((waiter, outcome)) }
        if recent.updateValue(outcome, forKey: position) == nil {
          order.append(position)
          rememberedItems += outcome.itemCount
        }
      }
      forgetTheOldest()
    }
    for (waiter, outcome) in resumed { waiter.resume(returning: outcome) }
  }

  private func forgetTheOldest() {
    var forgotten = 0
    while order.count - forgotten > Self.remembered || rememberedItems > Self.mostItems, forgotten < order.count - 1 {
      rememberedItems -= recent.removeValue(forKey: order[forgotten])?.itemCount ?? 0
      lastForgotten = max(lastForgotten, order[forgotten])
      forgotten += 1
    }
    order.removeFirst(forgotten)
  }

  /// False when the outcome is here or still to come: then the store need not be asked.
  func mayHaveForgotten(_ position: Int64) -> Bool { lock.withLock { position <= lastForgotten } }

  func recentOutcome(_ position: Int64) -> DeliveryOutcome? { lock.withLock { recent[position] } }

  /// The outcome of a delivery that is not applied yet, or `.pending` after `limit`.
  func outcome(of position: Int64, within limit: Duration) async -> DeliveryOutcome {
    let waiter = lock.withLock {
      nextWaiter += 1
      return nextWaiter
    }
    let timer = Task {
      try await Task.sleep(for: limit)
      self.giveUp(position, waiter)
    }
    defer { timer.cancel() }
    return await withCheckedContinuation { continuation in
      let known = lock.withLock { () -> DeliveryOutcome? in
        if let outcome = recent[position] { return outcome }
        waiters[position, default: [:]][waiter] = continuation
        return nil
      }
      if let known { continuation.resume(returning: known) }
    }
  }

  private func giveUp(_ position: Int64, _ waiter: Int) {
    let continuation = lock.withLock { waiters[position]?.removeValue(forKey: waiter) }
    continuation?.resume(returning: .pending)
  }

  /// Answers everybody who still waits: nothing more will be applied.
  func close() {
    let all = lock.withLock {
      defer { waiters = [:] }
      return waiters.values.flatMap(\.values)
    }
    for waiter in all { waiter.resume(returning: .pending) }
  }
}

extension DeliveryOutcome {
  fileprivate var itemCount: Int { if case .applied(let items) = self { items.count } else { 0 } }
}
