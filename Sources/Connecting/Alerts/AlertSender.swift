import Configuration
import Model
import Synchronization

/// Sends alerts to the channels of `hub.yaml`. Secrets are read for each message, so that a renewed one counts at once.
public final class AlertSender: Sendable {
  private struct Channel {
    let settings: AlertChannel
    var queue = AlertQueue()
  }

  private struct State {
    var channels: [Channel] = []
    var messages = 0
  }

  private let home: String
  private let web: any WebExchange
  private let hmacSHA256: @Sendable (Bytes, Bytes) -> Bytes
  private let state = Mutex(State())

  /// - Parameter home: what relative paths of secrets start from.
  public init(home: String, web: any WebExchange, cryptography: Cryptography) {
    self.home = home
    self.web = web
    hmacSHA256 = cryptography.hmacSHA256
  }

  /// Sends to these channels from now on. What waits for a channel that stays is kept.
  public func configure(_ channels: [AlertChannel]) {
    state.withLock { state in
      let known = state.channels
      state.channels = channels.map { settings in
        known.first { $0.settings.options == settings.options && $0.settings.kind == settings.kind } ?? Channel(settings: settings)
      }
    }
  }

  /// Puts alerts into the queues of the channels that want them.
  public func add(_ alerts: [Alert]) {
    guard !alerts.isEmpty else { return }
    state.withLock { state in
      for index in state.channels.indices {
        let events = state.channels[index].settings.events
        state.channels[index].queue.add(alerts.filter { events.contains($0.incident.key.event) })
      }
    }
  }

  /// Sends what is due, to all channels at the same time. One call at a time.
  /// - Parameter now: microseconds since 1970.
  /// - Returns: what went wrong; it is tried again.
  public func send(at now: Int64) async -> [Fault] {
    let due = state.withLock { state -> [(AlertChannel, AlertMessage)] in
      state.channels.compactMap { channel in
        let alerts = channel.queue.due(at: now)
        guard !alerts.isEmpty else { return nil }
        state.messages += 1
        let id = "kindred-\(now)-\(state.messages)"
        return (channel.settings, AlertMessage(id: id, alerts: alerts, lost: channel.queue.lost, now: now))
      }
    }
    return await withTaskGroup(of: Fault?.self) { group in
      for (channel, message) in due {
        group.addTask {
          let fault = await self.deliver(message, to: channel)
          self.note(fault, channel, message)
          return fault
        }
      }
      return await group.reduce(into: []) { faults, fault in faults += fault.map { [$0] } ?? [] }
    }
  }

  private func deliver(_ message: AlertMessage, to channel: AlertChannel) async -> Fault? {
    do {
      if channel.kind == .mail {
        try await mailServer(of: channel).send(message.mail(for: channel))
        return nil
      }
      guard let url = try channel.options[secret: "url"]?.resolve(relativeTo: home) else { return nil }
      let secret = try channel.options[secret: "secret"]?.resolve(relativeTo: home)
      let request = try message.request(to: channel.kind, url: url, secret: secret, hmacSHA256: hmacSHA256)
      return AlertMessage.fault(in: try await web.answer(request), to: request, channel.kind)
    } catch let failure as WebFailure {
      return failure.fault
    } catch let fault as Fault {
      return fault
    } catch {
      return Fault("alert-failed", "An alert could not be sent: \(error).")
    }
  }

  private func mailServer(of channel: AlertChannel) throws(Fault) -> MailServer {
    MailServer(
      url: channel.options[text: "server"] ?? "", user: channel.options[text: "user"],
      password: try channel.options[secret: "password"]?.resolve(relativeTo: home),
      isEncrypted: channel.options[choice: "encryption"] != "none")
  }

  private func note(_ fault: Fault?, _ channel: AlertChannel, _ message: AlertMessage) {
    state.withLock { state in
      // A reload in between may have changed what is where.
      guard let index = state.channels.firstIndex(where: { $0.settings == channel }) else { return }
      if fault == nil {
        state.channels[index].queue.sent(message.alerts.count, at: message.now)
      } else {
        state.channels[index].queue.failed(at: message.now)
      }
    }
  }
}
