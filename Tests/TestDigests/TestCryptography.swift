import Connecting
import Model

extension Cryptography {
  /// HMACs made of the tests' own digests, and a cipher that encrypts nothing: envelopes of these tests hold their plain text.
  public static let reference = Cryptography(
    digests: .reference,
    hmacSHA256: { hmac($0, $1, Digests.reference.sha256) },
    hmacSHA1: { hmac($0, $1, Digests.reference.sha1) },
    decryptCBC: { text, _, _ in text.count.isMultiple(of: 16) ? text : nil })

  /// Quick digests, and nothing that could be taken for cryptography.
  public static let quick = Cryptography(
    digests: .quick, hmacSHA256: { $0 + $1 }, hmacSHA1: { $0 + $1 }, decryptCBC: { text, _, _ in text })

  /// RFC 2104 with the block of 64 bytes that SHA-1 and SHA-256 share.
  private static func hmac(_ message: Bytes, _ key: Bytes, _ digest: (Bytes) -> Bytes) -> Bytes {
    let short = key.count > 64 ? digest(key) : key
    let block = short + Bytes(repeating: 0, count: 64 - short.count)
    return digest(block.map { $0 ^ 0x5C } + digest(block.map { $0 ^ 0x36 } + message))
  }
}
