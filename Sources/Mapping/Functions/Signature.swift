import Normalization

/// The signature at the end of an e-mail, taken apart by what its lines look like.
///
/// It starts behind the separator `--`, a closing formula (Best regards, Mit freundlichen Grüßen, 此致 …), or else is the last
/// block of at most ten lines that holds a telephone number, an address of e-mail or a web site. Quoted mail is left out.
struct Signature: Sendable {
  private(set) var name: String?
  private(set) var title: String?
  private(set) var company: String?
  private(set) var phone: String?
  private(set) var email: String?
  private(set) var website: String?
  private(set) var address: String?

  static let parts: [String: @Sendable (Signature) -> String?] = [
    "name": { $0.name }, "title": { $0.title }, "company": { $0.company }, "phone": { $0.phone }, "email": { $0.email },
    "website": { $0.website }, "address": { $0.address },
  ]

  private static let longest = 10

  init?(_ text: String) {
    guard let lines = Self.block(of: text) else { return nil }
    for line in lines { read(line) }
    guard name != nil || company != nil || phone != nil || email != nil else { return nil }
  }

  // MARK: Where it is

  private static func block(of text: String) -> [String]? {
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { trimmed(String($0)) }
    if let quote = lines.firstIndex(where: isQuoteStart) { lines.removeSubrange(quote...) }
    lines.removeAll { $0.hasPrefix(">") }
    while lines.last?.isEmpty ?? false { lines.removeLast() }
    if let mark = lines.lastIndex(where: { $0 == "--" || $0 == "—" || $0 == "———" || isRule($0) }), lines.count - mark <= longest + 1 {
      return Array(lines[(mark + 1)...].filter { !$0.isEmpty })
    }
    if let closing = lines.lastIndex(where: isClosing), closing + 1 < lines.count, lines.count - closing <= longest + 1 {
      return Array(lines[(closing + 1)...].filter { !$0.isEmpty })
    }
    let start = lines.lastIndex { $0.isEmpty }.map { $0 + 1 } ?? 0
    let block = lines[start...]
    guard block.count >= 2, block.count <= longest,
      block.contains(where: { !Phone.all(in: $0, region: nil).isEmpty || !Email.all(in: $0).isEmpty })
    else { return nil }
    return Array(block)
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
    "many thanks", "cheers", "mit freundlichen grussen", "freundliche grusse", "viele grusse", "beste grusse", "mfg", "cordialement", "此致",
    "敬礼",
    "此致敬礼", "祝好", "祝商祺", "顺祝商祺", "谢谢",
  ]

  private static func isClosing(_ line: String) -> Bool {
    var folded = Folding.fold(line)
    while let last = folded.last, ",.!。，！".contains(last) { folded.removeLast() }
    return closings.contains(folded) || closings.contains(folded.replacing("ü", with: "u").replacing("ß", with: "ss"))
  }

  // MARK: What its lines are

  private mutating func read(_ line: String) {
    let folded = Folding.fold(line)
    let emails = Email.all(in: line)
    if email == nil { email = emails.first?.address }
    // The digits of a postcode or a house number are no telephone number.
    let isPostal = Self.isAddress(folded)
    if phone == nil, !isPostal { phone = Phone.all(in: line, region: nil).first?.number ?? Phone.all(in: line, region: "CN").first?.number }
    if website == nil, emails.isEmpty, let site = Self.site(in: folded) { website = site }
    let value = Self.withoutLabel(line)
    if isPostal {
      if address == nil { address = value }
      return
    }
    guard emails.isEmpty, Phone.all(in: line, region: "CN").isEmpty, Self.site(in: folded) == nil else { return }
    for part in value.split(whereSeparator: { $0 == "|" || $0 == "｜" || $0 == "," || $0 == "，" }).map({ trimmed(String($0)) })
    where !part.isEmpty {
      readWords(part)
    }
  }

  private mutating func readWords(_ words: String) {
    if Self.isTitle(Folding.fold(words)) {
      if title == nil { title = words }
    } else if CompanyName(words)?.isMarked == true {
      if company == nil { company = words }
    } else if name == nil, let person = PersonName(words), person.isFull || person.isChinese {
      name = words
    }
  }

  /// `Tel.: …`, `地址：…`
  private static func withoutLabel(_ line: String) -> String {
    guard let colon = line.firstIndex(where: { $0 == ":" || $0 == "：" }), line[..<colon].unicodeScalars.count <= 12 else { return line }
    return trimmed(String(line[line.index(after: colon)...]))
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
  private static let chineseTitles = ["经理", "总监", "主管", "总裁", "董事", "工程师", "助理", "专员", "代表", "主任", "采购员", "销售员", "部长", "会计", "顾问"]

  private static func isTitle(_ folded: String) -> Bool {
    let words = folded.split(whereSeparator: { !$0.isLetter })
    if words.count <= 8, words.contains(where: { titleWords.contains(String($0)) }) { return true }
    return folded.unicodeScalars.count <= 12 && chineseTitles.contains { folded.hasSuffix($0) }
  }

  private static func isAddress(_ folded: String) -> Bool {
    if folded.hasPrefix("地址") || folded.hasPrefix("address:") || folded.hasPrefix("add:") || folded.hasPrefix("anschrift") { return true }
    guard let address = Address(folded) else { return false }
    if address.isChinese { return !address.divisions.isEmpty && (!address.number.isEmpty || folded.contains { "路街道巷弄村".contains($0) }) }
    return !address.number.isEmpty && folded.contains(where: \.isNumber)
      && folded.split(whereSeparator: { !$0.isLetter }).contains {
        streetWords.contains(String($0)) || $0.hasSuffix("strasse") || $0.hasSuffix("straße") || $0.hasSuffix("str")
      }
  }

  private static let streetWords: Set<String> = [
    "street", "st", "road", "rd", "avenue", "ave", "lane", "drive", "boulevard", "blvd", "square", "way", "rue", "platz",
  ]
}
