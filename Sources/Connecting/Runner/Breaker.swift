/// Leaves a source alone that has failed again and again: a pure state machine, without clock and without I/O.
///
/// Closed, it lets every pass through. After ``threshold`` failures in a row it opens: for a cool-down nothing is asked of the other
/// side, not even on a hint. Then one pass is let through as a trial (half open). When that catches up it closes; when not, it is open
/// for twice as long as before, at most ``longest``.
public struct Breaker: Sendable {
  public enum State: String, Hashable, Sendable {
    case closed, open
    case halfOpen = "half-open"
  }

  /// Failures in a row that open it.
  public let threshold: Int
  /// The first cool-down.
  public let shortest: Duration
  public let longest: Duration
  public private(set) var state = State.closed
  private var failures = 0
  private var coolDown: Duration

  public init(threshold: Int = 8, shortest: Duration = .seconds(300), longest: Duration = .seconds(3600)) {
    self.threshold = threshold
    self.shortest = shortest
    self.longest = longest
    coolDown = shortest
  }

  /// A pass caught up, or got something out of the other side before it failed.
  public mutating func succeeded() { self = Breaker(threshold: threshold, shortest: shortest, longest: longest) }

  /// A pass failed for a passing reason. Pauses that the other side asked for and refused credentials do not count.
  /// - Returns: how long to leave the other side alone; nil while the breaker is closed.
  public mutating func failed() -> Duration? {
    failures += 1
    if state == .halfOpen {
      coolDown = min(longest, coolDown * 2)
    } else if failures < threshold {
      return nil
    }
    state = .open
    return coolDown
  }

  /// The cool-down is over: the next pass is the trial.
  public mutating func cooledDown() { if state == .open { state = .halfOpen } }
}
