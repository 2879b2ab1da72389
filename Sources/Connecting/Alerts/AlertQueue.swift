import Model

/// The alerts that one channel has not told yet: a pure state machine, with the clock as parameter.
///
/// At most one message a minute leaves it, and takes all that waits along: robots in chat groups take 20 messages a minute and then
/// punish, and people read one list rather than twenty lines. A message that fails is tried again with back-off.
struct AlertQueue: Sendable {
  /// Alerts in one message; more are counted.
  static let longest = 20
  /// Alerts that wait at most; the oldest go first.
  static let capacity = 200
  /// Between two messages, in microseconds.
  private static let spacing: Int64 = 60_000_000

  private(set) var waiting: [Alert] = []
  /// Alerts that were thrown away since the last message.
  private(set) var lost = 0
  private var backoff = Backoff(shortest: .seconds(15), longest: .seconds(600), seed: 1)
  private var earliest: Int64 = 0

  mutating func add(_ alerts: [Alert]) {
    waiting += alerts
    if waiting.count > Self.capacity {
      lost += waiting.count - Self.capacity
      waiting.removeFirst(waiting.count - Self.capacity)
    }
  }

  /// What is to be sent now; empty when there is nothing, or it is too early. Stays in the queue until ``sent(_:at:)``.
  func due(at now: Int64) -> [Alert] { now >= earliest ? waiting : [] }

  mutating func sent(_ count: Int, at now: Int64) {
    waiting.removeFirst(min(count, waiting.count))
    lost = 0
    backoff.succeeded()
    earliest = now + Self.spacing
  }

  mutating func failed(at now: Int64) {
    earliest = now + Timestamp.microseconds(backoff.failed()) + 1_000_000
  }
}
