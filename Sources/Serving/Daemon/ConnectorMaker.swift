import Configuration
import Connecting
import Hub
import Model

/// Makes connectors from their files, after their secrets were looked at: one that is missing is found before anything starts.
struct ConnectorMaker: Sendable {
  typealias Made = [(file: ConnectorFile, connector: Connector)]

  let home: Home

  /// Nothing is opened or read yet but secrets, which may take a while.
  /// - Parameter others: what is wrong besides.
  /// - Throws: ``RefusedConfiguration`` with everything that is wrong with any of them.
  func make(_ files: [ConnectorFile], sources: [String: String], besides others: [Diagnostic] = []) throws -> Made {
    var made: Made = []
    var wrong = others
    for file in files {
      let (connector, diagnostics) = home.registry.make(file, home: home.folder, cryptography: .standard)
      wrong += diagnostics.filter { $0.severity == .error }
      guard let connector else { continue }
      wrong += home.registry.unresolvedSecrets(of: file, home: home.folder)
      made.append((file, connector))
    }
    guard wrong.isEmpty else { throw RefusedConfiguration(diagnostics: wrong, sources: sources) }
    return made
  }
}
