import Model

/// The OpenAPI 3.1 document, made from the routes that dispatch requests, so that the two cannot disagree.
enum OpenAPI {
  static func document(of routes: [Route]) -> Value {
    var paths = Object()
    for route in routes {
      var operations =
        paths[route.pattern.text].flatMap { value -> Object? in
          if case .object(let object) = value { object } else { nil }
        } ?? Object()
      operations[route.method.lowercased()] = operation(route)
      paths[route.pattern.text] = .object(operations)
    }
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "Kindred", "version": "1",
        "summary": "Unified customers from every system: what comes in, who is who, and why.",
        "description": "Problems are application/problem+json (RFC 9457). Times are RFC 3339 in UTC. Every GET answers HEAD.",
      ],
      "paths": .object(paths),
      "components": ["securitySchemes": ["key": ["type": "http", "scheme": "bearer"]], "schemas": ["Problem": problem]],
    ]
  }

  private static func operation(_ route: Route) -> Value {
    var operation: Object = ["operationId": .string(route.name), "summary": .string(route.summary)]
    let path = route.pattern.names.map { name -> Value in
      ["name": .string(name), "in": "path", "required": true, "schema": ["type": "string"]]
    }
    let parameters = path + route.parameters.map(parameter)
    if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
    operation["requestBody"] = requestBody(route)
    operation["responses"] = .object(responses(route))
    operation["security"] =
      switch route.access {
      case .open: .array([])
      case .key: .array([["key": []]])
      case .connector: .array([["key": []], [:]])
      }
    return .object(operation)
  }

  private static func parameter(_ parameter: Parameter) -> Value {
    [
      "name": .string(parameter.name), "in": "query", "required": .bool(parameter.isRequired),
      "description": .string(parameter.summary), "schema": schema(parameter.kind),
    ]
  }

  private static func schema(_ kind: Parameter.Kind) -> Value {
    switch kind {
    case .text: ["type": "string", "minLength": 1]
    case .record: ["type": "string", "pattern": "^[^/]+/[^/]+/.+$"]
    case .boolean: ["type": "boolean"]
    case .moment: ["type": "string", "examples": ["2030-01-31T00:00:00Z", "2030-01-31"]]
    case .choice(let words): ["type": "string", "enum": .array(words.map { .string($0) })]
    case .integer(let range, let normal):
      [
        "type": "integer", "minimum": .number(Number(range.lowerBound)), "maximum": .number(Number(range.upperBound)),
        "default": .number(Number(normal)),
      ]
    }
  }

  private static func requestBody(_ route: Route) -> Value? {
    switch route.body {
    case .none: nil
    case .streamed: ["required": true, "content": ["application/octet-stream": [:]]]
    case .whole:
      switch route.access {
      case .connector:
        ["required": true, "content": ["application/json": [:], "application/x-ndjson": [:], "application/xml": [:], "text/csv": [:]]]
      default: ["required": true, "content": ["application/json": ["schema": decision]]]
      }
    }
  }

  private static func responses(_ route: Route) -> Object {
    var responses = Object()
    for success in route.successes {
      let status = String(success.status)
      var content = Object()
      if case .object(let known)? = responses[status]?["content"] { content = known }
      if let type = success.contentType { content[type] = [:] }
      var response: Object = ["description": .string(success.summary)]
      if !content.isEmpty { response["content"] = .object(content) }
      responses[status] = .object(response)
    }
    for kind in problems(of: route) where responses[String(kind.status)] == nil {
      responses[String(kind.status)] = [
        "description": .string(kind.title), "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
      ]
    }
    return responses
  }

  private static func problems(of route: Route) -> [ProblemKind] {
    var kinds: [ProblemKind] = [.badParameter] + route.problems
    if case .open = route.access {} else { kinds.append(.keyMissing) }
    if case .none = route.body {} else { kinds.append(.tooLarge) }
    return (kinds + [.internalFault, .unavailable]).sorted { $0.status < $1.status }
  }

  private static let decision: Value = [
    "type": "object", "required": ["kind", "first", "second", "reason"], "additionalProperties": false,
    "properties": [
      "kind": ["enum": ["must-link", "cannot-link"]], "first": ["type": "string", "description": "A record, source/type/key."],
      "second": ["type": "string", "description": "Another record."], "reason": ["type": "string", "minLength": 1],
      "expires": ["type": ["string", "null"], "format": "date-time"],
    ],
  ]

  private static let problem: Value = [
    "type": "object", "required": ["type", "title", "status", "code"],
    "properties": [
      "type": ["type": "string", "format": "uri-reference"], "title": ["type": "string"], "status": ["type": "integer"],
      "detail": ["type": "string"], "code": ["type": "string"], "position": ["type": "integer"],
      "errors": [
        "type": "array",
        "items": [
          "type": "object", "required": ["code", "detail"],
          "properties": [
            "code": ["type": "string"], "detail": ["type": "string"], "pointer": ["type": "string"],
            "place": ["type": "string", "description": "file:line:column"],
          ],
        ],
      ],
    ],
  ]
}
