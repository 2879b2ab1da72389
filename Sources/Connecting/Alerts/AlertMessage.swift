import Configuration
import Formats
import Foundation
import Model

/// One message with alerts, as its channel wants it.
struct AlertMessage: Sendable {
  /// The longest text of a robot's message: WeCom takes 2,048 bytes of UTF-8 (developer.work.weixin.qq.com, 群机器人配置说明).
  static let longest = 2_000

  /// Of this attempt: when it fails, the next one may tell more.
  var id: String
  var alerts: [Alert]
  /// Alerts that were thrown away because too many waited.
  var lost: Int
  /// When it is sent, in microseconds since 1970.
  var now: Int64

  func request(
    to kind: AlertChannel.Kind, url: String, secret: String?, hmacSHA256: @Sendable (Bytes, Bytes) -> Bytes
  ) throws(Fault) -> WebRequest {
    switch kind {
    // A mail is no web request: see ``mail(for:)``.
    case .mail: throw Fault("alert-failed", "A mail is not sent to an address of the web.")
    case .wecom: return .json("POST", url, body: robotBody)
    case .dingtalk: return .json("POST", Self.signed(url, secret, now / 1_000, hmacSHA256), body: robotBody)
    case .webhook:
      let body = CanonicalJSON.orderedBytes(document)
      let headers = [NamedValue("Content-Type", "application/json")] + (try signature(of: body, secret, hmacSHA256))
      return WebRequest("POST", url, headers: headers, body: .bytes(body))
    }
  }

  /// What is wrong with an answer; nil when the message was taken. Robots answer 200 with an `errcode` of their own.
  static func fault(in answer: WebAnswer, to request: WebRequest, _ kind: AlertChannel.Kind) -> Fault? {
    if let failure = answer.failure(of: request) { return failure.fault }
    guard kind != .webhook else { return nil }
    guard case .object(let object)? = try? JSON.parse(answer.body), let code = object["errcode"]?.text else {
      return Fault("alert-refused", "The \(kind.rawValue) robot gave no errcode.")
    }
    guard code != "0" else { return nil }
    return Fault("alert-refused", "The \(kind.rawValue) robot refused the message with errcode \(code): \(object["errmsg"]?.text ?? "").")
  }

  // MARK: Mails

  /// - Throws: `mail-address`.
  func mail(for channel: AlertChannel) throws(Fault) -> MailMessage {
    let (from, recipients) = (channel.options[text: "from"] ?? "", channel.options[list: "recipients"] ?? [])
    if let wrong = ([from] + recipients).first(where: { !MailMessage.isAddress($0) }) {
      throw Fault("mail-address", "\(wrong) is no mail address.", hint: "Write name@host, without a display name.")
    }
    let subject = "Kindred: \(alerts.count) \(alerts.count == 1 ? "alert" : "alerts")"
    return MailMessage(from: from, recipients: recipients, subject: subject, text: text + "\n", id: id, sent: now)
  }

  // MARK: Robots

  /// WeCom: 群机器人配置说明; DingTalk: 自定义机器人接入 (open.dingtalk.com/document/robots/custom-robot-access). Both take a text in the
  /// same form.
  private var robotBody: Value { ["msgtype": "text", "text": ["content": .string(text)]] }

  /// The lines that fit, and how many do not.
  var text: String {
    let lines = alerts.prefix(AlertQueue.longest).map(\.line)
    var shown = "Kindred"
    var count = 0
    for line in lines {
      guard shown.utf8.count + line.utf8.count + 1 <= Self.longest - 40 else { break }
      shown += "\n" + line
      count += 1
    }
    let rest = alerts.count - count + lost
    return rest > 0 ? shown + "\n… and \(rest) more" : shown
  }

  /// DingTalk's 加签: HMAC-SHA256 over the milliseconds, a line break and the secret, with the secret as key; Base64, percent-encoded.
  private static func signed(_ url: String, _ secret: String?, _ milliseconds: Int64, _ hmac: (Bytes, Bytes) -> Bytes) -> String {
    guard let secret else { return url }
    let signature = Base64.text(hmac(Array("\(milliseconds)\n\(secret)".utf8), Array(secret.utf8)))
    return WebRequest.url(url, query: [NamedValue("timestamp", String(milliseconds)), NamedValue("sign", signature)])
  }

  // MARK: Webhooks

  private var document: Value {
    ["type": "kindred.alerts", "sent": .string(Self.time(now)), "alerts": .array(alerts.map(\.document)), "lost": .number(Number(lost))]
  }

  /// The headers of Standard Webhooks (github.com/standard-webhooks/standard-webhooks, the specification's "Signature scheme").
  private func signature(of body: Bytes, _ secret: String?, _ hmac: (Bytes, Bytes) -> Bytes) throws(Fault) -> [NamedValue] {
    let seconds = now / 1_000_000
    let head = [NamedValue("webhook-id", id), NamedValue("webhook-timestamp", String(seconds))]
    guard let secret else { return head }
    let encoded = secret.hasPrefix("whsec_") ? secret.dropFirst(6) : secret[...]
    guard let key = Base64.bytes(encoded) else {
      throw Fault("alert-secret", "The secret of an alert's webhook is not whsec_ and Base64.")
    }
    let signed = hmac(Array("\(id).\(seconds).".utf8) + body, key)
    return head + [NamedValue("webhook-signature", "v1,\(Base64.text(signed))")]
  }

  fileprivate static func time(_ microseconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(microseconds / 1_000_000)).formatted(Date.ISO8601FormatStyle())
  }
}

extension Alert {
  /// One line for people.
  var line: String {
    let key = incident.key
    let place = [key.connector, key.stream].compactMap { $0 }.joined(separator: "/")
    let start = place.isEmpty ? key.event.rawValue : "\(place) \(key.event.rawValue)"
    let began = AlertMessage.time(self.began)
    guard isOver, let ended else { return "⚠️ \(start): \(incident.message) Since \(began)." }
    return "✅ \(start): over after \(TimeText.of(max(0, ended - self.began) / 1_000_000)). Since \(began)."
  }

  fileprivate var document: Value {
    let key = incident.key
    var document: Object = [
      "event": .string(key.event.rawValue), "state": isOver ? "over" : "begun", "message": .string(incident.message),
      "began": .string(AlertMessage.time(began)),
    ]
    document["ended"] = ended.map { .string(AlertMessage.time($0)) }
    document["connector"] = key.connector.map { .string($0) }
    document["stream"] = key.stream.map { .string($0) }
    return .object(document)
  }
}
