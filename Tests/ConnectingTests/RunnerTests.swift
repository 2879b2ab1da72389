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

  /// The hints and the paused streams of each pass.
  let passes = Mutex<[Run]>([])

  static let kind = KindDescription(name: "scripted", summary: "For tests.", roles: [.source], options: [])
  let pause: Duration
  private let steps: Mutex<[Step]>
  private let onDone: @Sendable () -> Void

  init(_ steps: [Step], pause: Duration = .milliseconds(1), onDone: @escaping @Sendable () -> Void) {
    self.steps = Mutex(steps)
    self.pause = pause
    self.onDone = onDone
  }

  func check() async -> [Finding] { [] }
  func discover() async throws -> [StreamDescription] { [] }

  func run(_ run: Run, into sink: some Sink) async throws {
    passes.withLock { $0.append(run) }
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
  private static let quick = Backoff(shortest: .milliseconds(1), longest: .milliseconds(2), seed: 11)

  private func order(_ stop: StopSignal) -> Run { Run(connector: "demo", streams: [], stop: stop, checkpoint: { _ in nil }) }

  private func play(_ steps: [ScriptedSource.Step], breaker: Breaker = Breaker()) async -> (Finding?, MemorySink, Status) {
    let stop = StopSignal()
    let sink = MemorySink()
    let source = ScriptedSource(steps, onDone: { stop.raise() })
    let runner = Runner(source, order(stop), sink: sink, backoff: Self.quick, breaker: breaker)
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
    let runner = Runner(source, order(stop), sink: sink, backoff: Backoff(seed: 1))
    async let ending = runner.run()
    while runner.status.state != .waiting { await Task.yield() }
    stop.raise()
    #expect(await ending == nil)
    #expect(runner.status.state == .stopped)
  }

  @Test(.timeLimit(.minutes(1))) func tripsAfterFailuresInARowAndClosesWithATrialThatWorks() async {
    let fault = Fault("host-unreachable", "The host does not answer.")
    let breaker = Breaker(threshold: 3, shortest: .milliseconds(5), longest: .milliseconds(10))
    let (_, sink, status) = await play(Array(repeating: .fail(.retry(fault)), count: 4) + [.deliver(1)], breaker: breaker)
    let states = sink.statuses.map(\.state)
    #expect(states.filter { $0 == .waiting }.count == 2)
    #expect(states.filter { $0 == .tripped }.count == 2)
    #expect(sink.statuses.contains { $0.state == .tripped && $0.failures == 3 && $0.nextRun != nil })
    #expect(status.accepted == 1 && status.failures == 0)
  }

  @Test(.timeLimit(.minutes(1))) func aLongReadingThatIsCutOffNowAndThenNeverTrips() async {
    let source = CutOffSource()
    let sink = MemorySink()
    let runner = Runner(
      source, order(source.stop), sink: sink, backoff: Self.quick, breaker: Breaker(threshold: 2, shortest: .seconds(3600)))
    await runner.run()
    #expect(sink.journal.count == 20)
    #expect(!sink.statuses.contains { $0.state == .tripped })
  }

  @Test(.timeLimit(.minutes(1))) func aHintEndsThePauseAndIsKeptUntilAPassCatchesUp() async throws {
    let (stop, hints) = (StopSignal(), HintBoard())
    let fault = Fault("host-unreachable", "The host does not answer.")
    let source = ScriptedSource([.deliver(1), .fail(.retry(fault)), .deliver(1)], pause: .seconds(3600), onDone: {})
    let runner = Runner(source, order(stop), sink: MemorySink(), hints: hints.box(of: "demo"), backoff: Self.quick)
    async let ending = runner.run()
    while runner.status.state != .idle { await Task.yield() }
    let hint = Hint(connector: "demo", stream: "items", notes: ["token": "t"])
    hints.post(hint)
    hints.post(Hint(connector: "nobody"))
    while runner.status.accepted < 2 || runner.status.state != .idle { await Task.yield() }
    hints.post(Hint(connector: "demo"))
    while source.passes.withLock({ $0.count }) < 4 { await Task.yield() }
    stop.raise()
    #expect(await ending == nil)
    #expect(source.passes.withLock { $0.map(\.hints) } == [[], [hint], [hint], [Hint(connector: "demo")]])
  }

  @Test func manyHintsBecomeOneThatSaysEverything() {
    let board = HintBoard()
    let box = board.box(of: "demo")
    for number in 0..<HintBox.capacity { board.post(Hint(connector: "demo", stream: "s\(number % 7)", notes: ["n": "\(number / 7)"])) }
    board.post(Hint(connector: "demo", stream: "s0", notes: ["n": "0"]))
    #expect(box.take() == [Hint(connector: "demo")])
    board.post(Hint(connector: "demo", stream: "a"))
    board.post(Hint(connector: "demo", stream: "a"))
    #expect(box.take() == [Hint(connector: "demo", stream: "a")])
    #expect(box.take() == [])
  }

  @Test(.timeLimit(.minutes(1))) func endsWhenAnotherRunnerHasTheLease() async {
    let sink = MemorySink()
    sink.refuse(Refusal(.superseded, "Another runner has the connector."))
    let source = ScriptedSource([.deliver(1), .deliver(1)], onDone: {})
    let runner = Runner(source, order(StopSignal()), sink: sink, backoff: Self.quick)
    #expect(await runner.run() == nil)
    #expect(runner.status.state == .stopped)
    #expect(sink.journal.isEmpty)
    #expect(source.passes.withLock { $0.count } == 1)
  }

  @Test func hearingIsNotedWhenNothingIsNew() async throws {
    let (_, sink, status) = await play([])
    #expect(sink.journal.isEmpty)
    #expect(status.lastByte != nil && status.lastItem == nil && status.started != nil)
  }

  @Test func pausedStreamsAreNotAskedFor() {
    let run = Run(
      connector: "demo", streams: configured(["a", "b"]), paused: ["b", "fixed"], stop: StopSignal(), checkpoint: { _ in nil })
    #expect(run.streams.map(\.name) == ["a"])
    #expect(run.takes("a") && !run.takes("b") && !run.takes("fixed"))
  }
}

/// Gets a little further each time before it fails; stops its runner at the end.
private final class CutOffSource: Source {
  static let kind = KindDescription(name: "cut-off", summary: "For tests.", roles: [.source], options: [])
  let pause = Duration.milliseconds(1)
  let stop = StopSignal()
  private let count = Atomic(0)

  func check() async -> [Finding] { [] }
  func discover() async throws -> [StreamDescription] { [] }

  func run(_ run: Run, into sink: some Sink) async throws {
    let number = count.add(1, ordering: .relaxed).newValue
    _ = try await sink.accept(
      [Delivery(stream: StreamName(connector: "demo", stream: "s"), body: .bytes([UInt8(number)]))], checkpoint: nil)
    if number == 20 { stop.raise() }
    throw Fault("cut-off", "The connection was cut.")
  }
}

@Suite struct ConnectorTests {
  /// Plays two roles.
  private struct Both: Source, Receiver {
    static let kind = KindDescription(name: "both", summary: "For tests.", roles: [.source, .receiver], options: [])
    let pause = Duration.seconds(1)

    func check() async -> [Finding] { [Finding(.fine, "both", "Both are well.")] }
    func discover() async throws -> [StreamDescription] { [] }
    func run(_ run: Run, into sink: some Sink) async throws {}
    func receive(_ request: InboundRequest, into sink: some Sink) async -> Reply { Reply(status: 204) }
  }

  @Test func mayPlaySeveralRolesAndIsCheckedOnce() async {
    let both = Connector(Both())
    #expect(both.roles == [.source, .receiver])
    #expect(both.source != nil && both.receiver != nil && both.target == nil)
    #expect(await both.check().count == 1)
    #expect(Connector(Both(), as: [.receiver]).roles == [.receiver])
  }

  @Test(arguments: Registry.standard.kinds.map(\.name)) func declaresWhatItIs(_ name: String) throws {
    #expect(try #require(Registry.standard.kind(name)).roles.isEmpty == false)
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
