/// Numbers of mails as commands and responses list them (RFC 9051 `sequence-set`): `1:5,7`.
struct UIDSet: Hashable, Sendable {
  /// Rising, apart from each other.
  private(set) var ranges: [ClosedRange<UInt32>] = []

  init(_ numbers: some Sequence<UInt32>) {
    for number in numbers.sorted() {
      guard let last = ranges.last else {
        ranges.append(number...number)
        continue
      }
      if number <= last.upperBound { continue }
      if number - 1 == last.upperBound {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
  }

  /// Reads `text`; what is no number or range is left out, `5:3` is `3:5`, and `*`, which names no number, is left out.
  init(_ text: String) {
    for part in text.split(separator: ",") {
      let ends = part.split(separator: ":", omittingEmptySubsequences: false).map { UInt32($0) }
      switch (ends.first ?? nil, ends.count) {
      case (let number?, 1): ranges.append(number...number)
      case (let first?, 2): if let last = ends[1] { ranges.append(min(first, last)...max(first, last)) }
      default: continue
      }
    }
    normalise()
  }

  private mutating func normalise() {
    ranges.sort { $0.lowerBound < $1.lowerBound }
    var merged: [ClosedRange<UInt32>] = []
    for range in ranges {
      if let last = merged.last, range.lowerBound <= last.upperBound || range.lowerBound - 1 == last.upperBound {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    ranges = merged
  }

  mutating func insert(_ numbers: some Sequence<UInt32>) {
    ranges += UIDSet(numbers).ranges
    normalise()
  }

  var isEmpty: Bool { ranges.isEmpty }

  /// The numbers from `first` on, at most so many: a hostile set may claim four thousand million.
  func numbers(from first: UInt32, atMost limit: Int) -> [UInt32] {
    var numbers: [UInt32] = []
    for range in ranges where range.upperBound >= first {
      for number in max(first, range.lowerBound)...range.upperBound {
        guard numbers.count < limit else { return numbers }
        numbers.append(number)
      }
    }
    return numbers
  }

  var text: String {
    ranges.map { $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound):\($0.upperBound)" }.joined(separator: ",")
  }
}
