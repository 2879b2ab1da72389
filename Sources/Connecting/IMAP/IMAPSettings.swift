import Model

/// What a connector of kind `imap` was told.
struct IMAPSettings: Sendable {
  /// What happens to a mail at the server once it is accepted.
  enum Mark: Hashable, Sendable {
    case none
    case seen
    case move(to: String)
  }

  var connector: String
  var mapping: String?
  var place: IMAPPlace
  var user: String
  /// Patterns of folder names; one that begins with `!` leaves out.
  var folders: [String]
  var mark = Mark.none
  /// Where a folder that was never read starts, in microseconds since 1970.
  var since: Int64?
  /// Of larger mails only the beginning is taken, in bytes.
  var maximumSize = 100 << 20
  var poll = Duration.seconds(120)
  var timing = IMAPSession.Timing()
  /// What cannot work, found before anything is asked.
  var problem: Fault?

  /// Larger mails go to disk piece by piece.
  static let spooledFrom = 1 << 20
  /// What is asked for at once of a large mail, and what is kept of one that is too large.
  static let piece = 1 << 20
  static let beginning = 256 << 10
  /// How many mails are looked at, and how many and how much is fetched, at once.
  static let window = 500
  static let batchCount = 200
  static let batchBytes = 4 << 20
}

extension IMAPSettings {
  init(_ setup: ConnectorSetup) {
    let options = setup.options
    let encryption = IMAPPlace.Encryption(rawValue: options[choice: "tls"] ?? "") ?? .on
    connector = setup.name
    mapping = setup.mapping(of: IMAP.stream)
    place = IMAPPlace(
      host: options[text: "host"] ?? "", port: options[int: "port"] ?? (encryption == .on ? 993 : 143), encryption: encryption,
      authorities: options[text: "certificates"].map { setup.path($0) })
    user = options[text: "user"] ?? ""
    folders = options[list: "folders"] ?? ["INBOX"]
    maximumSize = options[bytes: "max_size"] ?? maximumSize
    // RFC 2177: IDLE is renewed before 29 minutes are over, and each pass renews it.
    poll = min(options[duration: "poll"] ?? poll, .seconds(25 * 60))
    switch options[choice: "mark"] {
    case "seen": mark = .seen
    case "move": mark = .move(to: options[text: "move_to"] ?? "")
    default: mark = .none
    }
    if let text = options[text: "since"] {
      since = IMAPDate.microseconds(day: text)
      if since == nil { problem = Fault("imap-since", "\"since\" is no day such as 2025-01-31: \(text).") }
    }
    if mark == .move(to: "") { problem = Fault("imap-move-to", "Mails are to be moved, and \"move_to\" names no folder.") }
  }

  var isReadOnly: Bool { mark == .none }

  /// The folders that are read, the one that is watched first.
  func chosen(from all: [IMAPFolder]) -> [IMAPFolder] {
    let takes = folders.filter { !$0.hasPrefix("!") }
    let leaves = folders.filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) }
    let chosen = all.filter { folder in takes.contains { Self.matches(folder, $0) } && !leaves.contains { Self.matches(folder, $0) } }
    return chosen.filter(\.isInbox) + chosen.filter { !$0.isInbox }.sorted { utf8Precedes($0.name, $1.name) }
  }

  /// Patterns that name no folder.
  func unmatched(in all: [IMAPFolder]) -> [String] {
    folders.filter { pattern in !pattern.hasPrefix("!") && !all.contains { Self.matches($0, pattern) } }
  }

  private static func matches(_ folder: IMAPFolder, _ pattern: String) -> Bool {
    folder.isInbox && pattern.uppercased() == "INBOX" || Glob(pattern).matches(folder.name)
  }
}
