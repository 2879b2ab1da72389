import Synchronization

/// Tells work that is under way that it should come to an end. Raised once, never lowered.
public final class StopSignal: Sendable {
  private struct State {
    var isRaised = false
    var nextWaiter = 0
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())

  public init() {}

  public var isRaised: Bool { state.withLock { $0.isRaised } }

  /// Wakes everyone who waits. Calling it again does nothing.
  public func raise() {
    let waiters = state.withLock { state in
      state.isRaised = true
      defer { state.waiters = [:] }
      return Array(state.waiters.values)
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Returns when the signal is raised or the task is cancelled.
  public func wait() async {
    let waiter = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          // A cancellation that came before this line found no waiter to wake.
          if state.isRaised || Task.isCancelled { return true }
          state.waiters[waiter] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume()
    }
  }

  /// Waits until the signal is raised, at most so long.
  /// - Returns: whether it was raised.
  @discardableResult
  public func wait(atMost limit: Duration) async -> Bool {
    await sleep(for: limit)
    return isRaised
  }

  /// Sleeps for `duration`, less when the signal is raised or the task is cancelled.
  /// - Returns: false when it was cut short.
  @discardableResult
  public func sleep(for duration: Duration) async -> Bool {
    if isRaised || Task.isCancelled { return false }
    if duration <= .zero { return true }
    return await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        do {
          try await Task.sleep(for: duration)
          return true
        } catch {
          return false
        }
      }
      group.addTask {
        await self.wait()
        return false
      }
      let first = await group.next() ?? false
      group.cancelAll()
      return first
    }
  }
}
