import Mastering
import Model
import Storing

/// Stock levels as they stand: what was stated, and the movements since. Remembers the sums of movements for as long as it lives, so
/// that a thousand movements of one level read the others once.
final class StockLevels {
  static let type = "stock"
  static let movementType = "movement"

  /// Movements that a level does not hold yet.
  private struct Moved {
    var total = Total()
    var count = 0

    mutating func add(_ movement: RecordState) {
      total.add(movement.live("change"))
      count += 1
    }

    mutating func remove(_ movement: RecordState) {
      total.subtract(movement.live("change"))
      count -= 1
    }
  }

  private let reader: StoreReader
  private var moved: [RecordKey: Moved] = [:]
  /// False as long as nobody has ever told of a movement: most levels are stated, and need not be searched for then.
  private var hasMovements: Bool?

  /// Movements that are read at a time.
  private static let page = 1_000

  init(reader: StoreReader) { self.reader = reader }

  /// What stands of a level. Nil when nobody ever said anything about it.
  func standing(of key: RecordKey, _ state: RecordState?) throws -> Standing? {
    let moved = try moved(key, state)
    guard state != nil || moved.count > 0 else { return nil }
    let isThere = state.map { !$0.isDeleted } ?? false
    return Standing(quantity: Self.sum(state?.live("quantity"), moved), version: isThere ? state?.version : nil)
  }

  private func moved(_ key: RecordKey, _ state: RecordState?) throws -> Moved {
    guard try areThereMovements() else { return Moved() }
    if let known = moved[key] { return known }
    var found = Moved()
    try forEachMovement(of: key) { movement in
      if state?.isChanged(byMovementAt: movement.state.version) ?? true { found.add(movement.state) }
    }
    moved[key] = found
    return found
  }

  /// The movements that point at a level.
  func forEachMovement(of key: RecordKey, _ body: (StoredRecord) throws -> Void) throws {
    guard try areThereMovements() else { return }
    var cursor: TimelineCursor?
    repeat {
      let page = try reader.recordsReferring(to: key, type: Self.movementType, before: cursor, limit: Self.page)
      try page.forEach(body)
      cursor = page.count < Self.page ? nil : page.last.map { TimelineCursor($0) }
    } while cursor != nil
  }

  private func areThereMovements() throws -> Bool {
    if let hasMovements { return hasMovements }
    let isAny = try !reader.liveRecords(type: Self.movementType, limit: 1).isEmpty
    hasMovements = isAny
    return isAny
  }

  /// To be called when a movement of a level was stored.
  /// - Parameters:
  ///   - before: what it said of this level until now.
  ///   - after: what it says of it from now on.
  func change(_ key: RecordKey, _ level: RecordState?, from before: RecordState?, to after: RecordState?) {
    hasMovements = true
    // A level that is not known yet is read from the store, where the movement is already.
    guard moved[key] != nil else { return }
    if let before, level?.isChanged(byMovementAt: before.version) ?? true { moved[key]?.remove(before) }
    if let after, level?.isChanged(byMovementAt: after.version) ?? true { moved[key]?.add(after) }
  }

  /// To be called when a level was stated.
  func forget(_ key: RecordKey) {
    if !moved.isEmpty { moved[key] = nil }
  }

  private static func sum(_ stated: Value?, _ moved: Moved) -> Number? {
    guard moved.count > 0 else {
      guard case .number(let number)? = stated else { return nil }
      return number
    }
    var total = moved.total
    total.add(stated)
    return total.number
  }
}
