import Configuration
import Connecting
import Model

/// One thing that the API does. Dispatch, parameter checks and the OpenAPI document all read this.
struct Route: Sendable {
  enum Access: Sendable {
    /// Anybody who reaches the port.
    case open
    /// An API key.
    case key
    /// What the connector's kind says: an API key, or its sender's own signature.
    case connector
  }

  enum BodyRule: Sendable {
    case none
    /// Read into memory, at most `maxBody` bytes.
    case whole
    /// Handed to the route as it comes.
    case streamed
  }

  /// One way in which it answers when nothing is wrong.
  struct Success: Sendable {
    var status: Int
    var summary: String
    var contentType: String?

    init(_ status: Int, _ summary: String, _ contentType: String? = "application/json") {
      self.status = status
      self.summary = summary
      self.contentType = contentType
    }
  }

  /// In capitals. GET answers HEAD as well.
  var method: String
  var pattern: PathPattern
  /// The `operationId` of OpenAPI.
  var name: String
  /// One sentence.
  var summary: String
  var access = Access.key
  var body = BodyRule.none
  /// In the query; others are refused unless ``takesAnyQuery``.
  var parameters: [Parameter] = []
  var takesAnyQuery = false
  var successes: [Success]
  /// What else can go wrong besides the key, the parameters and the length.
  var problems: [ProblemKind] = []
  var handler: @Sendable (API, Call) async throws -> Answer

  /// All of them, by subject.
  static let all: [Route] =
    API.ingestRoutes + API.customerRoutes + API.recordRoutes + API.feedRoutes + API.connectorRoutes + API.decisionRoutes + API.importRoutes
    + API.exportRoutes + API.configurationRoutes + API.healthRoutes + API.documentRoutes

  /// The route for a request, and the parts of its path.
  /// - Throws: a problem with status 404 or 405.
  static func find(_ request: InboundRequest) throws(Problem) -> (Route, path: [String: String]) {
    let method = request.method == "HEAD" ? "GET" : request.method
    var allowed: [String] = []
    for route in all {
      guard let path = route.pattern.match(request.path) else { continue }
      if route.method == method { return (route, path) }
      allowed += route.method == "GET" ? ["GET", "HEAD"] : [route.method]
    }
    guard allowed.isEmpty else {
      throw Problem(
        .methodNotAllowed, "\(request.path) answers \(allowed.joined(separator: ", ")), not \(request.method).",
        headers: [NamedValue("Allow", allowed.joined(separator: ", "))])
    }
    let hint = nearest(request.path, among: Set(all.map(\.pattern.text)).sorted()).map { " Did you mean \($0)?" } ?? ""
    throw Problem(.unknownRoute, "There is nothing at \(request.path).\(hint) GET /openapi.json lists what there is.")
  }
}

/// A path with named parts: `/v1/customers/{id}`; a last part `{key*}` takes the rest, slashes included.
struct PathPattern: Sendable, ExpressibleByStringLiteral {
  private enum Part: Sendable {
    case literal(Substring)
    case name(String)
    case rest(String)
  }

  /// Without the asterisk: as OpenAPI writes it.
  let text: String
  private let parts: [Part]

  init(stringLiteral text: String) {
    self.text = text.split(separator: "*", omittingEmptySubsequences: false).joined()
    parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
      guard part.hasPrefix("{") else { return .literal(part) }
      let name = part.dropFirst().dropLast()
      return name.hasSuffix("*") ? .rest(String(name.dropLast())) : .name(String(name))
    }
  }

  var names: [String] {
    parts.compactMap { part in
      switch part {
      case .literal: nil
      case .name(let name), .rest(let name): name
      }
    }
  }

  /// The named parts of a path; nil when it does not fit. No part may be empty.
  func match(_ path: String) -> [String: String]? {
    guard path.hasPrefix("/") else { return nil }
    var rest = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)[...]
    var found: [String: String] = [:]
    for part in parts {
      guard let segment = rest.first else { return nil }
      switch part {
      case .literal(let literal): guard segment == literal else { return nil }
      case .name(let name):
        guard !segment.isEmpty else { return nil }
        found[name] = String(segment)
      case .rest(let name):
        let all = rest.joined(separator: "/")
        guard !all.isEmpty else { return nil }
        found[name] = all
        return found
      }
      rest = rest.dropFirst()
    }
    return rest.isEmpty ? found : nil
  }
}
