import Model
import Normalization

/// Turns the attributes of a customer record into features. Attribute names are those of `mappings/model.yaml`.
public struct Preparation {
  /// Rises whenever the same attributes give other features than before: tables, normalisers, rules. Part of the
  /// configuration digest (C2).
  public static let version: UInt64 = 1

  private var record = PreparedRecord(
    identifiers: [], phones: [], emails: [], organisations: [], persons: [], addresses: [], birthDates: [], contentHash: 0)

  /// - Parameters:
  ///   - attributes: live values by attribute name; several values are an array.
  ///   - source: the record's source: the scope of ids that are only unique there (a WeChat openid belongs to its app).
  public static func prepare(_ attributes: [String: Value], source: String) -> PreparedRecord {
    var preparation = Preparation()
    preparation.addIdentifiers(attributes, source: source)
    preparation.addContacts(attributes)
    preparation.addNames(attributes)
    preparation.addAddress(attributes)
    preparation.addBirthDate(attributes)
    return preparation.finished()
  }

  private static func texts(_ value: Value?) -> [String] {
    (value?.elements ?? []).compactMap(\.text).filter { !$0.isEmpty }
  }

  // MARK: Identifiers

  private mutating func addIdentifiers(_ attributes: [String: Value], source: String) {
    for text in Self.texts(attributes["credit_code"]) + Self.texts(attributes["tax_id"]) { addCode(text) }
    add(.openID, attributes["wechat_openid"], scope: source)
    add(.unionID, attributes["wechat_unionid"], scope: "")
    add(.externalUserID, attributes["wecom_external_userid"], scope: source)
    for text in Self.texts(attributes["bank_account"]) {
      let digits = text.filter { $0.isASCII && $0.isNumber }
      if digits.count >= 10, Set(digits).count > 2 { add(.bankAccount, digits) }
    }
    for text in Self.texts(attributes["identifier"]) { add(.other, Folding.fold(text)) }
  }

  private mutating func addCode(_ text: String) {
    if let code = CreditCode(text) {
      add(.creditCode, code.text)
      add(.organisationCode, code.organisationCode)
      return
    }
    let cleaned = CreditCode.clean(text)
    guard cleaned.count >= 8, Set(cleaned).count > 3 else { return }
    let plain = String(decoding: cleaned, as: UTF8.self)
    add(cleaned.count == 9 ? .organisationCode : .uncheckedCode, plain)
  }

  private mutating func add(_ scheme: PreparedRecord.Identifier.Scheme, _ value: Value?, scope: String) {
    for text in Self.texts(value) { add(scheme, scope + "\u{1F}" + text) }
  }

  private mutating func add(_ scheme: PreparedRecord.Identifier.Scheme, _ text: String) {
    record.identifiers.append(.init(scheme: scheme, value: StableHash.of(text, seed: UInt64(scheme.rawValue))))
  }

  // MARK: Phones and e-mail

  private mutating func addContacts(_ attributes: [String: Value]) {
    for text in Self.texts(attributes["phone"]) { addPhones(text) }
    for text in Self.texts(attributes["remark"])
    where text.utf8.count(where: { $0 >= 0x30 && $0 <= 0x39 }) >= 7 || !text.utf8.allSatisfy({ $0 < 0x80 }) {
      addPhones(text, mobilesOnly: true)
    }
    for text in Self.texts(attributes["email"]) {
      for email in Email.all(in: text) { addEmail(email) }
    }
  }

  private mutating func addPhones(_ text: String, mobilesOnly: Bool = false) {
    for phone in Phone.all(in: text) where !mobilesOnly || phone.kind == .mobile {
      record.phones.append(
        .init(value: StableHash.of(phone.number, seed: 0x70), isMobile: phone.kind == .mobile, isService: phone.kind == .service))
    }
  }

  private mutating func addEmail(_ email: Email) {
    record.emails.append(
      .init(
        value: StableHash.of(email.address, seed: 0x65), domain: StableHash.of(email.domain, seed: 0x64), isFreeMail: email.isFreeMail,
        isRole: email.isRole))
  }

  // MARK: Names

  private mutating func addNames(_ attributes: [String: Value]) {
    let kind = attributes["kind"]?.text ?? ""
    for text in Self.texts(attributes["name"]) {
      switch kind {
      case "company": addOrganisation(text)
      case "person": addPersonOrLabel(text)
      case "contact" where attributes["contact_name"] != nil: addOrganisation(text)
      default: addUnknownName(text)
      }
    }
    for text in Self.texts(attributes["short_name"]) { addOrganisation(text) }
    for text in Self.texts(attributes["organisation"]) { addOrganisation(text) }
    for text in Self.texts(attributes["contact_name"]) { addPerson(text) }
    for text in Self.texts(attributes["remark"]) { addLabel(text) }
    let given = Self.texts(attributes["given_name"]).first ?? ""
    let surname = Self.texts(attributes["surname"]).first ?? ""
    if !given.isEmpty || !surname.isEmpty { addPerson(given: given, surname: surname) }
  }

  private mutating func addUnknownName(_ text: String) {
    for part in NameLabel.parts(of: text) { addPart(part) }
  }

  private mutating func addPersonOrLabel(_ text: String) {
    if !addPerson(text) { addUnknownName(text) }
  }

  private mutating func addLabel(_ text: String) {
    for part in NameLabel.parts(of: text) { addPart(part) }
  }

  private mutating func addPart(_ part: NameLabel.Part) {
    switch part {
    case .organisation(let text): addOrganisation(text)
    case .person(let text): addPerson(text)
    }
  }

  private mutating func addOrganisation(_ text: String) {
    guard let name = CompanyName(text) else { return }
    let brand = name.brand.isEmpty ? name.industry : name.brand
    record.organisations.append(
      .init(
        text: StableHash.of(name.text, seed: 0x6F), brand: Array(brand.utf16.prefix(48)), brandHash: StableHash.of(brand, seed: 0x62),
        industry: name.brand.isEmpty ? [] : Array(name.industry.utf16), divisions: name.divisions.map(\.code).sorted(),
        branch: name.branch.map { StableHash.of($0, seed: 0x72) } ?? 0,
        ordinal: name.ordinal.isEmpty ? 0 : StableHash.of(name.ordinal, seed: 0x6E), isMarked: name.isMarked,
        isChinese: brand.unicodeScalars.contains(where: Folding.isHan)))
  }

  @discardableResult
  private mutating func addPerson(_ text: String) -> Bool {
    guard let name = PersonName(text) else { return false }
    add(name)
    return true
  }

  private mutating func addPerson(given: String, surname: String) {
    if let name = PersonName(given.unicodeScalars.contains(where: Folding.isHan) ? surname + given : "\(given) \(surname)") { add(name) }
  }

  private mutating func add(_ name: PersonName) {
    record.persons.append(
      .init(
        text: Array(name.text.utf16.prefix(48)), textHash: StableHash.of(name.text, seed: 0x6D),
        surname: name.surname.isEmpty ? 0 : StableHash.of(name.surname, seed: 0x73),
        // The seed of surnames, so that swapped names can be recognised.
        given: name.given.isEmpty ? 0 : StableHash.of(name.given, seed: 0x73), isChinese: name.isChinese))
  }

  // MARK: Address and birth date

  private mutating func addAddress(_ attributes: [String: Value]) {
    var whole = Self.texts(attributes["address"])
    let parts = ["address.province", "address.city", "address.district", "address.street"].flatMap { Self.texts(attributes[$0]) }
    if whole.isEmpty, !parts.isEmpty { whole = [parts.joined(separator: " ")] }
    let around = (whole.isEmpty ? [] : Self.texts(attributes["address.city"]) + Self.texts(attributes["postcode"])).joined(separator: " ")
    for text in whole {
      let isChinese = text.unicodeScalars.contains(where: Folding.isHan)
      guard let address = Address(isChinese || !Self.texts(attributes["address.street"]).isEmpty ? text : text + " " + around) else {
        continue
      }
      record.addresses.append(
        .init(
          divisions: address.divisions.map(\.code).sorted(), road: address.road.isEmpty ? 0 : StableHash.of(address.road, seed: 0x61),
          number: address.number.isEmpty ? 0 : StableHash.of(address.number, seed: 0x23),
          details: Set(address.details.map { StableHash.of($0, seed: 0x24) }).sorted(),
          words: isChinese ? [] : Set(address.words.map { StableHash.of($0, seed: 0x77) }).sorted()))
    }
  }

  private mutating func addBirthDate(_ attributes: [String: Value]) {
    for text in Self.texts(attributes["birth_date"]) {
      let digits = text.utf8.filter { $0 >= 0x30 && $0 <= 0x39 }.prefix(8)
      guard digits.count == 8, let number = UInt32(String(decoding: digits, as: UTF8.self)) else { continue }
      let (month, day) = (number / 100 % 100, number % 100)
      if number > 18_000_000, (1...31).contains(month), (1...31).contains(day), number != 19_000_101 { record.birthDates.append(number) }
    }
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
    for value in address.details + address.words { hash.combine(value) }
    return hash.value
  }

  private static func contentHash(_ record: PreparedRecord) -> UInt64 {
    var hash = StableHash()
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
    return hash.value
  }
}
