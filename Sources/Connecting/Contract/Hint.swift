/// Says that there is something to read now: a callback that carries no content, or another connector that knows.
///
/// A hint is not durable. A source finds everything by its checkpoint, with or without hints: they only make it look at once.
public struct Hint: Hashable, Sendable {
  /// Whose source is to read.
  public var connector: String
  /// Nil: all of its streams.
  public var stream: String?
  /// What helps to read, such as a short-lived token. Never logged.
  public var notes: [String: String]

  public init(connector: String, stream: String? = nil, notes: [String: String] = [:]) {
    self.connector = connector
    self.stream = stream
    self.notes = notes
  }
}
