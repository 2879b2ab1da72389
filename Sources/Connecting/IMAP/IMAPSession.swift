import Foundation
import Model

/// One connection to a mail server, logged in: gives commands and waits for their answers, each with its deadline.
///
/// One caller at a time. A failure after which nothing can be said any more closes the connection.
actor IMAPSession {
  /// A folder that is open.
  struct Selected: Hashable, Sendable {
    var folder: IMAPFolder
    var isReadOnly: Bool
    var validity: UInt32
    var highestModification: UInt64?
  }

  nonisolated let wire: any IMAPWire
  private let timing: Timing
  private var conversation: IMAPConversation
  private(set) var capabilities: Set<String> = []
  private(set) var selected: Selected?
  private(set) var isUsable = true
  private var farewell: String?
  private var isIdling = false
  /// The server told of mails that may not have been read yet. It tells once, in IDLE or before.
  private var hasNews = false

  struct Timing: Hashable, Sendable {
    /// How long a server may say nothing.
    var quiet = Duration.seconds(60)
    /// How long a command may take in all.
    var command = Duration.seconds(600)
    /// For connecting, TLS and the login.
    var opening = Duration.seconds(30)
  }

  /// What one command may bring, in bytes. All that is asked for is smaller; a server that goes on for ever ends here.
  private static let mostBytes = 96 << 20

  init(_ wire: any IMAPWire, timing: Timing = Timing()) {
    self.wire = wire
    self.timing = timing
    // Mails that hold our tags would otherwise end our commands when a literal is announced too short.
    conversation = IMAPConversation(prefix: "k" + String(UInt64.random(in: 0...UInt64.max), radix: 36) + "x")
  }

  /// Asks what the server can do, and logs in.
  /// - Throws: `imap-unauthorised`, `imap-no-login`, `imap-busy` and those of a connection.
  func logIn(_ login: IMAPLogin, to place: IMAPPlace) async throws(IMAPFailure) {
    try await askCapabilities()
    guard let command = login.command(capabilities: capabilities, host: place.host, port: place.port) else {
      throw IMAPFailure(
        Fault(
          "imap-no-login", "\(wire.host) offers no way to log in that fits.",
          hint: "It offers \(capabilities.filter { $0.hasPrefix("AUTH=") }.sorted().joined(separator: " ")); with tls: off many offer none."
        ),
        .configure, isConnectionUsable: true)
    }
    try await perform(command)
    // More is offered to those who have logged in.
    try await askCapabilities()
    if capabilities.contains("ID") { _ = try await answer(to: .identify) }
  }

  private func askCapabilities() async throws(IMAPFailure) {
    for response in try await perform(.capability) {
      guard case .data(_, "CAPABILITY", let values) = response.content else { continue }
      capabilities = Set(values.compactMap { $0.text?.uppercased() })
    }
  }

  func offers(_ capability: String) -> Bool { capabilities.contains(capability) }

  // MARK: Commands

  /// Gives a command and waits for its end.
  /// - Returns: what the server said meanwhile.
  @discardableResult
  func perform(_ command: IMAPCommand, folder: String? = nil) async throws(IMAPFailure) -> [IMAPResponse] {
    let (responses, status) = try await answer(to: command)
    guard status.kind == .ok else { throw .refused(status, command, folder: folder, host: wire.host) }
    return responses
  }

  /// As ``perform(_:folder:)``; a refusal is an answer.
  func answer(to command: IMAPCommand) async throws(IMAPFailure) -> ([IMAPResponse], IMAPStatus) {
    guard isUsable, !isIdling else { throw .closed(wire.host) }
    do throws(IMAPFailure) {
      try await wire.send(conversation.begin(command), within: timing.quiet)
      return try await untilEnd(of: command)
    } catch {
      throw ended(by: error)
    }
  }

  private func untilEnd(of command: IMAPCommand) async throws(IMAPFailure) -> ([IMAPResponse], IMAPStatus) {
    let deadline = ContinuousClock.now + timing.command
    var responses: [IMAPResponse] = []
    var received = 0
    while true {
      while let event = conversation.next() {
        switch event {
        case .send(let bytes): try await wire.send(bytes, within: timing.quiet)
        case .continued: continue
        case .heard(let response):
          note(response)
          responses.append(response)
        case .ended(let status): return (responses, status)
        }
      }
      let left = min(timing.quiet, deadline - .now)
      guard left > .zero else { throw .timeout(wire.host, command.name) }
      let bytes = try await wire.receive(within: left)
      received += bytes.count
      guard received <= Self.mostBytes else {
        throw IMAPFailure(Fault("imap-too-much", "\(wire.host) does not come to an end with \(command.name)."))
      }
      conversation.take(bytes)
    }
  }

  /// After a failure in the middle of a command nobody knows what comes next.
  private func ended(by failure: IMAPFailure) -> IMAPFailure {
    isUsable = false
    wire.close()
    guard failure.fault.code == "imap-closed", let farewell, !farewell.isEmpty else { return failure }
    var failure = failure
    failure.fault.message = "\(wire.host) has ended the connection: \(IMAPFailure.words(farewell))."
    if IMAPFailure.isAboutTooMany(farewell) { failure.advice = .throttle(after: .seconds(60)) }
    return failure
  }

  private func note(_ response: IMAPResponse) {
    switch response.content {
    case .status(let status) where status.kind == .bye: farewell = status.text
    case .data(_, let name, _) where name == "EXISTS" || name == "RECENT": hasNews = true
    default: return
    }
  }

  func close() {
    isUsable = false
    wire.close()
  }

  /// Says goodbye, and does not wait long for the answer.
  func leave() async {
    if isUsable, !isIdling { try? await wire.send(conversation.begin(.logout), within: .seconds(1)) }
    close()
  }

  // MARK: Folders

  /// Opens a folder, also one that is open: what is known of it may have changed.
  func select(_ folder: IMAPFolder, isReadOnly: Bool) async throws(IMAPFailure) -> Selected {
    selected = nil
    let responses = try await perform(.select(folder.raw, isReadOnly: isReadOnly), folder: folder.name)
    var opened = Selected(folder: folder, isReadOnly: isReadOnly, validity: 0)
    for response in responses {
      guard case .status(let status) = response.content, let number = status.arguments.first?.number else { continue }
      switch status.code {
      case "UIDVALIDITY": opened.validity = UInt32(clamping: number)
      case "HIGHESTMODSEQ": opened.highestModification = number
      default: continue
      }
    }
    selected = opened
    return opened
  }

  func folders() async throws(IMAPFailure) -> [IMAPFolder] { try await perform(.listFolders).compactMap { IMAPFolder($0) } }

  // MARK: Waiting for mail

  /// What was told so far is about to be read.
  func forgetNews() { hasNews = false }

  /// Begins IDLE (RFC 2177) in the open folder.
  /// - Returns: false when the server will not.
  func beginIdling() async throws(IMAPFailure) -> Bool {
    guard isUsable, !isIdling, offers("IDLE"), selected != nil else { return false }
    do throws(IMAPFailure) {
      try await wire.send(conversation.begin(.idle), within: timing.quiet)
      while true {
        while let event = conversation.next() {
          switch event {
          case .continued:
            isIdling = true
            return true
          case .heard(let response): note(response)
          case .ended: return false
          case .send: continue
          }
        }
        conversation.take(try await wire.receive(within: timing.quiet))
      }
    } catch {
      throw ended(by: error)
    }
  }

  /// Waits until the server tells of a mail. A task that is cancelled ends the wait, and IDLE goes on.
  /// - Returns: false when the wait ended otherwise.
  func waitForMail(atMost limit: Duration) async throws(IMAPFailure) -> Bool {
    let deadline = ContinuousClock.now + limit
    while isIdling {
      while let event = conversation.next() {
        switch event {
        case .heard(let response): note(response)
        case .ended: isIdling = false
        case .send, .continued: continue
        }
      }
      if hasNews {
        hasNews = false
        return true
      }
      guard isIdling else { return false }
      do throws(IMAPFailure) {
        conversation.take(try await wire.receive(within: deadline - .now))
      } catch {
        if error.fault.code == "imap-cancelled" || error.fault.code == "imap-timeout" { return false }
        throw ended(by: error)
      }
    }
    return false
  }

  /// Ends IDLE: only `DONE` is legal in it.
  func endIdling() async throws(IMAPFailure) {
    guard isIdling else { return }
    isIdling = false
    do throws(IMAPFailure) {
      try await wire.send(Array("DONE\r\n".utf8), within: timing.quiet)
      _ = try await untilEnd(of: .idle)
    } catch {
      throw ended(by: error)
    }
  }
}

/// A folder as the server lists it.
struct IMAPFolder: Hashable, Sendable {
  /// As it is said to the server.
  var raw: Bytes
  /// For people.
  var name: String

  init(raw: Bytes) {
    self.raw = raw
    name = IMAPFolderName.decoded(raw)
  }

  init(name: String) {
    self.name = name
    raw = IMAPFolderName.encoded(name)
  }

  /// From a `LIST` response; `nil` for others, and for folders that hold no mails.
  init?(_ response: IMAPResponse) {
    guard case .data(_, "LIST", let values) = response.content, values.count >= 3, let raw = values[2].octets, !raw.isEmpty else {
      return nil
    }
    let flags = (values[0].elements ?? []).compactMap { $0.text?.lowercased() }
    guard !flags.contains("\\noselect"), !flags.contains("\\nonexistent") else { return nil }
    self.init(raw: raw)
  }

  /// The one name that has no case (RFC 9051 §5.1).
  var isInbox: Bool { name.uppercased() == "INBOX" }
}
