import Foundation

/// How much longer than by default the random tests run: `make test-heavy` sets `KINDRED_HEAVY`.
let fuzzFactor = ProcessInfo.processInfo.environment["KINDRED_HEAVY"] == nil ? 1 : 10
