import CCurl
import Foundation
import Model

/// Where mails are handed in: SMTP (RFC 5321) through libcurl.
struct MailServer: Sendable {
  /// `smtp://host:587` or, with TLS from the first byte on, `smtps://host:465`.
  var url: String
  var user: String?
  var password: String?
  /// False to send without TLS, to a server on the same machine.
  var isEncrypted: Bool

  /// For everything together, in seconds.
  private static let patience = 30

  /// Hands one mail in.
  /// - Throws: `mail-refused`, `mail-unauthorised`, `mail-unreachable`, `web-certificate`.
  func send(_ message: MailMessage) async throws(Fault) {
    let result: Result<Void, Fault> = await withCheckedContinuation { continuation in
      // libcurl waits for the network; the cooperative pool must not.
      Thread.detachNewThread { continuation.resume(returning: Result { () throws(Fault) in try perform(message) }) }
    }
    try result.get()
  }

  private func perform(_ message: MailMessage) throws(Fault) {
    guard let handle = curl_easy_init() else { throw Fault("mail-unreachable", "libcurl has no memory for a mail.") }
    defer { curl_easy_cleanup(handle) }
    let upload = MailUpload(message.bytes)
    var recipients: UnsafeMutablePointer<curl_slist>?
    for recipient in message.recipients { recipients = curl_slist_append(recipients, "<\(recipient)>") }
    defer { curl_slist_free_all(recipients) }
    configure(handle, message, recipients, upload)
    let code = withExtendedLifetime(upload) { curl_easy_perform(handle) }
    if code != CURLE_OK { throw fault(code, handle) }
  }

  private func configure(
    _ handle: UnsafeMutableRawPointer, _ message: MailMessage, _ recipients: UnsafeMutablePointer<curl_slist>?, _ upload: MailUpload
  ) {
    kindred_curl_set_text(handle, CURLOPT_URL, url)
    kindred_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
    kindred_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    kindred_curl_set_long(handle, CURLOPT_TIMEOUT, Self.patience)
    kindred_curl_set_long(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    if isEncrypted { kindred_curl_set_long(handle, CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
    if let user { kindred_curl_set_text(handle, CURLOPT_USERNAME, user) }
    if let password { kindred_curl_set_text(handle, CURLOPT_PASSWORD, password) }
    kindred_curl_set_text(handle, CURLOPT_MAIL_FROM, "<\(message.from)>")
    kindred_curl_set_pointer(handle, CURLOPT_MAIL_RCPT, recipients)
    kindred_curl_set_long(handle, CURLOPT_UPLOAD, 1)
    kindred_curl_set_pointer(handle, CURLOPT_READDATA, Unmanaged.passUnretained(upload).toOpaque())
    kindred_curl_set_sender(handle, CURLOPT_READFUNCTION) { buffer, size, count, user in
      guard let buffer, let user else { return Int(CURL_READFUNC_ABORT) }
      let upload = Unmanaged<MailUpload>.fromOpaque(user).takeUnretainedValue()
      return upload.fill(UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
    }
  }

  private func fault(_ code: CURLcode, _ handle: UnsafeMutableRawPointer) -> Fault {
    let reason = String(cString: curl_easy_strerror(code))
    switch code {
    case CURLE_LOGIN_DENIED:
      return Fault("mail-unauthorised", "The mail server refuses the user or the password.", hint: "Look at user and password.")
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR:
      return Fault("web-certificate", "The certificate of the mail server cannot be trusted: \(reason).")
    case CURLE_USE_SSL_FAILED:
      return Fault(
        "mail-unreachable", "The mail server offers no TLS.", hint: "With encryption: none it is sent all the same, for all to read.")
    case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_WEIRD_SERVER_REPLY:
      return Fault("mail-refused", "The mail server did not take the mail: \(reason).")
    default: return Fault("mail-unreachable", "The mail server cannot be reached: \(reason).")
    }
  }
}

/// The bytes of a mail, on their way to libcurl. Touched by the thread that sends only.
private final class MailUpload {
  private let bytes: Bytes
  private var sent = 0

  init(_ bytes: Bytes) { self.bytes = bytes }

  func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, bytes.count - sent)
    bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sent..<sent + count])) }
    sent += count
    return count
  }
}
