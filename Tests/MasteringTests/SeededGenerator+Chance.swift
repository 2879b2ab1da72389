import Seeding

extension SeededGenerator {
  mutating func number(below bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

  /// True once in `bound` times.
  mutating func oneIn(_ bound: Int) -> Bool { number(below: bound) == 0 }
}
