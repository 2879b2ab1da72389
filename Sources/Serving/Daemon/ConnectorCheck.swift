import Configuration
import Connecting
import Hub
import Mapping
import Model

/// Everything that can be said about a connector without running it.
public struct ConnectorCheck: Sendable {
  private let home: Home
  private let loaded: Home.Loaded
  private let file: ConnectorFile

  /// - Parameter file: one of those that were loaded.
  public init(home: Home, loaded: Home.Loaded, file: ConnectorFile) {
    self.home = home
    self.loaded = loaded
    self.file = file
  }

  /// First what is wrong here, then what the connector finds on the other side, if it can be asked at all.
  public func findings() async -> [Finding] {
    let (connector, diagnostics) = home.registry.make(file, home: home.folder, cryptography: .standard)
    let missing = home.registry.unresolvedSecrets(of: file, home: home.folder)
    var findings = (diagnostics + missing).map(Self.finding) + mappings()
    if let connector, !missing.contains(where: { $0.severity == .error }) { findings += await connector.check() }
    return findings
  }

  private static func finding(_ diagnostic: Diagnostic) -> Finding {
    let level: Finding.Level = diagnostic.severity == .error ? .problem : .warning
    return Finding(level, diagnostic.code, "\(diagnostic.place): \(diagnostic.message)", hint: diagnostic.hint)
  }

  /// Whether what comes on each stream will be mapped.
  private func mappings() -> [Finding] {
    let programs = loaded.settings.catalog.programs
    return home.registry.streamNames(of: file).map { stream in
      let settings = file.stream(stream)
      if let name = settings?.mapping {
        guard programs.contains(where: { $0.name == name }) else {
          return Finding(
            .problem, "unknown-mapping", "The stream \(stream) names the mapping \(name), which is not there.",
            hint: suggestion(name, among: programs.map(\.name)))
        }
        return Finding(.fine, "mapping", "What comes on \(stream) is mapped by \(name).")
      }
      let fitting = programs.filter { program in
        program.source == file.name && (program.stream ?? stream) == stream
          && (settings?.format.map { $0 == program.format.rawValue } ?? true)
      }
      guard !fitting.isEmpty else {
        return Finding(
          .problem, "no-mapping", "No mapping reads what comes on the stream \(stream): all of it would become dead letters.",
          hint: "Write one whose from names \(file.name) and \(stream), or name one below the stream.")
      }
      return Finding(.fine, "mapping", "What comes on \(stream) is mapped by \(fitting.map(\.name).sorted().joined(separator: ", ")).")
    }
  }
}
