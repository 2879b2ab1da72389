import Configuration
import Matching
import Model
import Normalization

/// `kindred match --config FILE`: what the person knows better than the guess. Everything has a default.
public struct MatchFile: Sendable {
  /// By header.
  public var columns: [String: ColumnType] = [:]
  /// Bits instead of the model's, by level.
  public var weights: [(aspect: Aspect, level: Level, bits: Double)] = []
  public var prior: Double?
  public var cut: MatchModel.Cut?
  public var unique: TableMatch.Unique = []
  public var id: String?

  public init() {}

  /// - Returns: nil when anything is wrong.
  public static func load(text: String, file: String) -> (MatchFile?, [Diagnostic]) {
    let (root, syntax) = YAML.parse(text, file: file)
    guard syntax.isEmpty else { return (nil, syntax) }
    guard let root else { return (MatchFile(), []) }
    var reader = MappingReader(root, file: file, what: "A configuration of a match")
    var settings = MatchFile()
    settings.readColumns(&reader)
    settings.readWeights(&reader)
    settings.prior = number(reader.optional("prior"), of: "prior", &reader)
    if let cut = reader.choice(reader.optional("cut"), of: "cut", among: MatchModel.Cut.allCases.map(\.rawValue)) {
      settings.cut = MatchModel.Cut(rawValue: cut)
    }
    if let unique = reader.choice(reader.optional("unique"), of: "unique", among: TableMatch.Unique.names) {
      settings.unique = TableMatch.Unique(name: unique) ?? []
    }
    if let id = reader.optional("id") { settings.id = reader.text(id, of: "id") }
    reader.refuseUnknownKeys()
    let diagnostics = reader.diagnostics.sorted { $0.span.start < $1.span.start }
    return (diagnostics.isEmpty ? settings : nil, diagnostics)
  }

  /// What a column can be taken for.
  static let attributes: [String] = [
    "name", "organisation", "short_name", "contact_name", "given_name", "middle_name", "surname", "phone", "email", "address",
    "address.street", "address.city", "address.district", "address.province", "postcode", "birth_date", "credit_code", "tax_id",
    "bank_account", "wechat_openid", "wechat_unionid", "wecom_external_userid", "identifier", "website", "remark", "kind", "source",
  ]

  private mutating func readColumns(_ reader: inout MappingReader) {
    guard let node = reader.optional("columns") else { return }
    guard let entries = node.entries else {
      return reader.report("mapping-expected", "\"columns\" must be a mapping of columns to what they hold.", at: node.span)
    }
    let choices = Self.attributes + ColumnType.General.allCases.map(\.rawValue)
    for entry in entries {
      guard let word = reader.choice(entry.value, of: entry.key, among: choices) else { continue }
      if let general = ColumnType.General(rawValue: word) {
        columns[entry.key] = ColumnType(general: general)
      } else {
        columns[entry.key] = ColumnType(attribute: word, kind: word == "organisation" ? "company" : nil)
      }
    }
  }

  private mutating func readWeights(_ reader: inout MappingReader) {
    guard let node = reader.optional("weights") else { return }
    guard let entries = node.entries else {
      return reader.report("mapping-expected", "\"weights\" must be a mapping of levels to bits.", at: node.span)
    }
    for entry in entries {
      guard let (aspect, level) = MatchModel.levelNames[entry.key] else {
        reader.report(
          "unknown-key", "There is no level \"\(entry.key)\".", at: entry.keySpan,
          hint: suggestion(entry.key, among: MatchModel.levelNames.keys.sorted()))
        continue
      }
      if let bits = Self.number(entry.value, of: entry.key, &reader) { weights.append((aspect, level, bits)) }
    }
  }

  /// Bits of a weight: more than 100 would be beyond any doubt.
  private static func number(_ node: YAMLNode?, of key: String, _ reader: inout MappingReader) -> Double? {
    guard let node, let text = reader.text(node, of: key) else { return nil }
    if let number = Double(text), number.magnitude <= 100 { return number }
    reader.report(
      "wrong-value", "\"\(key)\" must be a number of bits between -100 and 100.", at: node.span, hint: "For example 10 or -4.5.")
    return nil
  }

  /// The model with what is said here.
  func apply(to model: inout MatchModel) {
    for (aspect, level, bits) in weights {
      let share = model.weights.share(aspect, level)
      model.weights.set(aspect, level, MatchWeight(bits: bits), share: share)
    }
    if let prior { model.prior = MatchWeight(bits: prior) }
    if !weights.isEmpty || prior != nil { model.name += "+configured" }
  }
}
