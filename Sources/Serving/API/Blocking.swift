import Foundation

/// Runs what blocks (SQLite, files) on threads of its own: the cooperative pool has one thread a core, and they must not
/// wait.
enum Blocking {
  /// More than the store has readers, so that a long export does not keep everybody else waiting.
  private static let width = 8

  private static let queue: OperationQueue = {
    let queue = OperationQueue()
    queue.name = "kindred.reading"
    queue.maxConcurrentOperationCount = width
    return queue
  }()

  static func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      queue.addOperation { continuation.resume(with: Result { try body() }) }
    }
  }
}
