import Model
import Storing

extension StoredDecision {
  /// For the change feed and the API.
  public var document: Value {
    [
      "id": .number(Number(decision.id)), "kind": .string(decision.kind.rawValue), "first": .string(decision.first.description),
      "second": .string(decision.second.description), "author": .string(decision.author), "reason": .string(decision.reason),
      "created": .string(Moment.text(created)), "expires": decision.expires.map { .string(Moment.text($0)) } ?? .null,
      "state": .string(state.rawValue),
    ]
  }
}
