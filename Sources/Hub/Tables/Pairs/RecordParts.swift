import Normalization

/// A record written by hand: values between bars, each taken for what it looks like.
struct RecordParts {
  var phones: [Phone] = []
  var emails: [Email] = []
  var codes: [String] = []
  var addresses: [String] = []
  var companies: [String] = []
  var persons: [String] = []
  var accounts: Set<String> = []
  /// When it was written down.
  var year: Int?
  /// Says of itself that it is a private customer.
  var isPrivate = false

  init(_ text: String) {
    for part in text.split(whereSeparator: { $0 == "|" || $0 == "｜" || $0 == "\n" }) { read(String(part)) }
  }

  private mutating func read(_ part: String) {
    let folded = Folding.fold(part)
    guard !folded.isEmpty else { return }
    if Self.privateMarks.contains(folded) { return isPrivate = true }
    if Self.otherMarks.contains(folded) || folded.hasPrefix("无") && folded.unicodeScalars.count <= 4 || Placeholder.isOne(folded) { return }
    if let number = Int(folded.filter { $0 != "年" }), (1_980...2_100).contains(number) { return year = number }
    if let (label, rest) = Self.labelled(folded) { return read(rest, label) }
    let emails = Email.all(in: part)
    if !emails.isEmpty { return readMail(folded, emails) }
    if case .checked(let code)? = CreditCode.read(folded) { return codes.append(code.text) }
    let phones = Phone.all(in: folded).filter { !$0.isExample }
    if !phones.isEmpty, folded.count(where: { $0.isNumber }) >= 7 {
      self.phones += phones
      // 张伟 13912345678
      return readLabel(String(folded.filter { !$0.isNumber && !"+-()".contains($0) }))
    }
    if let address = Address(part), !address.road.isEmpty && !address.number.isEmpty || !address.divisions.isEmpty && Self.isPlace(folded) {
      return addresses.append(part)
    }
    readLabel(part)
  }

  private enum Label { case account, person, company, address, phone, code, free }

  private static let labels: [(word: String, label: Label)] = [
    ("淘宝昵称", .account), ("微信昵称", .account), ("昵称", .account), ("旺旺", .account), ("淘宝", .account), ("微信号", .account), ("抖音号", .account),
    ("会员名", .account), ("openid", .account), ("unionid", .account), ("wechat id", .account), ("nickname", .account), ("taobao", .account),
    ("收货人", .person), ("收件人", .person), ("联系人", .person), ("姓名", .person), ("联系", .person), ("recipient", .person), ("contact", .person),
    ("attn", .person), ("公司", .company), ("单位", .company), ("company", .company), ("收货地址", .address), ("地址", .address),
    ("address", .address),
    ("电话", .phone), ("手机", .phone), ("tel", .phone), ("phone", .phone), ("mobile", .phone), ("统一社会信用代码", .code), ("信用代码", .code),
    ("税号", .code), ("微信备注", .free), ("微信 备注", .free), ("备注", .free), ("签名", .free), ("微信", .free), ("名片", .free), ("signature", .free),
    ("from", .free), ("remark", .free),
  ]

  private static func labelled(_ folded: String) -> (Label, String)? {
    for (word, label) in labels where folded.hasPrefix(word) {
      let rest = folded.dropFirst(word.count).drop { " :：-".contains($0) }
      // 公司 and 联系 also begin names.
      let isApart = folded.dropFirst(word.count).first.map { " :：-".contains($0) } ?? false
      let isPlain = label == .person && word != "联系" && word.utf8.allSatisfy({ $0 >= 0x80 })
      guard !rest.isEmpty, isApart || isPlain else { continue }
      return (label, String(rest))
    }
    return nil
  }

  private mutating func read(_ text: String, _ label: Label) {
    switch label {
    case .account: accounts.insert(text)
    case .person: persons.append(text)
    case .company: companies.append(text)
    case .address: addresses.append(text)
    case .phone: phones += Phone.all(in: text).filter { !$0.isExample }
    case .code: codes.append(text)
    case .free: read(text)
    }
  }

  /// `"张伟" <zhangwei@huaxin.com> 签名 北京华信科技有限公司`: what stands around an address.
  private mutating func readMail(_ folded: String, _ emails: [Email]) {
    self.emails += emails.filter { $0.domainClass != .none }
    for piece in folded.split(whereSeparator: { " <>\"".contains($0) }) where !piece.contains("@") { readLabel(String(piece)) }
  }

  private mutating func readLabel(_ text: String) {
    for part in NameLabel.parts(of: text) {
      switch part {
      case .organisation(let name): companies.append(name)
      case .person(let name): persons.append(name)
      }
    }
  }

  private static func isPlace(_ folded: String) -> Bool { folded.hasSuffix("市") || folded.hasSuffix("区") || folded.hasSuffix("县") }

  private static let privateMarks: Set<String> = ["个人客户", "个人", "私人", "自然人", "个人买家", "private customer", "individual", "consumer"]
  private static let otherMarks: Set<String> = ["企业客户", "公司客户", "客户", "company", "business customer", "老客户", "新客户"]
}
