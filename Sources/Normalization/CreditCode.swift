/// The unified social credit code of mainland China (统一社会信用代码, GB 32100-2015) and the older codes inside it: the organisation
/// code (组织机构代码, GB 11714-1997) and the tax number of 15 characters (纳税人识别号), which is the region and the organisation code.
public struct CreditCode: Hashable, Sendable {
  /// 18 characters, upper case.
  public let text: String

  /// Characters 9 to 17: the organisation code, which older systems keep on its own.
  public var organisationCode: String { String(Substring(text.utf8.dropFirst(8).prefix(9))) }

  /// Characters 3 to 17: the tax number from before 2015.
  public var oldTaxNumber: String { String(Substring(text.utf8.dropFirst(2).prefix(15))) }

  /// The code in `text` when it has 18 legal characters and the right check character.
  public init?(_ text: String) {
    let cleaned = Self.clean(text)
    guard cleaned.count == 18 else { return nil }
    self.init(cleaned)
  }

  private init?(_ cleaned: [UInt8]) {
    guard Self.checkCharacter(of: cleaned.prefix(17)) == cleaned.last else { return nil }
    text = String(decoding: cleaned, as: UTF8.self)
  }

  /// What a field that should hold such a code says.
  public enum Reading: Hashable, Sendable {
    /// The code, its check character right.
    case checked(CreditCode)
    /// Right only after letters that the code never has were read as the digits they look like (O 0, I 1, Z 2, S 5): suggestive.
    case corrected(CreditCode)
    /// A tax number of 15 characters, as in `oldTaxNumber`.
    case oldTaxNumber(String)
    /// An organisation code of nine characters with the right check character.
    case organisationCode(String)
    /// Letters and digits that are none of these: suggestive.
    case unchecked(String)
  }

  /// `nil` for masked codes (`9111********ABCD5T`), placeholders and fields without a code.
  public static func read(_ text: String) -> Reading? {
    guard !isMasked(text) else { return nil }
    let cleaned = clean(text)
    guard cleaned.count >= 8, differentCount(cleaned) > 3 else { return nil }
    if cleaned.count == 18 {
      if let code = CreditCode(cleaned) { return .checked(code) }
      if let code = CreditCode(cleaned.map(lookAlike)) { return .corrected(code) }
    }
    let plain = String(decoding: cleaned, as: UTF8.self)
    if cleaned.count == 15, cleaned.prefix(6).allSatisfy({ $0 < 0x41 }) { return .oldTaxNumber(plain) }
    if cleaned.count == 9, checkOfOrganisation(cleaned) { return .organisationCode(plain) }
    return .unchecked(plain)
  }

  /// True when characters have been hidden by stars, or by a row of the letter X.
  public static func isMasked(_ text: String) -> Bool {
    var row = 0
    for scalar in text.unicodeScalars {
      switch scalar {
      case "*", "＊", "●", "•": return true
      case "x", "X":
        row += 1
        if row >= 3 { return true }
      default: row = 0
      }
    }
    return false
  }

  /// Upper-case letters and digits of a field after a label such as `税号:` has been left behind.
  public static func clean(_ text: String) -> [UInt8] {
    var text = text
    return text.withUTF8 { source in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: source.count) { buffer in
        guard let count = Folding.ascii(source, into: buffer) else { return letters(CompanyText.string(Folding.scalars(source)).utf8) }
        return letters(buffer[..<count])
      }
    }
  }

  /// How many different letters and digits there are.
  private static func differentCount(_ cleaned: [UInt8]) -> Int {
    var seen: UInt64 = 0
    for byte in cleaned { seen |= 1 << UInt64(byte - 0x30) }
    return seen.nonzeroBitCount
  }

  private static func letters(_ folded: some Collection<UInt8>) -> [UInt8] {
    var letters: [UInt8] = []
    letters.reserveCapacity(folded.count)
    for byte in folded {
      switch byte {
      case 0x30...0x39: letters.append(byte)
      case 0x61...0x7A: letters.append(byte - 0x20)
      default: continue
      }
    }
    return letters
  }

  /// C18 = (31 − Σ Cᵢ·3^(i−1) mod 31) mod 31. `nil` when a character is not in the alphabet (no I, O, S, V, Z).
  public static func checkCharacter(of first17: some Collection<UInt8>) -> UInt8? {
    var sum = 0
    var weight = 1
    for byte in first17 {
      let value = values[Int(byte)]
      guard value >= 0 else { return nil }
      sum += Int(value) * weight
      weight = weight * 3 % 31
    }
    return alphabet[(31 - sum % 31) % 31]
  }

  /// GB 11714: 11 − Σ Cᵢ·Wᵢ mod 11, where 10 is X and 11 is 0.
  private static func checkOfOrganisation(_ code: [UInt8]) -> Bool {
    let weights = [3, 7, 9, 10, 5, 8, 4, 2]
    let sum = zip(code, weights).reduce(0) { $0 + Int($1.0 >= 0x41 ? $1.0 - 0x41 + 10 : $1.0 - 0x30) * $1.1 }
    let check = 11 - sum % 11
    return code[8] == (check == 10 ? 0x58 : check == 11 ? 0x30 : UInt8(0x30 + check))
  }

  private static func lookAlike(_ byte: UInt8) -> UInt8 {
    switch byte {
    case 0x4F: 0x30
    case 0x49: 0x31
    case 0x5A: 0x32
    case 0x53: 0x35
    default: byte
    }
  }

  /// For every byte its place in the alphabet; −1 for others.
  private static let values: [Int8] = (0..<256).map { byte in alphabet.firstIndex { Int($0) == byte }.map { Int8($0) } ?? -1 }

  private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)
}
