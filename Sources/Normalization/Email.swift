/// An e-mail address as a comparable value. Local parts are folded to lower case, which RFC 5321 §2.4 leaves to the
/// receiving host but which every large provider does.
public struct Email: Hashable, Sendable {
  public var local: String
  public var domain: String

  public var address: String { "\(local)@\(domain)" }

  /// The mailbox behind the address: without the tag after `+`; for Gmail without dots, which it ignores, and under one domain.
  /// Equal for addresses whose mail arrives at one place.
  public var mailbox: String {
    let isGoogle = domain == "gmail.com" || domain == "googlemail.com"
    var name = local.utf8.prefix { $0 != 0x2B }
    if name.isEmpty { name = local.utf8[...] }
    let plain = isGoogle ? String(decoding: name.filter { $0 != 0x2E }, as: UTF8.self) : String(Substring(name))
    return "\(plain)@\(isGoogle ? "gmail.com" : domain)"
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
    if Self.freeMail.contains(domain) { return .free }
    return Self.throwaway.contains(domain) || domain.hasSuffix(".invalid") ? .none : .own
  }

  /// True for providers where anybody can have a mailbox: the domain then says nothing about an employer.
  public var isFreeMail: Bool { Self.freeMail.contains(domain) }

  /// True for mailboxes of a function rather than a person (RFC 2142 and everyday custom).
  public var isRole: Bool { Self.roles.contains(local.prefix { $0.isLetter }.lowercased()) }

  /// The first address in `text` in lower case, or `nil` when there is none.
  public static func normalise(_ text: String) -> String? { all(in: text).first?.address }

  /// Every address in a field, in the order in which they stand. Masked addresses (`a***@b.com`) are left out.
  public static func all(in text: String) -> [Email] {
    var found: [Email] = []
    let folded = Folding.fold(text)
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
    let local = email.local
    return ["test", "none", "null", "noemail", "no-email", "na", "n/a", "abc", "aaa", "123", "123456", "xxx", "example"].contains(local)
      || Set(local.utf8).count == 1 && local.utf8.count > 1 || email.domain == "example.com" && local == "user"
  }

  private static let freeMail: Set<String> = [
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
  ]

  private static let throwaway: Set<String> = [
    "example.com", "example.org", "example.net", "test.com", "mailinator.com", "guerrillamail.com", "10minutemail.com", "yopmail.com",
    "tempmail.com", "temp-mail.org", "trashmail.com", "sharklasers.com", "domain.com", "email.com",
  ]

  private static let roles: Set<String> = [
    "info", "sales", "service", "support", "admin", "office", "contact", "hr", "marketing", "webmaster", "postmaster", "abuse",
    "hostmaster", "noreply", "billing", "finance", "kefu", "market", "business", "mail", "help", "enquiry", "enquiries", "purchase",
  ]
}
