/// Decides how long to wait after a pass of a source that failed: a pure state machine, without clock and without I/O.
///
/// Exponential back-off with full jitter: the n-th failure in a row waits for a random time between 0 and
/// min(longest, shortest × 2ⁿ⁻¹). Full jitter spreads the retries of many clients best (M. Brooker, "Exponential Backoff
/// and Jitter", AWS Architecture Blog, 2015). The random numbers come from a seed, so a run can be repeated.
public struct Backoff: Sendable {
  /// The upper bound of the first delay.
  public let shortest: Duration
  /// The upper bound of every delay that the source did not ask for.
  public let longest: Duration
  /// Failures in a row.
  public private(set) var failures = 0
  private var random: SplitMix64

  public init(shortest: Duration = .seconds(1), longest: Duration = .seconds(300), seed: UInt64) {
    self.shortest = shortest
    self.longest = longest
    random = SplitMix64(state: seed)
  }

  /// A pass went well; the next failure is the first again.
  public mutating func succeeded() { failures = 0 }

  /// Counts a failure.
  /// - Returns: how long to wait because of it.
  public mutating func failed() -> Duration {
    failures += 1
    return jitter(upTo: bound)
  }

  /// How long to wait when the other side asked for a pause of `delay`, which is no failure.
  public mutating func throttled(_ delay: Duration) -> Duration {
    // A tenth more, at random, so that everybody who was told the same time does not come back at once.
    max(delay, .zero) + jitter(upTo: max(delay, .zero) / 10)
  }

  private var bound: Duration {
    // 2⁴⁰ times any useful shortest delay is past any useful longest one; the cap keeps the shift in range.
    let factor = 1 << min(failures - 1, 40)
    return shortest > longest / factor ? longest : shortest * factor
  }

  private mutating func jitter(upTo bound: Duration) -> Duration {
    // In thousandths of the bound: fine enough to spread, exact in integers.
    bound * Int(random.next() % 1001) / 1000
  }
}

/// The SplitMix64 generator (Steele, Lea, Flood 2014): small, seeded, good enough for spreading delays.
struct SplitMix64: RandomNumberGenerator, Sendable {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
