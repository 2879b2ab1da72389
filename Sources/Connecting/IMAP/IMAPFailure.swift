import CCurl
import Model

/// Why a conversation with a mail server came to an end, or a command was refused.
///
/// | code | meaning |
/// |---|---|
/// | `imap-unreachable` | no connection, or no mail server there |
/// | `imap-closed` | the server ended the connection |
/// | `imap-timeout` | it said nothing for too long |
/// | `imap-no-tls` | it offers no TLS, or not as asked |
/// | `web-certificate` | its certificate cannot be trusted |
/// | `imap-unauthorised` | it refuses the user |
/// | `imap-busy` | it asks for patience: too many connections, or out of order for a while |
/// | `imap-refused` | it refuses a command |
/// | `imap-folder` | there is no such folder, or it may not be read |
/// | `imap-quota` | the mailbox is full |
struct IMAPFailure: Error, Hashable, Sendable {
  var fault: Fault
  var advice: SourceError.Advice
  /// False once nothing more can be said on the connection.
  var isConnectionUsable: Bool

  init(_ fault: Fault, _ advice: SourceError.Advice = .retry, isConnectionUsable: Bool = false) {
    self.fault = fault
    self.advice = advice
    self.isConnectionUsable = isConnectionUsable
  }

  var sourceError: SourceError {
    switch advice {
    case .retry: .retry(fault)
    case .throttle(let delay): .throttle(after: delay, fault)
    case .reauthorise: .reauthorise(fault)
    case .configure: .configure(fault)
    }
  }

  static func closed(_ host: String) -> IMAPFailure {
    IMAPFailure(Fault("imap-closed", "\(host) has ended the connection."))
  }

  static func timeout(_ host: String, _ what: String) -> IMAPFailure {
    IMAPFailure(Fault("imap-timeout", "\(host) did not answer in time (\(what))."))
  }

  static func cancelled(_ host: String) -> IMAPFailure {
    IMAPFailure(Fault("imap-cancelled", "The connection to \(host) was given up."), isConnectionUsable: true)
  }
}

extension IMAPFailure {
  /// From what libcurl says about a connection.
  static func transport(_ code: CURLcode, detail: String, host: String) -> IMAPFailure {
    let reason = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
    switch code {
    case CURLE_OPERATION_TIMEDOUT: return .timeout(host, "connecting")
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
      return IMAPFailure(
        Fault(
          "web-certificate", "The certificate of \(host) cannot be trusted: \(reason).",
          hint: "Compare its name and dates, and the clock of this machine."))
    case CURLE_SSL_CACERT_BADFILE: return IMAPFailure(Fault("web-certificate", "The trusted certificates cannot be read: \(reason)."))
    case CURLE_USE_SSL_FAILED:
      return IMAPFailure(
        Fault("imap-no-tls", "\(host) offers no STARTTLS.", hint: "Try tls: on with port 993."))
    case CURLE_SSL_CONNECT_ERROR:
      return IMAPFailure(
        Fault(
          "imap-no-tls", "TLS with \(host) did not come about: \(reason).",
          hint: "With tls: on the port is usually 993, with tls: starttls 143."))
    case CURLE_WEIRD_SERVER_REPLY: return IMAPFailure(Fault("imap-unreachable", "\(host) does not answer like a mail server: \(reason)."))
    default: return IMAPFailure(Fault("imap-unreachable", "\(host) cannot be reached: \(reason)."))
    }
  }

  /// From an answer that is not OK. Servers say with a code why (RFC 5530); those that do not are judged by the command.
  static func refused(_ status: IMAPStatus, _ command: IMAPCommand, folder: String?, host: String) -> IMAPFailure {
    let said = status.text.isEmpty ? "" : ": \(words(status.text))"
    switch status.code {
    // LIMIT, and what Dovecot, Gmail and Exchange say when there are too many connections.
    case "LIMIT", "INUSE", "UNAVAILABLE", "THROTTLED", "CONTACTADMIN":
      return IMAPFailure(Fault("imap-busy", "\(host) asks for patience\(said)."), .throttle(after: .seconds(60)), isConnectionUsable: true)
    case "OVERQUOTA":
      return IMAPFailure(Fault("imap-quota", "The mailbox at \(host) is full\(said)."), isConnectionUsable: true)
    case "AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED", "PRIVACYREQUIRED":
      return .unauthorised(host, said, status.code)
    default: break
    }
    if IMAPLogin.commandNames.contains(command.name) {
      if isAboutTooMany(status.text) {
        return IMAPFailure(Fault("imap-busy", "\(host) takes no more connections\(said)."), .throttle(after: .seconds(60)))
      }
      return .unauthorised(host, said, nil)
    }
    if let folder, ["SELECT", "EXAMINE"].contains(command.name) {
      return IMAPFailure(
        Fault(
          "imap-folder", "The folder \(folder) cannot be opened\(said).", hint: "Compare its name with those that `kindred check` shows."),
        isConnectionUsable: true)
    }
    return IMAPFailure(Fault("imap-refused", "\(host) refuses \(command.name)\(said)."), isConnectionUsable: true)
  }

  private static func unauthorised(_ host: String, _ said: String, _ code: String?) -> IMAPFailure {
    let hint =
      switch code {
      case "EXPIRED": "The password or token has expired."
      case "PRIVACYREQUIRED": "The server wants TLS before a password."
      default: "Look at user and password; some providers want a password for apps, or OAuth."
      }
    return IMAPFailure(Fault("imap-unauthorised", "\(host) refuses the user\(said).", hint: hint), .reauthorise, isConnectionUsable: true)
  }

  /// What a server says, as a part of a sentence of ours.
  static func words(_ text: String) -> String { String(text.prefix(200).drop { $0 == " " }.trimmingSuffix { $0 == "." || $0 == " " }) }

  static func isAboutTooMany(_ text: String) -> Bool {
    let text = text.lowercased()
    return text.contains("too many") || text.contains("maximum number of connections")
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> Substring {
    var rest = self
    while let last = rest.last, isTrimmed(last) { rest.removeLast() }
    return rest
  }
}
