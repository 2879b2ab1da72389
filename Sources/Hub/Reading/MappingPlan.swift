import Formats
import Mapping
import Model
import Storing

/// What deliveries of the past would have said under another configuration: both map the same bytes, and the statements are compared
/// record by record. Nothing is stored.
public struct MappingPlan: Sendable {
  /// What becomes of one record of one delivery.
  struct Change: Sendable {
    enum Kind: String, Sendable {
      case changed, added, removed
      /// It would be a dead letter.
      case failed
    }

    var kind: Kind
    var record: RecordKey
    var position: Int64
    /// The attributes that differ, sorted; nil is absent.
    var attributes: [(name: String, before: Value?, after: Value?)] = []
    var fault: Fault?
  }

  public private(set) var deliveries = 0
  /// True when there are older deliveries that were not looked at.
  public private(set) var isTruncated = false
  private var counts: [Change.Kind: Int] = [:]
  private var same = 0
  /// How many records differ, by `type.attribute`.
  private var attributes: [String: Int] = [:]
  private var examples: [Change] = []

  private static let shown = 20
  private static let pieceCount = 256
  private static let pieceBytes = 4 << 20

  /// Looks at the latest deliveries of every connector.
  /// - Parameters:
  ///   - change: what is different; deliveries of mappings that are not are left out.
  ///   - limit: at most so many of one connector.
  public init(of hub: Hub, to settings: Hub.Settings, _ change: HomeChange, limit: Int) throws {
    let (before, after) = (DeliveryDecoder(catalog: hub.settings.catalog), DeliveryDecoder(catalog: settings.catalog))
    let names = Set(change.mappings.added + change.mappings.removed + change.mappings.changed)
    for (connector, head) in try hub.journal.heads().sorted(by: { $0.key < $1.key }) where connector != DecisionCommand.connector {
      var position = max(0, head - Int64(limit))
      if position > 0 { isTruncated = true }
      while case let piece = try hub.journal.read(
        connector: connector, after: position, maxCount: Self.pieceCount, maxBytes: Self.pieceBytes), let last = piece.last
      {
        position = last.position
        for delivery in piece {
          let (one, other) = (try? before.program(for: delivery).name, try? after.program(for: delivery).name)
          guard one != other || one.map(names.contains) ?? false else { continue }
          deliveries += 1
          compare(Said(before.decode(delivery)), Said(after.decode(delivery)), at: delivery.position)
        }
      }
    }
  }

  private mutating func compare(_ before: Said, _ after: Said, at position: Int64) {
    for (key, statement) in before.statements.sorted(by: { utf8Precedes($0.key.description, $1.key.description) }) {
      guard let other = after.statements[key] else {
        let fault = after.faults[before.items[key] ?? 0] ?? after.undecodable
        note(Change(kind: fault == nil ? .removed : .failed, record: key, position: position, fault: fault))
        continue
      }
      let names = Set(statement.attributes.keys).union(other.attributes.keys).sorted(by: utf8Precedes)
      let different = names.filter { statement.attributes[$0] != other.attributes[$0] }
      if different.isEmpty, statement.isDelete == other.isDelete, statement.version == other.version, statement.write == other.write {
        same += 1
      } else {
        note(
          Change(
            kind: .changed, record: key, position: position,
            attributes: different.map { (name: $0, before: statement.attributes[$0], after: other.attributes[$0]) }))
      }
    }
    for (key, statement) in after.statements.sorted(by: { utf8Precedes($0.key.description, $1.key.description) })
    where before.statements[key] == nil {
      let attributes = statement.attributes.sorted { utf8Precedes($0.key, $1.key) }
      note(
        Change(
          kind: .added, record: key, position: position, attributes: attributes.map { (name: $0.key, before: nil, after: .some($0.value)) })
      )
    }
  }

  private mutating func note(_ change: Change) {
    counts[change.kind, default: 0] += 1
    if change.kind == .changed {
      for attribute in change.attributes { attributes["\(change.record.type).\(attribute.name)", default: 0] += 1 }
    }
    if examples.count < Self.shown { examples.append(change) }
  }

  /// For programs.
  public var document: Value {
    func count(_ kind: Change.Kind) -> Value { .number(Number(counts[kind] ?? 0)) }
    return [
      "deliveries": .number(Number(deliveries)), "truncated": .bool(isTruncated),
      "records": [
        "same": .number(Number(same)), "changed": count(.changed), "added": count(.added), "removed": count(.removed),
        "failed": count(.failed),
      ],
      "attributes": .array(
        attributes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
          ["attribute": .string($0.key), "changed": .number(Number($0.value))]
        }),
      "examples": .array(examples.map(\.document)),
    ]
  }
}

extension MappingPlan.Change {
  fileprivate var document: Value {
    var document: Object = [
      "change": .string(kind.rawValue), "record": .string(record.description), "position": .number(Number(position)),
    ]
    if !attributes.isEmpty {
      document["attributes"] = .object(
        Object(attributes.map { ($0.name, Value.object(Object([("before", $0.before ?? .null), ("after", $0.after ?? .null)]))) }))
    }
    document["fault"] = fault.map { ["code": .string($0.code), "message": .string($0.description)] }
    return .object(document)
  }
}

/// What a delivery said, by record. When it speaks of one twice, the last word counts.
private struct Said {
  var statements: [RecordKey: Statement] = [:]
  /// The number of the item that spoke of a record.
  var items: [RecordKey: Int] = [:]
  /// By the number of the item.
  var faults: [Int: Fault] = [:]
  var undecodable: Fault?

  init(_ decoded: Decoded) {
    switch decoded {
    case .undecodable(let fault): undecodable = fault
    case .decision: break
    case .outputs(let outputs):
      for output in outputs {
        switch output.result {
        case .claim(let claim):
          statements[claim.statement.key] = claim.statement
          items[claim.statement.key] = output.item
        case .fault(let fault): faults[output.item] = fault
        case .filtered: break
        }
      }
    }
  }
}
