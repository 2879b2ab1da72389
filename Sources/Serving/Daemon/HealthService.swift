import Configuration
import Connecting
import Formats
import Foundation
import Hub
import Logging
import Model
import ServiceLifecycle

/// Watches over the connectors and the data folder, learns what is usual, and has people told when something is wrong.
struct HealthService: Service {
  let api: API
  let alerts: AlertSender
  /// The folder whose disk must not be full.
  let data: String
  let logger: Logger
  var interval = Duration.seconds(15)

  /// Under which the journal keeps the incidents that are open.
  private static let key = "incidents"
  /// Between two times that the rhythms are kept.
  private static let saving = Duration.seconds(300)

  func run() async throws {
    let stop = StopSignal()
    await withGracefulShutdownHandler {
      var desk = await openIncidents()
      var letters = DeadLetterWatch()
      var saved = ContinuousClock.now
      while await stop.sleep(for: interval) {
        await look(&desk, &letters)
        if ContinuousClock.now - saved >= Self.saving {
          await save()
          saved = .now
        }
      }
      await save()
    } onGracefulShutdown: {
      stop.raise()
    }
  }

  private func look(_ desk: inout AlertDesk, _ letters: inout DeadLetterWatch) async {
    let (hub, data) = (api.hub, data)
    let now = Hub.systemClock()
    do {
      let (reports, lines) = try await Blocking.run { (try api.connectorReports(), try hub.accounting.lines()) }
      hub.rhythms.watched(at: now) { scope in
        reports.contains { $0.name == scope.connector && $0.streams.contains { $0.name == scope.stream && $0.isPaused } }
      }
      var incidents = reports.flatMap(\.incidents) + letters.incidents(lines.map(\.deadLetters), at: now)
      incidents += [DiskSpace(of: data)?.incident, hub.applyingFault.map(Self.incident)].compactMap { $0 }
      await tell(desk.update(incidents, at: now), desk)
    } catch {
      logger.error("the health of the connectors cannot be looked at", metadata: ["error": "\(error)"])
    }
    for fault in await alerts.send(at: now) {
      logger.error("an alert could not be sent; it is tried again", metadata: ["code": "\(fault.code)", "fault": "\(fault)"])
    }
  }

  private func tell(_ new: [Alert], _ desk: AlertDesk) async {
    guard !new.isEmpty else { return }
    for alert in new {
      let key = alert.incident.key
      logger.warning(
        alert.isOver ? "an incident is over" : "\(alert.incident.message)",
        metadata: ["event": "\(key.event.rawValue)", "connector": "\(key.connector ?? "")", "stream": "\(key.stream ?? "")"])
    }
    alerts.add(new)
    do {
      try await api.hub.journal.keep(CanonicalJSON.bytes(desk.document), as: Self.key)
    } catch {
      logger.error("the open incidents cannot be kept", metadata: ["fault": "\(error)"])
    }
  }

  private func openIncidents() async -> AlertDesk {
    let journal = api.hub.journal
    let kept = try? await Blocking.run { try journal.kept(Self.key) }
    return AlertDesk(document: kept.flatMap { try? JSON.parse($0) } ?? .array([]))
  }

  private func save() async {
    do {
      try await api.hub.rhythms.save(to: api.hub.journal)
    } catch {
      logger.error("what is usual on the streams cannot be kept", metadata: ["error": "\(error)"])
    }
  }

  private static func incident(_ fault: Fault) -> Incident {
    Incident(.applyingFailed, message: "What was accepted cannot be applied (\(fault.code)); nothing is lost, and it is tried again.")
  }
}

extension ConnectorReport {
  /// What somebody should look at.
  fileprivate var incidents: [Incident] {
    health.reasons.compactMap { reason in
      // A few failures in a row are in the report; people are told when the breaker opens.
      AlertChannel.Event(rawValue: reason.code).map { Incident($0, connector: name, stream: reason.stream, message: reason.message) }
    }
  }
}

extension AccountingView.Line {
  fileprivate var deadLetters: (scope: StreamName, count: Int64) {
    (StreamName(connector: connector, stream: stream), account.deadLettered + account.undecodable)
  }
}

/// Notices when dead letters pile up on a stream: many within a quarter of an hour.
struct DeadLetterWatch {
  private static let window: Int64 = 15 * 60 * 1_000_000
  private static let many: Int64 = 10

  private var counts: [StreamName: [(at: Int64, count: Int64)]] = [:]

  /// - Parameters:
  ///   - streams: the dead letters that ever came on each.
  ///   - now: microseconds since 1970, never less than before.
  mutating func incidents(_ streams: [(scope: StreamName, count: Int64)], at now: Int64) -> [Incident] {
    streams.compactMap { scope, count in
      var known = counts[scope] ?? []
      // The first of them stands for the beginning of the window.
      while known.count > 1, known[1].at <= now - Self.window { known.removeFirst() }
      if known.last?.count != count { known.append((now, count)) }
      counts[scope] = known
      let new = count - (known.first?.count ?? count)
      guard new >= Self.many else { return nil }
      return Incident(
        .deadLetters, connector: scope.connector, stream: scope.stream,
        message: "\(new) dead letters came on \(scope.stream) in a short time."
      )
    }
  }
}

/// How much space the disk of a folder has, in bytes.
struct DiskSpace {
  var free: Int64
  var size: Int64

  init(free: Int64, size: Int64) {
    self.free = free
    self.size = size
  }

  /// Nil when the system does not say.
  init?(of folder: String) {
    guard let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder),
      let free = attributes[.systemFreeSize] as? NSNumber, let size = attributes[.systemSize] as? NSNumber
    else { return nil }
    self.init(free: free.int64Value, size: size.int64Value)
  }

  /// Nearly full is below a twentieth of the disk, 10 GB at most, half a GB at least.
  var incident: Incident? {
    guard free < max(512 << 20, min(size / 20, 10 << 30)) else { return nil }
    return Incident(.diskNearlyFull, message: "The disk with the data has \(free >> 20) MB left of \(size >> 20) MB.")
  }
}
