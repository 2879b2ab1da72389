import Configuration
import Connecting
import Foundation
import Hub
import Logging
import Model
import ServiceLifecycle
import UnixSignals

/// The daemon: one data folder, its hub, the connectors that feed it and the API in front, from start to end.
public struct Daemon: Sendable {
  private let home: Home
  private let data: String
  private let loaded: Home.Loaded
  private let listen: HubFile.Address?
  private let isSignalled: Bool
  private let isWatching: Bool
  private let web: any WebExchange
  private let healthInterval: Duration
  private let logger: Logger

  /// How long requests under way may take after a signal, before they are cut off.
  private static let gracefulSeconds = 20

  /// - Parameters:
  ///   - home: what a reload reads, and what relative paths of connectors start from.
  ///   - data: the data folder; made when it is missing.
  ///   - loaded: what the home was when it was read.
  ///   - listen: where to listen, instead of what `hub.yaml` says.
  ///   - isSignalled: whether SIGTERM and SIGINT end it gracefully, and SIGHUP reloads.
  ///   - isWatching: whether it reloads when files of the home change.
  ///   - web: how it asks and tells other systems.
  ///   - healthInterval: between two looks at how the connectors are doing.
  public init(
    home: Home, data: String, loaded: Home.Loaded, listen: HubFile.Address? = nil, isSignalled: Bool = true, isWatching: Bool = false,
    web: any WebExchange = WebClient(), healthInterval: Duration = .seconds(15), logger: Logger = Logger(label: "kindred")
  ) {
    self.home = home
    self.data = data
    self.loaded = loaded
    self.listen = listen
    self.isSignalled = isSignalled
    self.isWatching = isWatching
    self.web = web
    self.healthInterval = healthInterval
    self.logger = logger
  }

  /// Runs until a signal comes or `stop` is raised. By then everything accepted is on disk; what is not applied yet is
  /// applied after the next start.
  /// - Parameter onListening: told once requests are taken; `daemon.json` is there by then.
  /// - Throws: ``RefusedConfiguration`` (exit 78), `data-locked` (try again: exit 75), `cannot-listen`, the faults of ``Hub``.
  public func run(until stop: StopSignal = StopSignal(), onListening: @escaping @Sendable (DaemonFile) -> Void = { _ in }) async throws {
    let lock = try DataLock(folder: data)
    defer { lock.release() }
    // One that a kill left behind names a port that may be somebody else's by now.
    DaemonFile.remove(folder: data)
    defer { DaemonFile.remove(folder: data) }
    let hangup = isSignalled ? await UnixSignalsSequence(trapping: .sighup) : nil
    let maker = ConnectorMaker(home: home)
    let connectors = try await Blocking.run {
      try maker.make(loaded.connectors, sources: loaded.sources, besides: home.unresolvedSecrets(of: loaded.hubFile))
    }
    let hub = try await Blocking.run { try Hub(folder: data, settings: loaded.settings, logger: logger) }
    do {
      try await serve(hub, connectors, hangup, until: stop, onListening)
    } catch {
      try? await Blocking.run { hub.close() }
      throw error
    }
    try await Blocking.run { hub.close() }
  }

  private func serve(
    _ hub: Hub, _ connectors: ConnectorMaker.Made, _ hangup: UnixSignalsSequence?, until stop: StopSignal,
    _ onListening: @escaping @Sendable (DaemonFile) -> Void
  ) async throws {
    let token = APISecret.make()
    var served: [String: LiveConnector] = [:]
    let runners = SourceRunners(hub: hub, logger: logger)
    for (file, connector) in connectors {
      await connector.report(as: file.name, to: logger)
      served[file.name] = LiveConnector(file, connector, home.registry)
      if let entry = SourceRunners.Entry(file, connector, home.registry) { runners.start(entry) }
    }
    let live = LiveHolder(
      LiveConfiguration(
        digest: loaded.files.digest, since: Hub.systemClock(), connectors: served, maxBody: loaded.hubFile.maximumBody))
    let alerts = AlertSender(home: home.folder, web: web, cryptography: .standard)
    alerts.configure(loaded.hubFile.alerts)
    let reloader = Reloader(
      home: home, loaded: loaded, hub: hub, live: live, runners: runners, alerts: alerts, takesListen: listen == nil, logger: logger)
    let api = API(
      hub: hub, keys: KeyRing(folder: data, daemonToken: token), live: live, reloader: reloader, runners: runners, logger: logger)
    let address = listen ?? loaded.hubFile.address
    let server = HTTPServer(api: api, host: address.host, port: address.port, logger: logger) { port in
      let file = DaemonFile(pid: getpid(), host: Self.reachable(address.host), port: port, token: token)
      do throws(Fault) {
        try file.write(folder: data)
      } catch {
        logger.error("commands will not find this daemon", metadata: ["fault": "\(error)"])
      }
      onListening(file)
    }
    // Ended in the opposite order: no more requests, then no more reading, then no more reloading, then no more clock.
    var services: [any Service] = [
      ExpiryService(hub: hub, logger: logger),
      HealthService(api: api, alerts: alerts, data: data, logger: logger, interval: healthInterval),
    ]
    if let hangup { services.append(HangupService(signals: hangup, reloader: reloader)) }
    if isWatching { services.append(WatchService(reloader: reloader)) }
    services += [runners, server]
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

  /// An address to connect to for an address to listen on: "all addresses" is none.
  private static func reachable(_ host: String) -> String {
    switch host {
    case "0.0.0.0": "127.0.0.1"
    case "::": "::1"
    default: host
    }
  }
}
