import Configuration
import Connecting
import Hub
import Model

extension API {
  static let configurationRoutes: [Route] = [
    Route(
      method: "GET", pattern: "/v1/configuration", name: "readConfiguration",
      summary: "Which configuration is live: its version, counted since the start, the digest of its files, and since when. `refused` says "
        + "why the files are not, when the last reload was refused.",
      successes: [Route.Success(200, "The configuration.")], handler: { api, _ in .json(api.configurationDocument()) }),
    Route(
      method: "POST", pattern: "/v1/reload", name: "reload",
      summary: "Reads the home again: hub.yaml, model, mappings and connectors come into force together, or not at all. What is wrong "
        + "stands in `errors`, each with its place.",
      successes: [Route.Success(200, "In force; or nothing has changed.")], problems: [.noDaemon, .configurationRefused],
      handler: { api, _ in try await api.reload() }),
    Route(
      method: "POST", pattern: "/v1/plan", name: "plan",
      summary: "Maps the latest deliveries by what is live and by the files as they are now, and answers what would differ. Nothing is "
        + "stored or reloaded.",
      parameters: [Parameter("limit", .integer(1...1_000_000, default: 1_000), "At most so many deliveries of each connector.")],
      successes: [Route.Success(200, "Counts, the attributes that differ, and examples.")], problems: [.noDaemon, .configurationRefused],
      handler: { api, call in
        guard let reloader = api.reloader else { throw Problem(.noDaemon, "No daemon runs, so there is nothing to compare with.") }
        return .json(try await reloader.plan(limit: Int(call.query.integer("limit"))))
      }),
  ]

  private func configurationDocument() -> Value {
    let now = live.current
    var document: Object = [
      "version": .number(Number(now.version)), "digest": .string(now.digest), "since": .string(Moment.text(now.since)),
      "mappings": .array(hub.settings.catalog.programs.map(\.name).sorted().map { .string($0) }),
      "connectors": .array(
        now.connectors.sorted { utf8Precedes($0.key, $1.key) }.map { ["connector": .string($0.key), "kind": .string($0.value.kind)] }),
    ]
    if let refused = live.refused { document["refused"] = ["at": .string(Moment.text(refused.at)), "problem": refused.problem.value] }
    return .object(document)
  }

  private func reload() async throws -> Answer {
    guard let reloader else { throw Problem(.noDaemon, "No daemon runs, so there is nothing to reload.") }
    let change = try await reloader.reload(because: "POST /v1/reload")
    let now = live.current
    var document: Object = [
      "changed": .bool(change != nil), "version": .number(Number(now.version)), "digest": .string(now.digest),
      "since": .string(Moment.text(now.since)),
    ]
    if let change {
      document["mappings"] = change.mappings.document
      document["connectors"] = change.connectors.document
    }
    return .json(.object(document))
  }
}

extension HomeChange.Names {
  fileprivate var document: Value {
    func list(_ names: [String]) -> Value { .array(names.map { .string($0) }) }
    return ["added": list(added), "removed": list(removed), "changed": list(changed)]
  }
}
