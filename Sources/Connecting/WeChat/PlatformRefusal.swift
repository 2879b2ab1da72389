import Model

/// What an interface of WeChat or WeCom answered instead of what it was asked for, or why there was no answer.
struct PlatformRefusal: Error, Sendable {
  /// The platform's own number; `nil` when the request did not get that far.
  var errcode: Int?
  var error: SourceError

  var fault: Fault { error.fault }

  init(errcode: Int? = nil, _ error: SourceError) {
    self.errcode = errcode
    self.error = error
  }

  init(_ failure: WebFailure) { self.init(failure.sourceError) }

  /// - Parameters:
  ///   - message: the platform's `errmsg`; it goes into the fault, without `secrets`.
  init(errcode: Int, message: String, product: String, secrets: [String]) {
    self.init(errcode: errcode, Self.error(errcode, Self.harmless(message, secrets), product))
  }

  /// Numbers that both platforms use for a token that is not good (any more): 全局错误码 of developers.weixin.qq.com and of
  /// developer.work.weixin.qq.com.
  static let tokenTrouble: Set<Int> = [40_001, 40_014, 42_001]

  /// The numbers and their meaning: 全局错误码 of both platforms.
  private static func error(_ errcode: Int, _ message: String, _ product: String) -> SourceError {
    let said = "\(product) answered \(errcode): \(message)."
    switch errcode {
    case -1: return .retry(Fault("platform-busy", "\(product) is busy."))
    case 40_125: return .reauthorise(Fault("secret-refused", "\(product) does not know the secret.", hint: Self.secretHint))
    case 40_013:
      return .configure(
        Fault("app-id-refused", "\(product) does not know the id of the app.", hint: "Compare it with the platform's console."))
    case 40_164, 60_020:
      let address = Self.address(in: message)
      return .reauthorise(
        Fault(
          "ip-not-allowed", "\(product) does not allow calls from \(address ?? "this machine's address").",
          hint: "Add \(address ?? "the address") to the IP allowlist of the platform's console; it counts after some minutes."))
    case _ where tokenTrouble.contains(errcode):
      return .reauthorise(Fault("token-refused", "\(product) refuses its own access token. \(said)", hint: Self.secretHint))
    case 45_009: return .throttle(after: .seconds(600), Fault("quota-exceeded", "The quota of an interface is used up. \(said)"))
    case 45_011, 45_033: return .throttle(after: .seconds(60), Fault("quota-exceeded", "Too many calls in a short time. \(said)"))
    case 48_001, 48_002, 48_004, 60_011:
      return .configure(
        Fault(
          "interface-not-allowed", "The app may not use an interface. \(said)", hint: "Give it the permission in the platform's console."))
    default: return .retry(Fault("platform-refused", said))
    }
  }

  static let secretHint = "Compare the secret with the platform's console; somebody may have reset it."

  /// `invalid ip 192.0.2.1 ipv6 ::ffff:192.0.2.1, not in whitelist` and `…, from ip: 192.0.2.1, …`: the address that the platform saw.
  private static func address(in message: String) -> String? {
    let words = message.split { $0 == " " || $0 == "," }.map(String.init)
    return words.first { NetworkAddress($0) != nil }
  }

  /// One line of the platform's text, without what must not be written down.
  private static func harmless(_ message: String, _ secrets: [String]) -> String {
    var text = String(message.map { $0.isNewline || $0.asciiValue.map { $0 < 0x20 } == true ? " " : $0 }.prefix(200))
    for secret in secrets where !secret.isEmpty { text = text.replacing(secret, with: "…") }
    while text.last == "." || text.last == " " { text.removeLast() }
    return text
  }
}
