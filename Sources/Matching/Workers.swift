import Dispatch
import Synchronization

/// Work divided among threads. What comes out never depends on how many there are: every part knows its place.
public struct Workers: Sendable {
  public let threads: Int

  /// - Parameter threads: at least 1 work.
  public init(_ threads: Int) { self.threads = max(1, threads) }

  /// One range of numbers for each thread.
  /// - Returns: what `body` made of each range, in order.
  public func map<Part>(_ count: Int, _ body: @Sendable (Range<Int>) -> Part) -> [Part] {
    map(parts: threads) { part in body(count * part / threads..<count * (part + 1) / threads) }
  }

  /// Parts that differ in effort: a thread that is done takes the next one.
  /// - Returns: what `body` made of each part, in order.
  public func map<Part>(parts: Int, _ body: @Sendable (Int) -> Part) -> [Part] {
    guard threads > 1, parts > 1 else { return (0..<parts).map(body) }
    return withoutActuallyEscaping(body) { body in
      let results = Results<Part>(parts)
      let next = Atomic(0)
      DispatchQueue.concurrentPerform(iterations: min(threads, parts)) { _ in
        while true {
          let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard part < parts else { return }
          results.set(part, body(part))
        }
      }
      return results.all
    }
  }

  /// Two different works, at the same time where there are threads for it.
  public func both<One, Other>(_ one: @Sendable () -> One, _ other: @Sendable () -> Other) -> (One, Other) {
    let (ones, others) = (Results<One>(1), Results<Other>(1))
    _ = map(parts: 2) { part in
      if part == 0 { ones.set(0, one()) } else { others.set(0, other()) }
    }
    return (ones.all[0], others.all[0])
  }

  /// - Returns: what `body` made of each number below `count`, in order.
  public func array<Element>(_ count: Int, _ body: @Sendable (Int) -> Element) -> [Element] {
    Array(unsafeUninitializedCapacity: count) { buffer, filled in
      let places = Places(buffer)
      _ = map(count) { range in for number in range { places.buffer.initializeElement(at: number, to: body(number)) } }
      filled = count
    }
  }

  /// Each thread works on a part of its own.
  public func forEach<Part: Sendable>(_ parts: inout [Part], _ body: @Sendable (Int, inout Part) -> Void) {
    parts.withUnsafeMutableBufferPointer { buffer in
      let places = Places(buffer)
      _ = map(parts: buffer.count) { body($0, &places.buffer[$0]) }
    }
  }

  /// Parts of which each is touched by one thread only.
  private struct Places<Part>: @unchecked Sendable {
    let buffer: UnsafeMutableBufferPointer<Part>
    init(_ buffer: UnsafeMutableBufferPointer<Part>) { self.buffer = buffer }
  }

  /// Room for one result a part; each place is written once, by one thread.
  private final class Results<Part>: @unchecked Sendable {
    private let buffer: UnsafeMutableBufferPointer<Part?>

    init(_ count: Int) {
      buffer = .allocate(capacity: count)
      buffer.initialize(repeating: nil)
    }

    deinit {
      buffer.deinitialize()
      buffer.deallocate()
    }

    func set(_ place: Int, _ part: Part) { buffer[place] = part }

    var all: [Part] { buffer.compactMap { $0 } }
  }
}
