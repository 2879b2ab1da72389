import Normalization

/// What is known about a hand-written pair beside its two values: `同一手机号`, `same company`, `不同的信用代码`, `相隔十年`.
struct PairContext: Hashable {
  enum Fact: Hashable, CaseIterable {
    case name, phone, email, domain, company, address, code, account
  }

  /// What both sides have in common.
  var shared: Set<Fact> = []
  /// What is known to differ.
  var conflicting: Set<Fact> = []
  /// How far apart in time the two were written down.
  var yearsApart = 0

  init() {}

  init(_ text: String) {
    for clause in Folding.fold(text).split(whereSeparator: { ",;。.，；".contains($0) }) { read(String(clause)) }
  }

  /// Telephone numbers are given to somebody else after a while: after so many years a shared one says little.
  var isLongAgo: Bool { yearsApart >= 5 }

  private mutating func read(_ clause: String) {
    if let years = Self.years(clause) {
      yearsApart = max(yearsApart, years)
      return
    }
    let facts = Fact.allCases.filter { fact in Self.words[fact]?.contains { clause.contains($0) } ?? false }
    // 企业邮箱域名 names a domain, not a mailbox.
    let named = facts.contains(.domain) ? facts.filter { $0 != .email && $0 != .company } : facts
    if Self.negations.contains(where: clause.contains) {
      conflicting.formUnion(named)
    } else {
      shared.formUnion(named)
    }
  }

  private static let words: [Fact: [String]] = [
    .name: ["姓名", "名称", "名字", "名相同", "same name", "names"],
    .phone: ["手机", "电话", "号码", "phone", "mobile", "number"],
    .email: ["邮箱", "邮件", "email", "e-mail", "mailbox"],
    .domain: ["域名", "domain"],
    .company: ["公司", "单位", "企业", "雇主", "company", "employer", "organisation", "organization"],
    .address: ["地址", "住址", "address"],
    .code: ["信用代码", "税号", "统一代码", "身份证", "credit code", "tax id", "registration"],
    .account: ["微信", "openid", "unionid", "wechat", "淘宝", "旺旺", "会员号", "账号", "account"],
  ]

  private static let negations = ["不同", "不一致", "冲突", "各异", "different", "conflicting", "distinct", "unequal"]

  /// 相隔十年, 相差 8 年, ten years apart.
  private static func years(_ clause: String) -> Int? {
    guard clause.contains("年") || clause.contains("year") else { return nil }
    guard ["相隔", "相差", "间隔", "apart", "later", "之后", "后"].contains(where: clause.contains) else { return nil }
    if let digits = Int(clause.filter { $0.isASCII && $0.isNumber }) { return digits }
    for (word, number) in numerals where clause.contains(word) { return number }
    return 10
  }

  private static let numerals: [(String, Int)] = [
    ("十五", 15), ("二十", 20), ("十", 10), ("九", 9), ("八", 8), ("七", 7), ("六", 6), ("五", 5), ("四", 4), ("三", 3), ("两", 2), ("二", 2), ("一", 1),
    ("ten", 10), ("nine", 9), ("eight", 8), ("seven", 7), ("six", 6), ("five", 5), ("four", 4), ("three", 3), ("two", 2), ("one", 1),
  ]
}
