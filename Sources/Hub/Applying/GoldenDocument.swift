import Mastering
import Model

/// The golden record of a customer as the store keeps it: a pure function of its records and the rules (contract C4).
enum GoldenDocument {
  /// `{"golden": …, "contacts": […], "records": […]}`, with everything in an order of its own.
  static func make(_ records: [RecordState], definition: ModelDefinition, trust: [String]) -> Value {
    let type = definition.types.values.first(where: \.isResolved) ?? TypeDefinition(name: "customer", isResolved: true, attributes: [])
    let golden = golden(records: records, pins: [], definition: type, trust: trust)
    return [
      "golden": golden.document,
      "contacts": .array(contacts(in: records).map(\.document)),
      "records": .array(records.map(\.key).sorted().map { .string($0.description) }),
    ]
  }
}
