import Model

/// Turns the bytes of one mail (RFC 5322, MIME) into a value that mappings read by path; docs/mail.md describes it.
public enum MailReader {
  /// - Throws: `mail-no-header`, `mail-header-size`, `mail-parts`, `mail-depth`, `mail-size`. Everything else that is wrong with a mail is
  ///   read as well as it can be and named in `problems`.
  public static func read(_ bytes: [UInt8], limits: MailLimits = MailLimits()) throws(Fault) -> Value {
    guard bytes.count <= Int(UInt32.max) - 1 else { throw Fault("mail-size", "The mail is larger than 4 GB.") }
    let start = MailStart(bytes, limit: limits.header)
    guard start.hasField else {
      throw Fault("mail-no-header", "There is no field such as `From: …` at the mail's beginning.", hint: "Is this a mail?")
    }
    guard let header = start.header else {
      throw Fault("mail-header-size", "The mail's header is longer than \(limits.header) bytes.")
    }
    try MailOutline.check(bytes, limits: limits)
    // C ends a text at a zero.
    let clean = bytes[header].contains(0) ? bytes[header].filter { $0 != 0 } + bytes[header.upperBound...] : nil
    return try (clean ?? bytes).withUnsafeBufferPointer { (buffer) throws(Fault) in
      try value(UnsafeBufferPointer(rebasing: buffer[(clean == nil ? header.lowerBound : 0)...]), limits)
    }
  }

  private static func value(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: MailLimits) throws(Fault) -> Value {
    guard let tree = MIMETree(bytes), let head = tree.head else {
      throw Fault("mail-no-header", "There is no field such as `From: …` at the mail's beginning.", hint: "Is this a mail?")
    }
    defer { withExtendedLifetime(tree) {} }
    let fields = MailFields(head, tree.body)
    let body = try tree.body.map { (root) throws(Fault) in try MailBody(root, limits: limits) }
    var mail = Object()
    append(&mail, fields)
    if let body { append(&mail, body) }
    if let machine = MachineMail.reason(fields, body: tree.body) { mail.append("machine", .string(machine)) }
    if let body {
      if !body.reports.isEmpty {
        mail.append("reports", .array(body.reports))
        if let reported = body.reported { mail.append("reported", .string(reported)) }
      }
      if !body.attachments.isEmpty { mail.append("attachments", .array(body.attachments)) }
      if !body.problems.isEmpty { mail.append("problems", .array(body.problems.map { .string($0) })) }
    }
    mail.append("size", .number(Number(bytes.count)))
    mail.append("headers", fields.all)
    return .object(mail)
  }

  private static func append(_ mail: inout Object, _ fields: MailFields) {
    let (references, inReplyTo, messageID) = (fields.ids("references"), fields.ids("in-reply-to"), fields.messageID)
    if let messageID { mail.append("message_id", .string(messageID)) }
    if let parent = inReplyTo.first { mail.append("in_reply_to", .string(parent)) }
    if !references.isEmpty { mail.append("references", .array(references.map { .string($0) })) }
    if let date = fields.date { mail.append("date", .string(date)) }
    if let received = fields.received { mail.append("received", .string(received)) }
    var people: [String] = []
    for (member, field) in [("from", "from"), ("sender", "sender"), ("reply_to", "reply-to"), ("to", "to"), ("cc", "cc"), ("bcc", "bcc")] {
      let addresses = fields.addresses(field)
      if !addresses.isEmpty { mail.append(member, .array(addresses.map(\.value))) }
      if ["from", "to", "cc"].contains(member) { people += addresses.map(\.address) }
    }
    let subject = fields.text("subject") ?? ""
    if !subject.isEmpty { mail.append("subject", .string(subject)) }
    let thread = MailThread(references: references, inReplyTo: inReplyTo, messageID: messageID, subject: subject, participants: people)
    if let thread {
      mail.append("thread", .string(thread.key))
      mail.append("thread_by", .string(thread.evidence.rawValue))
    }
  }

  private static func append(_ mail: inout Object, _ body: MailBody) {
    let text = body.text
    guard !trimmedLine(text).isEmpty else { return }
    let parts = QuotedText(text)
    mail.append("text", .string(text))
    mail.append("text_from", .string(body.isFromHTML ? "html" : "plain"))
    for (name, part) in [
      ("text_new", parts.new), ("text_quoted", parts.quoted), ("text_own", parts.own), ("signature", parts.signature),
    ] where !part.isEmpty {
      mail.append(name, .string(part))
    }
  }
}

/// Where the header of a mail lies.
struct MailStart {
  /// From the first field to the blank line, which belongs to it; nil when it is longer than allowed.
  private(set) var header: Range<Int>?
  private(set) var hasField = false

  init(_ bytes: [UInt8], limit: Int) {
    // A mark of UTF-8, blank lines and the line of a mailbox file in front are no part of it.
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while start < bytes.count, bytes[start] == 0x0D || bytes[start] == 0x0A { start += 1 }
    if bytes[start...].starts(with: "From ".utf8) || bytes[start...].starts(with: ">From ".utf8) {
      start = bytes[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
    }
    hasField = Self.isField(bytes[start...])
    var at = start
    while at < bytes.count {
      guard at - start <= limit else { return }
      guard let end = bytes[at...].prefix(limit + 1).firstIndex(of: 0x0A) else {
        if bytes.count - start <= limit { header = start..<bytes.count }
        return
      }
      if end == at || end == at + 1 && bytes[at] == 0x0D {
        if end + 1 - start <= limit { header = start..<(end + 1) }
        return
      }
      at = end + 1
    }
    header = start..<bytes.count
  }

  /// Whether text begins as mails do: with fields, and among the first ones one that every mail has.
  static func isMail(_ text: Substring) -> Bool {
    let known: Set<String> = ["from", "date", "message-id", "received", "return-path", "delivered-to", "mime-version"]
    var found = 0
    for line in text.split(maxSplits: 40, omittingEmptySubsequences: false, whereSeparator: \.isNewline).prefix(40) {
      guard !line.isEmpty else { break }
      if line.hasPrefix(" ") || line.hasPrefix("\t") { continue }
      guard isField(Array(line.utf8)[...]) else { return false }
      if known.contains(line.prefix { $0 != ":" }.lowercased()) { found += 1 }
    }
    return found >= 2
  }

  /// `Name: …`. RFC 5322 §2.2 allows every sign of ASCII in a name; real ones have letters, digits and hyphens.
  static func isField(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let colon = bytes.prefix(128).firstIndex(of: UInt8(ascii: ":")) else { return false }
    let name = bytes[..<colon].reversed().drop { $0 == 0x20 || $0 == 0x09 }
    return !name.isEmpty && name.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || "-_.".utf8.contains($0) }
  }
}

/// Whether a program wrote a mail.
enum MachineMail {
  private static let senders: Set<String> = [
    "mailer-daemon", "postmaster", "noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "bounce", "bounces", "mailer",
  ]

  /// `auto-submitted` (RFC 3834), `report` (RFC 6522), `list` (RFC 2919), `bulk`, or `sender`: the address says so.
  static func reason(_ fields: MailFields, body: MIMEPart?) -> String? {
    if let automatic = fields.text("auto-submitted")?.lowercased(), !automatic.hasPrefix("no") { return "auto-submitted" }
    if fields.text("x-autoreply") != nil || fields.text("x-autorespond") != nil { return "auto-submitted" }
    if body?.type == "multipart/report" { return "report" }
    if fields.text("list-id") != nil { return "list" }
    if let precedence = fields.text("precedence")?.lowercased(), ["bulk", "junk", "list"].contains(precedence) { return "bulk" }
    if fields.text("list-unsubscribe") != nil { return "bulk" }
    guard let from = fields.addresses("from").first else { return nil }
    let local = from.address.prefix { $0 != "@" }.lowercased()
    return senders.contains(local) ? "sender" : nil
  }
}
