import CCurl
import Model

/// Why a request has no answer, or an answer that helps nobody.
public struct WebFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// Names scheme and host of the other side and nothing more: paths, queries, headers and bodies hold secrets.
  public var fault: Fault
  /// True when the same request may do better later.
  public var isTransient: Bool
  /// What the other side asked for.
  public var retryAfter: Duration?

  public init(_ fault: Fault, isTransient: Bool = false, retryAfter: Duration? = nil) {
    self.fault = fault
    self.isTransient = isTransient
    self.retryAfter = retryAfter
  }

  /// What a source or target throws for it.
  public var sourceError: SourceError {
    if let retryAfter { return .throttle(after: retryAfter, fault) }
    if fault.code == "web-unauthorised" { return .reauthorise(fault) }
    if fault.code == "web-request-invalid" { return .configure(fault) }
    return .retry(fault)
  }

  public var description: String { fault.description }

  static func invalid(_ message: String) -> WebFailure { WebFailure(Fault("web-request-invalid", message)) }

  static func cancelled(_ origin: String) -> WebFailure {
    WebFailure(Fault("web-cancelled", "The request to \(origin) was given up."), isTransient: true)
  }

  static func redirectRefused(_ origin: String, _ what: String) -> WebFailure {
    WebFailure(Fault("web-redirect-refused", "\(origin) \(what)."))
  }

  static func tooLarge(_ origin: String, _ what: String) -> WebFailure {
    WebFailure(Fault("web-too-large", "\(origin) answered with \(what)."))
  }
}

extension WebFailure {
  /// - Parameters:
  ///   - detail: what libcurl wrote about it; it names hosts and addresses, no paths.
  static func transport(_ code: CURLcode, detail: String, origin: String) -> WebFailure {
    let reason = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
    switch code {
    case CURLE_OPERATION_TIMEDOUT:
      return WebFailure(Fault("web-timeout", "\(origin) did not answer in time."), isTransient: true)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      return WebFailure(
        Fault(
          "web-certificate", "The certificate of \(origin) cannot be trusted: \(reason).",
          hint: "Compare its name and dates, and the clock of this machine."))
    case CURLE_SSL_CACERT_BADFILE:
      return WebFailure(Fault("web-certificate", "The trusted certificates cannot be read: \(reason)."))
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
      return .invalid("\(origin) is no address that can be asked: \(reason).")
    default:
      return WebFailure(Fault("web-unreachable", "\(origin) cannot be reached: \(reason)."), isTransient: true)
    }
  }
}

extension WebAnswer {
  /// `nil` when the request was successful; else `web-unauthorised` (401, 403), `web-busy` (408, 425, 429, 503), `web-server-error`
  /// (other 5xx) or `web-refused`.
  public func failure(of request: WebRequest) -> WebFailure? {
    guard !isSuccess else { return nil }
    let origin = WebAddress.origin(of: request.url)
    let said = "\(origin) answered with status \(status)."
    switch status {
    case 401, 403: return WebFailure(Fault("web-unauthorised", said, hint: "Look at the credentials."))
    case 408, 425, 429, 503: return WebFailure(Fault("web-busy", said), isTransient: true, retryAfter: retryAfter)
    case 500...: return WebFailure(Fault("web-server-error", said), isTransient: true, retryAfter: retryAfter)
    default: return WebFailure(Fault("web-refused", said))
    }
  }
}
