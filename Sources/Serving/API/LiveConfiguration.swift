import Configuration
import Connecting
import Hub
import Model
import Synchronization

/// What the API serves at this moment, replaced as a whole by a reload.
struct LiveConfiguration: Sendable {
  /// Counted from 1 since the start.
  var version = 1
  /// Of all files of the home: see ``HomeFiles``.
  var digest: String
  /// Since when, in microseconds since 1970.
  var since: Int64
  /// What stands behind `/v1/ingest/{connector}`, by the connector's name.
  var receivers: [String: any Receiver]
  /// Bytes of one request's body.
  var maxBody: Int
  /// The connectors with their kinds, by name.
  var connectors: [String: String] = [:]
}

/// Holds what is live, and why the files of the home are not, when they are not.
final class LiveHolder: Sendable {
  struct Refused: Sendable {
    /// In microseconds since 1970.
    var at: Int64
    var problem: Problem
  }

  private let configuration: Mutex<LiveConfiguration>
  private let refusal = Mutex<Refused?>(nil)

  init(_ configuration: LiveConfiguration) { self.configuration = Mutex(configuration) }

  var current: LiveConfiguration { configuration.withLock { $0 } }

  /// Why the files were refused the last time they were looked at; nil when they are what is live.
  var refused: Refused? { refusal.withLock { $0 } }

  func update(_ change: (inout LiveConfiguration) -> Void) { configuration.withLock { change(&$0) } }

  func note(_ refused: Refused?) { refusal.withLock { $0 = refused } }
}
