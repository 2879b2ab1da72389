import Configuration
import Connecting
import Hub
import Logging
import Model
import ServiceLifecycle
import Synchronization

/// Keeps the sources of the daemon going; single ones can be started and stopped meanwhile.
final class SourceRunners: Service {
  struct Entry: Sendable {
    var name: String
    var source: any Source
    var streams: [StreamConfiguration]
    /// The names of all streams that it can have, those that the connector file need not list among them.
    var streamNames: [String]

    init(name: String, source: any Source, streams: [StreamConfiguration], streamNames: [String]) {
      self.name = name
      self.source = source
      self.streams = streams
      self.streamNames = streamNames
    }

    /// Nil when the connector is no source.
    init?(_ file: ConnectorFile, _ connector: Connector, _ registry: Registry) {
      guard let source = connector.source else { return nil }
      self.init(name: file.name, source: source, streams: file.streams, streamNames: registry.streamNames(of: file))
    }
  }

  private struct Job: Sendable {
    var entry: Entry
    let stop = StopSignal()
    /// Raised when it has come to its end.
    let ended = StopSignal()
    /// Raised when the source that had the name before has come to its end.
    var former: StopSignal?
  }

  private let hub: Hub
  private let logger: Logger
  private let running = Mutex<[String: Job]>([:])
  private let jobs: AsyncStream<Job>
  private let starting: AsyncStream<Job>.Continuation

  /// How long a source waits for the one that had its name before. Then it starts all the same: whatever the other one still
  /// delivers is refused, since its lease is gone.
  private let patience: Duration

  init(hub: Hub, logger: Logger, patience: Duration = .seconds(30)) {
    self.hub = hub
    self.logger = logger
    self.patience = patience
    (jobs, starting) = AsyncStream.makeStream()
  }

  /// Starts a source; when one of its name is still ending, as soon as that has.
  func start(_ entry: Entry) {
    let job = running.withLock { running in
      let job = Job(entry: entry, former: running[entry.name]?.ended)
      running[entry.name] = job
      return job
    }
    starting.yield(job)
  }

  /// Ends a source after the `accept` it is in and starts it again, by the orders for its streams as they are now.
  func restart(_ name: String) {
    guard let job = running.withLock({ $0[name] }) else { return }
    job.stop.raise()
    start(job.entry)
  }

  /// Tells sources to end, and waits until they have, at most so long. What they have accepted is kept; the rest is read by
  /// whoever comes after them.
  /// - Returns: the names of those that go on ending.
  func stop(_ names: [String], within limit: Duration) async -> [String] {
    let ending = running.withLock { running in names.compactMap { running[$0] } }
    for job in ending { job.stop.raise() }
    await withTaskGroup(of: Void.self) { group in
      for job in ending { group.addTask { await job.ended.wait(atMost: limit) } }
    }
    running.withLock { running in
      for job in ending where job.ended.isRaised && running[job.entry.name]?.ended === job.ended { running[job.entry.name] = nil }
    }
    return ending.filter { !$0.ended.isRaised }.map(\.entry.name)
  }

  func run() async throws {
    await withGracefulShutdownHandler {
      await withDiscardingTaskGroup { group in
        // A source that cannot work ends alone; the daemon goes on without it, and its status says why.
        for await job in jobs { group.addTask { await self.run(job) } }
      }
    } onGracefulShutdown: {
      self.starting.finish()
      for job in self.running.withLock({ Array($0.values) }) { job.stop.raise() }
    }
  }

  private func run(_ job: Job) async {
    if let former = job.former, await !former.wait(atMost: patience) {
      logger.warning("a source does not end; its successor takes its place", metadata: ["connector": "\(job.entry.name)"])
    }
    while !job.stop.isRaised {
      do {
        try await feed(job)
        break
      } catch {
        logger.error("a source cannot start", metadata: ["connector": "\(job.entry.name)", "error": "\(error)"])
        await job.stop.sleep(for: .seconds(5))
      }
    }
    job.ended.raise()
    running.withLock { running in
      // One that cannot work stays known, so that it can be started again.
      if job.stop.isRaised, running[job.entry.name]?.ended === job.ended { running[job.entry.name] = nil }
    }
  }

  /// Runs the source until it is stopped or cannot work.
  /// - Throws: what the journal throws when the lease cannot be taken.
  private func feed(_ job: Job) async throws {
    let (hub, entry) = (hub, job.entry)
    let controls = try await Blocking.run { try hub.journal.controls()[entry.name] ?? [:] }
    let paused = Set(controls.filter(\.value.isPaused).keys)
    guard entry.streamNames.contains(where: { !paused.contains($0) }) else {
      hub.sink.status(Status(connector: entry.name, state: .paused))
      return await job.stop.wait()
    }
    let lease = try await hub.journal.takeLease(entry.name)
    let order = Run(
      connector: entry.name, streams: entry.streams, paused: paused, stop: job.stop, since: { controls[$0]?.since },
      checkpoint: { scope in try await Blocking.run { try hub.journal.checkpoint(scope) } })
    let runner = Runner(
      entry.source, order, sink: hub.sink(holding: lease), hints: hub.hints.box(of: entry.name),
      backoff: Backoff(seed: StableHash.of(entry.name)))
    await runner.run()
  }
}
