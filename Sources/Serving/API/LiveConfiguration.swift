import Configuration
import Connecting
import Hub
import Model
import Synchronization

/// A connector that is live.
public struct LiveConnector: Sendable {
  var kind: String
  var roles: Set<KindDescription.Role>
  /// What stands behind `/v1/ingest/{connector}`; nil when it takes no requests.
  var receiver: (any Receiver)?
  /// In the order of its file.
  var streams: [String]

  /// Those of a home, by name. Nothing is opened or read.
  public static func all(of loaded: Home.Loaded, in home: Home) -> [String: LiveConnector] {
    let connectors = loaded.connectors.map { file in
      (file.name, home.registry.make(file, home: home.folder, cryptography: .standard).0.map { LiveConnector(file, $0, home.registry) })
    }
    return Dictionary(connectors, uniquingKeysWith: { first, _ in first }).compactMapValues { $0 }
  }

  init(_ file: ConnectorFile, _ connector: Connector, _ registry: Registry) {
    kind = file.kind
    roles = connector.roles
    receiver = connector.receiver
    streams = registry.streamNames(of: file)
  }
}

/// What the API serves at this moment, replaced as a whole by a reload.
struct LiveConfiguration: Sendable {
  /// Counted from 1 since the start.
  var version = 1
  /// Of all files of the home: see ``HomeFiles``.
  var digest: String
  /// Since when, in microseconds since 1970.
  var since: Int64
  /// By name.
  var connectors: [String: LiveConnector]
  /// Bytes of one request's body.
  var maxBody: Int
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
