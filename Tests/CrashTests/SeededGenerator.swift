import Foundation

/// Sebastiano Vigna's SplitMix64 (public domain): the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

/// True in `make test-heavy`.
let isHeavy = ProcessInfo.processInfo.environment["KINDRED_HEAVY"] == "1"

/// What a test prints so that a log says how much was tried; tests have no other place for a figure.
func report(_ text: String) { FileHandle.standardError.write(Data("crash tests: \(text)\n".utf8)) }
