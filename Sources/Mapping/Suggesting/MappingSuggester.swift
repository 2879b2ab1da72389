import Model
import Normalization

/// What a field of a sample most likely is, with the reason.
public struct FieldSuggestion: Sendable {
  /// RFC 9535, normalised, with `[*]` for the elements of arrays.
  public var path: String
  /// An attribute of the type, or `key`.
  public var target: String
  /// 0 to 1.
  public var confidence: Double
  public var reason: String
}

/// What becomes of the fields of a sample.
public struct MappingSuggestion: Sendable {
  /// The type of the records.
  public var type: String
  /// In the order of the sample.
  public var fields: [FieldSuggestion]
  /// The paths of fields that are left out.
  public var ignored: [String]
}

/// Proposes what the fields of a source are, from their names and what they hold.
public enum MappingSuggester {
  /// The types that something is known about.
  public static let types = ["customer", "product", "stock", "order", "interaction"]

  /// The type of which the sample has most: by how many attributes are found, and what share of the type they are.
  public static func type(of items: [Value], isXML: Bool = false) -> String {
    func score(_ type: String) -> Double {
      var best: [String: Double] = [:]
      for field in suggest(items, to: type, isXML: isXML).fields { best[field.target] = max(best[field.target] ?? 0, field.confidence) }
      let all = SuggestionLexicon.targets(of: type)
      return best.values.reduce(0, +) * (Double(best.count) / Double(max(1, all))).squareRoot()
    }
    if SampleHead.isCustomers(SampleField.all(in: items, isXML: isXML)) { return "customer" }
    return types.map { ($0, score($0)) }.max { $0.1 < $1.1 }?.0 ?? "customer"
  }

  /// - Parameters:
  ///   - items: some items as the source sends them; at most 200 are looked at.
  ///   - type: one of ``types``.
  ///   - isXML: the items are those of an ``XMLSample``.
  public static func suggest(_ items: [Value], to type: String, isXML: Bool = false) -> MappingSuggestion {
    let fields = SampleField.all(in: items, isXML: isXML)
    var guesser = FieldGuesser(type: type, fields: fields)
    let guesses = guesser.guesses()
    var suggestion = MappingSuggestion(type: type, fields: [], ignored: [])
    for (field, guess) in zip(fields, guesses) {
      if let guess {
        suggestion.fields.append(
          FieldSuggestion(path: field.path, target: guess.target, confidence: guess.confidence, reason: guess.reason))
      } else {
        suggestion.ignored.append(field.path)
      }
    }
    return suggestion
  }
}

/// Guesses the fields of one sample, each by itself and then all together.
struct FieldGuesser {
  struct Guess {
    var target: String
    var confidence: Double
    var reason: String
  }

  let type: String
  private let lexicon: SuggestionLexicon
  private let fields: [SampleField]
  private let values: [FieldValues]
  private let parts: [[String]]
  /// The table has no row with names: nothing can be told from them.
  private let isHeadless: Bool
  /// Several names of the sample are initials of Chinese ones: then those of two letters are, too.
  private let readsPinyin: Bool
  private let words: [[[String]]]

  init(type: String, fields: [SampleField]) {
    self.type = type
    isHeadless = SampleHead.isData(fields)
    // A row of data in the place of the names is a row like the others.
    self.fields = isHeadless ? fields.map { field in field.withItsNameAsValue } : fields
    let fields = self.fields
    lexicon = SuggestionLexicon(type: type)
    values = fields.map { FieldValues($0.values) }
    let reader = FieldWords(fields.flatMap { $0.names.flatMap { $0.split(separator: ".").map(String.init) } }, known: lexicon.words)
    // A dot between letters is a path that somebody flattened: FSELLER.FName.
    parts = fields.map { field in
      field.names.flatMap { name -> [String] in
        if name.isEmpty { return [] }
        let cut = name.split(separator: ".").map(String.init)
        return cut.count > 1 && cut.allSatisfy { !$0.isEmpty && !$0.contains(" ") } ? cut : [name]
      }
    }
    words = parts.map { $0.map { reader.words($0) } }
    let lexicon = lexicon
    readsPinyin = words.count { $0.last.map { $0.count == 1 && $0[0].utf8.count > 2 && lexicon.pinyin[$0[0]] != nil } ?? false } > 2
  }

  func shape(_ index: Int) -> FieldValues { values[index] }

  func isPlural(_ index: Int) -> Bool { fields[index].isPlural }

  func isPlainID(_ index: Int) -> Bool { words[index].last == ["id"] }
  func isPlainName(_ index: Int) -> Bool { words[index].last == ["name"] }

  func isPartOfName(_ index: Int) -> Bool {
    words[index].last?.contains {
      ["first", "last", "given", "family", "surname", "forename", "vorname", "nachname", "firstname", "lastname"].contains($0)
    } ?? false
  }

  func isCompany(_ index: Int) -> Bool {
    words[index].joined().contains { ["company", "organisation", "account", "firma", "employer", "business"].contains($0) }
  }

  /// How many names lie before the field's own.
  func depth(_ index: Int) -> Int { fields[index].names.count - 1 }

  mutating func guesses() -> [Guess?] {
    var guesses = fields.indices.map { index in guess(index) }
    settle(&guesses)
    return guesses.map { guess in guess.flatMap { $0.target == SuggestionLexicon.ignored || $0.confidence < 0.45 ? nil : $0 } }
  }

  // MARK: One field

  private func guess(_ index: Int) -> Guess? {
    let values = values[index]
    let named = byName(index)
    // A fax column full of mobile numbers was put to another use.
    let isReused = words[index].last?.contains("fax") ?? false && values.mobile > 0.7
    if isReused { return Guess(target: "phone", confidence: 0.6, reason: "its values are mobile numbers, whatever it is called") }
    if named?.target == SuggestionLexicon.ignored, named?.confidence ?? 0 > 0.8 { return named }
    // What cannot be mistaken, whatever the name says.
    if let sure = unmistakable(values), type == "customer" || sure == "phone" && type == "order" {
      if let named, named.target != sure,
        !["phone", "email", "name", "website", "tax_id", "postcode", "remark", "credit_code", "wechat_openid", "wechat_unionid"].contains(
          named.target), named.confidence > 0.7
      {
        return nil
      }
      if let named, named.target == "wechat_unionid" { return named }
      if named?.target != SuggestionLexicon.ignored {
        return Guess(
          target: sure, confidence: named?.target == sure ? 0.97 : 0.8,
          reason: named?.target == sure ? named?.reason ?? "" : "its values are \(Self.title(sure))")
      }
    }
    guard var guess = named else { return isNameless(index) ? byValues(index) : nil }
    if guess.target == SuggestionLexicon.ignored { return guess }
    let suit = values.suit(guess.target)
    if suit == 0 {
      return byValues(index).flatMap { $0.confidence < 0.6 ? nil : $0 }.map {
        Guess(target: $0.target, confidence: $0.confidence * 0.9, reason: "\($0.reason), whatever it is called")
      }
    }
    guess.confidence *= suit
    guess.reason += values.isEmpty ? ", and the sample has no value" : suit >= 1 ? ", and its values fit" : ""
    return guess
  }

  private static func title(_ target: String) -> String {
    [
      "email": "e-mail addresses", "phone": "telephone numbers", "credit_code": "credit codes with the right check character",
      "wechat_openid": "WeChat ids",
    ][target] ?? target
  }

  private func unmistakable(_ values: FieldValues) -> String? {
    if values.email > 0.6 { return "email" }
    if values.surePhone > 0.8, values.date < 0.3 { return "phone" }
    if values.creditCode > 0.5 { return "credit_code" }
    if values.openID > 0.8 { return "wechat_openid" }
    return nil
  }

  /// The containers that say nothing: `properties.email`.
  private static let containers: Set<String> = [
    "properties", "data", "attributes", "fields", "values", "record", "user_fields", "order_info", "info",
  ]
  /// Members that stand for the thing around them: `salesRep.refName`, `FCustId.FNumber`.
  private static let standIns: Set<String> = [
    "name", "ref_name", "refname", "reference_name", "data_value", "value", "number", "id", "code", "text", "display_name", "display_value",
    "label", "internal_id",
  ]

  /// By what it is called, with what stands around it.
  private func byName(_ index: Int) -> Guess? {
    if isHeadless { return nil }
    let path = zip(parts[index], words[index]).filter { !Self.containers.contains($0.1.joined(separator: "_")) }
    guard let last = path.last, !last.1.isEmpty else { return nil }
    let own = last.1
    let parents = path.dropLast().map(\.1)
    let name = fields[index].names.last { !$0.isEmpty } ?? last.0
    var candidates: [(words: [String], weight: Double)] = []
    if type == "order", fields[index].isPlural, own == ["number"], values[index].number > 0.8 {
      return Guess(target: "quantity", confidence: 0.8, reason: "a number in every line")
    }
    if let parent = parents.last {
      candidates.append((parent + own, 1))
      let joined = own.joined(separator: "_")
      if Self.standIns.contains(joined) {
        // A reference: what it refers to is what counts; its number is a key, its name a name.
        var outer = parent
        if outer.count > 1, let last = outer.last, last == "id" || last == "name" { outer.removeLast() }
        candidates.append((outer + (["number", "id", "code", "internal_id"].contains(joined) ? ["id"] : ["name"]), 0.95))
        candidates.append((outer, 0.9))
        for (words, weight) in candidates { if let found = lookup(words, weight, name) { return found } }
        if type == "customer" || parents.count > 1 || fields[index].isPlural { return nil }
      }
    }
    if type == "customer", let parent = parents.last, let about = lookup(parent, 1, name)?.target,
      about == "owner" || about == SuggestionLexicon.ignored
    {
      return nil
    }
    candidates.append((own, parents.isEmpty || type != "customer" ? 1 : 0.93))
    for (words, weight) in candidates { if let found = lookup(words, weight, name) { return found } }
    return loosely(own, name, weight: parents.isEmpty ? 1 : 0.9)
  }

  private func lookup(_ words: [String], _ weight: Double, _ name: String) -> Guess? {
    let key = words.joined(separator: "_")
    if let target = lexicon.phrases[key] {
      return Guess(target: target, confidence: 0.97 * weight, reason: "\(name) is what systems call it")
    }
    if words.count == 1, words[0].utf8.count > (readsPinyin ? 1 : 2), words[0].utf8.allSatisfy({ (0x61...0x7A).contains($0) }),
      let target = lexicon.pinyin[words[0]]
    {
      return Guess(target: target, confidence: 0.85 * weight, reason: "\(name) reads as pinyin")
    }
    return nil
  }

  /// Without the words that say nothing: the type's own name in front, a qualifier, a filler behind.
  private func loosely(_ own: [String], _ name: String, weight: Double) -> Guess? {
    let fillers = SuggestionLexicon.fillers[type] ?? []
    var rest = own[...]
    while rest.count > 1, let first = rest.first, fillers.contains(first) {
      rest = rest.dropFirst()
      if let found = lookup(Array(rest), 0.93 * weight, name) { return found }
    }
    if own.count > 1 {
      for start in 1..<own.count where own.count - start >= (type == "customer" ? 1 : 2) {
        if let target = lexicon.phrases[own[start...].joined(separator: "_")], Self.isTransferable(target) {
          return Guess(target: target, confidence: 0.75 * weight, reason: "\(name) ends like a name for it")
        }
      }
      if let target = lexicon.phrases[own.dropLast().joined(separator: "_")],
        ["id", "name", "code", "text", "value", "number"].contains(own[own.count - 1])
      {
        return Guess(target: target, confidence: 0.75 * weight, reason: "\(name) starts like a name for it")
      }
    }
    return chinese(own, name, weight: weight)
  }

  /// The longest known name at the end or else inside of a Chinese one: 收货人联系电话, 客户名称全称.
  private func chinese(_ own: [String], _ name: String, weight: Double) -> Guess? {
    let scalars = Array(own.joined().unicodeScalars)
    guard scalars.count >= 3, scalars.contains(where: Folding.isHan) else { return nil }
    for start in 1..<scalars.count - 1 {
      if let target = lexicon.phrases[FunctionDeclaration.string(scalars[start...])] {
        return Guess(target: target, confidence: 0.8 * weight, reason: "\(name) ends like a name for it")
      }
    }
    for end in (2..<scalars.count).reversed() {
      if let target = lexicon.phrases[FunctionDeclaration.string(scalars[..<end])] {
        return Guess(target: target, confidence: 0.7 * weight, reason: "\(name) starts like a name for it")
      }
    }
    return nil
  }

  private static func isTransferable(_ target: String) -> Bool {
    [
      "phone", "email", "address", "address.street", "address.city", "address.province", "address.district", "postcode", "country",
      "website", "birth_date", "tax_id", "bank_account", "credit_code", "quantity", "ignore",
    ].contains(target)
  }

  // MARK: By values alone

  /// `col1`, `field_text_3`, `ext2`: names that say nothing.
  private func isNameless(_ index: Int) -> Bool {
    let plain: Set<String> = [
      "col", "column", "field", "text", "ext", "custom", "attr", "attribute", "f", "c", "unnamed", "date", "udf", "string", "list",
      "number", "extension", "spare", "reserve",
    ]
    return isHeadless || words[index].last.map { $0.allSatisfy { plain.contains($0) } } ?? true
  }

  private func byValues(_ index: Int) -> Guess? {
    let values = values[index]
    guard values.count > 1 else { return nil }
    func guess(_ target: String, _ confidence: Double, _ what: String) -> Guess {
      Guess(target: target, confidence: confidence, reason: "its values are \(what)")
    }
    switch type {
    case "customer":
      if values.email > 0.6 { return guess("email", 0.85, "e-mail addresses") }
      if values.creditCode > 0.5 { return guess("credit_code", 0.9, "credit codes with the right check character") }
      if values.openID > 0.8 { return guess("wechat_openid", 0.85, "WeChat ids") }
      if values.surePhone > 0.6 { return guess("phone", 0.8, "telephone numbers") }
      if values.bank > 0.5 { return guess("bank_name", 0.65, "names of banks") }
      if values.code > 0.8, values.number > 0.8, (14...20).contains(values.averageLength), values.isUnique {
        return guess("bank_account", 0.55, "numbers as long as those of accounts")
      }
      if values.company > 0.5 { return guess("name", 0.75, "names of organisations") }
      if values.date > 0.6 { return guess("created_at", 0.5, "dates") }
      if values.address > 0.5 { return guess("address", 0.7, "addresses") }
      if values.person > 0.6, values.averageLength < 20 { return guess("contact_name", 0.6, "names of people") }
      if index == 0, values.isUnique, values.code > 0.8 { return guess("key", 0.6, "different codes") }
    case "stock":
      if index < 3, values.code > 0.8, values.number < 0.5, values.distinct > 3 { return guess("sku", 0.6, "codes of goods") }
      if values.time > 0.6 { return guess("as_of", 0.6, "points in time") }
      if values.warehouse > 0.5 { return guess("warehouse", 0.7, "names of warehouses") }
      if values.unit > 0.5 { return guess("unit", 0.7, "units of measure") }
      if index >= 3, values.code > 0.8, values.number < 0.5, values.distinct > 3 {
        return guess("lot", 0.5, "codes behind those of the goods")
      }
      if values.number > 0.8, values.averageLength < 8, values.distinct > 3 { return guess("quantity", 0.5, "numbers") }
      if !values.isConstant, values.distinct <= max(2, values.count / 3), values.number < 0.2, values.averageLength > 2 {
        return guess("warehouse", 0.5, "few names")
      }
    default: break
    }
    return nil
  }
}
