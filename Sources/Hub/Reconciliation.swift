import Matching
import Model
import Storing

/// Brings the stored customers in line with the partition that the records, decisions and configuration of today give:
/// after a start with another configuration, customers may join or fall apart, and other values may survive.
struct Reconciliation {
  let store: Store
  let identities: Identities
  let settings: Hub.Settings
  let now: @Sendable () -> Int64

  private static let digestKey = "configuration-digest"

  func run() throws {
    let known = try store.read { reader in
      // Nobody writes yet, so the index can be read from a snapshot.
      try identities.catchUp(reader)
      return try reader.meta(Self.digestKey)
    }
    guard known != settings.digest else { return }
    try store.write { writer in
      let batch = Batch(writer: writer, identities: identities, definition: settings.definition, trust: settings.trust, at: now())
      batch.position = try writer.appliedThrough().values.max() ?? 0
      let partition = try identities.load(writer)
      try batch.name(try Self.difference(partition, writer))
      try writer.setMeta(Self.digestKey, settings.digest)
      // Other rules or another trust make other golden records of the same members.
      batch.touchedCustomers.formUnion(try Self.allCustomers(writer))
      try batch.publishCustomers()
    }
  }

  private static func allCustomers(_ reader: StoreReader) throws -> [CustomerID] {
    var all: [CustomerID] = []
    while case let page = try reader.customers(after: all.last, limit: 1_000), !page.isEmpty { all += page.map(\.id) }
    return all
  }

  /// The clusters that are not customers yet as they stand, and the customers they take records from.
  private static func difference(_ partition: [[Int64]], _ reader: StoreReader) throws -> PartitionDelta {
    var delta = PartitionDelta(former: [], current: [])
    var broken: Set<CustomerID> = []
    var clusters: [(records: [Int64], customers: Set<CustomerID>)] = []
    for records in partition {
      let customers = try reader.records(ids: records).map(\.customer)
      let names = Set(customers.compactMap { $0 })
      clusters.append((records, names))
      let isWhole = try names.count == 1 && !customers.contains(nil) && reader.records(of: names.first!).count == records.count
      if !isWhole { broken.formUnion(names) }
    }
    for cluster in clusters where cluster.customers.isEmpty || !cluster.customers.isDisjoint(with: broken) {
      delta.current.append(cluster.records)
    }
    for customer in broken.sorted() { delta.former.append(try reader.records(of: customer).map(\.id).sorted()) }
    return delta
  }
}
