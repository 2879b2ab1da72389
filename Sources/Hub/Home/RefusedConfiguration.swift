import Configuration

/// Why a configuration is not worked by: everything that is wrong with it, with the texts of its files.
public struct RefusedConfiguration: Error, Sendable {
  public var diagnostics: [Diagnostic]
  public var sources: [String: String]

  public init(diagnostics: [Diagnostic], sources: [String: String]) {
    self.diagnostics = diagnostics
    self.sources = sources
  }
}
