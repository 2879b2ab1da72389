import Connecting
import Foundation
import Hub
import Model

extension API {
  static let ingestRoutes: [Route] = [
    ingest(
      "POST", "ingest", "Hands a body to a connector. An `erp-push` connector answers what became of every record, after it was applied.",
      body: .whole,
      [
        Route.Success(200, "Every item was taken."), Route.Success(202, "Accepted; the results were not there in time."),
        Route.Success(207, "Some items were not taken; each says why."),
      ]),
    ingest(
      "GET", "confirmConnector", "The check that a platform makes before it pushes, such as WeChat's URL check.", body: .none,
      [Route.Success(200, "What the platform expects.", "text/plain")]),
    ingest(
      "OPTIONS", "allowConnector", "The question of a CloudEvents sender whether it may send events here.", body: .none,
      [Route.Success(200, "It may.")]),
  ]

  private static func ingest(
    _ method: String, _ name: String, _ summary: String, body: Route.BodyRule, _ successes: [Route.Success]
  ) -> Route {
    Route(
      method: method, pattern: "/v1/ingest/{connector}", name: name, summary: summary, access: .connector, body: body,
      parameters: [Parameter("stream", "The stream of the connector; not needed when it has only one.")], takesAnyQuery: true,
      successes: successes, problems: [.unknownConnector, .unsupportedMediaType, .unsupportedCoding], handler: { try await $0.receive($1) })
  }

  private func receive(_ call: Call) async throws -> Answer {
    let name = call.part("connector")
    guard let receiver = call.receiver else {
      throw Problem(.unknownConnector, "No connector \(name) takes requests.")
    }
    let isSource = live.current.connectors[name]?.roles.contains(.source) ?? false
    let sink = ReceivingSink(base: hub.sink, connector: name, state: state, isSource: isSource)
    let reply = await Self.reply(of: receiver, to: call, into: sink)
    if reply.status < 400 { sink.heard() }
    return Answer(reply)
  }

  private static func reply(of receiver: some Receiver, to call: Call, into sink: some Sink) async -> Reply {
    guard call.isStreamed else { return await receiver.receive(call.request, into: sink) }
    return await reply(of: receiver, to: call.request, body: call.stream, into: sink)
  }

  private static func reply(
    of receiver: some Receiver, to request: InboundRequest, body: some AsyncSequence<Bytes, any Error> & Sendable, into sink: some Sink
  ) async -> Reply {
    await receiver.receive(request, body: body, into: sink)
  }
}

/// Hands everything on to the hub and tells how a receiver is doing: sources have a runner for that, receivers do not.
struct ReceivingSink<Base: Sink>: SinkWrapper {
  let base: Base
  let connector: String
  let state: APIState
  /// True when its runner reports for the connector, so that only numbers are noted here.
  var isSource = false

  func accept(_ deliveries: [Delivery], checkpoint: Checkpoint?) async throws(Refusal) -> [Receipt] {
    let now = Hub.systemClock()
    do throws(Refusal) {
      let receipts = try await base.accept(deliveries, checkpoint: checkpoint)
      report { status in
        status.accepted += receipts.count
        status.lastItem = now
      }
      return receipts
    } catch {
      report { status in
        status.lastError = error.fault
        status.lastErrorTime = now
      }
      throw error
    }
  }

  /// The sender was believed.
  func heard() { report { $0.lastByte = Hub.systemClock() } }

  private func report(_ change: (inout Status) -> Void) {
    let status = state.update(connector, change)
    if !isSource { base.status(status) }
  }
}
