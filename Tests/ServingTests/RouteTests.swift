import Connecting
import Model
import Testing

@testable import Serving

@Suite struct RouteTests {
  @Test(
    arguments: [
      ("/v1/customers/c-1", ["id": "c-1"]), ("/v1/customers/", nil), ("/v1/customers", nil), ("/v1/customers/c-1/", nil),
      ("v1/customers/c-1", nil), ("/v1/customers/客户", ["id": "客户"]),
    ] as [(String, [String: String]?)])
  func aPatternTakesWholeParts(path: String, parts: [String: String]?) {
    #expect(PathPattern(stringLiteral: "/v1/customers/{id}").match(path) == parts)
  }

  @Test(
    arguments: [
      ("/v1/records/crm/customer/a/b c", ["source": "crm", "type": "customer", "key": "a/b c"]), ("/v1/records/crm/customer/", nil),
      ("/v1/records/crm/customer", nil),
    ] as [(String, [String: String]?)])
  func theLastPartMayTakeTheRest(path: String, parts: [String: String]?) {
    #expect(PathPattern(stringLiteral: "/v1/records/{source}/{type}/{key*}").match(path) == parts)
  }

  @Test func openAPIDescribesExactlyTheRoutesThatDispatch() async throws {
    let api = try TestAPI()
    let document = await api.api.handle(InboundRequest(method: "GET", path: "/openapi.json")).json
    #expect(document["openapi"] == "3.1.0")
    guard case .object(let paths)? = document["paths"] else {
      Issue.record("no paths")
      return
    }
    var described = 0
    for (path, item) in paths.members {
      guard case .object(let operations) = item else { continue }
      described += operations.count
      for (method, operation) in operations.members {
        // Asked without a key and without parameters, a route that exists says anything but 404 and 405 of the dispatcher.
        let example = path.replacing(/\{[a-z]+\}/, with: "x")
        let reply = await api.api.handle(InboundRequest(method: method.uppercased(), path: example))
        #expect(reply.code != "unknown-route" || path == "/problems/{code}", "\(method) \(path)")
        #expect(reply.code != "method-not-allowed", "\(method) \(path)")
        let declared = Set(operation["parameters"]?.elements.filter { $0["in"] == "path" }.compactMap { $0["name"]?.text } ?? [])
        #expect(declared == Set(path.matches(of: /\{([a-z]+)\}/).map { String($0.1) }), "\(method) \(path)")
        #expect(operation["responses"]?["400"] != nil)
      }
    }
    for route in Route.all { #expect(paths[route.pattern.text]?[route.method.lowercased()]?["operationId"] == .string(route.name)) }
    #expect(described == Route.all.count)
    #expect(Set(Route.all.map(\.name)).count == Route.all.count)
  }

  @Test func anUnknownPathAndAWrongMethodSaySo() async throws {
    let api = try TestAPI()
    let nowhere = try await api.get("/v1/customer")
    #expect(nowhere.status == 404)
    #expect(nowhere.header("Content-Type") == "application/problem+json")
    #expect(nowhere.json["detail"]?.text?.contains("Did you mean /v1/customers?") == true)
    let wrong = try await api.send("PUT", "/v1/decisions")
    #expect(wrong.status == 405)
    #expect(wrong.header("Allow") == "GET, HEAD, POST")
  }

  @Test(arguments: [
    ("/v1/customers?phon=1", "unknown-parameter", "Did you mean \"phone\"?"), ("/v1/customers?q=x&q=y", "repeated-parameter", "twice"),
    ("/v1/customers?q=", "wrong-parameter", "must not be empty"), ("/v1/changes?limit=0", "wrong-parameter", "from 1 to 1000"),
    ("/v1/changes?after=-1", "wrong-parameter", "whole number"), ("/v1/why?second=crm/customer/1", "missing-parameter", "\"first\""),
    ("/v1/why?first=crm&second=crm/customer/1", "wrong-parameter", "source/type/key"),
    ("/v1/accounting?x=1", "unknown-parameter", "takes none"),
  ]) func aWrongParameterIsNamed(target: String, code: String, hint: String) async throws {
    let reply = try await TestAPI().get(target)
    #expect(reply.status == 400)
    #expect(reply.code == "bad-parameter")
    #expect(
      reply.json["errors"]?.elements.contains { $0["code"]?.text == code && $0["detail"]?.text?.contains(hint) == true } == true,
      "\(reply.text)")
  }

  @Test func whatAProblemMeansStandsBehindItsType() async throws {
    let api = try TestAPI()
    for kind in ProblemKind.all {
      let page = await api.api.handle(InboundRequest(method: "GET", path: Problem(kind).type))
      #expect(page.status == 200)
      #expect(page.text.contains(kind.advice))
    }
    #expect(try await api.get("/problems/csv-unclosed-quote").text.contains("docs/errors.md"))
    #expect(try await api.get("/problems/%3Cscript%3E").status == 404)
    #expect(Set(ProblemKind.all.map(\.code)).count == ProblemKind.all.count)
  }

  @Test(arguments: ["/v1/records/crm/customer/%GG", "/v1/customers?q=%E5%8F", "/%", "/a?b=%2"])
  func brokenEscapesAreRefused(target: String) {
    #expect(throws: Problem.self) { try PercentEncoding.target(target) }
  }

  @Test func targetsComeBackAsTheyWent() throws {
    let query = [NamedValue("q", "杭州 & Co+?#"), NamedValue("a=b", "1%2"), NamedValue("e", "")]
    let target = PercentEncoding.target(path: "/v1/records/erp/stock/A B/ü?x", query: query)
    #expect(target.utf8.allSatisfy { $0 < 0x80 && $0 != 0x20 })
    let (path, decoded) = try PercentEncoding.target(target)
    #expect(path == "/v1/records/erp/stock/A B/ü?x")
    #expect(decoded == query)
    #expect(try PercentEncoding.target("/a?phone=+86+1#x").query == [NamedValue("phone", " 86 1")])
  }
}
