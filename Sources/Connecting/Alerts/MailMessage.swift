import Foundation
import Model

/// A short text as a mail (RFC 5322, RFC 2045), in ASCII whatever it says.
struct MailMessage: Sendable {
  var from: String
  var recipients: [String]
  /// ASCII.
  var subject: String
  var text: String
  /// Unique: the part of the message's id before the @.
  var id: String
  /// Microseconds since 1970.
  var sent: Int64

  var bytes: Bytes {
    let host = from.split(separator: "@").last.map(String.init) ?? "localhost"
    let head = [
      "From: Kindred <\(from)>", "To: \(recipients.joined(separator: ", "))", "Subject: \(subject)", "Date: \(date)",
      "Message-ID: <\(id)@\(host)>", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
      // No out-of-office notes, please (RFC 3834 §5).
      "Auto-Submitted: auto-generated",
    ]
    let body = Data(text.utf8).base64EncodedString(options: [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed])
    return Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body + "\r\n").utf8)
  }

  /// RFC 5322 §3.3, in UTC.
  private var date: String {
    let style = Date.VerbatimFormatStyle(
      format:
        "\(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .padded(4)) \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits) +0000",
      locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
    return Date(timeIntervalSince1970: Double(sent / 1_000_000)).formatted(style)
  }

  /// Whether a text can be an address in an envelope and a header without changing their meaning.
  static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
      && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !#"<>,;:"\()[]"#.utf8.contains($0) }
  }
}
