import Model

/// The encrypted envelope of WeChat official accounts (安全模式) and of WeCom: who opens it knows the EncodingAESKey, and
/// what is inside was meant for one receiver.
///
/// The plain text is 16 random bytes, the length of the message in 4 bytes, the message and the receiver's id, padded to a
/// multiple of 32 bytes; it is encrypted by AES-256-CBC whose vector is the first half of the key, and written in Base64
/// (developers.weixin.qq.com, 公众号 → 消息加解密说明; checked against wechatpy 1.8.18, whose `PrpCrypto` does the same).
struct WeChatEnvelope: Sendable {
  /// Why an envelope cannot be opened. The words say nothing about what was inside.
  enum Flaw: String, Error, CaseIterable, Hashable, Sendable {
    case notBase64 = "wechat-not-base64"
    case notDecrypted = "wechat-not-decrypted"
    case padding = "wechat-padding"
    case length = "wechat-length"
    case receiver = "wechat-receiver"
  }

  static let blockSize = 32
  private static let randomSize = 16
  private static let lengthSize = 4

  let key: Bytes
  /// The id that must follow the message: an app id, a corp id, a suite id, or nothing.
  let receiver: Bytes
  let decrypt: @Sendable (_ text: Bytes, _ key: Bytes, _ vector: Bytes) -> Bytes?

  /// - Parameter encodingKey: the 43 letters and digits that the platform shows as EncodingAESKey.
  /// - Throws: `wechat-aes-key` when it is not one.
  init(encodingKey: String, receiver: String, cryptography: Cryptography) throws(Fault) {
    guard encodingKey.utf8.count == 43, let key = Base64.bytes(encodingKey + "="), key.count == 32 else {
      throw Fault(
        "wechat-aes-key", "The EncodingAESKey is not one.", hint: "It has 43 letters and digits, as the platform shows it.")
    }
    self.key = key
    self.receiver = Array(receiver.utf8)
    decrypt = cryptography.decryptCBC
  }

  /// The message of an envelope, as the platform wrote it.
  func open(_ encrypted: String) throws(Flaw) -> Bytes {
    guard let text = Base64.bytes(encrypted), !text.isEmpty else { throw .notBase64 }
    guard let plain = decrypt(text, key, Array(key.prefix(16))) else { throw .notDecrypted }
    return try Self.message(in: plain, for: receiver)
  }

  /// Takes a decrypted text apart. Everything is checked before the message is believed: with CBC anybody who can send can
  /// also change what comes out.
  static func message(in plain: Bytes, for receiver: Bytes) throws(Flaw) -> Bytes {
    let text = try withoutPadding(plain)
    guard text.count >= randomSize + lengthSize else { throw .length }
    let length = text[randomSize..<randomSize + lengthSize].reduce(0) { $0 << 8 | Int($1) }
    let start = randomSize + lengthSize
    guard length <= text.count - start else { throw .length }
    guard areEqualInConstantTime(text[(start + length)...], receiver) else { throw .receiver }
    return Array(text[start..<start + length])
  }

  /// PKCS #7 (RFC 5652 §6.3) with blocks of 32 bytes, which no library for AES unpads.
  private static func withoutPadding(_ plain: Bytes) throws(Flaw) -> ArraySlice<UInt8> {
    guard let last = plain.last, (1...blockSize).contains(Int(last)), plain.count >= Int(last),
      plain.suffix(Int(last)).allSatisfy({ $0 == last })
    else { throw .padding }
    return plain.dropLast(Int(last))
  }
}
