import Configuration
import Connecting
import Foundation
import Hub
import Logging
import Model
import ServiceLifecycle

/// The daemon: one data folder, its hub, the connectors that feed it and the API in front, from start to end.
public struct Daemon: Sendable {
  private let home: String
  private let data: String
  private let hubFile: HubFile
  private let settings: Hub.Settings
  private let connectors: [ConnectorFile]
  private let registry: Registry
  private let isSignalled: Bool
  private let logger: Logger

  /// How long requests under way may take after a signal, before they are cut off.
  private static let gracefulSeconds = 20

  /// - Parameters:
  ///   - home: what relative paths of connectors start from.
  ///   - data: the data folder; made when it is missing.
  ///   - connectors: checked files; see `Home`.
  ///   - isSignalled: whether SIGTERM and SIGINT end it gracefully.
  public init(
    home: String, data: String, hubFile: HubFile, settings: Hub.Settings, connectors: [ConnectorFile], registry: Registry = .standard,
    isSignalled: Bool = true, logger: Logger = Logger(label: "kindred")
  ) {
    self.home = home
    self.data = data
    self.hubFile = hubFile
    self.settings = settings
    self.connectors = connectors
    self.registry = registry
    self.isSignalled = isSignalled
    self.logger = logger
  }

  /// Runs until a signal comes or `stop` is raised. By then everything accepted is on disk; what is not applied yet is
  /// applied after the next start.
  /// - Parameter onListening: told once requests are taken; `daemon.json` is there by then.
  /// - Throws: `data-locked` (try again: exit 75), `connector-misconfigured` (78), `cannot-listen`, the faults of ``Hub``.
  public func run(until stop: StopSignal = StopSignal(), onListening: @escaping @Sendable (DaemonFile) -> Void = { _ in }) async throws {
    let lock = try DataLock(folder: data)
    defer { lock.release() }
    // One that a kill left behind names a port that may be somebody else's by now.
    DaemonFile.remove(folder: data)
    defer { DaemonFile.remove(folder: data) }
    let connectors = try makeConnectors()
    let hub = try await Blocking.run { try Hub(folder: data, settings: settings, logger: logger) }
    do {
      try await serve(hub, connectors, until: stop, onListening)
    } catch {
      try? await Blocking.run { hub.close() }
      throw error
    }
    try await Blocking.run { hub.close() }
  }

  private func serve(
    _ hub: Hub, _ connectors: [(file: ConnectorFile, connector: Connector)], until stop: StopSignal,
    _ onListening: @escaping @Sendable (DaemonFile) -> Void
  ) async throws {
    let token = APISecret.make()
    var receivers: [String: any Receiver] = [:]
    var sources: [SourcesService.Entry] = []
    for (file, connector) in connectors {
      await report(connector, file.name)
      switch connector {
      case .receiver(let receiver): receivers[file.name] = receiver
      case .source(let source): sources.append(SourcesService.Entry(name: file.name, source: source, streams: file.streams))
      case .target: logger.warning("connectors that write are not used by this version", metadata: ["connector": "\(file.name)"])
      }
    }
    let api = API(
      hub: hub, keys: KeyRing(folder: data, daemonToken: token), receivers: receivers, maxBody: hubFile.maximumBody, logger: logger)
    let server = HTTPServer(api: api, host: hubFile.host, port: hubFile.port, logger: logger) { port in
      let file = DaemonFile(pid: getpid(), host: Self.reachable(hubFile.host), port: port, token: token)
      do throws(Fault) {
        try file.write(folder: data)
      } catch {
        logger.error("commands will not find this daemon", metadata: ["fault": "\(error)"])
      }
      onListening(file)
    }
    // Ended in the opposite order: no more requests, then no more reading, then no more clock.
    let services: [any Service] = [ExpiryService(hub: hub, logger: logger), SourcesService(entries: sources, hub: hub), server]
    var configuration = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: isSignalled ? [.sigterm, .sigint] : [], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(Self.gracefulSeconds)
    let group = ServiceGroup(configuration: configuration)
    let watcher = Task {
      await stop.wait()
      if !Task.isCancelled { await group.triggerGracefulShutdown() }
    }
    defer { watcher.cancel() }
    try await group.run()
  }

  /// Says at once what will not work, rather than when the first delivery fails.
  private func report(_ connector: Connector, _ name: String) async {
    for finding in await connector.check() where finding.level != .fine {
      let hint = finding.hint.map { " \($0)" } ?? ""
      logger.warning("\(finding.message)\(hint)", metadata: ["connector": "\(name)", "code": "\(finding.code)"])
    }
  }

  private func makeConnectors() throws(Fault) -> [(file: ConnectorFile, connector: Connector)] {
    var made: [(file: ConnectorFile, connector: Connector)] = []
    for file in connectors {
      let (connector, diagnostics) = registry.make(file, home: home, digests: settings.digests)
      guard let connector else {
        let first = diagnostics.first { $0.severity == .error }
        throw Fault(
          "connector-misconfigured", first?.message ?? "The connector \(file.name) cannot be made.",
          at: Location(file: file.file, line: first?.span.start.line, column: first?.span.start.column), hint: first?.hint)
      }
      made.append((file, connector))
    }
    return made
  }

  /// An address to connect to for an address to listen on: "all addresses" is none.
  private static func reachable(_ host: String) -> String {
    switch host {
    case "0.0.0.0": "127.0.0.1"
    case "::": "::1"
    default: host
    }
  }
}
