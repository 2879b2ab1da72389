import Configuration
import Model

/// Keeps one source going: pass after pass, with back-off when one fails, until it is stopped, superseded or cannot work.
///
/// ``run()`` is called once, in a task of its own. ``stop`` ends it gracefully: the pass under way finishes the `accept`
/// it is in, a wait ends at once. A hint ends the pause after a pass that caught up; failures are waited out, since a hint says
/// that there is something to read, not that the other side is well again.
public final class Runner<SinkType: Sink>: Sendable {
  public let stop: StopSignal
  private let source: any Source
  private let order: Run
  private let sink: ObservedSink<SinkType>
  private let hints: HintBox
  private let backoff: Backoff
  private let breaker: Breaker

  /// - Parameters:
  ///   - order: what the source is to read. Its `stop` ends the runner; its hints and `heard` are the runner's to fill in.
  ///   - sink: bound to the lease of this runner, when the hub knows leases.
  ///   - hints: where the hints for this connector arrive.
  ///   - backoff: how failures are waited out; its seed decides the delays.
  public init(
    _ source: any Source, _ order: Run, sink: SinkType, hints: HintBox = HintBox(), backoff: Backoff, breaker: Breaker = Breaker()
  ) {
    self.source = source
    self.hints = hints
    self.backoff = backoff
    self.breaker = breaker
    stop = order.stop
    let observed = ObservedSink(sink, connector: order.connector, hearsEvery: source.pause)
    self.sink = observed
    var order = order
    order.heard = { observed.heard() }
    self.order = order
  }

  /// How the connector is doing now. Every change of it was also told to the sink.
  public var status: Status { sink.current }

  /// Runs the source until it is stopped.
  /// - Returns: why it ended: nothing wrong when it was stopped or superseded, the fault when its configuration cannot work.
  @discardableResult
  public func run() async -> Finding? {
    var waiting = Waiting(backoff: backoff, breaker: breaker)
    var order = order
    while !stop.isRaised && !Task.isCancelled {
      order.hints += hints.take().filter { !order.hints.contains($0) }
      sink.update { status in
        status.state = .running
        status.nextRun = nil
      }
      let before = sink.stored
      let ending = await pass(order)
      if stop.isRaised || ending == .superseded { break }
      if ending == .caughtUp { order.hints = [] }
      let next = waiting.next(after: ending, hasProgressed: sink.stored > before, pause: source.pause)
      guard let delay = next.delay else { return misconfigured() }
      sink.update { status in
        status.state = next.state
        status.failures = waiting.failures
        status.nextRun = Timestamp.now + Timestamp.microseconds(delay)
      }
      await sleep(for: delay, untilHint: next.state == .idle)
    }
    sink.update { status in
      status.state = .stopped
      status.nextRun = nil
    }
    return nil
  }

  private func misconfigured() -> Finding {
    sink.update { $0.state = .misconfigured }
    let fault = sink.current.lastError
    return Finding(.problem, fault?.code ?? "misconfigured", fault?.message ?? "The configuration cannot work.", hint: fault?.hint)
  }

  private func sleep(for delay: Duration, untilHint: Bool) async {
    guard untilHint else {
      await stop.sleep(for: delay)
      return
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.stop.sleep(for: delay) }
      group.addTask { await self.hints.wait() }
      await group.next()
      group.cancelAll()
    }
  }

  private func pass(_ order: Run) async -> PassEnding {
    do {
      try await source.run(order, into: sink)
      sink.heard()
      return .caughtUp
    } catch let refusal as Refusal where refusal.reason == .superseded {
      return .superseded
    } catch {
      let (advice, fault) = Self.judge(error)
      sink.noteError(fault)
      return .failed(advice)
    }
  }

  private static func judge(_ error: any Error) -> (SourceError.Advice, Fault) {
    switch error {
    case let error as SourceError: (error.advice, error.fault)
    case let refusal as Refusal: (refusal.retryAfter.map { .throttle(after: $0) } ?? .retry, refusal.fault)
    case let fault as Fault: (.retry, fault)
    default: (.retry, Fault("source-failed", "The source failed: \(error)."))
    }
  }
}

/// How a pass of a source ended.
enum PassEnding: Hashable, Sendable {
  case caughtUp
  case failed(SourceError.Advice)
  /// Another runner has the connector now.
  case superseded
}

/// What a runner does between two passes, from its back-off and its breaker.
private struct Waiting {
  var backoff: Backoff
  var breaker: Breaker

  var failures: Int { backoff.failures }

  /// - Parameter hasProgressed: whether the pass stored something new before it ended. A long first reading that is cut off now and
  ///   then gets on; it is no case for the breaker.
  /// - Returns: no delay when nothing helps but a change of the configuration.
  mutating func next(after ending: PassEnding, hasProgressed: Bool, pause: Duration) -> (state: Status.State, delay: Duration?) {
    breaker.cooledDown()
    if hasProgressed {
      backoff.succeeded()
      breaker.succeeded()
    }
    switch ending {
    case .caughtUp, .superseded:
      backoff.succeeded()
      breaker.succeeded()
      return (.idle, pause)
    case .failed(.configure): return (.misconfigured, nil)
    case .failed(.reauthorise): return (.unauthorised, backoff.longest)
    case .failed(.throttle(let delay)): return (.waiting, backoff.throttled(delay))
    case .failed(.retry):
      let delay = backoff.failed()
      if let coolDown = breaker.failed() { return (.tripped, coolDown) }
      return (.waiting, delay)
    }
  }
}
