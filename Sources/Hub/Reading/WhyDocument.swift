import Matching
import Model
import Storing

/// An explanation of a pair as the API gives it.
struct WhyDocument {
  private let one: StoredRecord
  private let other: StoredRecord
  private let why: Explanation
  private let model: MatchModel

  init(_ one: StoredRecord, _ other: StoredRecord, _ why: Explanation, model: MatchModel) {
    self.one = one
    self.other = other
    self.why = why
    self.model = model
  }

  var object: Object {
    [
      "first": .string(one.key.description), "second": .string(other.key.description), "verdict": .string(why.verdict.rawValue),
      "weight": Self.weight(why.weight), "probability": Self.probability(why.weight), "threshold": Self.weight(why.threshold),
      "band": Self.weight(why.band), "parts": .array(parts), "compared": .bool(why.wasCompared), "vetoed": .bool(why.isVetoed),
      "veto": why.veto.map { .string($0.rawValue) } ?? .null,
      "must_link": .bool(why.isMustLinked), "cannot_link": .bool(why.isCannotLinked), "shared_keys": .array(sharedKeys),
      "features": .array([why.features.first, why.features.second].map { .array($0.map { .string($0.name) }) }),
      "would_change": .array(changes.map { .string($0) }),
    ]
  }

  // MARK: Parts

  private var parts: [Value] {
    let byFeature = Dictionary(grouping: why.parts.filter { $0.aspect != nil }, by: { Witnesses.origin($0.feature) })
    let witnesses = byFeature.mapValues { Witnesses(one, other, $0, model: model) }
    return [["feature": "prior", "weight": Self.weight(why.prior)]] + why.parts.map { part($0, witnesses[Witnesses.origin($0.feature)]) }
  }

  private func part(_ part: Explanation.Part, _ witnesses: Witnesses?) -> Value {
    var object: Object = ["feature": .string(part.feature.name), "weight": Self.weight(part.weight), "words": .string(part.words)]
    if let aspect = part.aspect, let level = part.level {
      object["aspect"] = .string(aspect.name)
      object["level"] = .string(level.words)
    }
    if part.rarity != .zero { object["rarity"] = Self.weight(part.rarity) }
    if part.holders > 0 { object["held_by_names"] = .number(Number(part.holders)) }
    if part.discount != .zero { object["discount"] = Self.weight(part.discount) }
    if part.aspect == .kind {
      object["first"] = .array(one.state.values["kind"]?.elements ?? [])
      object["second"] = .array(other.state.values["kind"]?.elements ?? [])
    } else if let witnesses {
      object["first"] = .array(witnesses.first.map { .string($0) })
      object["second"] = .array(witnesses.second.map { .string($0) })
    }
    return .object(object)
  }

  // MARK: Keys

  /// By kind: how many keys they share, and the rarest of them.
  private var sharedKeys: [Value] {
    Dictionary(grouping: why.sharedKeys, by: \.kind).sorted { $0.key.rawValue < $1.key.rawValue }.map { kind, keys in
      [
        "kind": .string(kind.name), "count": .number(Number(keys.count)), "holders": .number(Number(keys.map(\.holders).min() ?? 0)),
        "cap": .number(Number(keys.first?.cap ?? 0)), "active": .bool(keys.contains(where: \.isActive)),
      ]
    }
  }

  // MARK: What would change it

  private var changes: [String] {
    let missing = why.threshold - why.weight
    let isScored = !why.isVetoed && !why.isMustLinked && !why.isCannotLinked
    let words = why.changes.map(sentence)
    if isScored, missing > .zero { return words + ["\(missing) bits more would make them the same."] }
    return isScored && words.isEmpty ? ["No single agreement decides: without any one of them they would still be the same."] : words
  }

  private func sentence(_ change: Explanation.Change) -> String {
    switch change {
    case .undo(let kind): return "Undoing the \(kind == .mustLink ? "must-link" : "cannot-link") decision."
    case .lift(.exclusiveIDs, let verdict):
      return "Their exclusive ids contradict each other: one of them must be wrong. Without that they would be \(phrase(verdict))."
    case .lift(.uniqueSource, let verdict):
      return "They come from one source that holds every customer once. Otherwise they would be \(phrase(verdict))."
    case .without(let part, let verdict): return "Without “\(part.words)” (\(part.weight)) they would be \(phrase(verdict))."
    case .with(let aspect, let level, let verdict, let lacking):
      let who: String =
        switch lacking {
        case (true, true): " (neither has one)"
        case (true, false): " (\(one.key) has none)"
        case (false, true): " (\(other.key) has none)"
        default: ""
        }
      return "With “\(aspect.name): \(level.words)” they would be \(phrase(verdict))\(who)."
    }
  }

  private func phrase(_ verdict: Explanation.Verdict) -> String { verdict == .possible ? "possibly the same" : verdict.rawValue }

  // MARK: Shared with the other documents

  static func link(_ link: Explanation.Link, _ key: RecordKey?) -> Value {
    var object: Object = ["record": key.map { .string($0.description) } ?? .null]
    if let weight = link.weight { object["weight"] = Self.weight(weight) }
    if link.isDecided { object["must_link"] = true }
    return .object(object)
  }

  /// 1/256 bit has at most eight decimals, so this is exact.
  static func weight(_ weight: MatchWeight) -> Value { .number(Number(parsing: decimal(weight.units)) ?? Number(0)) }

  /// Three digits.
  static func probability(_ weight: MatchWeight) -> Value {
    let thousandths = Int((weight.probability * 1_000).rounded())
    return .number(Number(parsing: "\(thousandths / 1_000).\(String(1_000 + thousandths % 1_000).dropFirst())") ?? Number(0))
  }

  private static func decimal(_ units: Int32) -> String {
    let scaled = Int64(units) * 390_625
    let digits = String(abs(scaled))
    let padded = String(repeating: "0", count: max(0, 9 - digits.count)) + digits
    return "\(scaled < 0 ? "-" : "")\(padded.dropLast(8)).\(padded.suffix(8))"
  }
}
