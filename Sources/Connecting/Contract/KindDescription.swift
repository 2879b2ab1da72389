import Configuration
import Model

/// What a kind is and which options it takes, declared once: lint, editor schema, reference docs, `create` and
/// `check` all read this.
public struct KindDescription: Sendable {
  public enum Role: String, Hashable, Sendable, CaseIterable {
    case source, receiver, target
  }

  /// As written in a connector file after `kind:`.
  public var name: String
  /// One sentence.
  public var summary: String
  /// What it can be, several at once: a callback that only hints at what is then fetched is receiver and source.
  public var roles: Set<Role>
  /// Below `options:`.
  public var options: [OptionDescription]
  /// Below each stream, besides `format` and `mapping`.
  public var streamOptions: [OptionDescription]
  /// The formats a stream may name; empty when the kind decides itself.
  public var formats: [String]
  /// The streams that a connector file may name; empty when their names are free.
  public var fixedStreams: [StreamDescription]
  /// True for receivers whose senders cannot carry an API key of ours: the kind checks itself who sends.
  public var authenticates: Bool

  public init(
    name: String, summary: String, roles: Set<Role>, options: [OptionDescription], streamOptions: [OptionDescription] = [],
    formats: [String] = [], fixedStreams: [StreamDescription] = [], authenticates: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.roles = roles
    self.options = options
    self.streamOptions = streamOptions
    self.formats = formats
    self.fixedStreams = fixedStreams
    self.authenticates = authenticates
  }
}

/// One sentence of a check about one thing that must be right.
public struct Finding: Hashable, Sendable {
  public enum Level: String, Hashable, Sendable {
    /// Looked at, and in order.
    case fine
    /// Works, and should be changed.
    case warning
    /// Cannot work like this.
    case problem
  }

  public var level: Level
  /// A stable kebab-case code such as `folder-missing`.
  public var code: String
  /// One sentence.
  public var message: String
  /// What to do next.
  public var hint: String?

  public init(_ level: Level, _ code: String, _ message: String, hint: String? = nil) {
    self.level = level
    self.code = code
    self.message = message
    self.hint = hint
  }
}
