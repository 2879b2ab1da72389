/// Tells what the columns of a table hold, from their headers and a sample of their values. The values decide: a column called
/// phone that is full of e-mail addresses is an e-mail column.
public enum ColumnTyping {
  /// One column by itself. `types(headers:samples:)` knows more.
  /// - Parameters:
  ///   - header: as it stands in the table.
  ///   - values: some values of the column; they decide when the header says nothing.
  public static func type(header: String, values: [String]) -> ColumnType {
    let shape = ColumnShape(values)
    let promise = ColumnHeaders.promise(of: header)
    // What is empty here may be filled further down.
    if shape.isEmpty { return promise?.attribute == "key" ? ColumnType(general: .ignored) : promise ?? ColumnType(general: .ignored) }
    if ColumnHeaders.isForeign(header) { return ColumnType(general: .ignored) }
    if let sure = unmistakable(shape), !(promise?.attribute == "wechat_unionid" && sure == "wechat_openid") {
      return ColumnType(attribute: promise?.attribute == "fax" && sure == "phone" ? "fax" : sure)
    }
    if let promise, let kept = keep(promise, shape) { return kept }
    if let likely = likely(shape) { return ColumnType(attribute: likely) }
    return ColumnType(general: general(shape, header: promise))
  }

  /// All columns of a table, with what they say about each other.
  /// - Parameters:
  ///   - headers: as they stand in the table.
  ///   - samples: for every column some of its values, in the order of the rows; empty ones may be among them.
  public static func types(headers: [String], samples: [[String]]) -> [ColumnType] {
    var types = zip(headers, samples).map { type(header: $0, values: $1) }
    let shapes = samples.map(ColumnShape.init)
    keepOneKey(&types, shapes)
    settleAddress(&types)
    settleNames(&types, shapes, headers)
    settleDates(&types, shapes)
    dropConstants(&types, shapes)
    return types
  }

  // MARK: One column

  /// Only what cannot be mistaken, whatever the header says.
  private static func unmistakable(_ shape: ColumnShape) -> String? {
    if shape.share({ $0.utf8.contains(0x40) && Email.normalise($0) != nil }) > 0.6 { return "email" }
    if shape.share({ $0.utf8.count >= 18 && CreditCode($0) != nil }) > 0.5 { return "credit_code" }
    if shape.share(isWrittenPhone) > 0.6 { return "phone" }
    if shape.share(isOpenID) > 0.8 { return "wechat_openid" }
    if shape.share({ $0.utf8.count >= 15 && BankAccount($0)?.isIBAN ?? false }) > 0.6 { return "bank_account" }
    return nil
  }

  /// A mobile number, or one whose punctuation shows what it is.
  private static func isWrittenPhone(_ folded: String) -> Bool {
    guard (10...24).contains(folded.utf8.count), DateReading.day(folded) == nil, let phone = Phone.all(in: folded).first else {
      return false
    }
    if phone.kind == .mobile { return true }
    let marks = folded.utf8.count { $0 == 0x2D || $0 == 0x20 || $0 == 0x28 || $0 == 0x2B || $0 == 0x2F }
    return phone.kind == .landline ? marks > 0 : phone.number.hasPrefix("+") && marks > 1
  }

  /// What is told by the values when the header says nothing, and could still be something else.
  private static func likely(_ shape: ColumnShape) -> String? {
    guard shape.filled.count >= 5 else { return nil }
    if shape.share(ColumnShape.isWebsite) > 0.8 { return "website" }
    if shape.share({ $0.unicodeScalars.count <= 12 && Division.isWholeName($0, \.isProvince) }) > 0.8 { return "address.province" }
    if shape.share({ $0.unicodeScalars.count <= 12 && Division.isWholeName($0) { _ in true } }) > 0.8 {
      return shape.share { Division.isWholeName($0, \.isCity) } > 0.5 ? "address.city" : "address.district"
    }
    if shape.distinctCount >= 4, shape.share(StreetWords.isState) > 0.95 { return "address.province" }
    return nil
  }

  /// 28 characters that begin with `o` (unionids too, hence the header tells them apart).
  private static func isOpenID(_ folded: String) -> Bool {
    folded.utf8.count == 28 && folded.utf8.first == 0x6F
      && folded.utf8.allSatisfy { $0 >= 0x61 && $0 <= 0x7A || $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2D || $0 == 0x5F }
  }

  /// The promise of the header, if the values keep it; nil if they do not.
  private static func keep(_ promise: ColumnType, _ shape: ColumnShape) -> ColumnType? {
    guard let attribute = promise.attribute else { return keepGeneral(promise, shape) }
    switch attribute {
    case "key": return shape.distinctShare == 1 ? promise : nil
    case "phone", "fax": return shape.share(ColumnShape.isPhone) > 0.3 ? promise : nil
    case "email": return shape.share { $0.contains("@") } > 0.3 ? promise : nil
    case "birth_date": return shape.share { DateReading.day($0) != nil || ColumnShape.digits($0) >= 6 } > 0.3 ? promise : nil
    case "postcode": return shape.share(ColumnShape.isPostcode) > 0.5 ? promise : nil
    case "website": return shape.share(ColumnShape.isWebsite) > 0.3 ? promise : nil
    case "credit_code", "tax_id", "bank_account": return shape.share { ColumnShape.digits($0) >= 6 } > 0.3 ? promise : nil
    case "identifier": return shape.share { ColumnShape.digits($0) >= 4 } > 0.5 && shape.distinctShare > 0.3 ? promise : nil
    case "name", "organisation", "contact_name", "given_name", "middle_name", "surname", "nickname":
      guard shape.share(ColumnShape.hasLetters) > 0.4 else { return nil }
      return ColumnType(attribute: attribute, kind: kind(attribute, shape))
    case "address", "address.city", "address.province", "address.district", "country":
      return shape.share(ColumnShape.hasLetters) > 0.4 ? promise : nil
    default: return promise
    }
  }

  private static func keepGeneral(_ promise: ColumnType, _ shape: ColumnShape) -> ColumnType? {
    switch promise.general {
    case .year: return shape.share(ColumnShape.isYear) > 0.5 ? promise : nil
    case .number: return shape.share(ColumnShape.isNumber) > 0.5 ? promise : nil
    case .date: return shape.share { DateReading.day($0) != nil } > 0.5 ? promise : nil
    case .names: return shape.share(ColumnShape.hasLetters) > 0.5 ? promise : nil
    case .category:
      if shape.share(kinds.contains) > 0.9 { return ColumnType(attribute: "kind") }
      return shape.distinctCount > 20 && shape.distinctShare > 0.7 ? nil : promise
    case .text:
      // `title` can be Mr and Mrs, or the job of a person.
      if shape.share({ Lexicon.westernTitles.contains($0.filter { $0 != "." }) }) > 0.5 { return ColumnType(general: .ignored) }
      return shape.filled.count >= 20 && shape.distinctShare < 0.2 && shape.wordsPerValue < 3 ? ColumnType(general: .category) : promise
    default: return promise
    }
  }

  private static let kinds: Set<String> = [
    "company", "person", "contact", "individual", "unknown", "organization", "organisation", "private", "business", "客户", "企业", "企业客户",
    "个人",
    "个人客户", "联系人", "公司",
  ]

  private static func kind(_ attribute: String, _ shape: ColumnShape) -> String? {
    switch attribute {
    case "contact_name", "given_name", "surname": return "person"
    case "organisation": return "company"
    default: break
    }
    let (persons, companies) = (shape.share(ColumnShape.isPerson), shape.share(ColumnShape.isCompany))
    if companies > 0.2, companies > persons * 1.5 { return persons > 0.25 ? nil : "company" }
    return persons > 0.5 && companies < 0.1 ? "person" : nil
  }

  private static func general(_ shape: ColumnShape, header: ColumnType?) -> ColumnType.General {
    if shape.filled.count >= 3, isCount(shape.filled) { return .ignored }
    if shape.share(ColumnShape.isYear) > 0.95 { return .year }
    if shape.share({ DateReading.day($0) != nil }) > 0.8 { return .date }
    let isRepeating = shape.filled.count >= 20 && shape.distinctShare < 0.35
    if shape.share(ColumnShape.isNumber) > 0.9 {
      return shape.share { ColumnShape.isDigits($0) && $0.utf8.count >= 6 } > 0.9 ? .code : .number
    }
    if isRepeating { return .category }
    if shape.share(ColumnShape.isNameList) > 0.4 { return .names }
    if shape.wordsPerValue < 1.2, shape.share({ ColumnShape.digits($0) > 0 && !$0.contains(" ") && $0.utf8.count <= 40 }) > 0.8 {
      return .code
    }
    return .text
  }

  /// 1, 2, 3, …: the number of the row.
  private static func isCount(_ values: [String]) -> Bool {
    let numbers = values.compactMap { Int($0) }
    return numbers.count == values.count && zip(numbers, numbers.dropFirst()).allSatisfy { $1 - $0 == 1 }
  }
}
