/// The unified social credit code of mainland China (统一社会信用代码, GB 32100-2015) and the organisation code inside it
/// (组织机构代码, GB 11714-1997).
public struct CreditCode: Hashable, Sendable {
  /// 18 characters, upper case.
  public let text: String

  /// Characters 9 to 17: the organisation code, which older systems keep on its own.
  public var organisationCode: String { String(text.dropFirst(8).prefix(9)) }

  /// The code in `text` when it has 18 legal characters and the right check character.
  public init?(_ text: String) {
    let cleaned = Self.clean(text)
    guard cleaned.count == 18, Self.checkCharacter(of: cleaned.prefix(17)) == cleaned.last else { return nil }
    self.text = String(decoding: cleaned, as: UTF8.self)
  }

  /// Upper-case letters and digits of a field after a label such as `税号:` has been left behind.
  public static func clean(_ text: String) -> [UInt8] {
    Folding.fold(text).utf8.compactMap { byte in
      switch byte {
      case 0x30...0x39: byte
      case 0x61...0x7A: byte - 0x20
      default: nil
      }
    }
  }

  /// C18 = (31 − Σ Cᵢ·3^(i−1) mod 31) mod 31. `nil` when a character is not in the alphabet (no I, O, S, V, Z).
  public static func checkCharacter(of first17: some Collection<UInt8>) -> UInt8? {
    var sum = 0
    var weight = 1
    for byte in first17 {
      guard let value = alphabet.firstIndex(of: byte) else { return nil }
      sum += value * weight
      weight = weight * 3 % 31
    }
    return alphabet[(31 - sum % 31) % 31]
  }

  private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)
}
