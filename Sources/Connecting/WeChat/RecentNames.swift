import Synchronization

/// Remembers who came lately, so that not every message of a lively conversation asks the platform for the same details. It forgets
/// everybody after one to two spans, or once it has seen too many: then somebody is asked for again, which harms nobody.
final class RecentNames: Sendable {
  private struct State {
    var recent: Set<String> = []
    var older: Set<String> = []
    var turned: ContinuousClock.Instant
  }

  private let span: Duration
  private let capacity: Int
  private let state: Mutex<State>

  init(span: Duration = .seconds(3_600), capacity: Int = 50_000, now: ContinuousClock.Instant = .now) {
    self.span = span
    self.capacity = capacity
    state = Mutex(State(turned: now))
  }

  func holds(_ name: String, now: ContinuousClock.Instant = .now) -> Bool {
    state.withLock { state in
      turn(&state, now)
      return state.recent.contains(name) || state.older.contains(name)
    }
  }

  /// - Returns: true for a name that did not come lately.
  @discardableResult
  func note(_ name: String, now: ContinuousClock.Instant = .now) -> Bool {
    state.withLock { state in
      turn(&state, now)
      return !state.older.contains(name) && state.recent.insert(name).inserted
    }
  }

  private func turn(_ state: inout State, _ now: ContinuousClock.Instant) {
    let age = now - state.turned
    guard age >= span || state.recent.count >= capacity else { return }
    // After a long silence both halves are old.
    state.older = age >= span * 2 ? [] : state.recent
    state.recent = []
    state.turned = now
  }
}
