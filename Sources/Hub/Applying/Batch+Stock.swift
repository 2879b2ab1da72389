import Mastering
import Model
import Storing

// Stock that is compared and set, and movements.

extension Batch {
  /// A statement about a level: it counts when the level is as its sender expects, and it takes in the movements that are older.
  func applyStock(_ claim: Claim) throws -> Effect {
    let statement = claim.statement
    let before = try writer.record(statement.key)
    // What is not newer than the level says so, whatever was expected: a repetition is no contradiction.
    let isNewer = before.map { $0.state.version < statement.version ?? Version(position) } ?? true
    if let expectation = claim.expectation, isNewer {
      let standing = try levels.standing(of: statement.key, before?.state)
      if let reason = expectation.contradiction(of: standing) { return Effect(result: .stale, reason: reason, standing: standing) }
    }
    var effect = try applyRecord(claim, before: before)
    let after = effect.record?.state
    if effect.isChanged, let after {
      try settle(statement.key, after)
      levels.forget(statement.key)
    }
    effect.standing = try levels.standing(of: statement.key, after)
    return effect
  }

  /// Movements that a level holds from now on need not be found any more; they stay as records.
  private func settle(_ level: RecordKey, _ state: RecordState) throws {
    var settled: [StoredRecord] = []
    try levels.forEachMovement(of: level) { movement in
      if !state.isChanged(byMovementAt: movement.state.version) { settled.append(movement) }
    }
    for movement in settled { try writer.replaceReferences(movement, references(of: movement.state, without: level)) }
  }

  /// A movement: it changes its level unless the level was stated later.
  func applyMovement(_ claim: Claim) throws -> Effect {
    let before = try writer.record(claim.statement.key)
    var effect = try applyRecord(claim, before: before)
    guard let after = effect.record else { return effect }
    let (former, target) = (before.flatMap { Self.level(of: $0.state) }, Self.level(of: after.state))
    if effect.isChanged, let former, former != target {
      let level = try writer.record(former)?.state
      levels.change(former, level, from: before?.state, to: nil)
      try publishLevel(former, level)
    }
    guard let target else { return effect }
    let level = try writer.record(target)?.state
    let counts = level?.isChanged(byMovementAt: after.state.version) ?? true
    if effect.isChanged { levels.change(target, level, from: former == target ? before?.state : nil, to: after.state) }
    if !counts && effect.result == .applied {
      try writer.replaceReferences(after, references(of: after.state, without: target))
      effect.result = .stale
      effect.reason = .counted
    }
    if effect.result == .applied { try publishLevel(target, level) }
    effect.standing = try levels.standing(of: target, level)
    return effect
  }

  /// Tells what stands of a level, movements counted.
  /// - Parameter json: what was stated, when it is at hand.
  func publishLevel(_ key: RecordKey, _ state: RecordState?, _ json: [UInt8]? = nil) throws {
    let quantity = try levels.standing(of: key, state)?.quantity.map { Value.number($0) }
    if let json, quantity == state?.live("quantity") { return try publish(key, "changed", json) }
    var attributes = (state?.members ?? []).filter { $0.name != "quantity" }
    if let quantity { attributes.append((name: "quantity", value: quantity)) }
    try publish(key, "changed", CanonicalJSON.bytes(members: attributes))
  }

  private static func level(of movement: RecordState) -> RecordKey? { movement.live("level").flatMap { Reference($0) }?.target }

  private func references(of movement: RecordState, without level: RecordKey) -> [(attribute: String, target: RecordKey)] {
    RecordIndexing.references(movement).filter { $0.target != level }
  }
}
