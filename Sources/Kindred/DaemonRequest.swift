import ArgumentParser
import Connecting
import Formats
import Foundation
import Model
import Serving

/// A request that only a running daemon can answer, about the configuration.
struct DaemonRequest {
  private let options: HomeOptions

  init(_ options: HomeOptions) { self.options = options }

  /// What the daemon answers. A configuration that it refuses is printed, mistake by mistake, and ends the command with 78.
  /// - Throws: `no-daemon`, `daemon-unreachable`, and the problems of the API as faults.
  func post(_ path: String, query: [NamedValue] = []) async throws -> Value {
    guard case .daemon(let client) = try await DataAccess.open(folder: options.dataFolder, author: "") else {
      throw Fault("no-daemon", "No daemon has \(options.dataFolder) open.", hint: "Start one with kindred run.")
    }
    let reply = try await client.send(InboundRequest(method: "POST", path: path, query: query))
    let document = (try? JSON.parse(reply.body)) ?? .null
    guard reply.status != 200 else { return document }
    for error in document["errors"]?.elements ?? [] {
      Console.talk("\(error["place"]?.text ?? ""): \(error["detail"]?.text ?? "") [\(error["code"]?.text ?? "")]")
    }
    let message = document["detail"]?.text ?? document["title"]?.text ?? "The answer was \(reply.status)."
    throw Fault(document["code"]?.text ?? "http-\(reply.status)", message)
  }
}
