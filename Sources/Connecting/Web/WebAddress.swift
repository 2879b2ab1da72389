import Foundation

/// The address of a ``WebRequest``, as far as deciding needs it: who is asked, and whether a redirect leads to somebody else.
struct WebAddress: Hashable {
  let text: String
  let scheme: String
  let host: String
  let port: Int

  /// `nil` for anything but an absolute `http` or `https` address of printable ASCII, without user and password.
  init?(_ text: String) {
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }), let parts = URLComponents(string: text),
      let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https", let host = parts.host?.lowercased(), !host.isEmpty,
      parts.user == nil, parts.password == nil
    else { return nil }
    self.text = text
    self.scheme = scheme
    self.host = host
    port = parts.port ?? (scheme == "https" ? 443 : 80)
  }

  /// `https://host`, with the port when it is not the usual one: what may be said of an address.
  var origin: String { port == (scheme == "https" ? 443 : 80) ? "\(scheme)://\(host)" : "\(scheme)://\(host):\(port)" }

  static func origin(of text: String) -> String { WebAddress(text)?.origin ?? "the address" }

  /// Where a `Location` header leads.
  func following(_ location: String) -> WebAddress? {
    URL(string: text).flatMap { URL(string: location, relativeTo: $0) }.flatMap { WebAddress($0.absoluteString) }
  }

  /// True when the host is written as an address that ``NetworkAddress`` calls private, or as a name for this machine.
  var isPlainlyPrivate: Bool {
    let name = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]."))
    return name == "localhost" || name.hasSuffix(".localhost") || NetworkAddress(name).map { !$0.isPublic } == true
  }
}

/// An IPv4 or IPv6 address: 4 or 16 bytes.
struct NetworkAddress: Hashable {
  let bytes: [UInt8]

  init?(bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = bytes
  }

  /// As people write it: `192.0.2.1`, `2001:db8::1`.
  init?(_ text: String) {
    var four = in_addr()
    var sixteen = in6_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      bytes = withUnsafeBytes(of: four) { Array($0) }
    } else if inet_pton(AF_INET6, text, &sixteen) == 1 {
      bytes = withUnsafeBytes(of: sixteen) { Array($0) }
    } else {
      return nil
    }
  }

  /// False for what is not reachable through the internet: this machine, private networks, link-local, shared and reserved ranges
  /// (the special-purpose registries of IANA, RFC 6890), also when they are wrapped in an IPv6 address.
  var isPublic: Bool { bytes.count == 4 ? Self.isPublic(bytes[...]) : isPublicSixteen }

  private static func isPublic(_ four: ArraySlice<UInt8>) -> Bool {
    let four = Array(four)
    switch (four[0], four[1]) {
    case (0, _), (10, _), (127, _), (169, 254), (172, 16...31), (192, 168), (100, 64...127), (198, 18...19), (224..., _): return false
    case (192, 0): return four[2] != 0 && four[2] != 2
    case (198, 51): return four[2] != 100
    case (203, 0): return four[2] != 113
    default: return true
    }
  }

  private var isPublicSixteen: Bool {
    // ::, ::1, IPv4-compatible and IPv4-mapped addresses.
    if bytes.prefix(10).allSatisfy({ $0 == 0 }) {
      return Array(bytes[10...11]) == [0xFF, 0xFF] && Self.isPublic(bytes[12...])
    }
    // 64:ff9b::/96 and 6to4 carry an IPv4 address.
    if bytes.starts(with: [0, 0x64, 0xFF, 0x9B]) { return bytes[4..<12].allSatisfy { $0 == 0 } && Self.isPublic(bytes[12...]) }
    if bytes.starts(with: [0x20, 0x02]) { return Self.isPublic(bytes[2..<6]) }
    // 2001:db8::/32 is for documentation; what is routed lies in 2000::/3.
    return bytes[0] & 0xE0 == 0x20 && !bytes.starts(with: [0x20, 0x01, 0x0D, 0xB8])
  }
}
