/// An e-mail address as a comparable value. Local parts are folded to lower case, which RFC 5321 §2.4 leaves to the
/// receiving host but which every large provider does.
public struct Email: Hashable, Sendable {
  public var local: String
  public var domain: String

  public var address: String { "\(local)@\(domain)" }

  /// The mailbox behind the address: without the tag after `+`; for Gmail without dots, which it ignores, and under one domain.
  /// Equal for addresses whose mail arrives at one place.
  public var mailbox: String {
    let isGoogle = isGoogle
    var name = local.utf8.prefix { $0 != 0x2B }
    if name.isEmpty { name = local.utf8[...] }
    let plain = isGoogle ? String(decoding: name.filter { $0 != 0x2E }, as: UTF8.self) : String(Substring(name))
    return "\(plain)@\(isGoogle ? "gmail.com" : domain)"
  }

  private var isGoogle: Bool { domain == "gmail.com" || domain == "googlemail.com" }

  /// What a domain says about who writes.
  public enum DomainClass: UInt8, Hashable, Sendable {
    /// Anybody can have a mailbox there.
    case free
    /// An employer's, a school's, a family's.
    case own
    /// Mailboxes for one use, or domains reserved for examples (RFC 2606): evidence of nothing.
    case none
  }

  public var domainClass: DomainClass { withReading(\.domainClass) }

  /// True for providers where anybody can have a mailbox: the domain then says nothing about an employer.
  public var isFreeMail: Bool { domainClass == .free }

  /// True for mailboxes of a function rather than a person (RFC 2142 and everyday custom).
  public var isRole: Bool { withReading(\.isRole) }

  /// The first address in `text` in lower case, or `nil` when there is none.
  public static func normalise(_ text: String) -> String? { all(in: text).first?.address }

  /// Every address in a field, in the order in which they stand. Masked addresses (`a***@b.com`) are left out.
  public static func all(in text: String) -> [Email] {
    var text = text
    return text.withUTF8 { source in
      var found: [Email] = []
      read(source) { reading in
        let email = Email(reading)
        if !found.contains(email) { found.append(email) }
      }
      return found
    }
  }

  /// The addresses of any folded text.
  static func any(in folded: String) -> [Email] {
    var found: [Email] = []
    guard folded.utf8.contains(UInt8(ascii: "@")) else { return [] }
    for scalars in folded.unicodeScalars.split(whereSeparator: isSeparator) {
      let word = Substring(scalars)
      guard let at = word.lastIndex(of: "@") else { continue }
      let local = word[..<at]
      let domain = word[word.index(after: at)...].drop { $0 == "." }
      guard isLocal(local), isDomain(domain) else { continue }
      let email = Email(local: String(local), domain: trimDots(domain))
      if !email.withReading(\.isPlaceholder), !found.contains(email) { found.append(email) }
    }
    return found
  }

  static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case " ", ",", ";", "/", "<", ">", "(", ")", "[", "]", "\"", "'", "|", ":", "、", "，", "；": true
    default: false
    }
  }

  private static func trimDots(_ domain: Substring) -> String {
    var rest = domain
    while rest.last == "." { rest.removeLast() }
    return String(rest)
  }

  private static func isLocal(_ local: Substring) -> Bool {
    !local.isEmpty && local.utf8.count <= 64
      && local.utf8.allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 >= 0x30 && $0 <= 0x39 || "._-+&=%#!$".utf8.contains($0) }
  }

  private static func isDomain(_ domain: Substring) -> Bool {
    let labels = domain.split(separator: ".")
    return labels.count >= 2 && domain.utf8.count <= 253
      && labels.allSatisfy { label in
        label.utf8.allSatisfy { $0 >= 0x61 && $0 <= 0x7A || $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2D || $0 >= 0x80 }
      }
  }
}
