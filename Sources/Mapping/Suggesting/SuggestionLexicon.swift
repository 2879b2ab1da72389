import Model
import Normalization

/// What things are called: for every type and attribute the names that systems give it, and names that look like it and are not.
struct SuggestionLexicon: Sendable {
  /// The attribute of what is recognised and left out.
  static let ignored = "ignore"

  /// By words joined with `_`.
  private(set) var phrases: [String: String] = [:]
  /// Initials and full pinyin of the Chinese names.
  private(set) var pinyin: [String: String] = [:]
  /// Every word of a phrase.
  private(set) var words: Set<String> = []

  init(type: String) {
    let plain = FieldWords([], known: [])
    for (target, source) in (Self.entries[type] ?? []) + Self.shared {
      for phrase in source.split(whereSeparator: \.isWhitespace).map(String.init) {
        let parts = plain.words(phrase)
        let key = parts.joined(separator: "_")
        if phrases[key] == nil { phrases[key] = target }
        words.formUnion(parts.filter { $0.utf8.count > 2 })
        let scalars = Array(phrase.unicodeScalars)
        guard scalars.count >= 2, scalars.allSatisfy(Folding.isHan) else { continue }
        var syllables = Pinyin.reading(of: scalars).map { Pinyin.spelling(of: $0) }
        add(syllables, target)
        // 行 is háng in 银行 and 行业, which are what names of fields speak of.
        for place in syllables.indices where scalars[place] == "行" { syllables[place] = "hang" }
        add(syllables, target)
      }
    }
  }

  private mutating func add(_ syllables: [String], _ target: String) {
    for key in [syllables.joined(), syllables.compactMap(\.first).map(String.init).joined()] where pinyin[key] == nil {
      pinyin[key] = target
    }
  }

  /// Words of the type itself that may stand before a name and say nothing: `customer_name` of a customer.
  static let fillers: [String: Set<String>] = [
    "customer": [
      "customer", "client", "contact", "kunde", "kunden", "member", "buyer", "receiver", "company", "primary", "main", "billing", "mailing",
      "home", "work", "office", "business", "default", "person", "personal", "cust", "other", "secondary", "user", "account", "partner",
      "address",
    ],
    "product": ["product", "item", "goods", "material", "variant", "article", "stock"],
    "stock": ["stock", "item", "inventory", "product", "material", "base", "goods"],
    "order": ["order", "trade", "sales", "sale", "so", "receiver", "consignee", "shipping", "delivery", "buyer", "item", "info", "deal"],
    "interaction": ["conversation", "message", "ticket", "call", "case", "comment", "event", "mail", "email", "session"],
  ]

  private static let entries: [String: [(String, String)]] = [
    "customer": customerNames, "product": productNames, "stock": stockNames, "order": orderNames, "interaction": interactionNames,
  ]

  /// How many attributes of a type something is known about.
  static func targets(of type: String) -> Int { entries[type]?.count(where: { $0.0 != ignored }) ?? 0 }

  /// Names that mean the same in every type.
  private static let shared: [(String, String)] = [
    (
      ignored,
      """
      creator created_by updated_by modified_by create_user updated_user row_number row_index sequence version etag checksum
      sync_time is_deleted deleted 序号 行号 创建人 修改人 录入人 制单人 操作员
      """
    )
  ]
}
