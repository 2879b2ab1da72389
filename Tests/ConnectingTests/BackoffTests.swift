import Model
import Testing

@testable import Connecting

@Suite struct BackoffTests {
  private static let pause = Duration.seconds(7)

  private func delay(_ action: Backoff.Action) -> Duration? {
    if case .run(let after) = action { after } else { nil }
  }

  @Test func failuresWaitBelowADoublingBoundThatIsCapped() throws {
    var backoff = Backoff(shortest: .seconds(1), longest: .seconds(60), seed: 1)
    for bound in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
      let waited = try #require(delay(backoff.next(after: .failed(.retry), pause: Self.pause)))
      #expect(waited >= .zero && waited <= .seconds(bound), "bound \(bound)")
    }
    #expect(backoff.failures == 9)
  }

  @Test func jitterIsFull() throws {
    // Over many seeds the first delay covers its whole range: some in the lowest and some in the highest tenth.
    let waits = try (0..<500 as Range<UInt64>).map { seed in
      var backoff = Backoff(shortest: .seconds(10), longest: .seconds(60), seed: seed)
      return try #require(delay(backoff.next(after: .failed(.retry), pause: Self.pause)))
    }
    #expect(waits.contains { $0 < .seconds(1) })
    #expect(waits.contains { $0 > .seconds(9) })
    let mean = waits.reduce(.zero, +) / waits.count
    #expect(mean > .seconds(4) && mean < .seconds(6))
  }

  @Test func aSeedRepeatsItsDelays() {
    func run(_ seed: UInt64) -> [Backoff.Action] {
      var backoff = Backoff(seed: seed)
      return (0..<20).map { _ in backoff.next(after: .failed(.retry), pause: Self.pause) }
    }
    #expect(run(42) == run(42))
    #expect(run(42) != run(43))
  }

  @Test func catchingUpPausesAndForgetsFailures() {
    var backoff = Backoff(shortest: .seconds(1), longest: .seconds(60), seed: 5)
    for _ in 0..<6 { _ = backoff.next(after: .failed(.retry), pause: Self.pause) }
    #expect(backoff.next(after: .caughtUp, pause: Self.pause) == .run(after: Self.pause))
    #expect(backoff.failures == 0)
    let next = backoff.next(after: .failed(.retry), pause: Self.pause)
    #expect((delay(next) ?? .seconds(99)) <= .seconds(1))
  }

  @Test func throttlingWaitsAtLeastAsLongAsAskedAndIsNoFailure() throws {
    for seed in 0..<50 as Range<UInt64> {
      var backoff = Backoff(seed: seed)
      let waited = try #require(delay(backoff.next(after: .failed(.throttle(after: .seconds(100))), pause: Self.pause)))
      #expect(waited >= .seconds(100) && waited <= .seconds(110))
      #expect(backoff.failures == 0)
    }
  }

  @Test func refusedCredentialsWaitLongestAndAConfigurationStops() {
    var backoff = Backoff(shortest: .seconds(1), longest: .seconds(60), seed: 3)
    #expect(backoff.next(after: .failed(.reauthorise), pause: Self.pause) == .run(after: .seconds(60)))
    #expect(backoff.next(after: .failed(.configure), pause: Self.pause) == .stop)
  }

  @Test func thousandsOfFailuresStayInRange() throws {
    var backoff = Backoff(shortest: .milliseconds(1), longest: .seconds(300), seed: 9)
    for _ in 0..<5000 {
      let waited = try #require(delay(backoff.next(after: .failed(.retry), pause: Self.pause)))
      #expect(waited >= .zero && waited <= .seconds(300))
    }
  }
}
