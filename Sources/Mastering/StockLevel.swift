import Model

// Stock. A level is what the newest statement about the whole of it said, plus every movement that is newer. Both carry versions of the
// same series, so they may come in any order (contract C5): a count replaces what was counted, and a movement that comes late is either
// in the count already, or added to it. Movements are records of their own, so one that comes twice is the same record twice.

/// What a statement wants to find before it counts: compare-and-set.
public struct StockExpectation: Hashable, Sendable {
  /// The version of the level; 0 when there must be none.
  public var version: Int64?
  /// What is on hand, movements included.
  public var quantity: Number?

  public init(version: Int64? = nil, quantity: Number? = nil) {
    self.version = version
    self.quantity = quantity
  }

  /// - Returns: nil when the level is as expected.
  public func contradiction(of standing: Standing?) -> StaleReason? {
    if let version, version != standing?.version?.order ?? 0 { return .versionDiffers }
    if let quantity, quantity != standing?.quantity { return .quantityDiffers }
    return nil
  }
}

extension Statement {
  /// Takes `if_version` and `if_quantity` out: they say when the statement counts, and nothing about the level.
  /// - Returns: nil when there are none.
  /// - Throws: `stock-expectation` when one of them is not a number that a level can have.
  public mutating func takeExpectation() throws(Fault) -> StockExpectation? {
    let (version, quantity) = (attributes.removeValue(forKey: "if_version"), attributes.removeValue(forKey: "if_quantity"))
    var expectation = StockExpectation()
    switch version ?? .null {
    case .null: break
    case .number(let number) where number.int64 != nil: expectation.version = number.int64
    default: throw Fault("stock-expectation", "if_version is not a whole number.", hint: "Send the version that the last answer told.")
    }
    switch quantity ?? .null {
    case .null: break
    case .number(let number): expectation.quantity = number
    default: throw Fault("stock-expectation", "if_quantity is not a number.", hint: "Send the quantity that the last answer told.")
    }
    return expectation == StockExpectation() ? nil : expectation
  }
}

extension RecordState {
  /// When the quantity was stated last; nil when it never was.
  private var statedAt: Version? {
    if isDeleted { return version }
    return attributes["quantity"].flatMap { $0.value.isNull ? nil : $0.version } ?? baseline
  }

  /// True when a movement of that version changes the level, false when the last statement about the level has counted it.
  public func isChanged(byMovementAt movement: Version) -> Bool { statedAt.map { movement > $0 } ?? true }
}
