import Foundation

/// True in `make test-heavy`: random and crash tests run with their long counts.
public let isHeavy = ProcessInfo.processInfo.environment["KINDRED_HEAVY"] == "1"
