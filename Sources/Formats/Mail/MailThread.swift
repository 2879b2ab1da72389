import Model

/// Which conversation a mail belongs to, as far as the mail itself says.
struct MailThread: Hashable {
  /// How ``key`` was found.
  enum Evidence: String { case references, inReplyTo = "in-reply-to", subject, message = "message-id" }

  var key: String
  var evidence: Evidence

  /// The first of `References` is where the conversation began; next best is what is replied to. An answer that names nothing is known only
  /// by its subject and who takes part. Everything else begins a conversation.
  init?(references: [String], inReplyTo: [String], messageID: String?, subject: String, participants: [String]) {
    if let root = references.first {
      (key, evidence) = (root, .references)
    } else if let parent = inReplyTo.first {
      (key, evidence) = (parent, .inReplyTo)
    } else {
      let base = Self.base(of: subject)
      if base.isReply, !base.subject.isEmpty {
        let people = Set(participants.map { $0.lowercased() }).sorted(by: utf8Precedes)
        (key, evidence) = ("subject:\(base.subject.lowercased())|\(people.joined(separator: ","))", .subject)
      } else if let messageID {
        (key, evidence) = (messageID, .message)
      } else {
        return nil
      }
    }
  }

  /// What stands between angle brackets; only when there are none, the words with an `@`.
  static func ids(in raw: [UInt8]) -> [String] {
    let text = HeaderText(raw).decoded
    var found: [String] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
      let id = rest[rest.index(after: open)..<close].filter { !$0.isWhitespace && $0 != "<" }
      if !id.isEmpty { found.append(id) }
      rest = rest[close...].dropFirst()
    }
    if found.isEmpty { found = text.split(whereSeparator: \.isWhitespace).filter { $0.contains("@") }.map(String.init) }
    var seen: Set<String> = []
    return found.filter { seen.insert($0).inserted }
  }

  private static let prefixes: Set<String> = [
    "re", "aw", "antw", "antwort", "sv", "vs", "odp", "rif", "res", "ynt", "fw", "fwd", "wg", "tr", "rv", "enc", "回复", "回覆", "答复", "答覆",
    "转发",
    "轉寄", "转寄", "轉發",
  ]
  private static let answers: Set<String> = ["re", "aw", "antw", "antwort", "sv", "vs", "odp", "rif", "res", "ynt", "回复", "回覆", "答复", "答覆"]

  /// The subject without `Re:`, `回复：`, `AW:`, `Fwd[2]:` …, and whether it was that of an answer.
  static func base(of subject: String) -> (subject: String, isReply: Bool) {
    var (rest, isReply) = (trimmedLine(subject), false)
    while let colon = rest.prefix(16).firstIndex(where: { $0 == ":" || $0 == "：" }) {
      var word = rest[..<colon]
      if let bracket = word.firstIndex(where: { "[(（".contains($0) }) { word = word[..<bracket] }
      let name = trimmedLine(word).lowercased()
      guard prefixes.contains(name) else { break }
      if answers.contains(name) { isReply = true }
      rest = trimmedLine(rest[rest.index(after: colon)...])
    }
    return (rest.split(whereSeparator: \.isWhitespace).joined(separator: " "), isReply)
  }
}
