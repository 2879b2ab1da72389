import Mastering
import Matching
import Model
import Normalization
import Storing

/// What other customers a customer belongs with, without being the same: branches, groups, households, contacts, former names.
public struct RelationsView: Sendable {
  let hub: Hub

  /// Only customers that share a key which is not too common are looked at, and of them at most so many, the nearest first.
  private static let mostCandidates = 300

  /// - Returns: nil when the customer is not live.
  public func relations(of id: CustomerID) throws -> Value? {
    try hub.store.read { reader in
      guard case .customer(let stored) = try reader.resolve(id) else { return nil }
      let records = try reader.records(of: stored.id)
      guard let first = records.first else { return nil }
      let found = try hub.identities.ask(reader) { $0.neighbours(of: first.id, limit: Self.mostCandidates) }
      let party = self.party(records)
      var documents: [Value] = []
      for neighbour in found?.neighbours ?? [] {
        let others = try reader.records(ids: neighbour.records)
        guard let customer = others.first?.customer else { continue }
        for relation in Mastering.relations(between: party, and: self.party(others), model: hub.settings.match) {
          documents.append(try Self.document(relation, customer, reader))
        }
      }
      return [
        "customer": .string(stored.id.description), "relations": .array(documents),
        "former_names": .array(Self.formerNames(records).map { ["name": .string($0.name), "record": .string($0.record.description)] }),
        "truncated": .bool((found?.candidates ?? 0) > Self.mostCandidates),
      ]
    }
  }

  private static func document(_ relation: Relation, _ customer: CustomerID, _ reader: StoreReader) throws -> Value {
    guard case .object(var object) = relation.document else { return relation.document }
    object["customer"] = .string(customer.description)
    object["name"] = try WhyView.name(customer, reader)
    return .object(object)
  }

  // MARK: Parties

  private func party(_ records: [StoredRecord]) -> Party {
    Party(
      records.map { record in
        let values = record.state.values
        let companies = Self.names(values).flatMap(CompanyName.all)
        let former: [String: Value] = ["kind": "company", "name": .array(companies.flatMap(\.aliases).map { .string($0) })]
        return Party.Statement(
          key: record.key, prepared: Identities.matchRecord(record).prepared, isPerson: Self.isPerson(values),
          isGroup: companies.contains(where: \.isGroup), formerNames: Preparation.prepare(former, source: ""))
      })
  }

  private static func names(_ values: [String: Value]) -> [String] {
    guard values["kind"] != "person" else { return [] }
    return ["name", "short_name", "organisation"].flatMap { (values[$0] ?? .null).elements.compactMap(\.text) }
  }

  private static func isPerson(_ values: [String: Value]) -> Bool {
    values["kind"] == "person" || values["kind"] == "contact" || values["organisation"] != nil
  }

  /// The names that its own records say the customer had or also has, each once.
  private static func formerNames(_ records: [StoredRecord]) -> [(name: String, record: RecordKey)] {
    var seen: Set<String> = []
    return records.sorted { $0.key < $1.key }.flatMap { record in
      names(record.state.values).flatMap(CompanyName.all).flatMap(\.aliases).map { (name: $0, record: record.key) }
    }.filter { seen.insert($0.name).inserted }
  }
}
