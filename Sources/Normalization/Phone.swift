/// A telephone number as a comparable value.
///
/// Chinese shapes are parsed by the national numbering plan (mobiles `1[3-9]` and nine digits; landlines: area code of two or
/// three digits after the 0, then seven or eight digits; 400 and 800 service numbers). Numbers of other regions lose their trunk
/// prefix and get their country code. Lengths follow ITU-T E.164 (15 digits at most).
public struct Phone: Hashable, Sendable {
  public enum Kind: UInt8, Hashable, Sendable {
    case mobile, landline
    /// 400, 800 and similar numbers that many people call: evidence about an organisation, never about a person.
    case service
    /// Digits whose plan is not known, or does not tell mobiles from landlines.
    case other
    /// A number without its area code, 62345678: the same digits exist in every city.
    case local
  }

  /// `+` and digits when the country is known, else the digits alone.
  public var number: String
  public var kind: Kind
  /// Digits after `ext`, `#`, `*`, `转` or a third hyphen group.
  public var `extension`: String?
  /// The last seven or eight digits, as neighbours dial them; empty for mobiles and service numbers. What a local number can share
  /// with a full one.
  public var local: String

  public init(number: String, kind: Kind, extension: String? = nil, local: String = "") {
    self.number = number
    self.kind = kind
    self.extension = `extension`
    self.local = local
  }

  /// The first number in `text` in E.164 form, or `nil` when there is none, or when it is masked, a placeholder or too short.
  /// - Parameter region: ISO 3166 code that tells how to read numbers without a country code; `nil` means China.
  public static func normalise(_ text: String, region: String?) -> String? {
    all(in: text, region: region).first?.number
  }

  /// Every number in a field that may hold several (`0755-1234567/13800138000 张三`), in the order in which they stand.
  public static func all(in text: String, region: String? = nil) -> [Phone] {
    var text = text
    return text.withUTF8 { source in
      var phone: Phone?
      if region == nil || region == "CN", readShape(source, { phone = Phone($0) }) { return phone.map { [$0] } ?? [] }
      return several(Folding.scalars(source), region: region)
    }
  }

  /// Any field.
  static func several(_ folded: [Unicode.Scalar], region: String?) -> [Phone] {
    var phones: [Phone] = []
    for run in PhoneRun.all(in: folded) {
      guard let phone = parse(run, region: region) else { continue }
      if !phones.contains(where: { $0.number == phone.number }) { phones.append(phone) }
    }
    return phones
  }

  private static func parse(_ run: PhoneRun, region: String?) -> Phone? {
    guard !run.isMasked else { return nil }
    var digits = run.digits
    let isChinese = region == nil || region == "CN"
    var hasCountry = run.hasPlus
    if digits.starts(with: "00".utf8), digits.count > 9 {
      digits.removeFirst(2)
      hasCountry = true
    } else if isChinese, digits.starts(with: "17951".utf8), digits.count == 16 {
      digits.removeFirst(5)
    }
    if digits.starts(with: "86".utf8), hasCountry || isChinese, let phone = chineseAfterCountry(Array(digits.dropFirst(2)), run) {
      return phone
    }
    if hasCountry { return abroad(digits, run) }
    // 1-310-246-1501 is cut as no Chinese number is.
    if isChinese, run.groups != [1, 3, 3, 4], let phone = chinese(digits, run) { return phone }
    return home(digits, run, region: region)
  }

  // MARK: China

  private static func isMobile(_ digits: some Collection<UInt8>) -> Bool {
    digits.count == 11 && digits.first == 0x31 && digits.dropFirst().first.map { $0 >= 0x33 } ?? false
  }

  static func mobile(_ digits: some Collection<UInt8>) -> Phone {
    Phone(number: "+86" + String(decoding: digits, as: UTF8.self), kind: .mobile)
  }

  private static func chineseAfterCountry(_ source: [UInt8], _ run: PhoneRun) -> Phone? {
    let digits = source.first == 0x30 ? Array(source.dropFirst()) : source
    if isMobile(digits) { return isPlaceholder(digits) ? nil : mobile(digits) }
    if digits.count == 10, isService(digits) { return service(digits, run) }
    return landline(digits, run)
  }

  private static func chinese(_ source: [UInt8], _ run: PhoneRun) -> Phone? {
    let hasTrunk = source.first == 0x30
    let digits = hasTrunk ? Array(source.dropFirst()) : source
    if isMobile(digits) { return isPlaceholder(digits) ? nil : mobile(digits) }
    if !hasTrunk, isService(digits), digits.count == 10 { return service(digits, run) }
    if hasTrunk { return landline(digits, run) }
    // 755-23456789: the 0 of the area code was lost to a spreadsheet.
    if run.groups.count == 2, (2...3).contains(run.groups[0]), run.groups[1] == 8 { return landline(digits, run) }
    guard (7...8).contains(digits.count), digits[0] >= 0x32, !isPlaceholder(digits) else { return nil }
    return local(digits, run)
  }

  private static func isService(_ digits: [UInt8]) -> Bool { digits.starts(with: "400".utf8) || digits.starts(with: "800".utf8) }

  private static func service(_ digits: [UInt8], _ run: PhoneRun) -> Phone? {
    isPlaceholder(digits)
      ? nil : Phone(number: "+86" + String(decoding: digits, as: UTF8.self), kind: .service, extension: text(run.extensionDigits))
  }

  /// Area code without its 0 (`10`, `2x`, or three digits from 3 to 9), then seven or eight digits. More digits are an extension
  /// when a separator keeps them apart.
  private static func landline(_ digits: [UInt8], _ run: PhoneRun) -> Phone? {
    guard digits.count >= 9 else { return nil }
    let area: Int
    switch (digits[0], digits[1]) {
    case (0x31, 0x30), (0x32, _): area = 2
    case (0x33..., _): area = 3
    default: return nil
    }
    let room = digits.count - area
    var subscriber = room
    var ext = text(run.extensionDigits)
    if area == 2 ? room != 8 : !(7...8).contains(room) {
      guard let tail = tailGroup(run, room: room, area: area) else { return nil }
      subscriber = room - tail
      if ext == nil { ext = text(Array(digits.suffix(tail))) }
    }
    let number = digits.prefix(area + subscriber)
    guard !isPlaceholder(number), !isPlaceholder(number.dropFirst(area)) else { return nil }
    return Phone(
      number: "+86" + String(decoding: number, as: UTF8.self), kind: .landline, extension: ext,
      local: String(decoding: number.dropFirst(area), as: UTF8.self))
  }

  /// How many digits the groups behind the subscriber's number have: 4 in 0411-5778981-1291.
  private static func tailGroup(_ run: PhoneRun, room: Int, area: Int) -> Int? {
    var tail = 0
    for group in run.groups.reversed().dropLast() {
      tail += group
      let left = room - tail
      if tail <= 6, left == 8 || (left == 7 && area == 3) { return tail }
    }
    return nil
  }

  // MARK: Other countries

  private static func abroad(_ digits: [UInt8], _ run: PhoneRun) -> Phone? {
    guard (8...15).contains(digits.count), !isPlaceholder(digits) else { return nil }
    if let plan = PhonePlan.abroad(digits), let national = plan.national(digits.dropFirst(plan.code.count)) {
      return phone(national, plan, run)
    }
    let text = String(decoding: digits, as: UTF8.self)
    return Phone(number: "+" + text, kind: .other, extension: self.text(run.extensionDigits), local: String(text.suffix(7)))
  }

  private static func home(_ digits: [UInt8], _ run: PhoneRun, region: String?) -> Phone? {
    guard (7...15).contains(digits.count), !isPlaceholder(digits), !isPlaceholder(digits.suffix(8)),
      !isPlaceholder(digits.suffix(7))
    else { return nil }
    if let region, region != "CN", let plan = PhonePlan.of(region) {
      if digits.starts(with: plan.code), let national = plan.national(digits.dropFirst(plan.code.count)), plan.national(digits) == nil {
        return phone(national, plan, run)
      }
      if plan.code == [0x31], digits.count == 7 { return local(digits, run) }
      if let national = plan.national(digits) { return phone(national, plan, run) }
    } else if isNorthAmerican(digits), americanGroups.contains(run.groups), let plan = PhonePlan.of("US") {
      return phone(Array(digits.suffix(10)), plan, run)
    }
    let text = String(decoding: digits, as: UTF8.self)
    if digits.count <= 8 { return digits[0] >= 0x32 ? local(digits, run) : nil }
    return Phone(number: text, kind: .other, extension: self.text(run.extensionDigits), local: String(text.suffix(7)))
  }

  private static func local(_ digits: [UInt8], _ run: PhoneRun) -> Phone {
    let number = String(decoding: digits, as: UTF8.self)
    return Phone(number: number, kind: .local, extension: text(run.extensionDigits), local: number)
  }

  private static let americanGroups: [[Int]] = [[10], [3, 3, 4], [3, 7], [6, 4], [1, 3, 3, 4], [11], [1, 10]]

  /// Area code and exchange begin with 2 to 9 (North American Numbering Plan).
  private static func isNorthAmerican(_ digits: [UInt8]) -> Bool {
    if digits.count == 11 { return digits[0] == 0x31 && isNorthAmerican(Array(digits.dropFirst())) }
    return digits.count == 10 && digits[0] >= 0x32 && digits[3] >= 0x32
  }

  private static func phone(_ national: [UInt8], _ plan: PhonePlan, _ run: PhoneRun) -> Phone? {
    guard !isPlaceholder(national) else { return nil }
    let kind: Kind = plan.isMobile(national) ? .mobile : plan.isService(national) ? .service : .other
    let length = plan.region == "HK" || plan.region == "MO" || plan.region == "SG" ? 8 : 7
    let local = kind == .mobile && length == 7 || kind == .service ? "" : String(decoding: national.suffix(length), as: UTF8.self)
    return Phone(
      number: "+" + String(decoding: plan.code + national, as: UTF8.self), kind: kind, extension: text(run.extensionDigits), local: local)
  }

  private static func text(_ digits: [UInt8]) -> String? { digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self) }

  // MARK: Placeholders

  /// What people type to get past a required field: one digit again and again, two in turn, and the row 12345678.
  static func isPlaceholder(_ digits: some Collection<UInt8>) -> Bool {
    if let answer = digits.withContiguousStorageIfAvailable({ isPlaceholder($0) }) { return answer }
    return Array(digits).withUnsafeBufferPointer { isPlaceholder($0) }
  }

  /// As above.
  static func isPlaceholder(_ digits: UnsafeBufferPointer<UInt8>) -> Bool {
    let count = digits.count
    guard count >= 7 else { return true }
    var seen: UInt16 = 0
    var isRow = digits[0] <= 0x31
    for place in 0..<count {
      seen |= 1 << UInt16(digits[place] & 0x0F)
      if isRow, place > 0 {
        let (before, digit) = (digits[place - 1], digits[place])
        isRow = digit == before &+ 1 || before == 0x39 && digit == 0x30
      }
    }
    if isRow || count >= 10 && seen.nonzeroBitCount <= 2 { return true }
    let last = digits[count - 1]
    if (count - 7..<count).allSatisfy({ digits[$0] == last }) { return true }
    return count == 8 && digits.elementsEqual("87654321".utf8)
  }

  /// True for the numbers that every example and every test has: a number one can call, but evidence of nothing.
  public var isExample: Bool { withReading(\.isExample) }
}
