import Connecting
import Model

extension API {
  static let documentRoutes: [Route] = [
    Route(
      method: "GET", pattern: "/openapi.json", name: "describe", summary: "This description.", access: .open,
      successes: [Route.Success(200, "OpenAPI 3.1.")], handler: { _, _ in .json(OpenAPI.document(of: Route.all)) }),
    Route(
      method: "GET", pattern: "/problems/{code}", name: "explainProblem",
      summary: "What a problem means: the page that the `type` of a problem leads to.", access: .open,
      successes: [Route.Success(200, "The page.", "text/plain")], problems: [.unknownRoute], handler: { try $0.explainProblem($1) }),
  ]

  private func explainProblem(_ call: Call) throws -> Answer {
    let code = call.part("code")
    guard code.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }) else {
      throw Problem(.unknownRoute, "Codes of problems have lower-case letters, digits and hyphens only.")
    }
    let text =
      if let kind = ProblemKind.all.first(where: { $0.code == code }) {
        "\(kind.title) (\(kind.code), status \(kind.status))\n\n\(kind.advice)\n"
      } else {
        "\(code)\n\nThis code is not one of the API's own: a connector, a mapping or the storage gave it, and \"detail\" says what was "
          + "wrong and where. docs/errors.md lists all codes.\n"
      }
    return Answer(Reply(status: 200, contentType: "text/plain; charset=utf-8", body: Array(text.utf8)))
  }
}
