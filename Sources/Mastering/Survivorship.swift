import Model

/// The golden record of a customer (contract C4): a pure function of its records, the pins in force and the rules.
///
/// For every attribute the records' values compete. What a rule measures counts first: the time, how many records say so,
/// the place of the source in `trust`, or the length in Unicode scalars. What is equal by that measure is decided by
/// recency, then by the bytes of the value in canonical JSON (smaller first), then by the record's key.
///
/// *Recency* never looks at arrival. A version is a time when it is at least 10^14 (microseconds since 1970 for every moment
/// after March 1973), and times compare across sources. Any other version is a sequence number or the place in the journal;
/// it orders the statements about one record but says nothing about two records. A value without a time is therefore older
/// than any value with one, and among values without a time the more trusted source counts as newer.
///
/// Two more rules hold everywhere: empty text and empty lists are no values, and a masked value (`138****8000`, `李**`)
/// loses to any whole one.
///
/// - Parameters:
///   - records: The customer's records, in any order; deleted ones have no say.
///   - pins: Values that persons fixed. They beat all rules.
///   - definition: Names each attribute's rule. An attribute that it does not define goes by `most-recent`.
///   - trust: Sources, the most trusted one first. Sources that it does not name come after all others.
public func golden(records: [RecordState], pins: [Pin], definition: TypeDefinition, trust: [String]) -> GoldenRecord {
  var claims: [String: [Claim]] = [:]
  for record in records where !record.isDeleted {
    let rank = trust.firstIndex(of: record.key.source) ?? trust.count
    for (name, attribute) in record.attributes {
      if let claim = Claim(attribute, of: record.key, trust: rank) {
        claims[name, default: []].append(claim)
      }
    }
  }
  var fixed: [String: Pin] = [:]
  for pin in pins where pin.id >= fixed[pin.attribute]?.id ?? .min {
    fixed[pin.attribute] = pin
  }
  let defined = definition.attributes.map(\.name)
  let undefined = Set(claims.keys).union(fixed.keys).subtracting(defined).sorted(by: utf8Precedes)
  let attributes = (defined + undefined).compactMap { name -> GoldenAttribute? in
    let rule = definition.attribute(name)?.survivorship ?? .mostRecent
    if let pin = fixed[name] { return pinned(pin, over: claims[name] ?? [], rule: rule) }
    guard let values = claims[name] else { return nil }
    return rule == .union ? united(name, values) : elected(name, values, rule: rule)
  }
  return GoldenRecord(attributes: attributes)
}

/// One record's value for one attribute.
private struct Claim {
  var value: Value
  var content: [UInt8]
  var key: RecordKey
  /// Microseconds since 1970, or `nil` when the version is not a time.
  var time: Int64?
  /// The source's place in the list of trust: lower is more trusted.
  var trust: Int
  var isMasked: Bool

  init?(_ attribute: RecordState.Attribute, of key: RecordKey, trust: Int) {
    guard !isBlank(attribute.value) else { return nil }
    let order = attribute.version.order
    self.init(value: attribute.value, key: key, time: order >= 100_000_000_000_000 ? order : nil, trust: trust)
  }

  private init(value: Value, key: RecordKey, time: Int64?, trust: Int) {
    self.value = value
    self.key = key
    self.time = time
    self.trust = trust
    content = CanonicalJSON.bytes(value)
    isMasked = value.elements.contains(where: Mastering.isMasked)
  }

  /// A list's elements, each as a claim of its own.
  var elements: [Claim] {
    value.elements.filter { !isBlank($0) }.map { Claim(value: $0, key: key, time: time, trust: trust) }
  }

  var length: Int { value.text?.unicodeScalars.count ?? content.count }

  /// Whether this value counts as newer; see ``golden(records:pins:definition:trust:)``. `nil` when neither does.
  func isNewer(than other: Claim) -> Bool? {
    switch (time, other.time) {
    case (let mine?, let others?): mine == others ? nil : mine > others
    case (.some, nil): true
    case (nil, .some): false
    case (nil, nil): trust == other.trust ? nil : trust < other.trust
    }
  }

  func precedesByContent(_ other: Claim) -> Bool {
    content == other.content ? key < other.key : content.lexicographicallyPrecedes(other.content)
  }
}

/// All claims of one value, the best of them in front.
private struct Candidate {
  var best: Claim
  var claims: [Claim]

  var holding: GoldenAttribute.Holding { .init(value: best.value, records: Set(claims.map(\.key)).sorted()) }
}

/// The distinct values, best first by a rule.
private func ranked(_ claims: [Claim], rule: AttributeDefinition.Survivorship) -> [Candidate] {
  let groups = Dictionary(grouping: claims, by: \.content).values
  let candidates = groups.compactMap { group -> Candidate? in
    let sorted = group.sorted { precedes($0, $1, count: 0, otherCount: 0, rule: rule) }
    return sorted.first.map { Candidate(best: $0, claims: sorted) }
  }
  return candidates.sorted { precedes($0.best, $1.best, count: $0.claims.count, otherCount: $1.claims.count, rule: rule) }
}

private func precedes(_ left: Claim, _ right: Claim, count: Int, otherCount: Int, rule: AttributeDefinition.Survivorship) -> Bool {
  if left.isMasked != right.isMasked { return right.isMasked }
  switch rule {
  case .mostFrequent where count != otherCount: return count > otherCount
  case .mostTrusted where left.trust != right.trust: return left.trust < right.trust
  case .longest where left.length != right.length: return left.length > right.length
  case .mostRecent, .mostFrequent, .mostTrusted, .longest, .union:
    return left.isNewer(than: right) ?? left.precedesByContent(right)
  }
}

private func elected(_ name: String, _ claims: [Claim], rule: AttributeDefinition.Survivorship) -> GoldenAttribute? {
  let candidates = ranked(claims, rule: rule)
  guard let winner = candidates.first else { return nil }
  return GoldenAttribute(
    name: name, value: winner.best.value, origin: .record(winner.best.key), rule: .survivorship(rule), holders: [winner.holding],
    others: candidates.dropFirst().map(\.holding))
}

/// Every element that any record holds, once, in the order of content; masked ones only when there is nothing else.
private func united(_ name: String, _ claims: [Claim]) -> GoldenAttribute? {
  let candidates = ranked(claims.flatMap(\.elements), rule: .union)
  let whole = candidates.filter { !$0.best.isMasked }
  let kept = (whole.isEmpty ? candidates : whole).sorted { $0.best.precedesByContent($1.best) }
  guard !kept.isEmpty else { return nil }
  return GoldenAttribute(
    name: name, value: .array(kept.map(\.best.value)), origin: .union, rule: .survivorship(.union), holders: kept.map(\.holding),
    others: whole.isEmpty ? [] : candidates.filter(\.best.isMasked).map(\.holding))
}

private func pinned(_ pin: Pin, over claims: [Claim], rule: AttributeDefinition.Survivorship) -> GoldenAttribute {
  let candidates = ranked(claims, rule: rule)
  let content = CanonicalJSON.bytes(pin.value)
  return GoldenAttribute(
    name: pin.attribute, value: pin.value, origin: .person(author: pin.author, reason: pin.reason), rule: .pin,
    holders: candidates.filter { $0.best.content == content }.map(\.holding),
    others: candidates.filter { $0.best.content != content }.map(\.holding))
}

private func isBlank(_ value: Value) -> Bool {
  switch value {
  case .null: true
  case .string(let text): text.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
  case .array(let values): values.allSatisfy(isBlank)
  case .object(let object): object.isEmpty
  case .bool, .number: false
  }
}

/// Two asterisks in a row anywhere, or one at the end: how Chinese shops and carriers hide digits and given names. A single
/// asterisk inside text (`10*20 mm`) is not a mask. Full-width asterisks count as well.
func isMasked(_ value: Value) -> Bool {
  guard let text = value.text else { return false }
  let asterisk: (Unicode.Scalar) -> Bool = { $0 == "*" || $0 == "\u{FF0A}" }
  let scalars = Array(text.unicodeScalars)
  guard let last = scalars.last else { return false }
  return asterisk(last) || zip(scalars, scalars.dropFirst()).contains { asterisk($0) && asterisk($1) }
}
