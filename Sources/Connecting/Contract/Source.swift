import Configuration
import Model

/// A kind that fetches: a watched folder, a mailbox, a REST API.
///
/// Who calls what, in which order:
/// 1. ``Registry`` checks the connector file against ``ConnectorKind/kind`` and makes the instance. Nothing is opened yet.
/// 2. `kindred check` calls ``ConnectorKind/check()``; `kindred create` and `kindred list` call ``discover()``. Both may be called
///    at any time, also while `run` is under way, and change nothing at the source.
/// 3. ``Runner`` calls ``run(_:into:)`` again and again, never twice at the same time, and waits ``pause`` in between.
///    A ``Hint`` cuts that wait short.
///
/// What is retried: whatever `run` throws ends this pass only. The runner asks the error (``SourceError``) what to do,
/// waits, and calls `run` again, which goes on from the checkpoint that the sink holds. So `run` keeps no position of
/// its own across calls that the sink does not know.
///
/// When something counts as delivered: when ``Sink/accept(_:checkpoint:)`` has returned. Only then may a source touch
/// the original (mark a mail as seen, move a file), and it does so in a way that can be repeated after a crash.
public protocol Source: ConnectorKind {
  /// How long the runner waits after a pass that caught up before it starts the next one.
  var pause: Duration { get }

  /// The streams that the other side offers.
  func discover() async throws -> [StreamDescription]

  /// Reads everything that is new, delivers it into the sink and returns when it has caught up, or soon after
  /// `run.stop` was raised. One `accept` is in flight per checkpoint scope; scopes may run in parallel.
  /// - Throws: ``SourceError`` where the source knows what to do next; anything else counts as `retry`.
  func run(_ run: Run, into sink: some Sink) async throws
}

/// What a source gets for one pass. Its options were given to its initialiser, because `check` and `discover` need
/// them as well.
public struct Run: Sendable {
  /// The name of the connector: the first part of every ``StreamName``.
  public var connector: String
  /// The streams that the connector file asks for, without those that are paused.
  public var streams: [StreamConfiguration]
  /// The names of the streams that must not be read now; see ``takes(_:)``.
  public var paused: Set<String>
  /// Raised when the daemon shuts down or the connector is reloaded. A source finishes the `accept` it is in, leaves
  /// the rest for the next run and returns.
  public var stop: StopSignal
  /// Why this pass did not wait for its time: the hints that have come since the last pass that caught up, oldest first, equal ones
  /// once. Empty on a pass that the clock started.
  public var hints: [Hint]
  /// Reads the last checkpoint that was accepted for a scope; `nil` when there is none.
  public var checkpoint: @Sendable (StreamName) async throws -> Checkpoint?
  /// Where a stream without a checkpoint starts: items older than this, in microseconds since 1970, are left out by sources that can
  /// tell. `nil`: from the beginning.
  public var since: @Sendable (_ stream: String) -> Int64?
  /// To be called for every good answer of the other side, also when there is nothing new in it. An `accept` and a pass that catches up
  /// imply it.
  public var heard: @Sendable () -> Void

  public init(
    connector: String, streams: [StreamConfiguration], paused: Set<String> = [], stop: StopSignal, hints: [Hint] = [],
    since: @escaping @Sendable (_ stream: String) -> Int64? = { _ in nil }, heard: @escaping @Sendable () -> Void = {},
    checkpoint: @escaping @Sendable (StreamName) async throws -> Checkpoint?
  ) {
    self.connector = connector
    self.streams = streams.filter { !paused.contains($0.name) }
    self.paused = paused
    self.stop = stop
    self.hints = hints
    self.since = since
    self.heard = heard
    self.checkpoint = checkpoint
  }

  /// Whether a stream may be read, for kinds whose streams need not be listed in the connector file.
  public func takes(_ stream: String) -> Bool { !paused.contains(stream) }
}

/// Why a pass of a source ended early, and what the runner does about it.
public struct SourceError: Error, Sendable, CustomStringConvertible {
  public enum Advice: Hashable, Sendable {
    /// A passing failure: try again after a growing, random delay.
    case retry
    /// The other side asked for a pause of at least this long; it does not count as a failure.
    case throttle(after: Duration)
    /// The credentials were refused. Tried again at the longest delay, since somebody may renew them on disk.
    case reauthorise
    /// The configuration cannot work. The runner stops until it is changed.
    case configure
  }

  public var advice: Advice
  public var fault: Fault

  private init(_ advice: Advice, _ fault: Fault) {
    self.advice = advice
    self.fault = fault
  }

  public static func retry(_ fault: Fault) -> SourceError { SourceError(.retry, fault) }
  public static func throttle(after delay: Duration, _ fault: Fault) -> SourceError { SourceError(.throttle(after: delay), fault) }
  public static func reauthorise(_ fault: Fault) -> SourceError { SourceError(.reauthorise, fault) }
  public static func configure(_ fault: Fault) -> SourceError { SourceError(.configure, fault) }

  public var description: String { fault.description }
}

/// A stream that the other side offers.
public struct StreamDescription: Hashable, Sendable {
  public var name: String
  /// One sentence.
  public var summary: String
  /// The format of its items as `from.format` names it, when the source knows.
  public var format: String?
  /// True when it is there only for connector files that list it.
  public var isOptional: Bool

  public init(name: String, summary: String, format: String? = nil, isOptional: Bool = false) {
    self.name = name
    self.summary = summary
    self.format = format
    self.isOptional = isOptional
  }
}
