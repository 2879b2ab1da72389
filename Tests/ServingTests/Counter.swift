import Connecting
import Synchronization

final class Counter: Sendable {
  private let count = Atomic(0)
  var value: Int { count.load(ordering: .acquiring) }
  func increment() { count.add(1, ordering: .acquiringAndReleasing) }
}

/// The highest number that was noted.
final class Highest: Sendable {
  private let highest = Mutex(0)
  var value: Int { highest.withLock { $0 } }
  func note(_ number: Int) { highest.withLock { $0 = max($0, number) } }
}

/// Bytes in the order in which they came.
final class Collected: Sendable {
  private let bytes = Mutex<Bytes>([])
  var value: Bytes { bytes.withLock { $0 } }
  func add(_ more: Bytes) { bytes.withLock { $0 += more } }
}
