/// An account at a bank: an IBAN with the right check digits, or the digits of a card or account number.
public struct BankAccount: Hashable, Sendable {
  /// Upper-case letters and digits, nothing between them.
  public var number: String
  public var isIBAN: Bool

  /// `nil` when it is masked, too short (fewer than 10 digits), one digit repeated, or an IBAN that fails its check (ISO 13616,
  /// remainder 97).
  public init?(_ text: String) {
    var cleaned: [UInt8] = []
    for byte in Folding.fold(text).utf8 {
      switch byte {
      case 0x30...0x39: cleaned.append(byte)
      case 0x61...0x7A: cleaned.append(byte - 0x20)
      case 0x2A: return nil
      default: continue
      }
    }
    if cleaned.starts(with: "IBAN".utf8) { cleaned.removeFirst(4) }
    isIBAN = cleaned.count >= 15 && cleaned[0] >= 0x41 && cleaned[1] >= 0x41 && cleaned[2] < 0x41 && cleaned[3] < 0x41
    if isIBAN {
      guard cleaned.count <= 34, Self.remainder(cleaned[4...] + cleaned[..<4]) == 1 else { return nil }
    } else {
      // A label such as 工行 or ACCT may stand before the number.
      cleaned.removeAll { $0 >= 0x41 }
      guard (10...28).contains(cleaned.count), Set(cleaned).count > 2 else { return nil }
    }
    number = String(decoding: cleaned, as: UTF8.self)
  }

  private static func remainder(_ bytes: some Sequence<UInt8>) -> Int {
    bytes.reduce(0) { rest, byte in byte >= 0x41 ? (rest * 100 + Int(byte) - 0x41 + 10) % 97 : (rest * 10 + Int(byte) - 0x30) % 97 }
  }
}
