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

  /// `StableHash.of(mailbox, seed: seed)`, without making the text.
  package func mailboxHash(seed: UInt64) -> UInt64 {
    var hash = ByteHash(seed: seed)
    let isGoogle = isGoogle
    var (local, domain) = (local, isGoogle ? "gmail.com" : domain)
    local.withUTF8 { local in
      let name = local.prefix { $0 != 0x2B }
      for byte in name.isEmpty ? local[...] : name where !isGoogle || byte != 0x2E { hash.combine(byte) }
    }
    hash.combine(0x40 as UInt8)
    domain.withUTF8 { hash.combine($0) }
    return hash.ofText
  }

  /// What a domain says about who writes.
  public enum DomainClass: UInt8, Hashable, Sendable {
    /// Anybody can have a mailbox there.
    case free
    /// An employer's, a school's, a family's.
    case own
    /// Mailboxes for one use, or domains reserved for examples (RFC 2606): evidence of nothing.
    case none
  }

  public var domainClass: DomainClass {
    var domain = domain
    return domain.withUTF8 { domain in
      if Self.freeMail.contains(domain) { return .free }
      return Self.throwaway.contains(domain) || domain.suffix(8).elementsEqual(".invalid".utf8) ? .none : .own
    }
  }

  /// True for providers where anybody can have a mailbox: the domain then says nothing about an employer.
  public var isFreeMail: Bool { domainClass == .free }

  /// True for mailboxes of a function rather than a person (RFC 2142 and everyday custom).
  public var isRole: Bool {
    var local = local
    // Local parts are ASCII in lower case: `all(in:)` takes nothing else.
    return local.withUTF8 { local in Self.roles.contains(UnsafeBufferPointer(rebasing: local.prefix { $0 >= 0x61 && $0 <= 0x7A })) }
  }

  /// The first address in `text` in lower case, or `nil` when there is none.
  public static func normalise(_ text: String) -> String? { all(in: text).first?.address }

  /// Every address in a field, in the order in which they stand. Masked addresses (`a***@b.com`) are left out.
  public static func all(in text: String) -> [Email] {
    var text = text
    return text.withUTF8 { all(in: $0) }
  }

  /// As above.
  /// - Parameter source: UTF-8.
  package static func all(in source: UnsafeBufferPointer<UInt8>) -> [Email] {
    guard source.contains(where: { $0 == 0x40 || $0 >= 0x80 }) else { return [] }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: source.count) { buffer in
      guard let count = Folding.ascii(source, into: buffer) else { return any(in: CompanyText.string(Folding.scalars(source))) }
      return ascii(in: UnsafeBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// The addresses of a folded text that is ASCII: by bytes, as ``any(in:)`` finds them by characters.
  static func ascii(in folded: UnsafeBufferPointer<UInt8>) -> [Email] {
    var found: [Email] = []
    var start = 0
    while start < folded.count {
      var end = start
      var at = -1
      while end < folded.count, !isSeparator(Unicode.Scalar(folded[end])) {
        if folded[end] == 0x40 { at = end }
        end += 1
      }
      if at > start {
        let local = UnsafeBufferPointer(rebasing: folded[start..<at])
        var first = at + 1
        while first < end, folded[first] == 0x2E { first += 1 }
        let domain = UnsafeBufferPointer(rebasing: folded[first..<end])
        if isLocal(local), isDomain(domain) {
          var last = end
          while last > first, folded[last - 1] == 0x2E { last -= 1 }
          let email = Email(
            local: String(decoding: local, as: UTF8.self), domain: String(decoding: folded[first..<last], as: UTF8.self))
          if !isPlaceholder(email), !found.contains(email) { found.append(email) }
        }
      }
      start = end + 1
    }
    return found
  }

  private static func isLocal(_ local: UnsafeBufferPointer<UInt8>) -> Bool {
    local.count <= 64
      && local.allSatisfy { byte in
        switch byte {
        case 0x61...0x7A, 0x30...0x39, 0x2E, 0x5F, 0x2D, 0x2B, 0x26, 0x3D, 0x25, 0x23, 0x21, 0x24: true
        default: false
        }
      }
  }

  private static func isDomain(_ domain: UnsafeBufferPointer<UInt8>) -> Bool {
    guard domain.count <= 253 else { return false }
    var labels = 0
    var isInside = false
    for byte in domain {
      switch byte {
      case 0x2E: isInside = false
      case 0x61...0x7A, 0x30...0x39, 0x2D:
        if !isInside { labels += 1 }
        isInside = true
      default: return false
      }
    }
    return labels >= 2
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
      if !isPlaceholder(email), !found.contains(email) { found.append(email) }
    }
    return found
  }

  private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
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

  private static func isPlaceholder(_ email: Email) -> Bool {
    var local = email.local
    let isKnown = local.withUTF8 { local in
      placeholders.contains(local) || local.count > 1 && local.allSatisfy { $0 == local[0] }
    }
    return isKnown || email.domain == "example.com" && local == "user"
  }

  private static let placeholders = WordTable(
    set: ["test", "none", "null", "noemail", "no-email", "na", "n/a", "abc", "aaa", "123", "123456", "xxx", "example"])

  private static let freeMail = WordTable(set: [
    "qq.com", "vip.qq.com", "foxmail.com", "163.com", "vip.163.com", "126.com", "yeah.net", "139.com", "189.cn", "wo.cn", "sina.com",
    "sina.cn", "vip.sina.com", "sohu.com", "tom.com", "21cn.com", "aliyun.com", "gmail.com", "googlemail.com", "hotmail.com",
    "outlook.com", "live.com", "live.cn", "msn.com", "yahoo.com", "yahoo.com.cn", "yahoo.cn", "yahoo.co.uk", "ymail.com", "icloud.com",
    "me.com", "mac.com", "aol.com", "gmx.de", "gmx.net", "gmx.com", "web.de", "t-online.de", "orange.fr", "free.fr", "laposte.net",
    "libero.it", "btinternet.com", "comcast.net", "verizon.net", "protonmail.com", "proton.me", "mail.ru", "yandex.ru", "naver.com",
    "daum.com", "mail.com", "rediffmail.com", "rocketmail.com", "sbcglobal.net", "att.net", "bellsouth.net", "cox.net",
    "charter.net", "earthlink.net", "juno.com", "bigpond.com", "optusnet.com.au", "shaw.ca", "rogers.com", "sky.com", "talktalk.net",
    "virginmedia.com", "ntlworld.com", "wanadoo.fr", "sfr.fr", "hotmail.co.uk", "hotmail.fr", "hotmail.de", "hotmail.it", "live.co.uk",
    "live.fr", "outlook.de", "outlook.fr", "yahoo.fr", "yahoo.de", "yahoo.it", "yahoo.es", "yahoo.co.jp", "yahoo.co.in", "yahoo.com.br",
    "yahoo.com.au", "yahoo.ca", "freenet.de", "arcor.de", "1und1.de", "bluewin.ch", "tiscali.it", "virgilio.it", "alice.it", "uol.com.br",
    "terra.com.br", "bol.com.br", "telenet.be", "skynet.be", "ziggo.nl", "kpnmail.nl", "seznam.cz", "wp.pl", "o2.pl", "interia.pl",
    "list.ru", "bk.ru", "inbox.ru", "rambler.ru", "docomo.ne.jp", "ezweb.ne.jp", "i.softbank.jp", "263.net", "188.com", "eyou.com",
    "hanmail.net", "daum.net", "pchome.com.tw", "hinet.net", "yahoo.com.tw", "yahoo.com.hk", "netvigator.com", "zoho.com",
  ])

  private static let throwaway = WordTable(set: [
    "example.com", "example.org", "example.net", "test.com", "mailinator.com", "guerrillamail.com", "10minutemail.com", "yopmail.com",
    "tempmail.com", "temp-mail.org", "trashmail.com", "sharklasers.com", "domain.com", "email.com",
  ])

  private static let roles = WordTable(set: [
    "info", "sales", "service", "support", "admin", "office", "contact", "hr", "marketing", "webmaster", "postmaster", "abuse",
    "hostmaster", "noreply", "billing", "finance", "kefu", "market", "business", "mail", "help", "enquiry", "enquiries", "purchase",
  ])
}
