import Model

/// A message to a person, as a write carries it.
///
/// Attributes: `to` (the record's key unless it is set), and either `text`, or `msgtype` with an attribute of that name that holds the
/// content as the platform's document on messages draws it, such as `msgtype: image`, `image: {media_id: …}`.
struct PlatformMessage {
  let to: String
  let type: String
  let content: Value

  /// - Throws: `message-incomplete`, `message-not-deletable`.
  init(_ write: Write) throws(Fault) {
    to = try Self.recipient(of: write)
    if let text = write.attributes["text"]?.text, !text.isEmpty {
      (type, content) = ("text", ["content": .string(text)])
    } else if let type = write.attributes["msgtype"]?.text, case .object(let object)? = write.attributes[type] {
      (self.type, content) = (type, .object(object))
    } else {
      throw Fault("message-incomplete", "A message has no content.", hint: "Give text, or msgtype with the content below its name.")
    }
  }

  static func recipient(of write: Write) throws(Fault) -> String {
    guard !write.isDelete else { throw Fault("message-not-deletable", "A message that was sent cannot be taken back.") }
    let to = write.attributes["to"]?.text ?? write.key.key
    guard !to.isEmpty else { throw Fault("message-incomplete", "A message names nobody to send it to.", hint: "Give to.") }
    return to
  }

  /// The members that all kinds of messages have.
  var members: Object { ["touser": .string(to), "msgtype": .string(type), type: content] }
}

extension PlatformRefusal {
  /// What becomes of a message that the platform did not take. Its own reasons, such as a person who wrote too long ago, are final.
  /// - Throws: ``SourceError`` when no message could be sent now.
  func outcome() throws(SourceError) -> WriteOutcome {
    switch error.advice {
    case .reauthorise, .configure: throw error
    case .throttle: return .retry(fault)
    case .retry: return fault.code == "platform-refused" ? .rejected(fault) : .retry(fault)
    }
  }
}

extension Target {
  /// Sends one write after the other.
  func written(_ writes: [Write], by send: (Write) async throws(SourceError) -> WriteOutcome) async throws(SourceError) -> [WriteOutcome] {
    var outcomes: [WriteOutcome] = []
    for write in writes { outcomes.append(try await send(write)) }
    return outcomes
  }
}
