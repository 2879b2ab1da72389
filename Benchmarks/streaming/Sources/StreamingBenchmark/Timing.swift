import Foundation

/// Times of one kind of work, in nanoseconds of this thread: what other programs do meanwhile does not count.
struct Timing {
  private let name: String
  private var times: [UInt64] = []

  init(_ name: String) { self.name = name }

  static func now(_ clock: clockid_t = CLOCK_THREAD_CPUTIME_ID) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  mutating func measure<T>(_ body: () -> T) -> T {
    let start = Self.now()
    defer { times.append(Self.now() - start) }
    return body()
  }

  func report() {
    let sorted = times.sorted()
    func quantile(_ share: Double) -> String { Self.text(Double(sorted[Int(Double(sorted.count - 1) * share)]) / 1_000) }
    let mean = Self.text(Double(sorted.reduce(0, +)) / Double(max(1, sorted.count)) / 1_000)
    guard !sorted.isEmpty else { return }
    print(
      "\(name): p50 \(quantile(0.5)) p90 \(quantile(0.9)) p99 \(quantile(0.99)) p99.9 \(quantile(0.999)) "
        + "most \(quantile(1)) mean \(mean) µs, \(sorted.count) times")
  }

  static func text(_ number: Double) -> String { String(format: "%.1f", number) }
}
