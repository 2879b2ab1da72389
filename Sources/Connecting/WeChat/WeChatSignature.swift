import Model

/// The signature of an official-account callback: SHA-1 in lower-case hex over token, timestamp and nonce, sorted by
/// their bytes and concatenated (developers.weixin.qq.com, 公众号 → 开始开发 → 接入指南). It proves that the sender knows
/// the token; in plain mode it does not cover the body.
enum WeChatSignature {
  static func make(token: String, timestamp: String, nonce: String, digests: Digests) -> String {
    let parts = [token, timestamp, nonce].sorted(by: utf8Precedes)
    return Hex.text(digests.sha1(parts.flatMap { Array($0.utf8) }))
  }

  static func isValid(_ signature: String, token: String, timestamp: String, nonce: String, digests: Digests) -> Bool {
    areEqual(Array(make(token: token, timestamp: timestamp, nonce: nonce, digests: digests).utf8), Array(signature.utf8))
  }

  /// Compares in a time that depends on the lengths only, so that a signature cannot be guessed byte by byte.
  static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
  }
}
