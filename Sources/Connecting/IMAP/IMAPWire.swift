import Model

/// Bytes to and from a mail server. One caller at a time.
protocol IMAPWire: Sendable {
  /// For messages: `mail.example.com:993`.
  var host: String { get }

  /// Sends all of the bytes.
  func send(_ bytes: Bytes, within limit: Duration) async throws(IMAPFailure)

  /// Some bytes, at least one. A task that is cancelled gets `imap-cancelled` and the connection lives on.
  func receive(within limit: Duration) async throws(IMAPFailure) -> Bytes

  /// Ends everything at once, also what waits.
  func close()
}

/// Where a mail server is.
struct IMAPPlace: Hashable, Sendable {
  enum Encryption: String, Hashable, Sendable, CaseIterable {
    /// TLS from the first byte on.
    case on
    /// TLS before the login (RFC 9051 §7.1).
    case starttls
    case off
  }

  var host: String
  var port: Int
  var encryption: Encryption
  /// A file of certificates in PEM that are trusted instead of the system's.
  var authorities: String?

  var text: String { "\(host):\(port)" }

  /// For libcurl, with its port.
  var url: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return "\(encryption == .on ? "imaps" : "imap")://\(name):\(port)/"
  }
}
