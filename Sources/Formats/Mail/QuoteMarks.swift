import Model

/// How mail programs announce what is quoted. The words are those that Outlook, Exchange, Gmail, Apple Mail, Thunderbird, Foxmail, QQ Mail
/// and NetEase Mail write.
enum QuoteMarks {
  enum Field { case sender, other }

  /// Without blanks at its ends and the asterisks that stand for bold letters.
  static func bare(_ line: Substring) -> String {
    let text = trimmedLine(line)
    return text.contains("*") ? text.replacing("*", with: "") : text
  }

  /// `________________`
  static func isRule(_ line: String) -> Bool {
    line.utf8.count >= 5 && line.utf8.allSatisfy { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "=") }
  }

  private static let marks: Set<String> = [
    "original message", "original", "original email", "originalmessage", "replied message", "forwarded message", "forwarded mail",
    "forwarded by", "原始邮件", "原始信件", "原始郵件", "原邮件", "回复的原邮件", "回复的邮件", "转发邮件信息", "转发的邮件", "转发邮件", "转发邮件原文",
    "轉寄郵件", "轉寄的郵件", "邮件原件", "ursprüngliche nachricht", "weitergeleitete nachricht", "original-nachricht", "message d'origine",
    "message original", "message transféré", "mensaje original", "mensaje reenviado", "messaggio originale", "mensagem original",
    "oorspronkelijk bericht",
  ]
  private static let starts = ["begin forwarded message", "start of forwarded message", "开始转发的邮件", "下面是转发的邮件", "下面是被转发的邮件"]

  /// `-----Original Message-----`, `------------------ 原始邮件 ------------------`
  static func isMark(_ line: Substring) -> Bool {
    guard line.utf8.count <= 200 else { return false }
    let text = bare(line).lowercased()
    guard text.hasPrefix("--") || text.hasPrefix("==") || text.hasPrefix("__") else {
      return text.hasSuffix(":") || text.hasSuffix("：") ? starts.contains { text.hasPrefix($0) } : false
    }
    let isEdge = { (character: Character) in "-=_ \u{A0}".contains(character) }
    guard let first = text.firstIndex(where: { !isEdge($0) }), let last = text.lastIndex(where: { !isEdge($0) }) else { return false }
    return marks.contains(text[first...last].split { $0 == " " || $0 == "\u{A0}" }.joined(separator: " "))
  }

  private static let verbs = [
    "wrote", "writes", "写道", "寫道", "说道", "schrieb", "a écrit", "ecrit", "escribió", "ha scritto", "escreveu", "skrev", "schreef", "napisał",
    "napisał(a)", "пишет", "написал", "のメール",
  ]
  private static let openings = ["on ", "am ", "le ", "el ", "il ", "em ", "op ", "den ", "在", "于", "於"]

  /// `On Mon, 3 Mar 2025 at 10:00, Li Ming <li@a.cn> wrote:`, `张三 <a@b.cn> 于2024年1月2日周二 10:00写道：`
  static func isAttribution(_ text: String) -> Bool {
    guard text.utf8.count <= 600, text.hasSuffix(":") || text.hasSuffix("：") else { return false }
    let saying = trimmedLine(text.dropLast()).lowercased()
    guard let verb = verbs.first(where: { saying.hasSuffix($0) }) else {
      // German puts the verb before the name: `Am 3.3.25 um 10:00 schrieb Li Ming:`
      return saying.hasPrefix("am ") && saying.contains(" schrieb ") && saying.contains(where: \.isNumber)
    }
    // Somebody, or some day: else it is a sentence that ends so.
    let rest = saying.dropLast(verb.count)
    return rest.contains("@") || rest.contains(where: \.isNumber)
  }

  /// Whether the next line may end it.
  static func mayBeAttribution(_ text: String) -> Bool {
    guard text.utf8.count <= 600 else { return false }
    let lower = text.lowercased()
    return openings.contains { lower.hasPrefix($0) } && text.contains(where: \.isNumber) || lower.hasSuffix(">") && lower.contains("<")
  }

  private static let senders = [
    "from", "发件人", "發件人", "寄件者", "寄件人", "发送人", "von", "de", "da", "van", "från", "от кого", "от", "差出人",
  ]
  private static let others = [
    "sent", "date", "to", "subject", "cc", "reply-to", "发送时间", "发送日期", "日期", "时间", "收件人", "主题", "抄送", "發送時間", "寄件日期", "收件者", "收件人", "主旨",
    "副本",
    "gesendet", "datum", "an", "betreff", "envoyé", "date d'envoi", "à", "objet", "enviado", "para", "asunto", "assunto", "a", "inviato",
    "oggetto", "verzonden", "aan", "onderwerp", "送信日時", "宛先", "件名",
  ]

  /// `From: …`, `发件人：…`
  static func field(_ line: Substring) -> Field? {
    let text = line.prefix(40).drop { $0.isWhitespace || $0 == "*" || $0 == "|" }
    guard let colon = text.firstIndex(where: { $0 == ":" || $0 == "：" }) else { return nil }
    // `发 件 人`
    let name = text[..<colon].filter { !"* \u{A0}\u{3000}".contains($0) }.lowercased()
    return senders.contains(name)
      ? .sender : others.contains(name) || others.contains(trimmedLine(text[..<colon]).lowercased()) ? .other : nil
  }

  private static let devices = [
    "发自我的", "發自我的", "发自", "发送自", "從我的", "来自我的", "sent from my", "sent from mail", "sent from outlook", "sent from yahoo",
    "get outlook for", "获取 outlook", "envoyé de mon", "von meinem", "gesendet von", "enviado desde", "签名由", "从 windows 版邮件发送",
    "从我的", "sent via",
  ]

  /// What a telephone or a mail program says of itself at the end.
  static func isDevice(_ line: Substring) -> Bool {
    let text = trimmedLine(line).lowercased()
    return text.unicodeScalars.count <= 80 && devices.contains { text.hasPrefix($0) }
  }
}
