import Foundation

/// How much longer than by default the random tests run: `make test-heavy` sets `KINDRED_FUZZ_FACTOR`.
let fuzzFactor = ProcessInfo.processInfo.environment["KINDRED_FUZZ_FACTOR"].flatMap(Int.init) ?? 1
