import Foundation
import Model

/// How a command gets at a data folder: through the daemon when one runs, by itself otherwise.
public enum DataAccess: Sendable {
  case daemon(LoopbackClient)
  /// Nobody else has the folder; it stays ours until the lock is released.
  case folder(DataLock)

  /// - Parameters:
  ///   - author: who makes the decisions that are sent.
  ///   - patience: how long a daemon that is just starting, or a command that is just ending, is waited for.
  /// - Throws: `data-locked` when another command holds the folder and does not let go.
  public static func open(folder: String, author: String, patience: Duration = .seconds(5)) async throws -> DataAccess {
    let deadline = ContinuousClock.now + patience
    while true {
      do throws(Fault) {
        return .folder(try DataLock(folder: folder))
      } catch {
        guard error.code == "data-locked" else { throw error }
        if let daemon = try DaemonFile.read(folder: folder) { return .daemon(LoopbackClient(daemon, author: author)) }
        guard ContinuousClock.now < deadline else { throw error }
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}
