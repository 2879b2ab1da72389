import Model
import SQLite

// People's decisions. None is ever removed: undone and expired ones stay for whoever asks why.

extension StoreReader {
  public func decision(_ id: Int64) throws -> StoredDecision? {
    try database.statement(
      """
      SELECT id, kind, first, second, author, reason, created, expires, state, ended_by, ended_position FROM decisions WHERE id = ?
      """
    ).bind(id).first(decodeDecision)
  }

  /// All decisions in force, oldest first.
  public func decisionsInForce() throws -> [StoredDecision] {
    try database.statement(
      """
      SELECT id, kind, first, second, author, reason, created, expires, state, ended_by, ended_position FROM decisions
        WHERE state = 'in-force' ORDER BY id
      """
    ).map(decodeDecision)
  }

  /// All decisions about a record, in force or not, oldest first.
  public func decisions(about record: RecordKey) throws -> [StoredDecision] {
    try database.statement(
      """
      SELECT id, kind, first, second, author, reason, created, expires, state, ended_by, ended_position FROM decisions
        WHERE first = ? UNION
      SELECT id, kind, first, second, author, reason, created, expires, state, ended_by, ended_position FROM decisions
        WHERE second = ? ORDER BY id
      """
    ).bind(record.description).bind(record.description).map(decodeDecision)
  }

  fileprivate func decodeDecision(_ row: Row) throws -> StoredDecision {
    guard let kind = Decision.Kind(rawValue: row.text(1)), let first = RecordKey(parsing: row.text(2)),
      let second = RecordKey(parsing: row.text(3)), let state = StoredDecision.State(rawValue: row.text(8))
    else { throw Fault("storage-corrupt", "Decision \(row.int(0)) cannot be read back.") }
    let decision = Decision(
      id: row.int(0), kind: kind, first, second, author: row.text(4), reason: row.text(5), expires: row.optionalInt(7))
    return StoredDecision(
      decision: decision, created: row.int(6), state: state, endedBy: row.optionalText(9), endedPosition: row.optionalInt(10))
  }
}

extension StoreWriter {
  /// Adds a decision; its `id` is given out here.
  /// - Parameter created: microseconds since 1970.
  public func add(_ decision: Decision, created: Int64) throws -> StoredDecision {
    var decision = decision
    decision.id = try next("decision")
    try database.statement(
      """
      INSERT INTO decisions (id, kind, first, second, author, reason, created, expires, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'in-force')
      """
    ).bind(decision.id).bind(decision.kind.rawValue).bind(decision.first.description).bind(decision.second.description)
      .bind(decision.author).bind(decision.reason).bind(created).bind(decision.expires).run()
    return StoredDecision(decision: decision, created: created, state: .inForce)
  }

  /// Ends a decision because a person says so.
  /// - Throws: `decision-unknown`; `decision-ended` when it was undone or expired before.
  @discardableResult
  public func undo(decision id: Int64, by author: String, position: Int64) throws -> StoredDecision {
    guard let stored = try decision(id) else { throw Fault("decision-unknown", "There is no decision \(id).") }
    guard stored.state == .inForce else { throw Fault("decision-ended", "Decision \(id) is already \(stored.state.rawValue).") }
    return try end(stored, as: .undone, by: author, position: position)
  }

  /// Ends the decisions in force that expire at or before `time` (microseconds since 1970), which the journal says it is.
  /// - Returns: what expired, oldest first.
  public func expireDecisions(at time: Int64, position: Int64) throws -> [StoredDecision] {
    let due = try database.statement("SELECT id FROM decisions WHERE state = 'in-force' AND expires <= ? ORDER BY id").bind(time).map {
      $0.int(0)
    }
    return try due.compactMap { try decision($0) }.map { try end($0, as: .expired, by: nil, position: position) }
  }

  private func end(_ stored: StoredDecision, as state: StoredDecision.State, by author: String?, position: Int64) throws -> StoredDecision {
    try database.statement("UPDATE decisions SET state = ?, ended_by = ?, ended_position = ? WHERE id = ?")
      .bind(state.rawValue).bind(author).bind(position).bind(stored.decision.id).run()
    return StoredDecision(decision: stored.decision, created: stored.created, state: state, endedBy: author, endedPosition: position)
  }
}
