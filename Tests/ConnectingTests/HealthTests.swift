import Model
import Testing

@testable import Connecting

@Suite struct HealthTests {
  private static let now: Int64 = 1_700_000_000_000_000
  private static let minute: Int64 = 60_000_000

  private func health(_ state: Status.State, heard minutes: Int64? = 0, every: Duration? = .seconds(60), failures: Int = 0) -> Health {
    var status = Status(
      connector: "demo", state: state, started: Self.now - 3_000 * Self.minute, hearsEvery: every,
      lastByte: minutes.map { Self.now - $0 * Self.minute }, lastError: Fault("host-unreachable", "The host does not answer."))
    status.failures = failures
    return Health(of: status, streams: [:], at: Self.now)
  }

  @Test func runningAndHeardIsFine() {
    for state in [Status.State.running, .idle, .starting, .waiting] { #expect(health(state).level == .fine) }
  }

  @Test func aSourceThatHearsNothingIsSuspectThoughItRuns() {
    #expect(health(.running, heard: 14).level == .fine)
    let suspect = health(.running, heard: 80)
    #expect(suspect.level == .suspect)
    #expect(suspect.reasons.map(\.code) == ["silent"])
    #expect(suspect.reasons.first?.message == "Its other side has said nothing for 1 h 20 min, and is asked every 1 min.")
    #expect(health(.running, heard: nil).reasons.map(\.code) == ["silent"])
    // One that is asked once an hour may be silent for hours.
    #expect(health(.idle, heard: 80, every: .seconds(3600)).level == .fine)
    #expect(health(.idle, heard: 80, every: nil).level == .fine)
  }

  @Test func failuresSayWhy() {
    #expect(health(.misconfigured).level == .failing)
    #expect(health(.unauthorised).reasons.map(\.code) == ["unauthorised"])
    let tripped = health(.tripped, failures: 8)
    #expect(tripped.level == .failing)
    #expect(tripped.reasons.first?.message == "It failed 8 times in a row (host-unreachable) and is left alone for a while.")
    #expect(health(.waiting, failures: 2).level == .fine)
    #expect(health(.waiting, failures: 3).level == .suspect)
    #expect(health(.paused, heard: 5_000).level == .paused)
  }

  @Test func timesForPeople() {
    #expect(
      [0, 59, 60, 61, 3_600, 12_000, 90_000].map { TimeText.of($0) } == [
        "0 s", "59 s", "1 min", "1 min 1 s", "1 h", "3 h 20 min", "1 d 1 h",
      ])
  }
}
