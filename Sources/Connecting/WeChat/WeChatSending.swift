import Model

/// Messages out of an official account: customer-service messages (客服消息, `message/custom/send`) within 48 hours after somebody wrote, and
/// template messages (模板消息, `message/template/send`) for a write with a `template_id`.
struct WeChatSending: Sendable {
  let interface: PlatformInterface
  let digests: Digests

  func send(_ write: Write) async throws(SourceError) -> WriteOutcome {
    let (path, body): (String, Object)
    do throws(Fault) {
      (path, body) = try Self.request(write, digests)
    } catch {
      return .rejected(error)
    }
    do throws(PlatformRefusal) {
      _ = try await interface.post(path, .object(body))
      return .written(nil)
    } catch {
      return try error.outcome()
    }
  }

  private static func request(_ write: Write, _ digests: Digests) throws(Fault) -> (String, Object) {
    guard let template = write.attributes["template_id"]?.text else {
      return ("/cgi-bin/message/custom/send", try PlatformMessage(write).members)
    }
    var body: Object = ["touser": .string(try PlatformMessage.recipient(of: write)), "template_id": .string(template)]
    for name in ["url", "miniprogram"] { body[name] = write.attributes[name] }
    body["data"] = .object(data(write.attributes["data"]))
    // For ten minutes the platform sends one message for one id, however often it is asked.
    body["client_msg_id"] = .string(PlatformInterface.messageID(of: write, digests))
    return ("/cgi-bin/message/template/send", body)
  }

  /// Fields as `{"value": …}`; a plain text is enough for a write.
  private static func data(_ value: Value?) -> Object {
    guard case .object(let object)? = value else { return Object() }
    return Object(object.members.map { ($0.name, $0.value.text.map { ["value": .string($0)] } ?? $0.value) })
  }
}

extension PlatformInterface {
  /// 32 hexadecimal digits that are the same for every attempt at a write.
  static func messageID(of write: Write, _ digests: Digests) -> String {
    String(Hex.text(digests.sha256(Array(write.id.utf8))).prefix(32))
  }
}
