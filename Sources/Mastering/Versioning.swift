import Model

/// Applies one statement to what is known about its record (contract C5: versions, not arrival).
///
/// Statements have a total order, their *rank*: the version (the declared one, else the journal position), then the hash
/// of the content. The state is a pure function of the set of statements:
/// - the *baseline* is the replace or delete of the highest rank; patches that rank below it do not count;
/// - every attribute has the value of the highest-ranking patch that counts and names it, else the baseline's value;
/// - the record is deleted when the highest-ranking statement of all is a delete.
///
/// All three are maxima, so statements may come in any order, in any batches and any number of times.
///
/// - Parameters:
///   - statement: What the source says. Its key is the state's key.
///   - content: ``contentHash(of:)`` of the statement.
///   - position: The place of its delivery in the journal, which is the version when the source declared none.
///   - state: What is known so far, or `nil` when the record is new.
/// - Returns: the new state; the result, which is
///   `applied` when a value or the record's existence changed, `unchanged` when that stays as it was (versions may rise all
///   the same, so the state must be kept), and `stale` when newer statements had already decided all of it and the state is
///   exactly what it was; and whether the statement contradicts another one of the very same version. The flag is set on
///   whichever of the two arrives second: with `stale` when its hash is the lesser one, with `applied` when it takes over.
public func apply(
  _ statement: Statement, content: UInt64, at position: Int64, to state: RecordState?
) -> (state: RecordState, result: ItemOutcome.Result, isConflict: Bool) {
  let rank = Rank(version: statement.version ?? Version(position), content: content)
  guard let before = state else { return (first(statement, rank: rank), statement.isDelete ? .unchanged : .applied, false) }
  var after = before
  if rank > before.newest {
    after.newest = rank
    after.isDeleted = statement.isDelete
  }
  let isWhole = statement.isDelete || statement.write == .replace
  let reading = isWhole ? applyWhole(statement, rank: rank, to: &after) : applyPatch(statement, rank: rank, over: before, to: &after)
  if !showsTheSame(before, after) { return (after, .applied, reading.isConflict) }
  return (after, reading.agrees || after != before ? .unchanged : .stale, reading.isConflict)
}

/// As ``apply(_:content:at:to:)``, with the content hashed here.
public func apply(
  _ statement: Statement, at position: Int64, to state: RecordState?
) -> (state: RecordState, result: ItemOutcome.Result, isConflict: Bool) {
  apply(statement, content: contentHash(of: statement), at: position, to: state)
}

/// The state after the first statement about a record. A delete of what was never known leaves a grave, so that older
/// statements that come late find it.
private func first(_ statement: Statement, rank: Rank) -> RecordState {
  var state = RecordState(key: statement.key, version: rank.version, content: rank.content, isDeleted: statement.isDelete)
  if statement.isDelete || statement.write == .replace {
    state.baselineRank = rank
  }
  state.attributes.reserveCapacity(statement.attributes.count)
  for (name, value) in statement.attributes where !statement.isDelete && (statement.write == .patch || value != .null) {
    state.attributes[name] = RecordState.Attribute(value: value, version: rank.version, content: rank.content)
  }
  return state
}

/// The hash that decides between statements of equal version: over canonical JSON of the kind of statement and its
/// attributes. In a replace a null says the same as a missing attribute.
public func contentHash(of statement: Statement) -> UInt64 { content(of: statement).hash }

/// What a statement says, as canonical JSON, and ``contentHash(of:)``. In a replace, a null says the same as a missing attribute and is
/// left out.
public func content(of statement: Statement) -> (json: [UInt8], hash: UInt64) {
  let said = statement.attributes.compactMap { name, value -> (name: String, value: Value)? in
    statement.isDelete || statement.write == .replace && value.isNull ? nil : (name: name, value: value)
  }
  let json = CanonicalJSON.bytes(members: said)
  var hash = StableHash()
  hash.combine(statement.isDelete ? "delete" : statement.write.rawValue)
  hash.combine(json)
  return (json, hash.value)
}

extension RecordState {
  /// True when the record says exactly what this whole statement does.
  /// - Parameter content: the statement's hash.
  public func consists(of statement: Statement, content: UInt64) -> Bool {
    guard statement.write == .replace, !statement.isDelete, !isDeleted, self.content == content else { return false }
    return attributes.allSatisfy { $0.value.content == content && $0.value.version == version }
  }
}

/// The place of a statement in the total order of all statements about a record.
private struct Rank: Comparable {
  var version: Version
  var content: UInt64

  static func < (left: Rank, right: Rank) -> Bool {
    (left.version, left.content) < (right.version, right.content)
  }
}

/// What a statement found: whether what it says is what is known, and whether its equal in version says otherwise.
private struct Reading {
  var agrees: Bool
  var isConflict: Bool
}

/// A replace or a delete: it becomes the baseline unless a newer one is, and takes away what ranks below it.
private func applyWhole(_ statement: Statement, rank: Rank, to state: inout RecordState) -> Reading {
  let isConflict =
    state.baselineRank.map { $0.version == rank.version && $0 != rank } ?? false
    || state.attributes.contains { name, attribute in
      attribute.version == rank.version && attribute.content != rank.content
        && !(isSame(attribute.value, statement.attributes[name] ?? .null) && !statement.isDelete)
    }
  if let baseline = state.baselineRank, rank <= baseline {
    return Reading(agrees: rank == baseline, isConflict: isConflict)
  }
  state.baselineRank = rank
  state.attributes = state.attributes.filter { $0.value.rank > rank }
  for (name, value) in statement.attributes where !statement.isDelete && value != .null && state.attributes[name] == nil {
    state.attributes[name] = RecordState.Attribute(value: value, version: rank.version, content: rank.content)
  }
  return Reading(agrees: true, isConflict: isConflict)
}

/// A patch: each attribute on its own, so that an older patch still sets what no newer statement touched.
private func applyPatch(_ statement: Statement, rank: Rank, over before: RecordState, to state: inout RecordState) -> Reading {
  let isOfBaseline = before.baseline == rank.version
  if let baseline = before.baselineRank, rank < baseline {
    // It does not count. Of equal version, it agrees when it says nothing that the record does not say already.
    let agrees = isOfBaseline && !before.isDeleted && statement.attributes.allSatisfy { isSame($0.value, before.value($0.key)) }
    return Reading(agrees: agrees, isConflict: isOfBaseline && !agrees)
  }
  var reading = Reading(agrees: statement.attributes.isEmpty, isConflict: isOfBaseline && before.isDeleted)
  for (name, value) in statement.attributes {
    let known = before.attributes[name]
    let isOfSameVersion = known.map { $0.version == rank.version } ?? isOfBaseline
    if isOfSameVersion {
      let isEqual = isSame(before.value(name), value)
      reading.agrees = reading.agrees || isEqual
      reading.isConflict = reading.isConflict || !isEqual
    }
    if let known, rank <= known.rank { continue }
    state.attributes[name] = RecordState.Attribute(value: value, version: rank.version, content: rank.content)
    reading.agrees = true
  }
  return reading
}

extension RecordState {
  fileprivate var newest: Rank {
    get { Rank(version: version, content: content) }
    set { (version, content) = (newValue.version, newValue.content) }
  }

  fileprivate var baselineRank: Rank? {
    get { baseline.map { Rank(version: $0, content: baselineContent) } }
    set { (baseline, baselineContent) = (newValue?.version, newValue?.content ?? 0) }
  }

  /// What the record says about an attribute; null when it says nothing.
  fileprivate func value(_ name: String) -> Value { attributes[name]?.value ?? .null }
}

extension RecordState.Attribute {
  fileprivate var rank: Rank { Rank(version: version, content: content) }
}

private func showsTheSame(_ left: RecordState, _ right: RecordState) -> Bool {
  guard left.isDeleted == right.isDeleted else { return false }
  if left.isDeleted { return true }
  func shows(_ state: RecordState, all other: RecordState) -> Bool {
    other.attributes.allSatisfy { name, attribute in isSame(attribute.value, state.value(name)) }
  }
  return shows(left, all: right) && shows(right, all: left)
}

/// Equal byte for byte. `==` alone would also take "é" in two Unicode spellings for one text.
private func isSame(_ left: Value, _ right: Value) -> Bool {
  switch (left, right) {
  case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
  case (.number(let left), .number(let right)): left == right
  case (.null, .null): true
  default: left == right && CanonicalJSON.bytes(left) == CanonicalJSON.bytes(right)
  }
}
