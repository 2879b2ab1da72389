import Connecting
import Foundation
import Logging
import Mapping
import Matching
import Model
import Storing
import Synchronization

/// One open data folder: journal, store, index and pipeline. The daemon has one; a command without a daemon opens its own.
public final class Hub: Sendable {
  /// What a hub works by. Everything that can change the partition is in here, and nothing else is.
  public struct Settings: Sendable {
    public var definition: ModelDefinition
    public var catalog: MappingCatalog
    public var match: MatchModel
    /// Sources, the most trusted one first.
    public var trust: [String]
    public var digests: Digests

    public init(
      definition: ModelDefinition, catalog: MappingCatalog, match: MatchModel = MatchModel(), trust: [String] = [], digests: Digests
    ) {
      self.definition = definition
      self.catalog = catalog
      self.match = match
      self.trust = trust
      self.digests = digests
    }

    /// The types whose records are matched, sorted.
    var resolvedTypes: [String] { definition.types.values.filter(\.isResolved).map(\.name).sorted() }

    /// The configuration digest of contract C2: all that can change the partition or a golden record.
    var digest: String {
      var hash = StableHash(seed: 0xC2)
      hash.combine(definition.digest)
      hash.combine(match.digest)
      hash.combine(Preparation.version)
      for source in trust { hash.combine(source) }
      for name in resolvedTypes {
        for attribute in (definition.types[name]?.attributes ?? []).sorted(by: { utf8Precedes($0.name, $1.name) }) {
          hash.combine(attribute.survivorship.rawValue)
        }
      }
      return String(hash.value, radix: 16)
    }
  }

  private let live: LiveSettings
  public let journal: Journal
  public let store: Store
  let identities: Identities
  let board: OutcomeBoard
  let connectorStates = ConnectorStates()
  /// The hints for the sources that run.
  public let hints = HintBoard()
  /// How often something comes on each stream.
  public let rhythms = Rhythms()
  private let applier: Applier
  private let closing = Atomic(false)
  let now: @Sendable () -> Int64

  var isClosing: Bool { closing.load(ordering: .acquiring) }

  public static let systemClock: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1_000_000) }

  /// Opens the files of `folder`, brings the partition up to date with the configuration, and starts applying.
  /// - Parameters:
  ///   - folder: holds `journal.sqlite` and `store.sqlite`; made when it is missing.
  ///   - vfs: an SQLite VFS by name, for crash tests.
  ///   - now: microseconds since 1970.
  /// - Throws: the faults of ``Journal`` and ``Store``.
  public init(
    folder: String, settings: Settings, vfs: String? = nil, logger: Logger = Logger(label: "kindred"),
    now: @escaping @Sendable () -> Int64 = Hub.systemClock
  ) throws {
    if vfs == nil { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
    let live = LiveSettings(settings)
    self.live = live
    self.now = now
    journal = try Journal(path: folder + "/journal.sqlite", vfs: vfs, receivedAt: now)
    try rhythms.load(from: journal)
    board = OutcomeBoard(lastKnown: try journal.heads().values.max() ?? 0)
    store = try Store(path: folder + "/store.sqlite", vfs: vfs)
    let indexFolder = vfs == nil ? folder + "/index" : nil
    identities = Identities(model: settings.match, types: settings.resolvedTypes, folder: indexFolder, logger: logger)
    try Reconciliation(store: store, identities: identities, settings: settings, now: now).run()
    applier = Applier(
      pipeline: Pipeline(
        journal: journal, store: store, identities: identities, settings: live, now: now, logger: logger),
      journal: journal, board: board, logger: logger)
    applier.start()
  }

  /// What it works by at this moment.
  public var settings: Settings { live.current }

  /// Works by other settings from now on: whatever is accepted after this returns is mapped by them. Of what was accepted before
  /// and is not applied yet, each delivery is mapped wholly by the one or wholly by the other.
  /// - Throws: `restart-needed` when the customers that are there would have to be worked out anew; nothing changes then.
  public func replace(_ settings: Settings) throws(Fault) { try live.replace(settings) }

  public var sink: HubSink { HubSink(hub: self) }

  /// The sink for the one runner that holds a lease: it refuses with `superseded` once somebody else has taken the connector's lease.
  public func sink(holding lease: Lease) -> HubSink { HubSink(hub: self, lease: lease) }

  /// What the applier last failed with; nil when all goes well.
  public var applyingFault: Fault? { applier.lastFailure }

  /// How the connectors are doing.
  public var statuses: [Status] { connectorStates.all }

  /// Forgets how a connector was doing that is no longer there.
  public func forgetStatus(of connector: String) { connectorStates.remove(connector) }

  /// True when everything accepted so far is applied.
  public func isSettled() throws -> Bool {
    let applied = try store.read { try $0.appliedThrough() }
    return try journal.heads().allSatisfy { connector, head in applied[connector] ?? 0 >= head }
  }

  /// Waits until what was accepted before this call is applied, whatever comes meanwhile.
  /// - Returns: false when that took longer than `limit`.
  public func drain(within limit: Duration) async throws -> Bool {
    let deadline = ContinuousClock.now + limit
    let heads = try journal.heads()
    while case let applied = try store.read({ try $0.appliedThrough() }), heads.contains(where: { applied[$0.key] ?? 0 < $0.value }) {
      guard ContinuousClock.now < deadline else { return false }
      try await Task.sleep(for: .milliseconds(5))
    }
    return true
  }

  /// Waits until everything accepted so far is applied.
  /// - Returns: false when that took longer than `limit`.
  public func settle(within limit: Duration) async throws -> Bool {
    let deadline = ContinuousClock.now + limit
    while try !isSettled() {
      guard ContinuousClock.now < deadline else { return false }
      try await Task.sleep(for: .milliseconds(5))
    }
    return true
  }

  /// Ends the batch under way, then closes the files. Nothing accepted is lost: it is applied after the next start.
  public func close() {
    guard !closing.exchange(true, ordering: .acquiringAndReleasing) else { return }
    applier.stop()
    identities.save()
    board.close()
    journal.close()
  }

  /// The outcome of a delivery that was applied some time ago.
  func storedOutcome(_ receipt: Receipt) -> DeliveryOutcome? {
    try? store.read { reader in
      if let outcome = try reader.outcome(at: receipt.position) { return OutcomeDocument.outcome(outcome) }
      return try reader.appliedThrough(receipt.connector) >= receipt.position ? .applied([]) : nil
    } ?? nil
  }

  // MARK: Decisions

  /// Journals a decision and waits until it is in force.
  /// - Returns: its number.
  /// - Throws: `Refusal`, or a `Fault` with code `decision-pending` when it is accepted but not applied in time.
  @discardableResult
  public func decide(
    _ kind: Decision.Kind, _ first: RecordKey, _ second: RecordKey, author: String, reason: String, expires: Int64? = nil
  ) async throws -> Int64? {
    try await submit(.decide(kind, first, second, author: author, reason: reason, expires: expires))
  }

  /// Undoes a decision. Undoing one that is not in force changes nothing.
  public func undo(decision id: Int64, author: String) async throws {
    _ = try await submit(.undo(id: id, author: author))
  }

  /// Ends decisions whose time has come. Matching reads no clock: this makes the expiry an event of the journal.
  public func expireDecisions() async throws {
    let time = now()
    let due = try store.read { try $0.decisionsInForce().contains { $0.decision.expires.map { $0 <= time } ?? false } }
    if due { _ = try await submit(.expire(at: time)) }
  }

  private func submit(_ command: DecisionCommand) async throws -> Int64? {
    let delivery = Delivery(stream: DecisionCommand.stream, body: .bytes(command.bytes), contentType: "application/json")
    let receipts = try await sink.accept([delivery], checkpoint: nil)
    switch await sink.outcomes(receipts, within: .seconds(30)).first {
    case .applied(let items): return items.first?.key.flatMap { Int64($0.key) }
    case .undecodable(let fault): throw fault
    case .pending, nil: throw Fault("decision-pending", "The decision is accepted and will be applied later.")
    }
  }
}
