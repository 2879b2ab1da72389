import Connecting
import Crypto
import CryptoExtras
import Foundation
import Model

extension Cryptography {
  /// What connector kinds need, by swift-crypto.
  public static let standard = Cryptography(
    digests: CryptoDigests.standard,
    hmacSHA256: { Array(HMAC<SHA256>.authenticationCode(for: $0, using: SymmetricKey(data: $1))) },
    hmacSHA1: { Array(HMAC<Insecure.SHA1>.authenticationCode(for: $0, using: SymmetricKey(data: $1))) },
    decryptCBC: { text, key, vector in
      guard key.count == 32, text.count.isMultiple(of: 16), let start = try? AES._CBC.IV(ivBytes: vector) else { return nil }
      return (try? AES._CBC.decrypt(text, using: SymmetricKey(data: key), iv: start, noPadding: true)).map { Array($0) }
    })
}
