import Model

/// The signature of a callback: SHA-1 in lower-case hex over its parts, sorted by their bytes and concatenated
/// (developers.weixin.qq.com, 公众号 → 开始开发 → 接入指南, and 消息加解密说明). It proves that the sender knows the token. The
/// parts are token, timestamp and nonce, which says nothing about the body, and in the encrypted modes also the encrypted text.
enum WeChatSignature {
  static func make(token: String, timestamp: String, nonce: String, encrypted: String? = nil, digests: Digests) -> String {
    let parts = ([token, timestamp, nonce] + (encrypted.map { [$0] } ?? [])).sorted(by: utf8Precedes)
    return Hex.text(digests.sha1(parts.flatMap { Array($0.utf8) }))
  }

  static func isValid(
    _ signature: String, token: String, timestamp: String, nonce: String, encrypted: String? = nil, digests: Digests
  ) -> Bool {
    let right = make(token: token, timestamp: timestamp, nonce: nonce, encrypted: encrypted, digests: digests)
    return areEqualInConstantTime(right.utf8, signature.utf8)
  }
}
