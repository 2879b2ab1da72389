import Model

/// What is said and heard on one connection, one command at a time: a state machine over bytes that does no I/O.
///
/// It finds its way back by the tag: whatever comes in between and is no response, such as the rest of a literal that was announced too
/// short, is counted and left out. Tags hold a part that the other side's mails cannot know, so that none of them can end a command.
struct IMAPConversation: Sendable {
  enum Event: Hashable, Sendable {
    /// To be sent now.
    case send(Bytes)
    /// The server asks to go on, and the command has nothing more to send: IDLE has begun.
    case continued(Bytes)
    /// `* …`
    case heard(IMAPResponse)
    /// The command has ended.
    case ended(IMAPStatus)
  }

  private var reader: IMAPReader
  private let prefix: String
  private var number = 0
  private var command: IMAPCommand?
  private var nextPart = 0

  /// Lines that were no response, or that ended a command which nobody gave.
  private(set) var unreadable = 0

  /// - Parameter prefix: the secret part of the tags: letters and digits.
  init(prefix: String, limits: IMAPReader.Limits = IMAPReader.Limits()) {
    reader = IMAPReader(limits: limits)
    self.prefix = prefix
  }

  private var tag: String { "\(prefix)\(number)" }

  /// Begins a command; the one before must have ended.
  /// - Returns: what is to be sent.
  mutating func begin(_ command: IMAPCommand) -> Bytes {
    self.command = command
    number += 1
    nextPart = 1
    return Array("\(tag) ".utf8) + (command.parts.first ?? []) + Self.lineBreak
  }

  mutating func take(_ bytes: some Collection<UInt8>) { reader.append(bytes) }

  /// What the bytes taken so far mean; `nil` when more are needed.
  mutating func next() -> Event? {
    while let response = reader.next() {
      switch response.content {
      case .tagged(let tag, let status) where tag == self.tag && command != nil:
        command = nil
        return .ended(status)
      case .tagged, .unreadable: unreadable += 1
      case .continuation(let text): if let event = continuation(text) { return event }
      case .status, .data: return .heard(response)
      }
    }
    return nil
  }

  private mutating func continuation(_ text: Bytes) -> Event? {
    guard let command else {
      unreadable += 1
      return nil
    }
    guard nextPart < command.parts.count else { return command.answer.map { .send($0 + Self.lineBreak) } ?? .continued(text) }
    defer { nextPart += 1 }
    return .send(command.parts[nextPart] + Self.lineBreak)
  }

  private static let lineBreak: Bytes = [0x0D, 0x0A]
}
