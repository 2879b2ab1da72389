import Connecting
import Synchronization

/// What the API remembers between requests: whether the hub is closing, what receivers took, and counts.
final class APIState: Sendable {
  struct RequestKey: Hashable {
    var method: String
    /// The route's pattern; `other` for requests that found none.
    var route: String
    var status: Int
  }

  private let draining = Atomic(false)
  private let receivers = Mutex<[String: Status]>([:])
  private let counts = Mutex<[RequestKey: Int]>([:])

  var isDraining: Bool { draining.load(ordering: .acquiring) }

  func drain() { draining.store(true, ordering: .releasing) }

  /// Changes what is known of a receiver.
  /// - Returns: its status now.
  func update(_ connector: String, _ change: (inout Status) -> Void) -> Status {
    receivers.withLock { known in
      change(&known[connector, default: Status(connector: connector, state: .idle)])
      return known[connector, default: Status(connector: connector, state: .idle)]
    }
  }

  /// What is known of a receiver; nil when nothing has come yet.
  func received(by connector: String) -> Status? { receivers.withLock { $0[connector] } }

  func count(route: Route?, status: Int) {
    let key = RequestKey(method: route?.method ?? "other", route: route?.pattern.text ?? "other", status: status)
    counts.withLock { $0[key, default: 0] += 1 }
  }

  /// Requests answered since the start, in a stable order.
  var requests: [(key: RequestKey, count: Int)] {
    counts.withLock { $0 }.map { (key: $0.key, count: $0.value) }
      .sorted { ($0.key.route, $0.key.method, $0.key.status) < ($1.key.route, $1.key.method, $1.key.status) }
  }
}
