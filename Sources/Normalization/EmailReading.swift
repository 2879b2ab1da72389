extension Email {
  /// An address where it stands, in lower case: valid as long as the memory it was given.
  package struct Reading {
    package let local: UnsafeBufferPointer<UInt8>
    package let domain: UnsafeBufferPointer<UInt8>
  }

  init(_ reading: Reading) {
    self.init(local: String(decoding: reading.local, as: UTF8.self), domain: String(decoding: reading.domain, as: UTF8.self))
  }

  func withReading<Answer>(_ body: (Reading) -> Answer) -> Answer {
    var (local, domain) = (local, domain)
    return local.withUTF8 { local in domain.withUTF8 { domain in body(Reading(local: local, domain: domain)) } }
  }

  /// Calls `body` with every address in a field, in the order in which they stand; one that stands there twice may come twice.
  /// - Parameter source: UTF-8.
  package static func read(_ source: UnsafeBufferPointer<UInt8>, _ body: (Reading) -> Void) {
    guard source.contains(where: { $0 == 0x40 || $0 >= 0x80 }) else { return }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: source.count) { buffer in
      if let count = Folding.ascii(source, into: buffer) { return readASCII(UnsafeBufferPointer(rebasing: buffer[..<count]), body) }
      for email in any(in: CompanyText.string(Folding.scalars(source))) { email.withReading(body) }
    }
  }

  /// The addresses of a folded text that is ASCII: by bytes, as ``any(in:)`` finds them by characters.
  private static func readASCII(_ folded: UnsafeBufferPointer<UInt8>, _ body: (Reading) -> Void) {
    var start = 0
    while start < folded.count {
      var end = start
      var at = -1
      while end < folded.count, !isSeparator(Unicode.Scalar(folded[end])) {
        if folded[end] == 0x40 { at = end }
        end += 1
      }
      if at > start {
        var first = at + 1
        while first < end, folded[first] == 0x2E { first += 1 }
        let local = UnsafeBufferPointer(rebasing: folded[start..<at])
        if isLocal(local), isDomain(UnsafeBufferPointer(rebasing: folded[first..<end])) {
          var last = end
          while last > first, folded[last - 1] == 0x2E { last -= 1 }
          let reading = Reading(local: local, domain: UnsafeBufferPointer(rebasing: folded[first..<last]))
          if !reading.isPlaceholder { body(reading) }
        }
      }
      start = end + 1
    }
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
}

extension Email.Reading {
  /// `StableHash.of(mailbox, seed: seed)` of ``Email/mailbox``.
  package func mailboxHash(seed: UInt64) -> UInt64 {
    var hash = ByteHash(seed: seed)
    let isGoogle = domain.isText("gmail.com") || domain.isText("googlemail.com")
    let name = UnsafeBufferPointer(rebasing: local.prefix { $0 != 0x2B })
    for byte in name.isEmpty ? local : name where !isGoogle || byte != 0x2E { hash.combine(byte) }
    hash.combine(0x40 as UInt8)
    if isGoogle { hash.combine(UnsafeBufferPointer("gmail.com")) } else { hash.combine(domain) }
    return hash.ofText
  }

  /// See ``Email/domainClass``.
  package var domainClass: Email.DomainClass {
    let known = Self.domains.value(domain)
    if known == Self.free { return .free }
    return known == Self.throwaway || UnsafeBufferPointer(rebasing: domain.suffix(8)).isText(".invalid") ? .none : .own
  }

  /// See ``Email/isRole``. Local parts are ASCII in lower case: nothing else is taken for one.
  package var isRole: Bool { Self.roles.contains(UnsafeBufferPointer(rebasing: local.prefix { $0 >= 0x61 && $0 <= 0x7A })) }

  /// True for what people type to get past a required field.
  var isPlaceholder: Bool {
    Self.placeholders.contains(local) || local.count > 1 && local.allSatisfy { $0 == local[0] }
      || local.isText("user") && domain.isText("example.com")
  }

  private static let placeholders = WordTable(
    set: ["test", "none", "null", "noemail", "no-email", "na", "n/a", "abc", "aaa", "123", "123456", "xxx", "example"])

  private static let free: Int32 = 0
  private static let throwaway: Int32 = 1
  private static let domains = WordTable(freeMail.map { ($0, free) } + throwaways.map { ($0, throwaway) })

  private static let freeMail = [
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

  private static let throwaways = [
    "example.com", "example.org", "example.net", "test.com", "mailinator.com", "guerrillamail.com", "10minutemail.com", "yopmail.com",
    "tempmail.com", "temp-mail.org", "trashmail.com", "sharklasers.com", "domain.com", "email.com",
  ]

  private static let roles = WordTable(set: [
    "info", "sales", "service", "support", "admin", "office", "contact", "hr", "marketing", "webmaster", "postmaster", "abuse",
    "hostmaster", "noreply", "billing", "finance", "kefu", "market", "business", "mail", "help", "enquiry", "enquiries", "purchase",
  ])
}
