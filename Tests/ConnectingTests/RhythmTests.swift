import Testing

@testable import Connecting

/// A stream that is watched minute by minute, from Monday, 5 January 1970, 00:00 UTC on.
private struct Watched {
  var rhythm = Rhythm()
  var minute: Int64 = 4 * 1_440

  var now: Int64 { minute * 60_000_000 }
  var isOverdue: Bool { rhythm.isOverdue(atMicroseconds: now) }
  var hourOfDay: Int64 { minute / 60 % 24 }
  /// 0 is Monday.
  var dayOfWeek: Int64 { (minute / 1_440 + 3) % 7 }

  /// Lets minutes pass; in each that `comes` says so, something comes.
  /// - Returns: the minutes after which it was overdue.
  mutating func pass(minutes: Int64, comes: (Watched) -> Bool) -> [Int64] {
    var overdue: [Int64] = []
    for _ in 0..<minutes {
      if comes(self) { rhythm.arrived(at: now) } else { rhythm.watched(at: now) }
      if isOverdue { overdue.append(minute) }
      minute += 1
    }
    return overdue
  }

  /// Every fifth minute of the office hours of working days.
  static func office(_ watched: Watched) -> Bool {
    watched.dayOfWeek < 5 && (1..<10).contains(watched.hourOfDay) && watched.minute.isMultiple(of: 5)
  }
}

@Suite struct RhythmTests {
  private static let week: Int64 = 7 * 1_440

  @Test func nightsAndWeekendsAreNoAlarm() {
    var watched = Watched()
    #expect(watched.pass(minutes: 4 * Self.week, comes: Watched.office) == [])
    #expect(watched.rhythm.usualInterval == 300)
  }

  @Test func silenceInOfficeHoursIsNoticedWithinTheHour() {
    var watched = Watched()
    _ = watched.pass(minutes: 2 * Self.week + 5 * 60, comes: Watched.office)
    let overdue = watched.pass(minutes: 120) { _ in false }
    let first = overdue.first.map { $0 - (watched.minute - 120) } ?? .max
    #expect((20...60).contains(first), "after \(first) minutes")
    #expect(watched.isOverdue)
    watched.rhythm.arrived(at: watched.now)
    #expect(!watched.isOverdue)
  }

  @Test func weeksOfSilenceDoNotBecomeUsual() {
    var watched = Watched()
    _ = watched.pass(minutes: 2 * Self.week + 5 * 60, comes: Watched.office)
    _ = watched.pass(minutes: 3 * Self.week) { _ in false }
    #expect(watched.isOverdue)
    _ = watched.pass(minutes: 2 * 60, comes: Watched.office)
    let overdue = watched.pass(minutes: 120) { _ in false }
    #expect(!overdue.isEmpty)
  }

  @Test func theFirstDayRaisesNoAlarm() {
    var watched = Watched()
    #expect(watched.pass(minutes: 1_440, comes: Watched.office) == [])
  }

  @Test func aDailyFileIsOverdueAfterADayAndAHalf() {
    var watched = Watched()
    let nightly: (Watched) -> Bool = { $0.hourOfDay == 18 && $0.minute.isMultiple(of: 60) }
    #expect(watched.pass(minutes: 3 * Self.week, comes: nightly) == [])
    let last = (watched.rhythm.last ?? 0) / 60
    let overdue = watched.pass(minutes: 3 * 1_440) { _ in false }
    #expect(overdue.first == last + 36 * 60)
  }

  @Test func aBatchIsOneArrival() {
    var watched = Watched()
    for second in 0..<40 as Range<Int64> { watched.rhythm.arrived(at: watched.now + second * 1_000_000) }
    #expect(watched.rhythm.usualInterval == nil)
  }

  @Test func aStopOfTheHubIsNoSilence() {
    var watched = Watched()
    _ = watched.pass(minutes: 2 * Self.week + 5 * 60, comes: Watched.office)
    let usual = watched.rhythm.usualInterval
    watched.minute += 300
    watched.rhythm.watched(at: watched.now)
    #expect(!watched.isOverdue)
    watched.rhythm.arrived(at: watched.now + 61_000_000)
    #expect(watched.rhythm.usualInterval == usual)
  }

  @Test func isKeptOverARestart() throws {
    var watched = Watched()
    _ = watched.pass(minutes: 2 * Self.week + 5 * 60, comes: Watched.office)
    var again = Watched(rhythm: try #require(Rhythm(encoded: watched.rhythm.encoded)), minute: watched.minute)
    #expect(again.rhythm.last == watched.rhythm.last && again.rhythm.usualInterval == 300)
    #expect(again.rhythm.encoded == watched.rhythm.encoded)
    #expect(!again.pass(minutes: 90) { _ in false }.isEmpty)
    for damaged in ["", "1;;;;", "2;1,2;3;4/5;6/7", "\u{FFFD}"] { #expect(Rhythm(encoded: Array(damaged.utf8)) == nil) }
  }
}
