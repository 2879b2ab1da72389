import Model

/// Messages into conversations of 微信客服 (`kf/send_msg`): up to five within 48 hours after somebody wrote. A write names the account as
/// `open_kfid`. Its id becomes the message's, so that the platform can tell a repetition.
struct WeComSending: Sendable {
  let interface: PlatformInterface
  let digests: Digests

  func send(_ write: Write) async throws(SourceError) -> WriteOutcome {
    var body: Object
    do throws(Fault) {
      body = try PlatformMessage(write).members
      guard let account = write.attributes["open_kfid"]?.text, !account.isEmpty else {
        throw Fault("message-incomplete", "A message names no account of 微信客服.", hint: "Give open_kfid.")
      }
      body["open_kfid"] = .string(account)
    } catch {
      return .rejected(error)
    }
    body["msgid"] = .string(PlatformInterface.messageID(of: write, digests))
    do throws(PlatformRefusal) {
      _ = try await interface.post("/cgi-bin/kf/send_msg", .object(body))
      return .written(nil)
    } catch {
      return try error.outcome()
    }
  }
}
