import Connecting
import Hub
import Model

extension API {
  static let connectorRoutes: [Route] = [
    Route(
      method: "GET", pattern: "/v1/connectors", name: "listConnectors",
      summary: "How the connectors are doing. `health` is fine, suspect, failing or paused; `reasons` says why.",
      successes: [Route.Success(200, "One report a connector.")],
      handler: { api, _ in
        let reports = try await Blocking.run { try api.connectorReports() }
        return .json(["connectors": .array(reports.map(\.document))])
      }),
    Route(
      method: "GET", pattern: "/v1/connectors/{connector}", name: "readConnector", summary: "How one connector is doing, stream by stream.",
      successes: [Route.Success(200, "Its report.")], problems: [.unknownConnector],
      handler: { api, call in .json(try await api.report(of: call.part("connector")).document) }),
    order("pause", "pauseStream", "Stops reading a stream, over restarts too, until it is resumed.") { hub, scope, _ in
      try await hub.journal.setPaused(true, connector: scope.connector, stream: scope.stream)
    },
    order("resume", "resumeStream", "Reads a paused stream again, from where it was.") { hub, scope, _ in
      try await hub.journal.setPaused(false, connector: scope.connector, stream: scope.stream)
    },
    order(
      "reset", "resetStream",
      "Forgets how far a stream was read, so that all of it is read again. What is known already counts as duplicate."
    ) { hub, scope, _ in
      try await hub.journal.restart(connector: scope.connector, stream: scope.stream, since: nil)
    },
    order(
      "backfill", "backfillStream", "Reads a stream again from a moment on. What is known already counts as duplicate.",
      parameters: [
        Parameter("from", .moment, isRequired: true, "Where to start: RFC 3339, or a date, which stands for its beginning in UTC.")
      ]
    ) { hub, scope, query in
      try await hub.journal.restart(connector: scope.connector, stream: scope.stream, since: query.moment("from"))
    },
  ]

  private static func order(
    _ verb: String, _ name: String, _ summary: String, parameters: [Parameter] = [],
    _ perform: @escaping @Sendable (Hub, StreamName, Query) async throws -> Void
  ) -> Route {
    Route(
      method: "POST", pattern: PathPattern(stringLiteral: "/v1/connectors/{connector}/streams/{stream}/\(verb)"), name: name,
      summary: summary,
      parameters: parameters, successes: [Route.Success(200, "The connector's report.")],
      problems: [.unknownConnector, .unknownStream, .notFetched],
      handler: { api, call in
        let scope = StreamName(connector: call.part("connector"), stream: call.part("stream"))
        let report = try await api.report(of: scope.connector)
        guard report.connector.roles.contains(.source) else {
          throw Problem(.notFetched, "\(scope.connector) is pushed to; its sender decides what comes when.")
        }
        guard report.connector.streams.contains(scope.stream) else {
          throw Problem(.unknownStream, "\(scope.connector) has no stream \(scope.stream).")
        }
        try await perform(api.hub, scope, call.query)
        api.runners?.restart(scope.connector)
        return .json(try await api.report(of: scope.connector).document)
      })
  }

  private func report(of name: String) async throws -> ConnectorReport {
    guard let report = try await Blocking.run({ try connectorReports().first { $0.name == name } }) else {
      throw Problem(.unknownConnector, "There is no connector \(name).")
    }
    return report
  }
}
