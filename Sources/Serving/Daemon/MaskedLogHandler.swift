import Configuration
import Logging

/// Hands logs on without the values of secrets.
public struct MaskedLogHandler: LogHandler {
  private var base: any LogHandler

  public init(_ base: any LogHandler) { self.base = base }

  public var logLevel: Logger.Level {
    get { base.logLevel }
    set { base.logLevel = newValue }
  }

  public var metadata: Logger.Metadata {
    get { base.metadata }
    set { base.metadata = newValue }
  }

  public var metadataProvider: Logger.MetadataProvider? {
    get { base.metadataProvider }
    set { base.metadataProvider = newValue }
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { base[metadataKey: key] }
    set { base[metadataKey: key] = newValue }
  }

  public func log(event: LogEvent) {
    var event = event
    event.message = Logger.Message(stringLiteral: SecretMask.shared.masked(event.message.description))
    event.metadata = event.metadata?.mapValues(Self.masked)
    event.error = event.error.map { MaskedError(description: SecretMask.shared.masked("\($0)")) }
    base.log(event: event)
  }

  private static func masked(_ value: Logger.MetadataValue) -> Logger.MetadataValue {
    switch value {
    case .string(let text): .string(SecretMask.shared.masked(text))
    case .stringConvertible(let thing): .string(SecretMask.shared.masked(thing.description))
    case .array(let values): .array(values.map(masked))
    case .dictionary(let values): .dictionary(values.mapValues(masked))
    }
  }
}

private struct MaskedError: Error, CustomStringConvertible {
  var description: String
}
