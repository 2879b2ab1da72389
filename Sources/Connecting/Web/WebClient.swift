import Foundation
import Model

/// Asks other systems through libcurl: one thread and one set of connections for all requests. Make one and share it.
///
/// Certificates are verified, at least TLS 1.2 is spoken. Packed answers are unpacked, within the request's bound.
public final class WebClient: WebExchange {
  public enum Proxy: Hashable, Sendable {
    /// What `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say.
    case environment
    case none
    /// `http://host:port`, `socks5://host:port`.
    case url(String)
  }

  public struct Settings: Hashable, Sendable {
    public var proxy: Proxy
    /// A file of certificates in PEM that are trusted instead of the system's.
    public var authorities: String?

    public init(proxy: Proxy = .environment, authorities: String? = nil) {
      self.proxy = proxy
      self.authorities = authorities
    }
  }

  private let settings: Settings
  private let loop = CurlLoop()

  public init(_ settings: Settings = Settings()) { self.settings = settings }

  deinit { loop.close() }

  public func answer(_ request: WebRequest) async throws(WebFailure) -> WebAnswer {
    var address = try Self.checked(request)
    var request = request
    var route = CurlTransfer.Route(proxy: settings.proxy, authorities: settings.authorities)
    var answer = try await transfer(request, to: address, by: route)
    for _ in 0..<max(0, request.maximumRedirects) {
      guard let next = try redirect(answer, of: request, from: address) else { return answer }
      if next.origin != address.origin {
        request.headers.removeAll { !Self.harmless.contains($0.name.lowercased()) }
        route.isGuarded = !usesProxy
      }
      address = next
      answer = try await transfer(request, to: address, by: route)
    }
    return answer
  }

  private func transfer(_ request: WebRequest, to address: WebAddress, by route: CurlTransfer.Route) async throws(WebFailure) -> WebAnswer {
    let transfer = CurlTransfer(request, to: address, by: route)
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        transfer.onEnd { continuation.resume(returning: $0) }
        loop.start(transfer)
      }
    } onCancel: {
      loop.cancel(transfer)
    }
    return try outcome.get()
  }

  // MARK: Redirects

  /// Headers that another host may see.
  private static let harmless: Set<String> = ["accept", "accept-language"]

  /// Where an answer sends us; `nil` when it is the answer.
  private func redirect(_ answer: WebAnswer, of request: WebRequest, from address: WebAddress) throws(WebFailure) -> WebAddress? {
    guard [301, 302, 303, 307, 308].contains(answer.status), ["GET", "HEAD"].contains(request.method),
      let location = answer.header("Location")
    else { return nil }
    let refused = { (what: String) in WebFailure.redirectRefused(address.origin, "redirects to \(what)") }
    guard let next = address.following(location) else { throw refused("an address that cannot be asked") }
    if address.scheme == "https" && next.scheme == "http" { throw refused("an address without encryption") }
    if next.origin != address.origin && next.isPlainlyPrivate { throw refused("a private network") }
    return next
  }

  /// A proxy resolves names itself and may lie in a private network: then only what the address says plainly can be judged.
  private var usesProxy: Bool {
    switch settings.proxy {
    case .none: return false
    case .url: return true
    case .environment:
      let environment = ProcessInfo.processInfo.environment
      return ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].contains { environment[$0]?.isEmpty == false }
    }
  }

  // MARK: What may go out

  private static func checked(_ request: WebRequest) throws(WebFailure) -> WebAddress {
    guard let address = WebAddress(request.url) else {
      throw .invalid("An address must begin with http:// or https://, hold no user, and be percent-encoded.")
    }
    guard !request.method.isEmpty, request.method.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
      throw .invalid("The method of a request to \(address.origin) is not one.")
    }
    for header in request.headers where !isToken(header.name) || header.value.utf8.contains(where: isControl) {
      throw .invalid("A header of a request to \(address.origin) holds a character that must not be there.")
    }
    return address
  }

  /// RFC 9110 §5.6.2.
  private static func isToken(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"\"(),/:;<=>?@[\\]{}".utf8.contains($0) }
  }

  private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != 0x09 || byte == 0x7F }
}
