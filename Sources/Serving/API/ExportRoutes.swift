import Formats
import Hub
import Model

extension API {
  static let exportRoutes: [Route] = [
    Route(
      method: "GET", pattern: "/v1/export/crosswalk", name: "exportCrosswalk",
      summary: "Which records are whose, as CSV: source,type,key,customer.", successes: [Route.Success(200, "The table.", "text/csv")],
      handler: { try await $0.exportCrosswalk($1) }),
    Route(
      method: "GET", pattern: "/v1/export/canonical", name: "exportCanonical",
      summary: "The whole state in canonical JSON Lines, without ids and times of ours: equal for two hubs that know the same.",
      successes: [Route.Success(200, "The lines.", "application/x-ndjson")], handler: { try await $0.exportCanonical($1) }),
  ]

  /// An export is written to a file first: a slow reader must not hold a snapshot of the store, and what goes wrong can
  /// still be answered with a problem.
  private func exportCrosswalk(_ call: Call) async throws -> Answer {
    let file = try await Blocking.run {
      let file = try DiskFile()
      var writer = CSVWriter()
      try hub.export.crosswalk { row in
        writer.append(row)
        if writer.bytes.count > DiskFile.blockSize { try file.append(writer.take()) }
      }
      try file.append(writer.take())
      return file
    }
    return .file(file, contentType: "text/csv; charset=utf-8; header=present", name: "crosswalk.csv")
  }

  private func exportCanonical(_ call: Call) async throws -> Answer {
    let file = try await Blocking.run {
      let file = try DiskFile()
      var pending: [UInt8] = []
      try hub.export.canonical { line in
        pending += line.utf8
        pending.append(UInt8(ascii: "\n"))
        guard pending.count > DiskFile.blockSize else { return }
        try file.append(pending)
        pending.removeAll(keepingCapacity: true)
      }
      try file.append(pending)
      return file
    }
    return .file(file, contentType: "application/x-ndjson", name: "canonical.jsonl")
  }
}
