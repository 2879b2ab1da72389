import Configuration
import Model
import Synchronization
import Testing

@testable import Connecting

/// Plays a script: what each pass does, in order; after the last one it catches up for ever.
private final class ScriptedSource: Source {
  enum Step: Sendable {
    case deliver(Int)
    case fail(SourceError)
    case refusedBySink
    case crash
  }

  struct Odd: Error {}

  static let kind = KindDescription(name: "scripted", summary: "For tests.", role: .source, options: [])
  let pause = Duration.milliseconds(1)
  private let steps: Mutex<[Step]>
  private let onDone: @Sendable () -> Void

  init(_ steps: [Step], onDone: @escaping @Sendable () -> Void) {
    self.steps = Mutex(steps)
    self.onDone = onDone
  }

  func check() async -> [Finding] { [] }
  func discover() async throws -> [StreamDescription] { [] }

  func run(_ run: Run, into sink: some Sink) async throws {
    guard let step = steps.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
      onDone()
      return
    }
    let scope = StreamName(connector: run.connector, stream: "items")
    switch step {
    case .deliver(let count):
      let deliveries = (0..<count).map { Delivery(stream: scope, body: .bytes([UInt8($0)])) }
      _ = try await sink.accept(deliveries, checkpoint: nil)
    case .fail(let error): throw error
    case .refusedBySink: throw Refusal(.busy, "Too much is waiting.", retryAfter: .milliseconds(2))
    case .crash: throw Odd()
    }
  }
}

@Suite struct RunnerTests {
  private func play(_ steps: [ScriptedSource.Step]) async -> (Finding?, MemorySink, Status) {
    let stop = StopSignal()
    let sink = MemorySink()
    let source = ScriptedSource(steps, onDone: { stop.raise() })
    let runner = Runner(
      source, connector: "demo", streams: [], sink: sink,
      backoff: Backoff(shortest: .milliseconds(1), longest: .milliseconds(2), seed: 11), stop: stop, checkpoint: { sink.checkpoint($0) })
    let finding = await runner.run()
    return (finding, sink, runner.status)
  }

  @Test func goesOnAfterEveryKindOfPassingFailure() async {
    let fault = Fault("host-unreachable", "The host does not answer.")
    let (finding, sink, status) = await play([
      .fail(.retry(fault)), .deliver(2), .refusedBySink, .crash, .fail(.throttle(after: .milliseconds(1), fault)),
      .fail(.reauthorise(fault)), .deliver(1),
    ])
    #expect(finding == nil)
    #expect(sink.journal.count == 3)
    #expect(status.accepted == 3)
    #expect(status.state == .stopped)
    #expect(status.lastItem != nil)
    #expect(status.lastError == fault)
    #expect(sink.statuses.contains { $0.state == .unauthorised && $0.nextRun != nil })
    #expect(sink.statuses.contains { $0.state == .waiting && $0.lastError?.code == "source-failed" })
    #expect(sink.statuses.contains { $0.state == .waiting && $0.lastError?.code == "busy" })
    #expect(sink.statuses.contains { $0.state == .idle })
  }

  @Test func stopsWithAFindingWhenTheConfigurationCannotWork() async {
    let fault = Fault("folder-missing", "There is no folder.", hint: "Make it.")
    let (finding, sink, status) = await play([.fail(.configure(fault)), .deliver(1)])
    #expect(finding == Finding(.problem, "folder-missing", "There is no folder.", hint: "Make it."))
    #expect(sink.journal.isEmpty)
    #expect(status.state == .misconfigured)
  }

  @Test(.timeLimit(.minutes(1))) func stopCutsALongWaitShort() async {
    let stop = StopSignal()
    let source = ScriptedSource([.fail(.throttle(after: .seconds(3600), Fault("slow-down", "Slow down.")))], onDone: {})
    let sink = MemorySink()
    let runner = Runner(source, connector: "demo", streams: [], sink: sink, backoff: Backoff(seed: 1), stop: stop, checkpoint: { _ in nil })
    async let ending = runner.run()
    while runner.status.state != .waiting { await Task.yield() }
    stop.raise()
    #expect(await ending == nil)
    #expect(runner.status.state == .stopped)
  }
}

@Suite struct StopSignalTests {
  @Test(.timeLimit(.minutes(1))) func wakesEveryoneAndStaysRaised() async {
    let stop = StopSignal()
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<50 { group.addTask { await stop.sleep(for: .seconds(3600)) } }
      group.addTask {
        stop.raise()
        return false
      }
      for await finished in group { #expect(!finished) }
    }
    #expect(stop.isRaised)
    #expect(await stop.sleep(for: .seconds(3600)) == false)
  }

  @Test(.timeLimit(.minutes(1))) func aCancelledTaskStopsWaiting() async {
    let stop = StopSignal()
    let task = Task { await stop.sleep(for: .seconds(3600)) }
    task.cancel()
    #expect(await task.value == false)
    #expect(!stop.isRaised)
  }

  @Test func sleepsToTheEndWhenNothingHappens() async {
    #expect(await StopSignal().sleep(for: .milliseconds(5)))
  }
}
