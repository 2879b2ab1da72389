import Foundation
import Mapping
import Mastering
import Matching
import Model
import Storing

/// One transaction of the pipeline: applies outputs one by one, then resolves and publishes what they touched.
final class Batch {
  let writer: StoreWriter
  let identities: Identities
  let definition: ModelDefinition
  let trust: [String]
  /// Now, in microseconds since 1970.
  let at: Int64
  /// The position that the batch's customers and changes name as their cause.
  var position: Int64 = 0

  private var matchChanges: [MatchChange] = []
  /// Customers whose records changed, whether or not the partition does.
  var touchedCustomers: Set<CustomerID> = []
  private var applied: [String: Int64] = [:]
  let levels: StockLevels

  /// What a statement did.
  struct Effect {
    var result: ItemOutcome.Result
    var isConflict = false
    var reason: StaleReason?
    var standing: Standing?
    /// As it is now; nil when nothing was stored under its key.
    var record: StoredRecord?
    /// Whether the record was written.
    var isChanged = false
  }

  init(writer: StoreWriter, identities: Identities, definition: ModelDefinition, trust: [String], at: Int64) {
    self.writer = writer
    self.identities = identities
    self.definition = definition
    self.trust = trust
    self.at = at
    levels = StockLevels(reader: writer)
  }

  /// Makes sure that the index stands where the store stands before the first record of this batch is written.
  func begin() throws { try identities.catchUp(writer) }

  // MARK: Deliveries

  func apply(_ decoded: Decoded, of delivery: JournaledDelivery) throws -> DeliveryOutcome {
    position = delivery.position
    applied[delivery.stream.connector] = delivery.position
    var account = Account()
    let outcome: DeliveryOutcome
    switch decoded {
    case .undecodable(let fault):
      account.undecodable = 1
      try bury(fault, item: nil, raw: delivery.body, of: delivery)
      outcome = .undecodable(fault)
    case .decision(let command):
      account.mapped = 1
      outcome = .applied([try decide(command, &account)])
    case .outputs(let outputs):
      if outputs.allSatisfy(\.isFiltered) { account.filteredDeliveries = 1 } else { account.mapped = 1 }
      outcome = .applied(try outputs.map { try apply($0, of: delivery, &account) })
    }
    try writer.add(account, to: AccountKey(connector: delivery.stream.connector, stream: delivery.stream.stream))
    if delivery.meta["sha256"] != nil { try writer.putOutcome(OutcomeDocument.bytes(outcome), at: delivery.position) }
    return outcome
  }

  private func apply(_ output: DecodedOutput, of delivery: JournaledDelivery, _ account: inout Account) throws -> ItemOutcome {
    account.produced += 1
    switch output.result {
    case .filtered:
      account.filtered += 1
      return ItemOutcome(item: output.item, result: .filtered)
    case .fault(let fault):
      return try deadLetter(output, fault, of: delivery, &account)
    case .claim(let claim):
      let effect = try apply(claim)
      switch effect.result {
      case .applied: account.applied += 1
      case .unchanged: account.unchanged += 1
      case .stale: account.stale += 1
      case .filtered: account.filtered += 1
      case .deadLettered: account.deadLettered += 1
      case .erased: account.erased += 1
      }
      return ItemOutcome(
        item: output.item, key: claim.statement.key, result: effect.result, isConflict: effect.isConflict, reason: effect.reason,
        standing: effect.standing)
    }
  }

  private func deadLetter(
    _ output: DecodedOutput, _ fault: Fault, of delivery: JournaledDelivery, _ account: inout Account
  ) throws -> ItemOutcome {
    account.deadLettered += 1
    try bury(fault, item: output.item, raw: output.raw, of: delivery)
    return ItemOutcome(item: output.item, result: .deadLettered, fault: fault)
  }

  private func bury(_ fault: Fault, item: Int?, raw: [UInt8], of delivery: JournaledDelivery) throws {
    _ = try writer.add(DeadLetter(position: delivery.position, item: item, stream: delivery.stream, fault: fault, raw: raw, at: at))
  }

  // MARK: Records

  private func apply(_ claim: Claim) throws -> Effect {
    let key = claim.statement.key
    return switch key.type {
    case StockLevels.type: try applyStock(claim)
    case StockLevels.movementType: try applyMovement(claim)
    default: try applyRecord(claim, before: try writer.record(key))
    }
  }

  /// - Parameter before: what the store holds under the statement's key.
  func applyRecord(_ claim: Claim, before: StoredRecord?) throws -> Effect {
    let statement = claim.statement
    let (state, result, isConflict) = Mastering.apply(statement, content: claim.content.hash, at: position, to: before?.state)
    guard state != before?.state else { return Effect(result: result, isConflict: isConflict, record: before) }
    var record = before ?? StoredRecord(state: state, acceptedPosition: position)
    record.state = state
    record.acceptedPosition = position
    record.at = RecordIndexing.businessTime(state)
    // Most statements are all that is known of their record, and have been written as JSON already.
    let json = state.consists(of: statement, content: claim.content.hash) ? claim.content.json : nil
    record.id = try writer.put(record, attributes: json)
    if result == .applied { try index(record, json, isResolved: definition.types[statement.key.type]?.isResolved ?? false) }
    return Effect(result: result, isConflict: isConflict, record: record, isChanged: true)
  }

  private func index(_ record: StoredRecord, _ json: [UInt8]?, isResolved: Bool) throws {
    try writer.replaceReferences(record, RecordIndexing.references(record.state))
    try writer.replaceLookup(record.id, RecordIndexing.lookup(record.state))
    guard isResolved else {
      try publish(record, json)
      return
    }
    try writer.replaceSearchTexts(record.id, RecordIndexing.searchTexts(record.state))
    if let customer = record.customer { touchedCustomers.insert(customer) }
    if record.state.isDeleted {
      matchChanges.append(.remove(id: record.id))
    } else {
      matchChanges.append(.upsert(Identities.matchRecord(record)))
    }
  }

  /// - Parameter json: what the record says, when it is at hand.
  private func publish(_ record: StoredRecord, _ json: [UInt8]?) throws {
    guard record.key.type != StockLevels.type || record.state.isDeleted else {
      levels.forget(record.key)
      return try publishLevel(record.key, record.state, json)
    }
    try publish(record.key, record.state.isDeleted ? "deleted" : "changed", json ?? CanonicalJSON.bytes(members: record.state.members))
  }

  /// - Parameter attributes: an object in JSON.
  func publish(_ key: RecordKey, _ what: String, _ attributes: [UInt8]) throws {
    var payload = Array(#"{"attributes":"#.utf8)
    payload += attributes
    payload += #","record":"#.utf8
    CanonicalJSON.append(key.description, to: &payload)
    payload.append(UInt8(ascii: "}"))
    try writer.appendChange(kind: "\(key.type)-\(what)", customer: nil, record: key, payload: payload, position: position)
  }

  // MARK: Decisions

  private func decide(_ command: DecisionCommand, _ account: inout Account) throws -> ItemOutcome {
    account.produced += 1
    let ended: [StoredDecision]
    switch command {
    case .decide(let kind, let first, let second, let author, let reason, let expires):
      let decision = Decision(id: 0, kind: kind, first, second, author: author, reason: reason, expires: expires)
      let stored = try writer.add(decision, created: at)
      matchChanges.append(.link(Identities.link(stored.decision)))
      try publish(stored, "decision-made")
      account.applied += 1
      return outcome(of: stored)
    case .undo(let id, let author):
      guard let known = try writer.decision(id), known.state == .inForce else {
        account.unchanged += 1
        return ItemOutcome(item: 0, result: .unchanged)
      }
      ended = [try writer.undo(decision: id, by: author, position: position)]
    case .expire(let time):
      ended = try writer.expireDecisions(at: time, position: position)
    }
    for stored in ended {
      matchChanges.append(.unlink(Identities.link(stored.decision)))
      try publish(stored, "decision-ended")
    }
    account.applied += 1
    return ended.first.map(outcome(of:)) ?? ItemOutcome(item: 0, result: .applied)
  }

  private func outcome(of stored: StoredDecision) -> ItemOutcome {
    ItemOutcome(
      item: 0, key: RecordKey(source: DecisionCommand.connector, type: "decision", key: String(stored.decision.id)), result: .applied)
  }

  private func publish(_ stored: StoredDecision, _ kind: String) throws {
    try writer.appendChange(
      kind: kind, customer: nil, record: nil, payload: CanonicalJSON.bytes(stored.document), position: position)
  }

  // MARK: The end of the batch

  func finish() throws {
    if !matchChanges.isEmpty {
      let delta = try identities.apply(matchChanges, at: at, writer)
      try name(delta)
    }
    try publishCustomers()
    for (connector, through) in applied { try writer.setAppliedThrough(connector, through) }
  }
}
