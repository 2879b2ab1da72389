import Mastering
import Matching
import Model
import Storing

extension Batch {
  /// Gives the new clusters their permanent ids (contract C3).
  func name(_ delta: PartitionDelta) throws {
    guard !delta.former.isEmpty || !delta.current.isEmpty else { return }
    var records: [Int64: StoredRecord] = [:]
    for record in try writer.records(ids: Set(delta.former.joined()).union(delta.current.joined()).sorted()) { records[record.id] = record }
    let touched = Set(delta.former.joined().compactMap { records[$0]?.customer })
    let parts = delta.current.map { part in
      part.compactMap { records[$0] }.map { Member(record: $0.id, home: $0.home, customer: $0.customer, acceptedOrder: $0.id) }
    }
    var allocationFailure: (any Error)?
    let assignment = assignIdentities(
      parts: parts, touched: touched, elsewhere: try homesElsewhere(parts, touched),
      allocate: {
        do {
          return try writer.allocateCustomer()
        } catch {
          allocationFailure = error
          return CustomerID(0)
        }
      })
    if let allocationFailure { throw allocationFailure }
    try store(assignment, parts, records)
  }

  /// Homes of the records at hand that live on in customers that this change does not touch.
  private func homesElsewhere(_ parts: [[Member]], _ touched: Set<CustomerID>) throws -> Set<CustomerID> {
    let members = Set(parts.joined().map(\.record))
    var elsewhere: Set<CustomerID> = []
    for home in Set(parts.joined().compactMap(\.home)) where !touched.contains(home) {
      let isLive = try writer.customer(home)?.state == .live
      if try isLive || writer.records(atHomeIn: home).contains(where: { !$0.state.isDeleted && !members.contains($0.id) }) {
        elsewhere.insert(home)
      }
    }
    return elsewhere
  }

  private func store(_ assignment: IdentityAssignment, _ parts: [[Member]], _ records: [Int64: StoredRecord]) throws {
    let placed = Set(parts.joined().map(\.record))
    for record in records.values where record.customer != nil && !placed.contains(record.id) { try writer.setCustomer(nil, of: record.id) }
    for (part, customer) in zip(parts, assignment.customers) {
      for member in part where member.customer != customer { try writer.setCustomer(customer, of: member.record) }
      touchedCustomers.insert(customer)
    }
    for (record, home) in assignment.homes { try writer.setHome(home, of: record) }
    for (id, target) in assignment.redirects.sorted(by: { $0.key < $1.key }) { try end(id, redirectTo: target) }
    for id in assignment.retired { try end(id, redirectTo: nil) }
    touchedCustomers.formUnion(assignment.revived)
  }

  private func end(_ id: CustomerID, redirectTo target: CustomerID?) throws {
    touchedCustomers.remove(id)
    let known = try writer.customer(id)
    let state: StoredCustomer.State = target == nil ? .retired : .redirected
    guard known?.state != state || known?.redirectTo != target else { return }
    try writer.put(StoredCustomer(id: id, state: state, redirectTo: target, updatedPosition: position))
    let payload: Value = ["customer": .string(id.description), "into": target.map { .string($0.description) } ?? .null]
    try writer.appendChange(
      kind: target == nil ? "customer-retired" : "customer-merged", customer: id, record: nil, payload: CanonicalJSON.bytes(payload),
      position: position)
  }

  /// Makes the golden records of all touched customers anew, and tells the change feed about those that are different.
  func publishCustomers() throws {
    for id in touchedCustomers.sorted() {
      let members = try writer.records(of: id)
      guard !members.isEmpty else { continue }
      let golden = CanonicalJSON.orderedBytes(GoldenDocument.make(members.map(\.state), definition: definition, trust: trust))
      let known = try writer.customer(id)
      guard known?.state != .live || known?.golden != golden else { continue }
      let version = try writer.put(StoredCustomer(id: id, state: .live, golden: golden, updatedPosition: position))
      let payload: Value = [
        "customer": .string(id.description), "version": .number(Number(version)),
        "records": .array(members.map(\.key).sorted().map { .string($0.description) }),
      ]
      try writer.appendChange(
        kind: known == nil ? "customer-created" : "customer-changed", customer: id, record: nil, payload: CanonicalJSON.bytes(payload),
        position: position)
    }
    touchedCustomers = []
  }
}
