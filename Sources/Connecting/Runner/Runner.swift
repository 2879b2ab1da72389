import Configuration
import Model

/// Keeps one source going: pass after pass, with back-off when one fails, until it is stopped or cannot work.
///
/// ``run()`` is called once, in a task of its own. ``stop`` ends it gracefully: the pass under way finishes the `accept`
/// it is in, a wait ends at once.
public final class Runner<SinkType: Sink>: Sendable {
  public let stop: StopSignal
  private let source: any Source
  private let order: Run
  private let sink: ObservedSink<SinkType>
  private let backoff: Backoff

  /// - Parameters:
  ///   - streams: what the connector file asks for.
  ///   - checkpoint: reads the last accepted checkpoint of a scope.
  ///   - backoff: how failures are waited out; its seed decides the delays.
  public init(
    _ source: any Source, connector: String, streams: [StreamConfiguration], sink: SinkType, backoff: Backoff,
    stop: StopSignal = StopSignal(), checkpoint: @escaping @Sendable (StreamName) async throws -> Checkpoint?
  ) {
    self.source = source
    self.stop = stop
    self.backoff = backoff
    self.sink = ObservedSink(sink, connector: connector)
    order = Run(connector: connector, streams: streams, stop: stop, checkpoint: checkpoint)
  }

  /// How the connector is doing now. Every change of it was also told to the sink.
  public var status: Status { sink.current }

  /// Runs the source until it is stopped.
  /// - Returns: why it ended: nothing wrong when it was stopped, the fault when its configuration cannot work.
  @discardableResult
  public func run() async -> Finding? {
    var backoff = backoff
    while !stop.isRaised && !Task.isCancelled {
      sink.update { status in
        status.state = .running
        status.nextRun = nil
      }
      let ending = await pass()
      if stop.isRaised { break }
      switch backoff.next(after: ending, pause: source.pause) {
      case .stop:
        sink.update { $0.state = .misconfigured }
        let fault = sink.current.lastError
        return Finding(.problem, fault?.code ?? "misconfigured", fault?.message ?? "The configuration cannot work.", hint: fault?.hint)
      case .run(let delay):
        sink.update { status in
          status.state = state(after: ending)
          status.nextRun = Timestamp.now + Timestamp.microseconds(delay)
        }
        await stop.sleep(for: delay)
      }
    }
    sink.update { status in
      status.state = .stopped
      status.nextRun = nil
    }
    return nil
  }

  private func pass() async -> Backoff.Ending {
    do {
      try await source.run(order, into: sink)
      return .caughtUp
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

  private func state(after ending: Backoff.Ending) -> Status.State {
    switch ending {
    case .caughtUp: .idle
    case .failed(.reauthorise): .unauthorised
    case .failed: .waiting
    }
  }
}
