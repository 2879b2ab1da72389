import Formats
import Model

/// A person's decision, or its undoing, as a delivery of its own: it goes through the journal like everything else, so
/// that a replay of the journal decides the same.
enum DecisionCommand: Hashable, Sendable {
  case decide(Decision.Kind, RecordKey, RecordKey, author: String, reason: String, expires: Int64?)
  case undo(id: Int64, author: String)
  /// Decisions that ended by this moment no longer count.
  case expire(at: Int64)

  /// The hub's own connector; no connector file may have its name.
  static let connector = "kindred"
  static let stream = StreamName(connector: connector, stream: "decisions")

  var bytes: [UInt8] {
    switch self {
    case .decide(let kind, let first, let second, let author, let reason, let expires):
      CanonicalJSON.bytes([
        "action": .string(kind.rawValue), "first": .string(first.description), "second": .string(second.description),
        "author": .string(author), "reason": .string(reason), "expires": expires.map { .number(Number($0)) } ?? .null,
      ])
    case .undo(let id, let author): CanonicalJSON.bytes(["action": "undo", "id": .number(Number(id)), "author": .string(author)])
    case .expire(let at): CanonicalJSON.bytes(["action": "expire", "at": .number(Number(at))])
    }
  }

  static func decode(_ bytes: [UInt8]) -> Decoded {
    do throws(Fault) {
      return .decision(try parse(try JSON.parse(bytes)))
    } catch {
      return .undecodable(error)
    }
  }

  private static func parse(_ value: Value) throws(Fault) -> DecisionCommand {
    let author = value["author"]?.text ?? ""
    switch value["action"]?.text {
    case "undo":
      guard case .number(let id)? = value["id"], let id = id.int64 else { throw malformed("id") }
      return .undo(id: id, author: author)
    case "expire":
      guard case .number(let at)? = value["at"], let at = at.int64 else { throw malformed("at") }
      return .expire(at: at)
    case let action?:
      guard let kind = Decision.Kind(rawValue: action) else { throw malformed("action") }
      guard let first = value["first"]?.text.flatMap(RecordKey.init(parsing:)) else { throw malformed("first") }
      guard let second = value["second"]?.text.flatMap(RecordKey.init(parsing:)), second != first else { throw malformed("second") }
      var expires: Int64?
      if case .number(let number)? = value["expires"] { expires = number.int64 }
      return .decide(kind, first, second, author: author, reason: value["reason"]?.text ?? "", expires: expires)
    case nil: throw malformed("action")
    }
  }

  private static func malformed(_ member: String) -> Fault {
    Fault("decision-malformed", "The member \(member) of a decision is missing or wrong.")
  }
}
