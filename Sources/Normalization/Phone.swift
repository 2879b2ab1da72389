/// A telephone number as a comparable value.
///
/// Chinese shapes are parsed by the national numbering plan (mobiles `1[3-9]` and nine digits; landlines: area code of two or
/// three digits after the 0, then seven or eight digits; 400 and 800 service numbers). Numbers with an explicit foreign
/// country code, and numbers of other regions, are kept as their significant digits. Lengths follow ITU-T E.164 (15 digits at most).
public struct Phone: Hashable, Sendable {
  public enum Kind: UInt8, Hashable, Sendable {
    case mobile, landline
    /// 400, 800 and similar numbers that many people call: evidence about an organisation, never about a person.
    case service
    /// Digits whose plan is not known.
    case other
  }

  /// `+` and digits when the country is known, else the digits alone.
  public var number: String
  public var kind: Kind
  /// Digits after `ext`, `#`, `转` or a third hyphen group.
  public var `extension`: String?

  public init(number: String, kind: Kind, extension: String? = nil) {
    self.number = number
    self.kind = kind
    self.extension = `extension`
  }

  /// The first number in `text` in E.164 form, or `nil` when there is none, or when it is masked, a placeholder or too short.
  /// - Parameter region: ISO 3166 code that tells how to read numbers without a country code; `nil` means China.
  public static func normalise(_ text: String, region: String?) -> String? {
    all(in: text, region: region).first?.number
  }

  /// Every number in a field that may hold several (`0755-1234567/13800138000 张三`), in the order in which they stand.
  public static func all(in text: String, region: String? = nil) -> [Phone] {
    let folded = Array(Folding.fold(text).unicodeScalars)
    var phones: [Phone] = []
    for run in digitRuns(folded) {
      guard let phone = parse(run, region: region ?? "CN") else { continue }
      if !phones.contains(where: { $0.number == phone.number }) { phones.append(phone) }
    }
    return phones
  }

  /// A run of digits with the punctuation people write inside one number, and the extension that follows it.
  struct DigitRun {
    var hasPlus: Bool
    var digits: [UInt8]
    /// The digit groups' lengths, as the separators cut them.
    var groups: [Int]
    var extensionDigits: [UInt8]
    var isMasked: Bool
  }

  static func digitRuns(_ scalars: [Unicode.Scalar]) -> [DigitRun] {
    var runs: [DigitRun] = []
    var index = 0
    while index < scalars.count {
      guard isDigit(scalars[index]) || (scalars[index] == "+" && index + 1 < scalars.count) else {
        index += 1
        continue
      }
      var run = DigitRun(hasPlus: false, digits: [], groups: [], extensionDigits: [], isMasked: false)
      index = read(scalars, from: index, into: &run)
      if !run.digits.isEmpty { runs.append(contentsOf: separate(run)) }
    }
    return runs
  }

  private static func read(_ scalars: [Unicode.Scalar], from start: Int, into run: inout DigitRun) -> Int {
    var index = start
    var group = 0
    func closeGroup() {
      if group > 0 { run.groups.append(group) }
      group = 0
    }
    scan: while index < scalars.count {
      let scalar = scalars[index]
      if isDigit(scalar) {
        run.digits.append(UInt8(scalar.value))
        group += 1
        index += 1
        continue
      }
      switch scalar {
      case "+":
        guard run.digits.isEmpty else { break scan }
        run.hasPlus = true
      case "*":
        run.isMasked = true
      case "x" where isMaskAhead(scalars, index):
        run.isMasked = true
      case " ", "-", "–", "—", "(", ")", ".":
        // A spreadsheet's float: 13800138000.0
        if scalar == ".", index + 1 < scalars.count, scalars[index + 1] == "0", index + 2 == scalars.count || !isDigit(scalars[index + 2]) {
          index += 2
          break scan
        }
        closeGroup()
        if !continues(scalars, after: index) { break scan }
      default:
        break scan
      }
      index += 1
    }
    closeGroup()
    index = readExtension(scalars, from: index, into: &run)
    return max(index, start + 1)
  }

  private static func isMaskAhead(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    index + 1 < scalars.count && (scalars[index + 1] == "x" || scalars[index + 1] == "*")
  }

  private static func continues(_ scalars: [Unicode.Scalar], after index: Int) -> Bool {
    var next = index + 1
    while next < scalars.count, [" ", "-", "(", ")", "–", "—"].contains(scalars[next]) { next += 1 }
    return next < scalars.count && (isDigit(scalars[next]) || scalars[next] == "*")
  }

  private static func readExtension(_ scalars: [Unicode.Scalar], from start: Int, into run: inout DigitRun) -> Int {
    var index = start
    while index < scalars.count, scalars[index] == " " { index += 1 }
    let marks = ["ext.", "ext", "#", "转", "轉", "分机", "x"]
    for mark in marks {
      let units = Array(mark.unicodeScalars)
      guard index + units.count < scalars.count, Array(scalars[index..<index + units.count]) == units else { continue }
      var next = index + units.count
      while next < scalars.count, [" ", ":", "."].contains(scalars[next]) { next += 1 }
      var digits: [UInt8] = []
      while next < scalars.count, isDigit(scalars[next]), digits.count < 7 {
        digits.append(UInt8(scalars[next].value))
        next += 1
      }
      guard !digits.isEmpty else { return start }
      run.extensionDigits = digits
      return next
    }
    return start
  }

  /// Two numbers that only a space keeps apart are two numbers.
  private static func separate(_ run: DigitRun) -> [DigitRun] {
    guard run.digits.count > 15, !run.isMasked, run.groups.count > 1 else { return [run] }
    var parts: [DigitRun] = []
    var rest = run.digits[...]
    var current = DigitRun(hasPlus: run.hasPlus, digits: [], groups: [], extensionDigits: [], isMasked: false)
    for group in run.groups {
      if current.digits.count >= 7, group >= 7 || current.digits.count + group > 15 {
        parts.append(current)
        current = DigitRun(hasPlus: false, digits: [], groups: [], extensionDigits: [], isMasked: false)
      }
      current.digits += rest.prefix(group)
      current.groups.append(group)
      rest = rest.dropFirst(group)
    }
    current.extensionDigits = run.extensionDigits
    parts.append(current)
    return parts
  }

  private static func parse(_ run: DigitRun, region: String) -> Phone? {
    guard !run.isMasked else { return nil }
    var digits = run.digits
    let isChinese = region == "CN"
    var hasCountry = run.hasPlus
    if digits.starts(with: "00".utf8), digits.count > 9 {
      digits.removeFirst(2)
      hasCountry = true
    } else if isChinese, digits.starts(with: "17951".utf8), digits.count == 16 {
      digits.removeFirst(5)
    }
    if digits.starts(with: "86".utf8), hasCountry || (isChinese && looksChineseAfterCountry(Array(digits.dropFirst(2)))) {
      return chinese(Array(digits.dropFirst(2)), run)
    }
    if hasCountry { return international(digits, run) }
    if isChinese { return chinese(digits, run) }
    return national(digits, run, region: region)
  }

  private static func looksChineseAfterCountry(_ digits: [UInt8]) -> Bool {
    isMobile(digits) || (digits.count == 12 && digits[0] == 0x30 && isMobile(Array(digits.dropFirst())))
      || (digits.first == 0x30 && (10...12).contains(digits.count))
  }

  private static func isMobile(_ digits: [UInt8]) -> Bool {
    digits.count == 11 && digits[0] == 0x31 && digits[1] >= 0x33
  }

  private static func chinese(_ source: [UInt8], _ run: DigitRun) -> Phone? {
    var digits = source
    if digits.first == 0x30, isMobile(Array(digits.dropFirst())) { digits.removeFirst() }
    if isPlaceholder(digits) { return nil }
    let text = String(decoding: digits, as: UTF8.self)
    let ext = run.extensionDigits.isEmpty ? nil : String(decoding: run.extensionDigits, as: UTF8.self)
    if isMobile(digits) { return Phone(number: "+86" + text, kind: .mobile) }
    if digits.count == 10, digits.starts(with: "400".utf8) || digits.starts(with: "800".utf8) {
      return Phone(number: "+86" + text, kind: .service, extension: ext)
    }
    if digits.first == 0x30, (10...12).contains(digits.count) {
      return Phone(number: "+86" + text.dropFirst(), kind: .landline, extension: ext)
    }
    // The country code made the leading 0 of the area code disappear: +86 755 35210173.
    if source.count != run.digits.count, (9...11).contains(digits.count), digits[0] != 0x30, digits[0] != 0x31 || digits[1] == 0x30 {
      return Phone(number: "+86" + text, kind: .landline, extension: ext)
    }
    guard (7...8).contains(digits.count), digits[0] >= 0x32 else { return nil }
    return Phone(number: text, kind: .other, extension: ext)
  }

  private static func international(_ digits: [UInt8], _ run: DigitRun) -> Phone? {
    guard (8...15).contains(digits.count), !isPlaceholder(digits) else { return nil }
    return Phone(number: "+" + String(decoding: digits, as: UTF8.self), kind: .other)
  }

  private static func national(_ digits: [UInt8], _ run: DigitRun, region: String) -> Phone? {
    guard (7...15).contains(digits.count), !isPlaceholder(digits) else { return nil }
    let significant = String(decoding: digits, as: UTF8.self)
    guard region == "US" || region == "CA", digits.count == 10 || (digits.count == 11 && digits[0] == 0x31) else {
      return Phone(number: significant, kind: .other)
    }
    return Phone(number: "+1" + significant.suffix(10), kind: .other)
  }

  /// All but one digit the same, or a plain run such as 12345678: people type these to get past a required field.
  static func isPlaceholder(_ digits: [UInt8]) -> Bool {
    guard digits.count >= 7 else { return true }
    let tail = digits.suffix(7)
    if Set(tail).count == 1 { return true }
    if Set(digits).count <= 2, digits.count >= 10 { return true }
    let rising = zip(tail, tail.dropFirst()).allSatisfy { Int($1) - Int($0) == 1 || ($0 == 0x39 && $1 == 0x30) }
    return rising
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 0x30 && scalar.value <= 0x39 }
}
