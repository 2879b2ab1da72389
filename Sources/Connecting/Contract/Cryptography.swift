import Model

/// The cryptography that connector kinds need, injected from above: modules below `Serving` link no cryptography library.
public struct Cryptography: Sendable {
  public var digests: Digests
  /// HMAC (RFC 2104) with SHA-256: 32 bytes.
  public var hmacSHA256: @Sendable (_ message: Bytes, _ key: Bytes) -> Bytes
  /// HMAC with SHA-1, 20 bytes, for senders that offer nothing better.
  public var hmacSHA1: @Sendable (_ message: Bytes, _ key: Bytes) -> Bytes
  /// AES-256 in CBC mode (NIST SP 800-38A), the padding left in place. `nil` unless the key has 32 bytes, the vector 16 and
  /// the text whole blocks of 16.
  public var decryptCBC: @Sendable (_ text: Bytes, _ key: Bytes, _ vector: Bytes) -> Bytes?

  public init(
    digests: Digests, hmacSHA256: @escaping @Sendable (Bytes, Bytes) -> Bytes, hmacSHA1: @escaping @Sendable (Bytes, Bytes) -> Bytes,
    decryptCBC: @escaping @Sendable (Bytes, Bytes, Bytes) -> Bytes?
  ) {
    self.digests = digests
    self.hmacSHA256 = hmacSHA256
    self.hmacSHA1 = hmacSHA1
    self.decryptCBC = decryptCBC
  }
}

/// Compares in a time that depends on the lengths only, so that a signature cannot be guessed byte by byte.
func areEqualInConstantTime(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
  guard left.count == right.count else { return false }
  return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
