import Configuration
import Connecting
import Foundation
import Hub
import Logging
import Model

/// Takes a changed home in while the daemon works: everything is read and checked first, and then all of it comes into force,
/// or nothing does.
///
/// The order keeps what is on its way: connectors that go or change end first, what they accepted is applied if a mapping goes
/// with them, then the mappings change, and then connectors that come or have changed begin.
actor Reloader {
  private let home: Home
  private let digests: Digests
  private let hub: Hub
  private let live: LiveHolder
  private let runners: SourceRunners
  private let alerts: AlertSender
  /// False when the address was given on the command line.
  private let takesListen: Bool
  private let logger: Logger
  private var loaded: Home.Loaded
  /// The files of the last reading, as they were then.
  private(set) var stamps: FileStamps
  /// The reload that was asked for last: one comes after the other.
  private var last: Task<Void, Never>?

  /// How long sources may take to end, and deliveries that need a mapping which goes to be applied.
  private static let patience = Duration.seconds(10)

  init(
    home: Home, loaded: Home.Loaded, hub: Hub, live: LiveHolder, runners: SourceRunners, alerts: AlertSender,
    takesListen: Bool, logger: Logger
  ) {
    self.home = home
    self.loaded = loaded
    stamps = loaded.stamps
    digests = loaded.settings.digests
    self.hub = hub
    self.live = live
    self.runners = runners
    self.alerts = alerts
    self.takesListen = takesListen
    self.logger = logger
  }

  /// Reads the home again, and works by it from now on.
  /// - Parameter cause: who asked, for the log.
  /// - Returns: what is different now; nil when the files are those that are live.
  /// - Throws: a ``Problem`` when the files are refused; nothing changes then.
  func reload(because cause: String) async throws -> HomeChange? {
    let former = last
    let task = Task {
      await former?.value
      return try await self.perform(cause)
    }
    last = Task { _ = await task.result }
    return try await task.value
  }

  /// What the files as they are now would make of the latest deliveries; see ``MappingPlan``.
  /// - Throws: a ``Problem`` when the files are wrong.
  func plan(limit: Int) async throws -> Value {
    let (home, digests, hub, loaded) = (home, digests, hub, loaded)
    return try await Blocking.run {
      let reading = home.read(digests: digests)
      guard let new = reading.loaded else {
        throw Self.problem(RefusedConfiguration(diagnostics: reading.diagnostics, sources: reading.sources))
      }
      return try MappingPlan(of: hub, to: new.settings, HomeChange(from: loaded, to: new, home: home), limit: limit).document
    }
  }

  private func perform(_ cause: String) async throws -> HomeChange? {
    let (home, digests) = (home, digests)
    let reading = try await Blocking.run { home.read(digests: digests) }
    stamps = reading.stamps
    do {
      guard let new = reading.loaded else { throw RefusedConfiguration(diagnostics: reading.diagnostics, sources: reading.sources) }
      try await Blocking.run { try Self.readSecrets(of: new, home) }
      guard new.files != loaded.files else {
        live.note(nil)
        logger.info("the configuration has not changed", metadata: ["cause": "\(cause)"])
        return nil
      }
      let change = HomeChange(from: loaded, to: new, home: home, takesListen: takesListen)
      guard change.restarts.isEmpty else { throw RefusedConfiguration(diagnostics: change.restarts, sources: new.sources) }
      let maker = ConnectorMaker(home: home)
      let fresh = new.connectors.filter { change.connectors.added.contains($0.name) || change.connectors.changed.contains($0.name) }
      let made = try await Blocking.run { try maker.make(fresh, sources: new.sources) }
      try await takeIn(new, change, made)
      logger.notice(
        "the configuration is live",
        metadata: [
          "cause": "\(cause)", "version": "\(live.current.version)", "digest": "\(new.files.digest)",
          "mappings": "\(change.mappings)", "connectors": "\(change.connectors)",
        ])
      for (file, connector) in made { await connector.report(as: file.name, to: logger) }
      return change
    } catch let refused as RefusedConfiguration {
      throw refuse(refused, cause)
    }
  }

  /// Secrets may be others while the files are the same: commands give theirs anew.
  private static func readSecrets(of loaded: Home.Loaded, _ home: Home) throws {
    let missing =
      loaded.connectors.flatMap { home.registry.unresolvedSecrets(of: $0, home: home.folder) } + home.unresolvedSecrets(of: loaded.hubFile)
    guard missing.isEmpty else { throw RefusedConfiguration(diagnostics: missing, sources: loaded.sources) }
  }

  private func takeIn(_ new: Home.Loaded, _ change: HomeChange, _ made: ConnectorMaker.Made) async throws {
    let (removed, gone) = (change.connectors.removed, change.connectors.removed + change.connectors.changed)
    live.update { live in for name in removed { live.connectors[name] = nil } }
    for name in await runners.stop(gone, within: Self.patience) {
      logger.warning("a source takes long to end; what follows it waits", metadata: ["connector": "\(name)"])
    }
    if change.losesMappings, (try? await hub.drain(within: Self.patience)) != true {
      logger.warning("deliveries that need a mapping which goes are not applied yet; they will be dead letters")
    }
    try hub.replace(new.settings)
    let fresh = made.map { file, connector in (file.name, LiveConnector(file, connector, home.registry)) }
    live.update { live in
      live.version += 1
      live.digest = new.files.digest
      live.since = Hub.systemClock()
      live.maxBody = new.hubFile.maximumBody
      for name in gone { live.connectors[name] = nil }
      for (name, connector) in fresh { live.connectors[name] = connector }
    }
    alerts.configure(new.hubFile.alerts)
    live.note(nil)
    loaded = new
    for name in removed { hub.forgetStatus(of: name) }
    for (name, connector) in fresh where !connector.roles.contains(.source) { hub.sink.status(Status(connector: name, state: .idle)) }
    for (file, connector) in made {
      if let entry = SourceRunners.Entry(file, connector, home.registry) { runners.start(entry) }
    }
  }

  private static func problem(_ refused: RefusedConfiguration) -> Problem {
    let errors = refused.diagnostics.filter { $0.severity == .error }
    let details = errors.map { error in
      Problem.Detail(code: error.code, detail: error.message + (error.hint.map { " \($0)" } ?? ""), place: error.place)
    }
    let first = errors.first.map { " \($0.place): \($0.message)" } ?? ""
    let count = "\(errors.count) \(errors.count == 1 ? "mistake" : "mistakes")"
    return Problem(.configurationRefused, "The configuration has \(count); the one before stays live.\(first)", errors: details)
  }

  /// How many mistakes go into the log.
  private static let logged = 20

  private func refuse(_ refused: RefusedConfiguration, _ cause: String) -> Problem {
    let errors = refused.diagnostics.filter { $0.severity == .error }
    let problem = Self.problem(refused)
    live.note(LiveHolder.Refused(at: Hub.systemClock(), problem: problem))
    logger.error("the configuration is refused; the one before stays live", metadata: ["cause": "\(cause)", "errors": "\(errors.count)"])
    for error in errors.prefix(Self.logged) { logger.error("\(error.place): \(error.message)", metadata: ["code": "\(error.code)"]) }
    return problem
  }
}

extension Connector {
  /// Says at once what will not work, rather than when the first delivery fails.
  func report(as name: String, to logger: Logger) async {
    if roles == [.target] { logger.warning("connectors that write are not used by this version", metadata: ["connector": "\(name)"]) }
    for finding in await check() where finding.level != .fine {
      let hint = finding.hint.map { " \($0)" } ?? ""
      logger.warning("\(finding.message)\(hint)", metadata: ["connector": "\(name)", "code": "\(finding.code)"])
    }
  }
}
