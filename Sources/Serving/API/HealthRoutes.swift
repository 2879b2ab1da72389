import Connecting
import Hub
import Model

extension API {
  static let healthRoutes: [Route] = [
    Route(
      method: "GET", pattern: "/live", name: "live", summary: "Answers as long as the process does.", access: .open,
      successes: [Route.Success(200, "Alive.")], handler: { _, _ in .json(["status": "live"]) }),
    Route(
      method: "GET", pattern: "/ready", name: "ready", summary: "Whether requests are taken and applied; if not, why.", access: .open,
      successes: [
        Route.Success(200, "Ready; `degraded` counts the connectors that are not well."), Route.Success(503, "Not ready, with reasons."),
      ],
      handler: { api, _ in try await api.readiness() }),
    Route(
      method: "GET", pattern: "/metrics", name: "metrics", summary: "The accounting and the state of the process, for Prometheus.",
      successes: [Route.Success(200, "Metrics in the text format 0.0.4.", "text/plain")], handler: { api, _ in try await api.metrics() }),
  ]

  private func readiness() async throws -> Answer {
    var reasons: [Value] = []
    if state.isDraining { reasons.append(["code": "shutting-down", "message": "The hub is shutting down."]) }
    if let fault = hub.applyingFault { reasons.append(["code": .string(fault.code), "message": .string(fault.message)]) }
    guard !reasons.isEmpty else {
      // Names and reasons need a key; that there are any is what a monitor asks for. The hub itself takes requests all the same.
      let degraded = try await Blocking.run { try connectorReports() }.count { $0.health.level == .suspect || $0.health.level == .failing }
      return .json(degraded == 0 ? ["status": "ready"] : ["status": "ready", "degraded": .number(Number(degraded))])
    }
    return .json(["status": "not-ready", "reasons": .array(reasons)], status: 503, headers: [NamedValue("Retry-After", "5")])
  }

  private func metrics() async throws -> Answer {
    let (lines, gauges, reports) = try await Blocking.run { (try hub.accounting.lines(), try hub.gauges(), try connectorReports()) }
    var text = MetricsText()
    text.family("kindred_deliveries_total", .counter, "Deliveries by what became of them; received is their sum.")
    for line in lines {
      for (state, count) in [
        ("received", line.received), ("mapped", line.account.mapped), ("duplicate", line.duplicate),
        ("undecodable", line.account.undecodable), ("filtered", line.account.filteredDeliveries),
      ] {
        text.sample(count, ["connector": line.connector, "stream": line.stream, "state": state])
      }
    }
    text.family("kindred_deliveries_pending", .gauge, "Deliveries that are accepted and not applied yet.")
    for line in lines { text.sample(line.pending, ["connector": line.connector, "stream": line.stream]) }
    text.family("kindred_items_total", .counter, "Items by what became of them; produced is their sum.")
    for line in lines {
      let account = line.account
      for (result, count) in [
        ("produced", account.produced), ("applied", account.applied), ("unchanged", account.unchanged), ("stale", account.stale),
        ("filtered", account.filtered), ("dead-lettered", account.deadLettered), ("erased", account.erased),
      ] {
        text.sample(count, ["connector": line.connector, "stream": line.stream, "result": result])
      }
    }
    text.family("kindred_accounting_balanced", .gauge, "1 when produced equals the sum of what became of the items (contract C1).")
    for line in lines { text.sample(line.isBalanced ? 1 : 0, ["connector": line.connector, "stream": line.stream]) }
    text.family("kindred_applied_lag", .gauge, "Journal positions between the last accepted and the last applied delivery.")
    for lane in gauges.lag { text.sample(lane.positions, ["connector": lane.connector]) }
    text.family("kindred_dead_letters", .gauge, "Dead letters kept.")
    text.sample(Int64(gauges.deadLetters))
    text.family("kindred_customers", .gauge, "Live customers.")
    text.sample(Int64(gauges.customers))
    text.family("kindred_applying_failed", .gauge, "1 while the last batch could not be applied.")
    text.sample(hub.applyingFault == nil ? 0 : 1)
    Self.write(reports, to: &text)
    text.family("kindred_configuration_version", .gauge, "The version of the configuration that is live, counted since the start.")
    text.sample(Int64(live.current.version))
    text.family("kindred_configuration_refused", .gauge, "1 while the files of the home are not what is live, because they were refused.")
    text.sample(live.refused == nil ? 0 : 1)
    text.family("kindred_http_requests_total", .counter, "Requests answered, by route and status.")
    for (key, count) in state.requests {
      text.sample(Int64(count), ["method": key.method, "route": key.route, "status": String(key.status)])
    }
    if let resident = ResidentMemory.bytes {
      text.family("process_resident_memory_bytes", .gauge, "Resident memory.")
      text.sample(resident)
    }
    let headers = [NamedValue("Content-Type", "text/plain; version=0.0.4; charset=utf-8"), NamedValue("Cache-Control", "no-store")]
    return Answer(Reply(status: 200, headers: headers, body: Array(text.text.utf8)))
  }

  private static func write(_ reports: [ConnectorReport], to text: inout MetricsText) {
    text.family("kindred_connector_health", .gauge, "1 for the level that a connector is on: fine, suspect, failing or paused.")
    for report in reports {
      for level in Health.Level.allCases {
        text.sample(report.health.level == level ? 1 : 0, ["connector": report.name, "level": level.rawValue])
      }
    }
    text.family("kindred_connector_failures", .gauge, "Passes of a source that failed in a row.")
    for report in reports { text.sample(Int64(report.status.failures), ["connector": report.name]) }
    text.family("kindred_connector_last_byte_seconds", .gauge, "When a connector's other side last said anything, in seconds since 1970.")
    for report in reports {
      if let last = report.status.lastByte { text.sample(last / 1_000_000, ["connector": report.name]) }
    }
    text.family("kindred_stream_last_item_seconds", .gauge, "When something last came on a stream, in seconds since 1970.")
    for report in reports {
      for stream in report.streams {
        if let last = stream.rhythm?.last { text.sample(last, ["connector": report.name, "stream": stream.name]) }
      }
    }
    text.family("kindred_stream_overdue", .gauge, "1 while nothing has come on a stream for longer than is usual.")
    for report in reports {
      for stream in report.streams {
        let isOverdue = report.health.reasons.contains { $0.code == "overdue" && $0.stream == stream.name }
        text.sample(isOverdue ? 1 : 0, ["connector": report.name, "stream": stream.name])
      }
    }
  }
}
