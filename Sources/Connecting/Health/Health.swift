import Model

/// Whether a connector does what it is there for: more than whether it runs.
public struct Health: Hashable, Sendable {
  public enum Level: String, Hashable, Sendable, CaseIterable {
    case fine
    /// It runs, and something that is usual does not happen.
    case suspect
    /// It does not work, and says why.
    case failing
    /// Somebody wants it so.
    case paused
  }

  public struct Reason: Hashable, Sendable {
    /// `overdue`, `silent`, `retrying`, `tripped`, `unauthorised` or `misconfigured`.
    public var code: String
    /// Nil when it is about the whole connector.
    public var stream: String?
    /// One sentence.
    public var message: String
  }

  public var level: Level
  public var reasons: [Reason]

  /// How long a source may hear nothing at least, before that is odd, in microseconds.
  private static let silence: Int64 = 15 * 60 * 1_000_000
  /// Passes that fail in a row before it is odd.
  private static let failures = 3

  /// - Parameters:
  ///   - streams: how something comes on those that are not paused.
  ///   - now: microseconds since 1970.
  public init(of status: Status, streams: [String: Rhythm], at now: Int64) {
    guard status.state != .paused else {
      (level, reasons) = (.paused, [])
      return
    }
    let failing = Self.failing(status)
    let suspect = Self.silent(status, now) + Self.overdue(streams, now)
    reasons = failing + suspect
    level = failing.contains { $0.code != "retrying" } ? .failing : reasons.isEmpty ? .fine : .suspect
  }

  private static func failing(_ status: Status) -> [Reason] {
    // The code alone: messages of other systems may repeat what they were sent, and reasons travel far.
    let fault = status.lastError.map { " (\($0.code))" } ?? ""
    switch status.state {
    case .misconfigured: return [Reason(code: "misconfigured", message: "Its configuration cannot work\(fault).")]
    case .unauthorised: return [Reason(code: "unauthorised", message: "Its credentials are refused\(fault).")]
    case .tripped:
      return [Reason(code: "tripped", message: "It failed \(status.failures) times in a row\(fault) and is left alone for a while.")]
    case .waiting where status.failures >= failures:
      return [Reason(code: "retrying", message: "It failed \(status.failures) times in a row\(fault).")]
    default: return []
    }
  }

  /// A source that looks alive and hears nothing: its pass hangs, or its connection is half dead.
  private static func silent(_ status: Status, _ now: Int64) -> [Reason] {
    guard [.starting, .running, .idle].contains(status.state), let every = status.hearsEvery,
      let last = status.lastByte ?? status.started
    else { return [] }
    let (quiet, usual) = (now - last, Timestamp.microseconds(every))
    guard quiet > max(silence, usual * 10) else { return [] }
    let message =
      "Its other side has said nothing for \(TimeText.of(quiet / 1_000_000)), and is asked every \(TimeText.of(usual / 1_000_000))."
    return [Reason(code: "silent", message: message)]
  }

  private static func overdue(_ streams: [String: Rhythm], _ now: Int64) -> [Reason] {
    streams.sorted { utf8Precedes($0.key, $1.key) }.compactMap { stream, rhythm in
      guard rhythm.isOverdue(atMicroseconds: now), let last = rhythm.last, let usual = rhythm.usualInterval else { return nil }
      let message = "Nothing has come on \(stream) for \(TimeText.of(now / 1_000_000 - last)); usual is every \(TimeText.of(usual))."
      return Reason(code: "overdue", stream: stream, message: message)
    }
  }
}

extension Health.Reason {
  init(code: String, message: String) { self.init(code: code, stream: nil, message: message) }
}

/// Times for people.
public enum TimeText {
  /// The two largest units: `3 h 20 min`.
  public static func of(_ seconds: Int64) -> String {
    let units: [(name: String, size: Int64)] = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)]
    guard let first = units.firstIndex(where: { seconds >= $0.size }) else { return "0 s" }
    let main = "\(seconds / units[first].size) \(units[first].name)"
    guard first + 1 < units.count, case let rest = seconds % units[first].size / units[first + 1].size, rest > 0 else { return main }
    return "\(main) \(rest) \(units[first + 1].name)"
  }
}
