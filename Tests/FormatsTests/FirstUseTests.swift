import Foundation
import Synchronization
import Testing

@testable import Formats

/// Each in a process of its own, where nothing of libxml2 was called before.
@Suite struct FirstUseTests {
  /// Without preparation about one process in seven never ended.
  @Test("threads that need libxml2 first at the same moment all come back")
  func threads() async {
    for _ in 0..<6 {
      await #expect(processExitsWith: .success) {
        alarm(30)
        FirstUse.race(4) { _ = XMLNode.checkXPath("/a/b[1]") }
      }
    }
  }
}

enum FirstUse {
  /// Calls `body` on so many threads, as much at the same time as threads can, and returns when all have.
  static func race(_ threads: Int, _ body: @escaping @Sendable () -> Void) {
    let ready = Counting()
    let ended = DispatchSemaphore(value: 0)
    for _ in 0..<threads {
      Thread.detachNewThread {
        ready.count.add(1, ordering: .acquiringAndReleasing)
        while ready.count.load(ordering: .acquiring) < threads {}
        body()
        ended.signal()
      }
    }
    for _ in 0..<threads { ended.wait() }
  }

  private final class Counting: Sendable {
    let count = Atomic(0)
  }
}
