import Model

/// An HMAC signature in parts: where it stands, how it is written, and what was signed.
struct SignatureRecipe: Sendable {
  enum Shape: Hashable, Sendable {
    /// The signature and nothing else.
    case plain
    /// Text in front of it, such as `sha256=`.
    case prefix(String)
    /// Several, each as `v1,SIGNATURE`, separated by blanks.
    case versions
    /// `t=1492774577,v1=SIGNATURE,v1=SIGNATURE`
    case members(signature: String)
  }

  enum Encoding: String, CaseIterable, Sendable {
    case hex, base64
  }

  enum Algorithm: String, CaseIterable, Sendable {
    case sha256, sha1
  }

  enum Unit: Int64, Sendable {
    case seconds = 1_000_000
    case milliseconds = 1_000
  }

  enum Timestamp: Hashable, Sendable {
    case header(String, Unit)
    /// A member of the signature header.
    case member(String, Unit)
  }

  enum Part: Hashable, Sendable {
    case body, timestamp, id, method, secret
    /// The address as the sender wrote it, with scheme, host, path and query.
    case address
    case literal(String)
  }

  enum Key: Hashable, Sendable {
    case text
    /// Base64 after a prefix that may be missing.
    case prefixedBase64(String)
  }

  var header: String
  var shape = Shape.plain
  var encoding: Encoding
  var algorithm = Algorithm.sha256
  var parts: [Part] = [.body]
  /// What names a delivery; sent again with the same.
  var idHeader: String?
  var timestamp: Timestamp?
  var key = Key.text

  /// Why a request is not believed. The words go to the sender and hold nothing of the secret.
  struct Flaw: Error, Hashable, Sendable {
    var code: String
    var detail: String
  }

  /// - Parameters:
  ///   - secrets: those that count now; two while one takes the other's place.
  ///   - address: the connector's own address as senders see it.
  ///   - now: microseconds since 1970.
  func verify(
    _ request: InboundRequest, secrets: [String], address: String, tolerance: Duration, now: Int64, cryptography: Cryptography
  ) throws(Flaw) {
    guard let written = request.header(header) else {
      throw Flaw(code: "webhook-signature", detail: "The header \(header) is missing.")
    }
    let time = try time(of: request, written: written)
    if let time { try check(time, tolerance: tolerance, now: now) }
    let signatures = signatures(in: written).compactMap(decoded)
    guard !signatures.isEmpty else {
      throw Flaw(code: "webhook-signature", detail: "The header \(header) holds no signature of the expected form.")
    }
    let isRight = secrets.contains { secret in
      guard let key = key(of: secret), !key.isEmpty, let signed = signed(request, secret: secret, address: address, time: time?.text)
      else { return false }
      let right = algorithm == .sha256 ? cryptography.hmacSHA256(signed, key) : cryptography.hmacSHA1(signed, key)
      return signatures.contains { areEqualInConstantTime($0, right) }
    }
    guard isRight else {
      throw Flaw(code: "webhook-signature", detail: "It does not fit the request and the secret. Compare the secret with the sender's.")
    }
  }

  private typealias Time = (text: String, microseconds: Int64)

  private func time(of request: InboundRequest, written: String) throws(Flaw) -> Time? {
    let text: String?
    let unit: Unit
    switch timestamp {
    case nil: return nil
    case .header(let name, let timeUnit): (text, unit) = (request.header(name), timeUnit)
    case .member(let name, let timeUnit): (text, unit) = (Self.members(written).first { $0.name == name }?.value, timeUnit)
    }
    guard let text, let number = Int64(text) else {
      throw Flaw(code: "webhook-timestamp", detail: "The request has no time of signing.")
    }
    let (microseconds, isTooLarge) = number.multipliedReportingOverflow(by: unit.rawValue)
    guard !isTooLarge else { throw Flaw(code: "webhook-timestamp", detail: "The time of signing is not one.") }
    return (text, microseconds)
  }

  private func check(_ time: Time, tolerance: Duration, now: Int64) throws(Flaw) {
    let (difference, isTooLarge) = now.subtractingReportingOverflow(time.microseconds)
    let limit = tolerance.components.seconds * 1_000_000
    guard !isTooLarge, difference.magnitude > limit.magnitude else {
      if isTooLarge { throw Flaw(code: "webhook-timestamp", detail: "The time of signing is not one.") }
      return
    }
    let seconds = difference.magnitude / 1_000_000
    throw Flaw(
      code: "webhook-timestamp",
      detail:
        "It was signed \(seconds) s \(difference > 0 ? "ago" : "ahead of our clock"), and \(tolerance.components.seconds) s are allowed.")
  }

  private func signatures(in text: String) -> [String] {
    switch shape {
    case .plain: [text]
    case .prefix(let prefix): text.hasPrefix(prefix) ? [String(text.dropFirst(prefix.count))] : []
    case .versions: text.split(separator: " ").filter { $0.hasPrefix("v1,") }.map { String($0.dropFirst(3)) }
    case .members(let name): Self.members(text).filter { $0.name == name }.map(\.value)
    }
  }

  private static func members(_ text: String) -> [NamedValue] {
    text.split(separator: ",").compactMap { part in
      let pair = part.split(separator: "=", maxSplits: 1)
      return pair.count == 2 ? NamedValue(pair[0].filter { $0 != " " }, String(pair[1])) : nil
    }
  }

  private func decoded(_ text: String) -> Bytes? { encoding == .hex ? Hex.bytes(text) : Base64.bytes(text) }

  private func key(of secret: String) -> Bytes? {
    switch key {
    case .text: Array(secret.utf8)
    case .prefixedBase64(let prefix): Base64.bytes(secret.hasPrefix(prefix) ? String(secret.dropFirst(prefix.count)) : secret)
    }
  }

  private func signed(_ request: InboundRequest, secret: String, address: String, time: String?) -> Bytes? {
    var bytes: Bytes = []
    for part in parts {
      switch part {
      case .body: bytes += request.body
      case .timestamp: bytes += Array((time ?? "").utf8)
      case .id:
        guard let id = idHeader.flatMap(request.header) else { return nil }
        bytes += Array(id.utf8)
      case .method: bytes += Array(request.method.utf8)
      case .address: bytes += Array((address + HubSpotAddress.decoded(request.querySuffix)).utf8)
      case .secret: bytes += Array(secret.utf8)
      case .literal(let text): bytes += Array(text.utf8)
      }
    }
    return bytes
  }
}

/// The escapes that HubSpot undoes in an address before it signs it (Request validation, v3, the table of characters).
enum HubSpotAddress {
  private static let escapes = [
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'", "%28": "(", "%29": ")", "%2A": "*", "%2C": ",",
    "%3B": ";",
  ]

  static func decoded(_ text: String) -> String {
    var result = ""
    var rest = Substring(text)
    while let next = rest.first {
      if next == "%", let plain = escapes[rest.prefix(3).uppercased()] {
        result += plain
        rest = rest.dropFirst(3)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result
  }
}
