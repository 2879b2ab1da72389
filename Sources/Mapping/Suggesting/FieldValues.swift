import Model
import Normalization

/// What the values of a field look like: the values decide, not the name.
struct FieldValues: Sendable {
  let count: Int
  let distinct: Int
  let email: Double
  let phone: Double
  /// Numbers that are surely telephone numbers: mobiles, and those with a plus sign or punctuation.
  let surePhone: Double
  let mobile: Double
  let date: Double
  /// Dates with a time of day, and counts of seconds since 1970.
  let time: Double
  let number: Double
  /// Numbers with a fraction.
  let fraction: Double
  let creditCode: Double
  let company: Double
  let person: Double
  let address: Double
  let boolean: Double
  let website: Double
  let code: Double
  let openID: Double
  let warehouse: Double
  let unit: Double
  let bank: Double
  let averageLength: Double

  init(_ values: [String]) {
    let folded = values.map(Folding.fold)
    count = values.count
    distinct = Set(folded).count
    func share(_ test: (String) -> Bool) -> Double { values.isEmpty ? 0 : Double(folded.count(where: test)) / Double(values.count) }
    email = share { $0.contains("@") && Email.normalise($0) != nil }
    phone = share(Self.isPhone)
    mobile = share(Self.isMobile)
    surePhone = share { Self.isPhone($0) && (Self.isMobile($0) || $0.hasPrefix("+") || $0.contains { "-() ".contains($0) }) }
    date = share { DateReading.day($0) != nil || DatePattern.isoDateTime.parse($0.uppercased()) != nil || Self.isEpoch($0) }
    time = share { $0.contains(":") && (DateReading.day(String($0.prefix(10))) != nil || DateReading.day($0) != nil) || Self.isEpoch($0) }
    number = share { Number(parsing: $0.replacing(",", with: "")) != nil }
    fraction = share { $0.contains(".") && Number(parsing: $0.replacing(",", with: "")) != nil }
    creditCode = share { $0.utf8.count >= 18 && CreditCode($0) != nil }
    company = share { CompanyName($0)?.isMarked ?? false }
    person = share { text in
      !text.contains(where: \.isNumber) && (2...30).contains(text.unicodeScalars.count) && (PersonName(text)?.isFull ?? false)
        && CompanyName(text)?.isMarked != true
    }
    address = share { text in
      guard text.unicodeScalars.count >= 6, let address = Address(text) else { return false }
      return address.isChinese
        ? !address.divisions.isEmpty || !address.road.isEmpty && !address.number.isEmpty : !address.number.isEmpty && text.contains(" ")
    }
    boolean = share { ["true", "false", "0", "1", "y", "n", "yes", "no", "是", "否", "t", "f"].contains($0) }
    website = share {
      !$0.contains("@") && $0.contains(".") && ($0.hasPrefix("http") || $0.hasPrefix("www.") || Website($0)?.host.contains(".c") ?? false)
    }
    code = share { $0.utf8.allSatisfy { $0 < 0x80 && $0 > 0x20 } && $0.contains(where: \.isNumber) }
    openID = share { $0.utf8.count == 28 && $0.hasPrefix("o") }
    warehouse = share { $0.contains("仓") || $0.contains("库") || $0.contains("warehouse") || $0.contains("lager") }
    bank = share { $0.contains("银行") || $0.contains("信用社") || $0.contains("sparkasse") || $0.contains("bank") && !$0.contains("@") }
    unit = share { Self.units.contains($0) }
    averageLength = values.isEmpty ? 0 : Double(values.reduce(0) { $0 + $1.unicodeScalars.count }) / Double(values.count)
  }

  private static let units: Set<String> = [
    "个", "只", "件", "台", "箱", "包", "盒", "套", "瓶", "支", "把", "张", "米", "公斤", "千克", "吨", "升", "卷", "袋", "双", "条", "根", "块", "pcs", "pc", "ea",
    "each", "kg", "g", "m",
    "l", "box", "set", "stk", "st", "unit", "units", "nos", "ctn", "pack",
  ]

  var isEmpty: Bool { count == 0 }
  var isUnique: Bool { count > 2 && distinct * 10 >= count * 9 }
  var isConstant: Bool { count > 3 && distinct == 1 }

  private static func isPhone(_ text: String) -> Bool {
    guard (7...30).contains(text.utf8.count), DateReading.day(text) == nil, !text.contains("@") else { return false }
    let digits = text.utf8.count { (0x30...0x39).contains($0) }
    guard digits >= 7, digits * 2 > text.utf8.count else { return false }
    return Phone.all(in: text, region: "CN").first != nil || text.hasPrefix("+") || text.contains("*") && digits >= 7
  }

  private static func isMobile(_ text: String) -> Bool {
    let digits = Array(text.utf8.filter { (0x30...0x39).contains($0) })
    return !text.hasPrefix("+") && !text.contains("(") && digits.count == 11 && digits[0] == 0x31 && digits[1] >= 0x33
  }

  private static func isEpoch(_ text: String) -> Bool {
    (text.utf8.count == 10 || text.utf8.count == 13) && text.hasPrefix("1") && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
      && !text.hasPrefix("13") && !text.hasPrefix("18") && !text.hasPrefix("19")
  }

  /// How well the values suit an attribute of that name: 0 is impossible, 1 is right, 0.6 to 0.9 is what nothing speaks against.
  func suit(_ target: String) -> Double {
    if isEmpty { return 0.8 }
    switch target {
    case "email": return email > 0.3 ? 1 : 0
    case "phone":
      return email > 0.3 || date > 0.5 && phone < 0.3 || creditCode > 0.3
        ? 0 : phone > 0.3 ? 1 : code > 0.5 && averageLength >= 6 ? 0.7 : 0.2
    case "created_at", "updated_at", "ordered_at", "paid_at", "at", "birth_date", "as_of": return date > 0.3 ? 1 : 0
    case "credit_code": return creditCode > 0.3 ? 1 : code > 0.7 && averageLength > 8 && surePhone < 0.5 ? 0.65 : 0
    case "tax_id": return email > 0.3 || date > 0.6 || surePhone > 0.5 ? 0 : code > 0.5 ? 1 : 0.6
    case "postcode":
      return surePhone > 0.5 || email > 0 || creditCode > 0 || averageLength > 12 || date > 0.6 && averageLength >= 8 ? 0 : 0.97
    case "quantity", "reserved", "available", "amount", "price", "cost": return number > 0.5 ? 1 : number > 0.2 ? 0.6 : 0
    case "bank_account": return code > 0.5 && averageLength >= 10 ? 1 : 0.2
    case "website": return email > 0.3 ? 0 : website > 0.2 ? 1 : 0.2
    case "gender": return distinct <= 5 ? 1 : 0
    case "address", "address.street": return email > 0.3 || surePhone > 0.5 || date > 0.5 || number > 0.8 ? 0 : address > 0.4 ? 1 : 0.8
    case "address.city", "address.province", "address.district", "country":
      return email > 0.3 || surePhone > 0.5 || date > 0.5 || company > 0.5 || number > 0.8 && averageLength > 4 ? 0 : 0.95
    case "name", "contact_name", "organisation", "customer_name", "nickname":
      return email > 0.3 || surePhone > 0.5 || date > 0.5 || number > 0.8 ? 0 : 0.95
    case "title", "industry", "bank_name", "channel":
      return email > 0.3 || surePhone > 0.5 || date > 0.5 ? 0 : number > 0.8 && target == "title" ? 0 : 0.95
    case "key":
      return email > 0.3 && !(isUnique && averageLength > 20) || date > 0.7 && number < 0.5 || averageLength > 60 ? 0 : isUnique ? 1 : 0.75
    case "kind", "tier", "status", "source_status", "direction":
      return email > 0.3 || surePhone > 0.5 || date > 0.6 ? 0 : distinct <= max(8, count / 2) ? 1 : 0.5
    case "owner", "agent": return email > 0.5 ? 0.3 : date > 0.5 || surePhone > 0.6 ? 0.2 : 0.95
    case "parent_key", "customer_key", "sku", "lot", "barcode":
      return email > 0.6 && target != "customer_key" || date > 0.8 && code < 0.5 ? 0 : 0.95
    default: return 0.9
    }
  }
}
