import Model
import Normalization

/// Turns the attributes of a customer record into features. Attribute names are those of `mappings/model.yaml`.
public struct Preparation {
  /// Rises whenever the same attributes give other features than before: tables, normalisers, rules. Part of the
  /// configuration digest (C2).
  public static let version: UInt64 = 3

  var record = PreparedRecord(
    identifiers: [], phones: [], emails: [], organisations: [], persons: [], addresses: [], birthDates: [], contentHash: 0)

  /// - Parameters:
  ///   - attributes: live values by attribute name; several values are an array.
  ///   - source: the record's source: the scope of ids that are only unique there (a WeChat openid belongs to its app).
  ///   - columns: values of columns that are no attribute of a customer.
  ///   - frequencies: how rare values are; the model's.
  public static func prepare(
    _ attributes: [String: Value], source: String, columns: [ColumnValue] = [], frequencies: Frequencies = Frequencies()
  ) -> PreparedRecord {
    var preparation = Preparation()
    preparation.addIdentifiers(attributes, source: source)
    preparation.addContacts(attributes)
    preparation.addNames(attributes)
    preparation.addAddress(attributes)
    preparation.addBirthDate(attributes)
    preparation.record.columns = columns.compactMap(ColumnPreparation.feature).sorted { $0.column < $1.column }
    return preparation.finished().weighed(by: frequencies)
  }

  static func texts(_ value: Value?) -> [String] {
    (value?.elements ?? []).compactMap(\.text).filter { !$0.isEmpty }
  }

  // MARK: Identifiers

  private mutating func addIdentifiers(_ attributes: [String: Value], source: String) {
    for text in Self.texts(attributes["credit_code"]) + Self.texts(attributes["tax_id"]) { addCode(text) }
    add(.openID, attributes["wechat_openid"], scope: source)
    add(.unionID, attributes["wechat_unionid"], scope: "")
    add(.externalUserID, attributes["wecom_external_userid"], scope: source)
    for text in Self.texts(attributes["bank_account"]) {
      if let account = BankAccount(text) { add(.bankAccount, account.number) }
    }
    for text in Self.texts(attributes["identifier"]) { add(.other, Folding.fold(text), packed: Self.packed(text)) }
  }

  private mutating func addCode(_ text: String) {
    switch CreditCode.read(text) {
    case .checked(let code):
      add(.creditCode, code.text)
      add(.organisationCode, code.organisationCode)
      add(.uncheckedCode, code.oldTaxNumber)
    case .corrected(let code):
      add(.organisationCode, code.organisationCode)
      add(.uncheckedCode, code.text)
    case .organisationCode(let code): add(.organisationCode, code)
    case .oldTaxNumber(let text), .unchecked(let text): add(.uncheckedCode, text)
    case nil: break
    }
  }

  private mutating func add(_ scheme: PreparedRecord.Identifier.Scheme, _ value: Value?, scope: String) {
    for text in Self.texts(value) { add(scheme, scope + "\u{1F}" + text) }
  }

  private mutating func add(_ scheme: PreparedRecord.Identifier.Scheme, _ text: String, packed: UInt64 = 0) {
    record.identifiers.append(.init(scheme: scheme, value: StableHash.of(text, seed: UInt64(scheme.rawValue)), packed: packed))
  }

  // MARK: Phones and e-mail

  private mutating func addContacts(_ attributes: [String: Value]) {
    for text in Self.texts(attributes["phone"]) { addPhones(text) }
    for text in Self.texts(attributes["remark"])
    where text.utf8.count(where: { $0 >= 0x30 && $0 <= 0x39 }) >= 7 || !text.utf8.allSatisfy({ $0 < 0x80 }) {
      addPhones(text, mobilesOnly: true)
    }
    for text in Self.texts(attributes["email"]) {
      for email in Email.all(in: text) where email.domainClass != .none { addEmail(email) }
    }
  }

  private mutating func addPhones(_ text: String, mobilesOnly: Bool = false) {
    for phone in Phone.all(in: text) where !phone.isExample && (!mobilesOnly || phone.kind == .mobile) {
      record.phones.append(
        .init(
          value: StableHash.of(phone.number, seed: 0x70), digits: Self.lastDigits(phone.number), local: Self.lastDigits(phone.local),
          kind: phone.kind))
    }
  }

  static func lastDigits(_ number: String) -> UInt64 {
    var digits: UInt64 = 0
    for byte in number.utf8 where byte >= 0x30 && byte <= 0x39 { digits = digits % 100_000_000_000_000 * 10 + UInt64(byte - 0x30) }
    return digits
  }

  private mutating func addEmail(_ email: Email) {
    record.emails.append(
      .init(
        value: StableHash.of(email.mailbox, seed: 0x65), domain: StableHash.of(email.domain, seed: 0x64),
        local: Array(email.local.utf16.prefix(32)), localHash: StableHash.of(email.local, seed: 0x6C), isFreeMail: email.isFreeMail,
        isRole: email.isRole))
  }

  // MARK: Order

  /// Sorts and deduplicates every list, so that equal content is equal whatever the order in the source.
  private func finished() -> PreparedRecord {
    var result = record
    result.identifiers = Set(record.identifiers).sorted()
    result.phones = Set(record.phones).sorted { $0.value < $1.value }
    result.emails = Set(record.emails).sorted { $0.value < $1.value }
    result.organisations = Set(record.organisations).sorted {
      ($0.isMarked ? 0 : 1, $0.brandHash, $0.text) < ($1.isMarked ? 0 : 1, $1.brandHash, $1.text)
    }
    result.persons = Set(record.persons).sorted { ($0.textHash, $0.given) < ($1.textHash, $1.given) }
    result.addresses = Set(record.addresses).sorted { Self.hash($0) < Self.hash($1) }
    result.birthDates = Set(record.birthDates).sorted()
    result.contentHash = Self.contentHash(result)
    return result
  }

  private static func hash(_ address: PreparedRecord.AddressFeature) -> UInt64 {
    var hash = StableHash()
    for division in address.divisions { hash.combine(UInt64(division)) }
    hash.combine(address.road)
    hash.combine(address.number)
    hash.combine(address.placeHash)
    hash.combine(address.postcode)
    for value in address.details + address.words { hash.combine(value) }
    return hash.value
  }

  private static func contentHash(_ record: PreparedRecord) -> UInt64 {
    var hash = StableHash()
    hash.combine(record.kind.rawValue)
    for identifier in record.identifiers { hash.combine(identifier.value) }
    hash.combine(1 as UInt8)
    for phone in record.phones { hash.combine(phone.value) }
    hash.combine(2 as UInt8)
    for email in record.emails { hash.combine(email.value) }
    hash.combine(3 as UInt8)
    for name in record.organisations { hash.combine(name.text) }
    hash.combine(4 as UInt8)
    for name in record.persons { hash.combine(name.textHash) }
    hash.combine(5 as UInt8)
    for address in record.addresses { hash.combine(Self.hash(address)) }
    hash.combine(6 as UInt8)
    for date in record.birthDates { hash.combine(UInt64(date)) }
    hash.combine(7 as UInt8)
    for column in record.columns {
      hash.combine(column.column)
      hash.combine(column.hash)
    }
    return hash.value
  }
}
