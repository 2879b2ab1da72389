import Configuration
import Model

/// Something that somebody should look at, for as long as it lasts.
public struct Incident: Hashable, Sendable {
  /// What makes two incidents the same one.
  public struct Key: Hashable, Sendable {
    public var event: AlertChannel.Event
    /// Nil when it is about the whole hub.
    public var connector: String?
    public var stream: String?
  }

  public var key: Key
  /// One sentence, without personal data.
  public var message: String

  public init(_ event: AlertChannel.Event, connector: String? = nil, stream: String? = nil, message: String) {
    key = Key(event: event, connector: connector, stream: stream)
    self.message = message
  }
}

/// That an incident has begun, or is over.
public struct Alert: Hashable, Sendable {
  public var incident: Incident
  public var isOver: Bool
  /// When the incident began, and when it was over, in microseconds since 1970.
  public var began: Int64
  public var ended: Int64?
}

/// Decides what is told: a pure state machine, with the clock as parameter.
///
/// An incident is told once when it begins and once when it is over. It is over when it has not been seen for a while, so that one that
/// comes and goes is told as one.
public struct AlertDesk: Hashable, Sendable {
  private struct Open: Hashable {
    var incident: Incident
    var began: Int64
    var seen: Int64
  }

  /// How long it must not have been seen, in microseconds.
  private let settling: Int64
  private var open: [Incident.Key: Open] = [:]

  /// - Parameter settling: how long an incident must not have been seen before it is over.
  public init(settling: Duration = .seconds(120)) { self.settling = Timestamp.microseconds(settling) }

  /// - Parameters:
  ///   - incidents: all that last now.
  ///   - now: microseconds since 1970.
  /// - Returns: what is to be told, what began first.
  public mutating func update(_ incidents: [Incident], at now: Int64) -> [Alert] {
    var alerts: [Alert] = []
    for incident in incidents {
      if let known = open[incident.key] {
        open[incident.key] = Open(incident: incident, began: known.began, seen: now)
      } else {
        open[incident.key] = Open(incident: incident, began: now, seen: now)
        alerts.append(Alert(incident: incident, isOver: false, began: now))
      }
    }
    let over = open.values.filter { now - $0.seen >= settling }.sorted { $0.began < $1.began }
    for ended in over {
      open[ended.incident.key] = nil
      alerts.append(Alert(incident: ended.incident, isOver: true, began: ended.began, ended: ended.seen))
    }
    return alerts
  }
}

// MARK: Keeping

extension AlertDesk {
  /// What is open, for keeping it over a restart: nobody is told twice.
  public var document: Value {
    .array(
      open.values.sorted { ($0.began, $0.incident.message) < ($1.began, $1.incident.message) }.map { open in
        let key = open.incident.key
        var document: Object = [
          "event": .string(key.event.rawValue), "message": .string(open.incident.message), "began": .number(Number(open.began)),
          "seen": .number(Number(open.seen)),
        ]
        document["connector"] = key.connector.map { .string($0) }
        document["stream"] = key.stream.map { .string($0) }
        return .object(document)
      })
  }

  /// What cannot be read is left out: it is told again.
  public init(document: Value, settling: Duration = .seconds(120)) {
    self.init(settling: settling)
    for entry in document.elements {
      guard let event = entry["event"]?.text.flatMap(AlertChannel.Event.init(rawValue:)), let message = entry["message"]?.text,
        let began = entry["began"]?.text.flatMap({ Int64($0) }), let seen = entry["seen"]?.text.flatMap({ Int64($0) })
      else { continue }
      let incident = Incident(event, connector: entry["connector"]?.text, stream: entry["stream"]?.text, message: message)
      open[incident.key] = Open(incident: incident, began: began, seen: seen)
    }
  }
}
