import Configuration
import Connecting
import Hub
import Model

/// Everything that is known of how one connector is doing.
struct ConnectorReport: Sendable {
  struct Stream: Sendable {
    var name: String
    var isPaused: Bool
    /// Where reading starts when there is no checkpoint, in microseconds since 1970; nil: from the beginning.
    var since: Int64?
    var rhythm: Rhythm?
    /// Deliveries, and duplicates among them.
    var received: Int64
    var duplicate: Int64
  }

  var name: String
  var connector: LiveConnector
  var status: Status
  var streams: [Stream]
  var health: Health

  var document: Value {
    var document: Object = [
      "connector": .string(name), "kind": .string(connector.kind),
      "roles": .array(connector.roles.map(\.rawValue).sorted().map { .string($0) }), "state": .string(status.state.rawValue),
      "health": .string(health.level.rawValue), "reasons": .array(health.reasons.map(\.document)),
      "accepted": .number(Number(status.accepted)),
    ]
    document["last_byte"] = status.lastByte.map { .string(Moment.text($0)) }
    document["last_item"] = status.lastItem.map { .string(Moment.text($0)) }
    document["failures"] = status.failures > 0 ? .number(Number(status.failures)) : nil
    document["last_error"] = status.lastError.map {
      ["code": .string($0.code), "message": .string(SecretMask.shared.masked($0.description))]
    }
    document["last_error_time"] = status.lastErrorTime.map { .string(Moment.text($0)) }
    document["next_run"] = status.nextRun.map { .string(Moment.text($0)) }
    document["streams"] = .array(streams.map(\.document))
    return .object(document)
  }
}

extension ConnectorReport.Stream {
  fileprivate var document: Value {
    var document: Object = [
      "stream": .string(name), "paused": .bool(isPaused), "received": .number(Number(received)),
      "duplicate": .number(Number(duplicate)),
    ]
    document["since"] = since.map { .string(Moment.text($0)) }
    document["last_item"] = rhythm?.last.map { .string(Moment.text($0 * 1_000_000)) }
    document["usual_interval_s"] = rhythm?.usualInterval.map { .number(Number($0)) }
    return .object(document)
  }
}

extension Health.Reason {
  var document: Value {
    var document: Object = ["code": .string(code), "message": .string(SecretMask.shared.masked(message))]
    document["stream"] = stream.map { .string($0) }
    return .object(document)
  }
}

extension API {
  /// How the connectors are doing, by name. Reads the journal: not for the cooperative pool.
  func connectorReports() throws -> [ConnectorReport] {
    let (controls, counts, statuses) = (try hub.journal.controls(), try hub.journal.counts(), hub.statuses)
    let now = Hub.systemClock()
    return live.current.connectors.sorted { utf8Precedes($0.key, $1.key) }.map { name, connector in
      let status = merged(name, connector, statuses.first { $0.connector == name })
      let rhythms = hub.rhythms.of(name)
      let streams = connector.streams.map { stream in
        let count = counts[StreamName(connector: name, stream: stream)]
        let control = controls[name]?[stream]
        return ConnectorReport.Stream(
          name: stream, isPaused: control?.isPaused ?? false, since: control?.since, rhythm: rhythms[stream],
          received: count?.received ?? 0, duplicate: count?.duplicate ?? 0)
      }
      let paused = Set(streams.filter(\.isPaused).map(\.name))
      let health = Health(of: status, streams: rhythms.filter { !paused.contains($0.key) }, at: now)
      return ConnectorReport(name: name, connector: connector, status: status, streams: streams, health: health)
    }
  }

  /// What its runner says, together with what it was sent.
  private func merged(_ name: String, _ connector: LiveConnector, _ known: Status?) -> Status {
    guard var status = known else { return Status(connector: name, state: .stopped) }
    guard connector.roles.contains(.source), let received = state.received(by: name) else { return status }
    status.accepted += received.accepted
    status.lastByte = [status.lastByte, received.lastByte].compactMap { $0 }.max()
    status.lastItem = [status.lastItem, received.lastItem].compactMap { $0 }.max()
    return status
  }
}
