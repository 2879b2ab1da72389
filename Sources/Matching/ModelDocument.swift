import Model

/// A model as a document: what `kindred train` writes and `--model` reads. Read back, it decides exactly as before.
extension MatchModel {
  private static let documentVersion = 1

  /// Levels by name, each with its bits (multiples of 1/256) and its share among pairs of one customer.
  public var document: Value {
    var weights: [(name: String, value: Value)] = []
    for aspect in Aspect.allCases {
      let levels = aspect.levels.map { level -> (name: String, value: Value) in
        let share = Self.number(self.weights.share(aspect, level))
        return (name: "\(level)", value: ["bits": Self.number(Double(self.weights[aspect, level].units) / 256), "share": share])
      }
      weights.append((name: "\(aspect)", value: .object(Object(levels))))
    }
    var counts: [(name: String, value: Value)] = []
    let entries = frequencies.entries
    var start = 0
    while start < entries.count {
      let kind = entries[start].kind
      let end = entries[start...].firstIndex { $0.kind != kind } ?? entries.count
      let values = entries[start..<end].map { (name: String($0.value, radix: 16), value: Value.number(Number($0.count))) }
      counts.append((name: "\(kind)", value: .object(Object(values))))
      start = end
    }
    return [
      "kindred_model": .number(Number(Self.documentVersion)), "preparation": .number(Number(Int(Preparation.version))),
      "name": .string(name),
      "cut": .string(cut.rawValue), "prior": Self.number(Double(prior.units) / 256),
      "relatives": Self.number(Double(relatives.units) / 256),
      "band": Self.number(Double(band.units) / 256), "shares_organisation": .bool(sharesOrganisation),
      "weights": .object(Object(weights)), "frequencies": .object(Object(counts)),
    ]
  }

  /// - Throws: `model-file-wrong` for what is no model, `model-file-version` for one of another version.
  public init(document: Value) throws(Fault) {
    guard case .object(let root) = document, let version = root["kindred_model"]?.text else {
      throw Fault("model-file-wrong", "This is no model.", hint: "kindred train writes one.")
    }
    guard version == String(Self.documentVersion), root["preparation"]?.text == String(Preparation.version) else {
      throw Fault("model-file-version", "The model is of another version of Kindred.", hint: "Train it again with kindred train.")
    }
    guard let cut = root["cut"]?.text.flatMap(Cut.init(rawValue:)) else { throw Self.wrong("cut") }
    self.init(name: root["name"]?.text ?? "", cut: cut)
    prior = MatchWeight(bits: try Self.double(root["prior"], "prior"))
    relatives = MatchWeight(bits: try Self.double(root["relatives"], "relatives"))
    band = MatchWeight(bits: try Self.double(root["band"], "band"))
    sharesOrganisation = root["shares_organisation"]?.text == "true"
    try readWeights(root["weights"])
    try readFrequencies(root["frequencies"])
  }

  private mutating func readWeights(_ value: Value?) throws(Fault) {
    guard case .object(let aspects)? = value else { throw Self.wrong("weights") }
    for aspect in Aspect.allCases {
      guard case .object(let levels)? = aspects["\(aspect)"] else { throw Self.wrong("weights.\(aspect)") }
      for level in aspect.levels {
        let place = "weights.\(aspect).\(level)"
        guard case .object(let entry)? = levels["\(level)"] else { throw Self.wrong(place) }
        let bits = try Self.double(entry["bits"], place)
        weights.set(aspect, level, MatchWeight(bits: bits), share: try Self.double(entry["share"], place))
      }
    }
  }

  private mutating func readFrequencies(_ value: Value?) throws(Fault) {
    guard case .object(let kinds)? = value else { throw Self.wrong("frequencies") }
    for kind in Frequencies.Kind.allCases {
      guard case .object(let values)? = kinds["\(kind)"] else { continue }
      for member in values.members {
        guard let hash = UInt64(member.name, radix: 16), let count = member.value.text.flatMap({ Int($0) }) else {
          throw Self.wrong("frequencies.\(kind)")
        }
        frequencies.count(kind, hash, times: count)
      }
    }
  }

  private static func double(_ value: Value?, _ place: String) throws(Fault) -> Double {
    guard let number = value?.text.flatMap({ Double($0) }), number.isFinite, number.magnitude < 1_000 else { throw wrong(place) }
    return number
  }

  private static func wrong(_ place: String) -> Fault {
    Fault("model-file-wrong", "The model has no usable \(place).", hint: "Train it again.")
  }

  /// The shortest decimal that reads back as the same number.
  private static func number(_ value: Double) -> Value { Number(parsing: "\(value)").map { .number($0) } ?? .number(Number(0)) }

  /// Levels by the name they have in files: `phone.sameMobile`.
  public static let levelNames: [String: (aspect: Aspect, level: Level)] = {
    var names: [String: (aspect: Aspect, level: Level)] = [:]
    for aspect in Aspect.allCases { for level in aspect.levels { names["\(aspect).\(level)"] = (aspect, level) } }
    return names
  }()
}
