import Synchronization

/// Where hints go from whoever gives them to the runner of the connector that they are for.
public final class HintBoard: Sendable {
  private let boxes = Mutex<[String: HintBox]>([:])

  public init() {}

  /// Where the hints for a connector arrive from now on.
  public func box(of connector: String) -> HintBox {
    boxes.withLock { boxes in
      if let known = boxes[connector] { return known }
      let box = HintBox()
      boxes[connector] = box
      return box
    }
  }

  /// Hands a hint on. One for a connector that nobody runs is dropped: when it starts, it reads everything anyway.
  public func post(_ hint: Hint) { boxes.withLock { $0[hint.connector] }?.put(hint) }
}

/// The hints for one connector that its source has not seen yet.
public final class HintBox: Sendable {
  private struct State {
    var hints: [Hint] = []
    var known: Set<Hint> = []
    /// Raised when a hint comes; a new one after each reading.
    var arrival = StopSignal()
  }

  /// More different hints than this become one that says "read everything".
  static let capacity = 1_000

  private let state = Mutex(State())

  public init() {}

  func put(_ hint: Hint) {
    let arrival = state.withLock { state in
      if state.hints.count >= Self.capacity {
        let all = Hint(connector: hint.connector)
        state.hints = [all]
        state.known = [all]
      } else if state.known.insert(hint).inserted {
        state.hints.append(hint)
      }
      return state.arrival
    }
    arrival.raise()
  }

  /// The hints that have come since the last call, oldest first, equal ones once.
  func take() -> [Hint] {
    state.withLock { state in
      defer { state = State() }
      return state.hints
    }
  }

  /// Returns when there are hints, or the task is cancelled.
  func wait() async { await state.withLock { $0.arrival }.wait() }
}
