import Model

/// A command to an IMAP server, without its tag.
struct IMAPCommand: Hashable, Sendable {
  /// For messages: `UID FETCH`. Never what follows it, which may be a password.
  var name: String
  /// The first goes out with the tag, each of the others when the server asks for it. None has its line break.
  var parts: [Bytes]
  /// What a request to go on is answered with when there is no other part; `nil`: it is for whoever gave the command.
  var answer: Bytes?

  init(_ name: String, _ arguments: String = "") {
    self.name = name
    parts = [Array((arguments.isEmpty ? name : "\(name) \(arguments)").utf8)]
  }

  /// Adds an argument that may hold anything: in quotes, or as a literal.
  func adding(_ text: some Collection<UInt8>) -> IMAPCommand {
    var command = self
    let last = parts.count - 1
    if text.allSatisfy({ (0x20...0x7E).contains($0) }) {
      let escaped = text.flatMap { $0 == 0x22 || $0 == 0x5C ? [0x5C, $0] : [$0] }
      command.parts[last] += [0x20, 0x22] + escaped + [0x22]
    } else {
      command.parts[last] += " {\(text.count)}".utf8
      command.parts.append(Array(text))
    }
    return command
  }

  func adding(words: String) -> IMAPCommand {
    var command = self
    command.parts[parts.count - 1] += " \(words)".utf8
    return command
  }

  // MARK: Those that are used

  static let capability = IMAPCommand("CAPABILITY")
  static let noop = IMAPCommand("NOOP")
  static let idle = IMAPCommand("IDLE")
  static let logout = IMAPCommand("LOGOUT")
  /// Who asks (RFC 2971); some servers answer nobody who does not say it.
  static let identify = IMAPCommand("ID", "(\"name\" \"kindred\")")
  static let listFolders = IMAPCommand("LIST", "\"\" \"*\"")

  /// - Parameter isReadOnly: true for EXAMINE, which changes nothing, not even which mails are recent.
  static func select(_ folder: Bytes, isReadOnly: Bool) -> IMAPCommand { IMAPCommand(isReadOnly ? "EXAMINE" : "SELECT").adding(folder) }

  static func status(_ folder: Bytes, _ items: [String]) -> IMAPCommand {
    IMAPCommand("STATUS").adding(folder).adding(words: "(\(items.joined(separator: " ")))")
  }

  /// - Parameter since: a day as ``IMAPDate`` writes it.
  static func search(from first: UInt32, since: String?, isExtended: Bool) -> IMAPCommand {
    IMAPCommand("UID SEARCH", (isExtended ? "RETURN (ALL) " : "") + "UID \(first):*" + (since.map { " SINCE \($0)" } ?? ""))
  }

  static func fetch(_ mails: UIDSet, _ items: String) -> IMAPCommand { IMAPCommand("UID FETCH", "\(mails.text) (\(items))") }

  static func markSeen(_ mails: UIDSet) -> IMAPCommand { IMAPCommand("UID STORE", "\(mails.text) +FLAGS.SILENT (\\Seen)") }
  static func markDeleted(_ mails: UIDSet) -> IMAPCommand { IMAPCommand("UID STORE", "\(mails.text) +FLAGS.SILENT (\\Deleted)") }
  static func expunge(_ mails: UIDSet) -> IMAPCommand { IMAPCommand("UID EXPUNGE", mails.text) }
  static func move(_ mails: UIDSet, to folder: Bytes) -> IMAPCommand { IMAPCommand("UID MOVE", mails.text).adding(folder) }
  static func copy(_ mails: UIDSet, to folder: Bytes) -> IMAPCommand { IMAPCommand("UID COPY", mails.text).adding(folder) }
  static func create(_ folder: Bytes) -> IMAPCommand { IMAPCommand("CREATE").adding(folder) }
  static func quota(of folder: Bytes) -> IMAPCommand { IMAPCommand("GETQUOTAROOT").adding(folder) }
}
