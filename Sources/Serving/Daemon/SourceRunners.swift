import Configuration
import Connecting
import Hub
import Model
import ServiceLifecycle
import Synchronization

/// Keeps the sources of the daemon going; single ones can be started and stopped meanwhile.
final class SourceRunners: Service {
  struct Entry: Sendable {
    var name: String
    var source: any Source
    var streams: [StreamConfiguration]
  }

  private struct Job: Sendable {
    var entry: Entry
    let stop = StopSignal()
    /// Raised when it has come to its end.
    let ended = StopSignal()
    /// Raised when the source that had the name before has come to its end: one name never runs twice at the same time.
    var former: StopSignal?
  }

  private let hub: Hub
  private let running = Mutex<[String: Job]>([:])
  private let jobs: AsyncStream<Job>
  private let starting: AsyncStream<Job>.Continuation

  init(hub: Hub) {
    self.hub = hub
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

  /// Tells sources to end, and waits until they have, at most so long. What they have accepted is kept; the rest is read by
  /// whoever comes after them.
  /// - Returns: the names of those that go on ending.
  func stop(_ names: [String], within limit: Duration) async -> [String] {
    let ending = running.withLock { running in names.compactMap { running[$0] } }
    for job in ending { job.stop.raise() }
    let deadline = StopSignal()
    let timer = Task {
      try await Task.sleep(for: limit)
      deadline.raise()
    }
    defer { timer.cancel() }
    await withTaskGroup(of: Void.self) { group in
      for job in ending { group.addTask { await job.ended.wait() } }
      group.addTask {
        await deadline.wait()
      }
      for _ in ending where !deadline.isRaised { await group.next() }
      group.cancelAll()
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
    if let former = job.former { await former.wait() }
    if !job.stop.isRaised { _ = await runner(of: job).run() }
    running.withLock { running in
      if running[job.entry.name]?.ended === job.ended { running[job.entry.name] = nil }
    }
    job.ended.raise()
  }

  private func runner(of job: Job) -> Runner<HubSink> {
    let (hub, entry) = (hub, job.entry)
    return Runner(
      entry.source, connector: entry.name, streams: entry.streams, sink: hub.sink, backoff: Backoff(seed: StableHash.of(entry.name)),
      stop: job.stop, checkpoint: { scope in try await Blocking.run { try hub.journal.checkpoint(scope) } })
  }
}
