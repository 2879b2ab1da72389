import Foundation

/// Text messages of an official account in safe mode, as the platform posts them: encrypted, signed, a new one each time.
struct WeChatCallback {
  static let token = "pushload"
  static let appID = "wx0123456789abcdef"
  /// 43 letters and digits, as the platform shows it.
  static let encodingKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

  private static let cipher = AES256(key: key)
  private static let key = [UInt8](Data(base64Encoded: encodingKey + "=") ?? Data())

  /// Path with query, and body.
  static func make(follower: String, id: Int, text: String) -> (target: String, body: [UInt8]) {
    let time = Int(Date().timeIntervalSince1970)
    let message = """
      <xml><ToUserName><![CDATA[gh_pushload]]></ToUserName><FromUserName><![CDATA[\(follower)]]></FromUserName>\
      <CreateTime>\(time)</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[\(text)]]></Content><MsgId>\(id)</MsgId></xml>
      """
    return wrap(Array(message.utf8), time: time, nonce: String(id))
  }

  static func subscription(of follower: String) -> (target: String, body: [UInt8]) {
    let time = Int(Date().timeIntervalSince1970)
    let message = """
      <xml><ToUserName><![CDATA[gh_pushload]]></ToUserName><FromUserName><![CDATA[\(follower)]]></FromUserName>\
      <CreateTime>\(time)</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[subscribe]]></Event></xml>
      """
    return wrap(Array(message.utf8), time: time, nonce: "1")
  }

  private static func wrap(_ message: [UInt8], time: Int, nonce: String) -> (target: String, body: [UInt8]) {
    var plain = (0..<16).map { _ in UInt8.random(in: 65...90) }
    for shift in stride(from: 24, through: 0, by: -8) { plain.append(UInt8(truncatingIfNeeded: message.count >> shift)) }
    plain += message + Array(appID.utf8)
    let padding = 32 - plain.count % 32
    plain += [UInt8](repeating: UInt8(padding), count: padding)
    let encrypted = Data(cipher.encryptCBC(plain, vector: Array(key.prefix(16)))).base64EncodedString()
    let parts = [token, String(time), nonce, encrypted].sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined()
    let signature = sha1(Array(parts.utf8)).map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
    let body = "<xml><ToUserName><![CDATA[gh_pushload]]></ToUserName><Encrypt><![CDATA[\(encrypted)]]></Encrypt></xml>"
    return (
      "/v1/ingest/wechat?timestamp=\(time)&nonce=\(nonce)&encrypt_type=aes&signature=&msg_signature=\(signature)", Array(body.utf8)
    )
  }
}
