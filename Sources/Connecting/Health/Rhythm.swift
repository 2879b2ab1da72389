import Model

/// How often something comes on a stream, learnt from what came: a pure state machine, with the clock as parameter.
///
/// Arrivals within a minute count as one, so that a batch is no rhythm. For each hour of the week (UTC) it keeps how many arrivals are
/// usual; an hour counts only when the hub was there for it, and while a stream is overdue nothing is learnt, or else silence would
/// soon be usual. A stream is overdue when so much was to be expected since the last arrival that its absence is no accident; at night
/// and at the weekend nothing is expected of a stream that never had anything then. What comes too seldom for that, a file a day, is
/// overdue after half as long again as the longest silence of the last two weeks.
public struct Rhythm: Hashable, Sendable {
  /// One hour of the week.
  private struct Hour: Hashable {
    /// Arrivals in it, and how often it was watched, older weeks weighing less.
    var arrivals = 0.0
    var weeks = 0.0
  }

  private struct DayGap: Hashable {
    var day: Int64
    var seconds: Int64
  }

  private static let hour: Int64 = 3_600
  private static let day: Int64 = 86_400
  /// What last week's hour weighs against this week's.
  private static let memory = 0.75
  /// Arrivals that must be missing: with fewer, silence may be chance (e⁻⁶ is 0.25 %).
  private static let missing = 6.0
  /// Silence below this is never overdue, in seconds.
  private static let shortest: Int64 = 600
  /// A stretch without any watching longer than this was a stop of the hub, in seconds.
  private static let downtime: Int64 = 300
  /// What comes within so many seconds is one arrival.
  private static let burst: Int64 = 60
  private static let gapCount = 31
  private static let gapDays: Int64 = 14

  /// When something came last, in seconds since 1970.
  public private(set) var last: Int64?
  /// The last times between two arrivals, in seconds, oldest first.
  private var gaps: [Int64] = []
  /// The longest of each day, oldest first.
  private var longest: [DayGap] = []
  private var hours = Array(repeating: Hour(), count: 168)
  /// Since when it is watched at all; since when without a stop of the hub; and up to when. In seconds since 1970.
  private var started: Int64?
  private var resumed: Int64?
  private var watched: Int64?
  /// Arrivals and seconds watched of the hour under way.
  private var current = Hour()
  private var currentSeconds: Int64 = 0

  public init() {}

  // MARK: Learning

  /// Something came.
  /// - Parameter now: microseconds since 1970, never less than before.
  public mutating func arrived(at now: Int64) {
    let now = now / 1_000_000
    if let last, now - last < Self.burst, resumed != nil {
      self.last = max(last, now)
      return
    }
    let wasOverdue = isOverdue(at: now)
    watch(until: now)
    // A silence that the hub slept through, or that was too long, is not usual.
    if let last, let resumed, resumed <= last, !wasOverdue { note(gap: now - last, at: now) }
    last = now
    current.arrivals += 1
  }

  /// The hub is there, and nothing came.
  /// - Parameter now: microseconds since 1970. More than five minutes after the call before, the hub was away in between.
  public mutating func watched(at now: Int64) { watch(until: now / 1_000_000) }

  private mutating func watch(until now: Int64) {
    if started == nil { started = now }
    guard var from = watched, resumed != nil, now >= from, now - from <= Self.downtime else {
      (resumed, watched) = (now, now)
      (current, currentSeconds) = (Hour(), 0)
      return
    }
    let isLearning = !isOverdue(at: now)
    while from < now {
      let end = min(now, (from / Self.hour + 1) * Self.hour)
      if isLearning { currentSeconds += end - from }
      if end % Self.hour == 0 { closeHour(Int(from / Self.hour % 168)) }
      from = end
    }
    watched = now
  }

  private mutating func closeHour(_ index: Int) {
    if currentSeconds >= Self.hour * 9 / 10 {
      hours[index].arrivals = hours[index].arrivals * Self.memory + current.arrivals
      hours[index].weeks = hours[index].weeks * Self.memory + 1
    }
    (current, currentSeconds) = (Hour(), 0)
  }

  private mutating func note(gap: Int64, at now: Int64) {
    gaps.append(gap)
    if gaps.count > Self.gapCount { gaps.removeFirst() }
    let day = now / Self.day
    if longest.last?.day == day {
      longest[longest.count - 1].seconds = max(longest[longest.count - 1].seconds, gap)
    } else {
      longest.append(DayGap(day: day, seconds: gap))
    }
    longest.removeAll { $0.day <= day - Self.gapDays }
  }

  // MARK: Judging

  /// The median of the last times between two arrivals, in seconds; nil before the third arrival.
  public var usualInterval: Int64? { gaps.count < 2 ? nil : gaps.sorted()[gaps.count / 2] }

  /// - Parameter now: microseconds since 1970.
  public func isOverdue(atMicroseconds now: Int64) -> Bool { isOverdue(at: now / 1_000_000) }

  private func isOverdue(at now: Int64) -> Bool {
    guard let last, let started, let resumed, let usual = usualInterval, gaps.count >= 5 else { return false }
    let since = max(last, resumed)
    let silence = now - since
    guard silence >= Self.shortest else { return false }
    if silence >= 5 * usual, expected(from: since, to: now) >= Self.missing { return true }
    guard now - started >= 8 * Self.day, let most = longest.map(\.seconds).max() else { return false }
    return silence >= most * 3 / 2
  }

  /// How many arrivals are usual between two moments.
  private func expected(from: Int64, to: Int64) -> Double {
    // Beyond a week the answer is beyond doubt, and the loop is bounded.
    var from = max(from, to - 168 * Self.hour)
    var sum = 0.0
    while from < to {
      let end = min(to, (from / Self.hour + 1) * Self.hour)
      sum += usual(inHour: Int(from / Self.hour % 168)) * Double(end - from) / Double(Self.hour)
      from = end
    }
    return sum
  }

  /// The usual arrivals in an hour of the week; before the first week is over, those of the same hour on other working days.
  private func usual(inHour index: Int) -> Double {
    let own = hours[index]
    if own.weeks > 0 { return own.arrivals / own.weeks }
    // 1 January 1970 was a Thursday, so the days 2 and 3 are Saturday and Sunday: about them nothing is known yet.
    guard ![2, 3].contains(index / 24) else { return 0 }
    let others = stride(from: index % 24, to: 168, by: 24).map { hours[$0] }.filter { $0.weeks > 0 }
    // The least of them: a first guess must not raise an alarm.
    return others.map { $0.arrivals / $0.weeks }.min() ?? 0
  }
}

// MARK: Keeping

extension Rhythm {
  /// For keeping it over a restart: numbers as text.
  public var encoded: [UInt8] {
    func list(_ numbers: [Int64]) -> String { numbers.map(String.init).joined(separator: ",") }
    let hours = hours.map { "\(Int64($0.arrivals * 1_000))/\(Int64($0.weeks * 1_000))" }.joined(separator: ",")
    let parts = [
      "1", list([last ?? -1, started ?? -1]), list(gaps), longest.map { "\($0.day)/\($0.seconds)" }.joined(separator: ","), hours,
    ]
    return Array(parts.joined(separator: ";").utf8)
  }

  /// Nil for anything that ``encoded`` did not write.
  public init?(encoded: [UInt8]) {
    let parts = String(decoding: encoded, as: UTF8.self).split(separator: ";", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0] == "1" else { return nil }
    func numbers(_ text: Substring) -> [Int64] { text.split(separator: ",").compactMap { Int64($0) } }
    func pairs(_ text: Substring) -> [(Int64, Int64)] {
      text.split(separator: ",").compactMap { pair in
        let both = pair.split(separator: "/").compactMap { Int64($0) }
        return both.count == 2 ? (both[0], both[1]) : nil
      }
    }
    let (times, weeks) = (numbers(parts[1]), pairs(parts[4]))
    guard times.count == 2, weeks.count == 168 else { return nil }
    last = times[0] < 0 ? nil : times[0]
    started = times[1] < 0 ? nil : times[1]
    gaps = numbers(parts[2])
    longest = pairs(parts[3]).map { DayGap(day: $0.0, seconds: $0.1) }
    hours = weeks.map { Hour(arrivals: Double($0.0) / 1_000, weeks: Double($0.1) / 1_000) }
  }
}
