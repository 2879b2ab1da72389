import Foundation
import Model

/// Sends HTTP requests to other systems. ``WebClient`` does it; tests put answers of their own in its place.
public protocol WebExchange: Sendable {
  /// The complete answer, whatever its status: ``WebAnswer/failure(of:)`` judges it. Cancelling the task ends the transfer at once.
  /// - Throws: `web-request-invalid`, `web-unreachable`, `web-timeout`, `web-certificate`, `web-too-large`, `web-redirect-refused`,
  ///   `web-cancelled`.
  func answer(_ request: WebRequest) async throws(WebFailure) -> WebAnswer
}

/// A request to another system.
public struct WebRequest: Sendable {
  public enum Body: Sendable {
    case bytes(Bytes)
    /// A body of `size` bytes that does not lie in memory: `read` fills the buffer from an offset on, and says with how many bytes.
    case parts(size: Int, read: @Sendable (_ offset: Int, _ buffer: UnsafeMutableRawBufferPointer) throws -> Int)

    var size: Int {
      switch self {
      case .bytes(let bytes): bytes.count
      case .parts(let size, _): size
      }
    }
  }

  /// In capitals.
  public var method: String
  /// `http` or `https`, percent-encoded, without user or password: ``url(_:query:)`` makes one.
  public var url: String
  /// A control character in a name or value makes the request invalid.
  public var headers: [NamedValue]
  public var body: Body
  public var connectTimeout: Duration = .seconds(10)
  /// For everything together; `nil` for as long as it takes.
  public var timeout: Duration? = .seconds(30)
  /// Of the answer, in bytes, once it is unpacked.
  public var maximumBody = 8 << 20
  /// With 0 an answer that redirects is an answer as any other. Only GET and HEAD are ever repeated elsewhere; another host gets no header
  /// that could hold a secret, and must not lie in a private network.
  public var maximumRedirects = 0
  /// Told how many bytes of the body are on their way. Runs on the client's thread, as ``receive`` does.
  public var progress: (@Sendable (Int) -> Void)?
  /// Takes the body of an answer with status 200 piece by piece; the answer's own body is empty then, and no bound applies.
  public var receive: (@Sendable (Bytes) throws -> Void)?

  public init(_ method: String = "GET", _ url: String, headers: [NamedValue] = [], body: Body = .bytes([])) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }

  /// A request whose body is a JSON document.
  public static func json(_ method: String = "POST", _ url: String, body: Value, headers: [NamedValue] = []) -> WebRequest {
    WebRequest(
      method, url, headers: [NamedValue("Content-Type", "application/json")] + headers, body: .bytes(CanonicalJSON.orderedBytes(body)))
  }

  /// `base` with further query items, percent-encoded.
  public static func url(_ base: String, query: [NamedValue]) -> String {
    guard !query.isEmpty else { return base }
    return base + (base.contains("?") ? "&" : "?") + PercentEncoding.query(query)
  }
}

/// The answer to a ``WebRequest``.
public struct WebAnswer: Hashable, Sendable {
  public var status: Int
  /// In the order in which they arrived.
  public var headers: [NamedValue]
  public var body: Bytes

  public init(status: Int, headers: [NamedValue] = [], body: Bytes = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The first header of that name, whatever its case.
  public func header(_ name: String) -> String? { headers.value(ofHeader: name) }

  public var isSuccess: Bool { (200..<300).contains(status) }

  /// What `Retry-After` asks for when it counts seconds (RFC 9110 §10.2.3), a day at most. A date is not read: it would need the other
  /// side's clock to be right.
  public var retryAfter: Duration? {
    guard let text = header("Retry-After"), let seconds = Int(text), seconds >= 0 else { return nil }
    return .seconds(min(seconds, 86_400))
  }

  /// The other side's clock in seconds since 1970, as its header `Date` says it (RFC 9110 §5.6.7, the form that servers send).
  public var date: Int? {
    // Sun, 06 Nov 1994 08:49:37 GMT
    let parts = (header("Date") ?? "").split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", let month = Self.months.firstIndex(of: String(parts[2])) else { return nil }
    let text = "\(parts[3])-\(month < 9 ? "0" : "")\(month + 1)-\(parts[1])T\(parts[4])Z"
    return (try? Date.ISO8601FormatStyle().parse(text)).map { Int($0.timeIntervalSince1970) }
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
