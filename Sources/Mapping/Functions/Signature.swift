import Normalization
import Synchronization

/// The signature at the end of an e-mail, taken apart by what its lines look like.
///
/// It starts behind the separator `--`, a closing formula (Best regards, Mit freundlichen Grüßen, 此致 …), or else is the last
/// block of at most ten lines that holds a telephone number, an address of e-mail or a web site. Quoted mail is left out.
///
/// Behind a separator or formula, what a line means may follow from where it stands: a first line that looks like nothing else is the name,
/// and a line that follows the name and its title, and looks like nothing else, is the company.
struct Signature: Sendable {
  /// Its lines.
  private(set) var text: String
  private(set) var name: String?
  private(set) var title: String?
  private(set) var company: String?
  private(set) var phone: String?
  private(set) var email: String?
  private(set) var website: String?
  private(set) var address: String?

  static let parts: [String: @Sendable (Signature) -> String?] = [
    "name": { $0.name }, "title": { $0.title }, "company": { $0.company }, "phone": { $0.phone }, "email": { $0.email },
    "website": { $0.website }, "address": { $0.address }, "text": { $0.text },
  ]

  private static let longest = 10

  /// Words that look like nothing known, with the line they stand on.
  private var unknown: [(line: Int, words: String)] = []
  private var nameLine: Int?
  private var titleLine: Int?

  init?(_ source: String) {
    guard let (lines, isMarked) = Self.block(of: source) else { return nil }
    text = lines.joined(separator: "\n")
    for (index, line) in lines.enumerated() { read(line, index) }
    if isMarked { readByPlace() }
    guard name != nil || company != nil || phone != nil || email != nil else { return nil }
  }

  private mutating func readByPlace() {
    if name == nil, let first = unknown.first, first.line == 0, first.words.unicodeScalars.count <= 30 {
      (name, nameLine) = (first.words, 0)
      unknown.removeFirst()
    }
    guard company == nil, let nameLine else { return }
    let last = max(nameLine, titleLine ?? nameLine)
    company = unknown.first { $0.line > nameLine && $0.line <= last + 1 && Self.mayBeCompany($0.words) }?.words
  }

  /// Not a sentence.
  private static func mayBeCompany(_ words: String) -> Bool {
    let count = words.unicodeScalars.count
    return count >= 2 && count <= 40 && !words.contains { ".!?;:。！？；：".contains($0) } && words.split(separator: " ").count <= 6
      && !isDevice(Folding.fold(words))
  }

  /// A mapping asks for one part after the other of the same text.
  private static let last = Mutex<(text: String, signature: Signature?)>(("", nil))

  static func read(_ text: String) -> Signature? {
    let known = last.withLock { $0.text == text ? $0.signature : nil }
    if let known { return known }
    let signature = Signature(text)
    last.withLock { $0 = (text, signature) }
    return signature
  }

  private static func isDevice(_ folded: String) -> Bool {
    ["发自", "来自我的", "sent from", "get outlook", "von meinem", "gesendet von", "envoye de"].contains { folded.hasPrefix($0) }
  }

  // MARK: Where it is

  /// Its lines, and whether something says that they are one.
  private static func block(of text: String) -> (lines: [String], isMarked: Bool)? {
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { trimmed(String($0)) }
    if let quote = lines.firstIndex(where: isQuoteStart) { lines.removeSubrange(quote...) }
    lines.removeAll { $0.hasPrefix(">") }
    while lines.last?.isEmpty ?? false { lines.removeLast() }
    if let mark = lines.lastIndex(where: { $0 == "--" || $0 == "—" || $0 == "———" || isRule($0) }), lines.count - mark <= longest + 1 {
      return (lines[(mark + 1)...].filter { !$0.isEmpty }, true)
    }
    if let closing = lines.lastIndex(where: isClosing), closing + 1 < lines.count, lines.count - closing <= longest + 1 {
      return (lines[(closing + 1)...].filter { !$0.isEmpty }, true)
    }
    let start = lines.lastIndex { $0.isEmpty }.map { $0 + 1 } ?? 0
    let block = lines[start...]
    guard block.count >= 2, block.count <= longest,
      block.contains(where: { !Phone.all(in: $0, region: nil).isEmpty || !Email.all(in: $0).isEmpty })
    else { return nil }
    return (Array(block), false)
  }

  private static func isRule(_ line: String) -> Bool {
    line.utf8.count >= 3 && line.utf8.allSatisfy { $0 == 0x2D || $0 == 0x5F || $0 == 0x3D }
  }

  private static func isQuoteStart(_ line: String) -> Bool {
    let folded = Folding.fold(line)
    return folded.hasPrefix("-----original message") || folded.hasPrefix("-----原始邮件") || folded.hasPrefix("发件人:")
      || folded.hasPrefix("from: ") || folded.hasPrefix("von: ") || folded.hasSuffix(" wrote:") || folded.hasSuffix(" schrieb:")
      || folded.hasSuffix("写道:")
  }

  private static let closings: Set<String> = [
    "best regards", "kind regards", "regards", "warm regards", "best wishes", "best", "sincerely", "yours sincerely", "thanks", "thank you",
    "many thanks", "cheers", "mit freundlichen grussen", "mit freundlichen grusen", "freundliche grusse", "viele grusse", "viele gruse",
    "freundliche gruse", "beste gruse", "beste grusse", "mfg", "cordialement", "此致",
    "敬礼",
    "此致敬礼", "此致 敬礼", "祝好", "祝商祺", "顺祝商祺", "顺颂商祺", "顺颂时祺", "谢谢", "with best regards", "with kind regards",
    "yours faithfully", "yours truly", "br", "brgds", "thx", "saludos", "cordiali saluti", "met vriendelijke groet",
  ]

  private static func isClosing(_ line: String) -> Bool {
    var folded = Folding.fold(line)
    while let last = folded.last, ",.!。，！".contains(last) { folded.removeLast() }
    return closings.contains(folded)
  }

  // MARK: What its lines are

  private mutating func read(_ line: String, _ index: Int) {
    let folded = Folding.fold(line)
    let emails = Email.all(in: line)
    if email == nil { email = emails.first?.address }
    // The digits of a postcode or a house number are no telephone number.
    let isPostal = Self.isAddress(folded) && (Self.hasAddressLabel(folded) || !Self.isChineseCompany(line))
    if phone == nil, !isPostal { phone = Phone.all(in: line, region: nil).first?.number ?? Phone.all(in: line, region: "CN").first?.number }
    if website == nil, emails.isEmpty, let site = Self.site(in: folded) { website = site }
    let (label, value) = Self.labelled(line)
    if isPostal {
      if address == nil { address = value }
      return
    }
    guard emails.isEmpty, Phone.all(in: line, region: "CN").isEmpty, Self.site(in: folded) == nil else { return }
    if let label, readLabelled(label, value, index) { return }
    for part in Self.parts(of: value) { readWords(part, index) }
  }

  /// `公司：…`, `职务：…`
  private mutating func readLabelled(_ label: String, _ value: String, _ index: Int) -> Bool {
    switch label {
    case "姓名", "联系人", "name": if name == nil { (name, nameLine) = (value, index) }
    case "公司", "公司名称", "单位", "company": if company == nil { company = value }
    case "职务", "职位", "岗位", "title", "position": if title == nil { (title, titleLine) = (value, index) }
    // Numbers that are none of a telephone's.
    case "qq", "传真", "fax", "税号", "网址", "web", "邮编", "微信", "wechat": break
    default: return false
    }
    return true
  }

  /// Name and title stand on one line, with a bar, a comma or white space between them.
  private static func parts(of value: String) -> [String] {
    // `Liu, Yang`
    if let person = PersonName(value), person.isFull, !person.isChinese, value.split(separator: ",").count == 2, value.utf8.count <= 40,
      !isTitle(Folding.fold(value)), CompanyName(value)?.isMarked != true
    {
      return [value]
    }
    let isMark = { (character: Character) in "|｜,，、·•".contains(character) }
    return withForms(value.split(whereSeparator: isMark).map { trimmed(String($0)) }).flatMap { part in
      // White space within the name of a company separates nothing.
      if CompanyName(part)?.isMarked == true { return [part] }
      let wide = part.replacing("\u{3000}", with: "  ").replacing("\t", with: "  ").split(separator: "  ").map { trimmed(String($0)) }
        .filter { !$0.isEmpty }
      if wide.count > 1 { return wide }
      // `李明 销售经理`
      let words = part.split(separator: " ").map(String.init)
      if words.count == 2, let last = words.last, !last.utf8.allSatisfy({ $0 < 0x80 }), isTitle(Folding.fold(last)) { return words }
      return [part]
    }
  }

  /// `Acme Co., Ltd` is one name.
  private static func withForms(_ parts: [String]) -> [String] {
    parts.reduce(into: []) { found, part in
      guard !part.isEmpty else { return }
      let first = part.prefix { $0.isLetter }.lowercased()
      if let last = found.last, ["ltd", "limited", "inc", "llc", "llp", "lp", "corp", "gmbh", "sa", "srl", "bv"].contains(first) {
        found[found.count - 1] = "\(last), \(part)"
      } else {
        found.append(part)
      }
    }
  }

  private mutating func readWords(_ words: String, _ index: Int) {
    if Self.isTitle(Folding.fold(words)) {
      if title == nil { (title, titleLine) = (words, index) }
    } else if CompanyName(words)?.isMarked == true {
      if company == nil { company = words }
    } else if name == nil, let person = PersonName(words), person.isFull || person.isChinese {
      (name, nameLine) = (words, index)
    } else if words.contains(where: \.isLetter) {
      unknown.append((index, words))
    }
  }

  /// `Tel.: …`, `地址：…`
  private static func labelled(_ line: String) -> (label: String?, value: String) {
    guard let colon = line.firstIndex(where: { $0 == ":" || $0 == "：" }), line[..<colon].unicodeScalars.count <= 12 else {
      return (nil, line)
    }
    let label = Folding.fold(String(line[..<colon])).filter { $0 != " " }
    return (label, trimmed(String(line[line.index(after: colon)...])))
  }

  private static func site(in folded: String) -> String? {
    folded.split(whereSeparator: { $0 == " " || $0 == "|" || $0 == ":" && !folded.contains("://") }).lazy
      .map(String.init).first { ($0.hasPrefix("www.") || $0.hasPrefix("http")) && Website($0) != nil }.flatMap { Website($0)?.page }
  }

  private static let titleWords: Set<String> = [
    "manager", "director", "head", "engineer", "ceo", "cto", "cfo", "coo", "president", "buyer", "sales", "purchasing", "assistant",
    "officer",
    "lead", "consultant", "partner", "owner", "founder", "representative", "executive", "leiter", "leiterin", "geschaftsfuhrer",
    "geschäftsführer", "einkauf", "vertrieb", "accountant", "developer", "supervisor", "coordinator", "secretary", "specialist",
  ]
  private static let chineseTitles = [
    "经理", "总监", "主管", "总裁", "董事", "工程师", "助理", "专员", "代表", "主任", "采购员", "销售员", "部长", "会计", "顾问", "老板", "店长", "厂长", "主席", "秘书", "出纳", "文员",
    "院长", "所长",
  ]

  private static func isTitle(_ folded: String) -> Bool {
    // Folding makes one s of ß.
    let words = folded.split(whereSeparator: { !$0.isLetter })
    if words.count <= 8, words.contains(where: { titleWords.contains(String($0)) }) { return true }
    return folded.unicodeScalars.count <= 12 && chineseTitles.contains { folded.hasSuffix($0) }
  }

  /// `西宁市图易化工有限公司-1` has what an address has.
  private static func isChineseCompany(_ line: String) -> Bool {
    line.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) } && CompanyName(line)?.isMarked == true
  }

  private static func hasAddressLabel(_ folded: String) -> Bool {
    ["地址", "address:", "add:", "addr:", "anschrift"].contains { folded.hasPrefix($0) }
  }

  private static func isAddress(_ folded: String) -> Bool {
    if hasAddressLabel(folded) { return true }
    let words = folded.split(whereSeparator: { !$0.isLetter })
    if folded.contains(where: \.isNumber),
      words.contains(where: { $0.hasSuffix("strasse") || $0.hasSuffix("strase") || $0 == "street" || $0 == "road" })
    {
      return true
    }
    guard let address = Address(folded) else { return false }
    if address.isChinese { return !address.divisions.isEmpty && (!address.number.isEmpty || folded.contains { "路街道巷弄村".contains($0) }) }
    return !address.number.isEmpty && folded.contains(where: \.isNumber)
      && words.contains { streetWords.contains(String($0)) || $0.hasSuffix("str") }
  }

  private static let streetWords: Set<String> = [
    "street", "st", "road", "rd", "avenue", "ave", "lane", "drive", "boulevard", "blvd", "square", "way", "rue", "platz",
  ]
}
