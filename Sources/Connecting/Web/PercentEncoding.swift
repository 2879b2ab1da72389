import Model

/// Percent-encoding of requests' targets (RFC 3986 §2.1).
public enum PercentEncoding {
  /// The target of a request. Slashes of the path stay as they are.
  public static func target(path: String, query: [NamedValue]) -> String {
    encode(path, keeping: "/") + (query.isEmpty ? "" : "?" + Self.query(query))
  }

  public static func query(_ items: [NamedValue]) -> String {
    items.map { encode($0.name) + "=" + encode($0.value) }.joined(separator: "&")
  }

  private static let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)

  /// Everything but RFC 3986's unreserved characters becomes an escape.
  private static func encode(_ text: String, keeping kept: String = "") -> String {
    let plain = unreserved.union(kept.utf8)
    var output: Bytes = []
    for byte in text.utf8 {
      if plain.contains(byte) {
        output.append(byte)
      } else {
        output.append(UInt8(ascii: "%"))
        output += Hex.text([byte]).uppercased().utf8
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
