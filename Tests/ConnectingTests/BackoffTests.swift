import Model
import Testing

@testable import Connecting

@Suite struct BackoffTests {
  @Test func failuresWaitBelowADoublingBoundThatIsCapped() {
    var backoff = Backoff(shortest: .seconds(1), longest: .seconds(60), seed: 1)
    for bound in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
      let waited = backoff.failed()
      #expect(waited >= .zero && waited <= .seconds(bound), "bound \(bound)")
    }
    #expect(backoff.failures == 9)
  }

  @Test func jitterIsFull() {
    // Over many seeds the first delay covers its whole range: some in the lowest and some in the highest tenth.
    let waits = (0..<500 as Range<UInt64>).map { seed in
      var backoff = Backoff(shortest: .seconds(10), longest: .seconds(60), seed: seed)
      return backoff.failed()
    }
    #expect(waits.contains { $0 < .seconds(1) })
    #expect(waits.contains { $0 > .seconds(9) })
    let mean = waits.reduce(.zero, +) / waits.count
    #expect(mean > .seconds(4) && mean < .seconds(6))
  }

  @Test func aSeedRepeatsItsDelays() {
    func run(_ seed: UInt64) -> [Duration] {
      var backoff = Backoff(seed: seed)
      return (0..<20).map { _ in backoff.failed() }
    }
    #expect(run(42) == run(42))
    #expect(run(42) != run(43))
  }

  @Test func successForgetsFailures() {
    var backoff = Backoff(shortest: .seconds(1), longest: .seconds(60), seed: 5)
    for _ in 0..<6 { _ = backoff.failed() }
    backoff.succeeded()
    #expect(backoff.failures == 0)
    #expect(backoff.failed() <= .seconds(1))
  }

  @Test func throttlingWaitsAtLeastAsLongAsAskedAndIsNoFailure() {
    for seed in 0..<50 as Range<UInt64> {
      var backoff = Backoff(seed: seed)
      let waited = backoff.throttled(.seconds(100))
      #expect(waited >= .seconds(100) && waited <= .seconds(110))
      #expect(backoff.failures == 0)
    }
  }

  @Test func thousandsOfFailuresStayInRange() {
    var backoff = Backoff(shortest: .milliseconds(1), longest: .seconds(300), seed: 9)
    for _ in 0..<5000 {
      let waited = backoff.failed()
      #expect(waited >= .zero && waited <= .seconds(300))
    }
  }
}

@Suite struct BreakerTests {
  @Test func opensAfterTheThresholdAndTriesOnce() {
    var breaker = Breaker(threshold: 3, shortest: .seconds(10), longest: .seconds(35))
    #expect(breaker.failed() == nil)
    #expect(breaker.failed() == nil)
    #expect(breaker.state == .closed)
    #expect(breaker.failed() == .seconds(10))
    #expect(breaker.state == .open)
    breaker.cooledDown()
    #expect(breaker.state == .halfOpen)
    breaker.succeeded()
    #expect(breaker.state == .closed)
    #expect(breaker.failed() == nil)
  }

  @Test func aTrialThatFailsWaitsTwiceAsLongUpToABound() {
    var breaker = Breaker(threshold: 1, shortest: .seconds(10), longest: .seconds(35))
    var waits: [Duration?] = []
    for _ in 0..<4 {
      waits.append(breaker.failed())
      breaker.cooledDown()
    }
    #expect(waits == [.seconds(10), .seconds(20), .seconds(35), .seconds(35)])
    breaker.succeeded()
    #expect(breaker.failed() == .seconds(10))
  }

  @Test func successInBetweenCountsFromTheBeginning() {
    var breaker = Breaker(threshold: 2)
    for _ in 0..<10 {
      #expect(breaker.failed() == nil)
      breaker.succeeded()
    }
  }
}
