import Model

/// The text of a mail and what hangs on it, found by walking through its parts.
struct MailBody {
  private(set) var attachments: [Value] = []
  private(set) var problems: [String] = []
  /// What a report about delivery says (RFC 3464): the fields of each recipient.
  private(set) var reports: [Value] = []
  /// The message that a report is about.
  private(set) var reported: String?
  private(set) var isFromHTML = false
  private var texts: [String] = []
  private var length = 0
  private var count = 0
  private let limits: MailLimits

  init(_ root: MIMEPart, limits: MailLimits) throws(Fault) {
    self.limits = limits
    try visit(root, depth: 0, role: .root)
  }

  /// All text of the mail.
  var text: String { texts.joined(separator: "\n") }

  fileprivate enum Role {
    case root, part
    /// Of something whose text stands elsewhere.
    case aside
  }

  private mutating func visit(_ part: MIMEPart, depth: Int, role: Role) throws(Fault) {
    count += 1
    guard count <= limits.parts else {
      throw Fault("mail-parts", "The mail has more than \(limits.parts) parts.")
    }
    guard depth <= limits.depth else {
      throw Fault("mail-depth", "The mail's parts lie more than \(limits.depth) deep in each other.")
    }
    switch part.kind {
    case .multipart: try visitAll(part, depth: depth, role: role)
    case .message:
      attachMessage(part)
      if let inner = part.inner.body { try countParts(inner, depth: depth + 1) }
    case .leaf: take(part, role: role)
    }
  }

  /// What lies in a message within the message is counted, and no more.
  private mutating func countParts(_ part: MIMEPart, depth: Int) throws(Fault) {
    count += 1
    guard count <= limits.parts else {
      throw Fault("mail-parts", "The mail has more than \(limits.parts) parts.")
    }
    guard depth <= limits.depth else {
      throw Fault("mail-depth", "The mail's parts lie more than \(limits.depth) deep in each other.")
    }
    for child in part.children { try countParts(child, depth: depth + 1) }
    if let inner = part.inner.body { try countParts(inner, depth: depth + 1) }
  }

  private mutating func visitAll(_ part: MIMEPart, depth: Int, role: Role) throws(Fault) {
    let children = part.children
    switch part.type {
    case "multipart/alternative":
      try visitAlternatives(children, depth: depth, role: role)
    case "multipart/related", "multipart/signed":
      // The first is what is meant; the others are its pictures, or its signature.
      for (index, child) in children.enumerated() { try visit(child, depth: depth + 1, role: index == 0 ? role.inner : .aside) }
    case "multipart/encrypted":
      problems.append("encrypted")
      for child in children { try visit(child, depth: depth + 1, role: .aside) }
    default:
      for child in children { try visit(child, depth: depth + 1, role: role.inner) }
    }
  }

  /// Plain text is what was written; HTML only when there is none.
  private mutating func visitAlternatives(_ children: [MIMEPart], depth: Int, role: Role) throws(Fault) {
    let ordered = children.filter { $0.type == "text/plain" } + children.filter { $0.type != "text/plain" }
    var isDone = role == .aside
    for child in ordered {
      let before = texts.count
      try visit(child, depth: depth + 1, role: isDone ? .aside : .part)
      if texts[before...].contains(where: { !trimmedLine($0).isEmpty }) { isDone = true }
    }
  }

  private mutating func take(_ part: MIMEPart, role: Role) {
    let type = part.type
    let disposition = part.field("content-disposition").map { trimmedLine(HeaderText($0).decoded.prefix { $0 != ";" }).lowercased() }
    let filename = MailParameters.filename(of: part)
    switch type {
    case "text/plain", "text/html":
      guard role == .root || disposition != "attachment" && filename == nil else { break }
      // The other form of a text that was taken.
      guard role != .aside else { return }
      return takeText(part, isHTML: type == "text/html")
    case "message/delivery-status": return takeReport(part)
    case "text/rfc822-headers":
      if reported == nil { reported = Self.messageID(inHeader: part.content(limit: 65_536).bytes) }
      return
    default: break
    }
    attach(part, type: type, filename: filename, disposition: disposition)
  }

  private mutating func takeText(_ part: MIMEPart, isHTML: Bool) {
    guard length < limits.text else { return note("text-truncated") }
    let (bytes, size) = part.content(limit: limits.source)
    if size > bytes.count { note("text-truncated") }
    var label = part.typeParameter("charset")
    if isHTML, label == nil, let found = try? MarkupText.encoding(of: Array(bytes.prefix(4096)), label: nil) { label = found.encoding.name }
    let decoded = MailCharset.text(bytes, label: label)
    if let problem = decoded.problem { note(problem) }
    var text = isHTML ? HTMLMessage.text(decoded.text, limit: limits.text) : Self.lines(decoded.text, flowed: Self.flow(of: part))
    if text.utf8.count > limits.text - length {
      note("text-truncated")
      text = String(decoding: Array(text.utf8.prefix(limits.text - length)), as: UTF8.self)
    }
    length += text.utf8.count
    texts.append(text)
    isFromHTML = isFromHTML || isHTML
  }

  private mutating func note(_ problem: String) {
    if problems.count < 20, !problems.contains(problem) { problems.append(problem) }
  }

  // MARK: Lines

  private enum Flow { case fixed, flowed, flowedDeletingSpace }

  private static func flow(of part: MIMEPart) -> Flow {
    guard part.typeParameter("format")?.lowercased() == "flowed" else { return .fixed }
    return part.typeParameter("delsp")?.lowercased() == "yes" ? .flowedDeletingSpace : .flowed
  }

  /// Line feeds only; lines that a program broke at a blank (RFC 3676) are whole again.
  private static func lines(_ text: String, flowed: Flow) -> String {
    let plain = text.utf8.contains(0x0D) ? text.replacing("\r\n", with: "\n").replacing("\r", with: "\n") : text
    guard flowed != .fixed else { return plain }
    var output: [Substring] = []
    var joins = false
    for line in plain.split(separator: "\n", omittingEmptySubsequences: false) {
      let isQuote = line.hasPrefix(">")
      let content = !isQuote && line.hasPrefix(" ") ? line.dropFirst() : line
      if joins, !isQuote, content != "-- " {
        output[output.count - 1] += content
      } else {
        output.append(content)
      }
      joins = !isQuote && content.hasSuffix(" ") && content != "-- "
      if joins, flowed == .flowedDeletingSpace { output[output.count - 1].removeLast() }
    }
    return output.joined(separator: "\n")
  }

  // MARK: Attachments

  private mutating func attach(_ part: MIMEPart, type: String, filename: String?, disposition: String?) {
    var entry = Object()
    if let filename { entry.append("filename", .string(filename)) }
    entry.append("content_type", .string(type))
    entry.append("size", .number(Number(part.content(limit: 0).size)))
    if let id = part.field("content-id").map({ HeaderText($0).decoded.filter { $0 != "<" && $0 != ">" } }), !id.isEmpty {
      entry.append("content_id", .string(id))
    }
    if let disposition, !disposition.isEmpty { entry.append("disposition", .string(disposition)) }
    attachments.append(.object(entry))
  }

  private mutating func attachMessage(_ part: MIMEPart) {
    var entry = Object()
    if let filename = MailParameters.filename(of: part) { entry.append("filename", .string(filename)) }
    entry.append("content_type", "message/rfc822")
    if let head = part.inner.head {
      let fields = MailFields(head)
      if let id = fields.messageID {
        entry.append("message_id", .string(id))
        if reported == nil { reported = id }
      }
      if let subject = fields.text("subject") { entry.append("subject", .string(subject)) }
      if let date = fields.date { entry.append("date", .string(date)) }
      let from = fields.addresses("from")
      if !from.isEmpty { entry.append("from", .array(from.map(\.value))) }
    }
    attachments.append(.object(entry))
  }

  // MARK: Reports

  /// Groups of fields, the first about the message and one for each recipient behind it.
  private mutating func takeReport(_ part: MIMEPart) {
    let text = String(decoding: part.content(limit: 65_536).bytes, as: UTF8.self).replacing("\r\n", with: "\n")
    for group in text.split(separator: "\n\n").prefix(200) {
      var entry = Object()
      for line in group.replacing("\n ", with: " ").replacing("\n\t", with: " ").split(separator: "\n") {
        guard let colon = line.firstIndex(of: ":") else { continue }
        let name = trimmedLine(line[..<colon]).lowercased()
        let value = trimmedLine(line[line.index(after: colon)...])
        switch name {
        // `rfc822; li@example.com`
        case "final-recipient": entry["recipient"] = .string(Self.behindType(value))
        case "original-recipient" where entry["recipient"] == nil: entry["recipient"] = .string(Self.behindType(value))
        case "action": entry["action"] = .string(value.lowercased())
        case "status": entry["status"] = .string(value)
        case "diagnostic-code": entry["diagnostic"] = .string(Self.behindType(value))
        default: break
        }
      }
      if entry["recipient"] != nil { reports.append(.object(entry)) }
    }
  }

  private static func behindType(_ value: String) -> String {
    guard let mark = value.firstIndex(of: ";") else { return value }
    return trimmedLine(value[value.index(after: mark)...])
  }

  private static func messageID(inHeader bytes: [UInt8]) -> String? {
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) where line.lowercased().hasPrefix("message-id:") {
      return MailThread.ids(in: Array(line.dropFirst(11).utf8)).first
    }
    return nil
  }
}

extension MailBody.Role {
  /// Of the parts of a multipart: the whole mail is not one of them.
  fileprivate var inner: Self { self == .root ? .part : self }
}
