import Model

/// A live record of the customers that are being formed anew.
public struct Member: Hashable, Sendable {
  /// The record's number in the store.
  public var record: Int64
  /// The customer to which it was first assigned in its own right; `nil` for a record that never had one.
  public var home: CustomerID?
  /// The customer that it belonged to until now; `nil` for a record that was new or deleted.
  public var customer: CustomerID?
  /// When it was first accepted: a lower number is earlier.
  public var acceptedOrder: Int64

  public init(record: Int64, home: CustomerID?, customer: CustomerID? = nil, acceptedOrder: Int64) {
    self.record = record
    self.home = home
    self.customer = customer
    self.acceptedOrder = acceptedOrder
  }

  fileprivate var age: Age { Age(acceptedOrder: acceptedOrder, record: record) }
}

/// What becomes of the ids when touched customers are formed anew.
public struct IdentityAssignment: Hashable, Sendable {
  /// The customer of each part, in the order of the parts.
  public var customers: [CustomerID] = []
  /// The records whose home changes, with their new home.
  public var homes: [Int64: CustomerID] = [:]
  /// Ids that from now on lead to another one. The targets all live.
  public var redirects: [CustomerID: CustomerID] = [:]
  /// Ids that were redirected or retired and live again, in ascending order. Their redirects end.
  public var revived: [CustomerID] = []
  /// Ids that lived and of whose customer no record is left, in ascending order. They live again when a record that is at
  /// home there comes back.
  public var retired: [CustomerID] = []
}

/// Gives permanent ids to the new parts of the customers that a change touched (contract C3).
///
/// Every record has a *home*. An id goes to the part that holds most of the records at home there (tie: the part with the
/// earliest accepted of them). When several ids claim one part, the oldest names it; the others redirect to it, but their
/// records stay at home with them, so they live again when those records separate. A part that no id claims gets a new
/// id, and a record whose home is somewhere else becomes at home in its part. An id that lived but lost all records at
/// home there, while others of its customer remain, redirects to the part that holds most of those.
///
/// So all live records at home with an id are always in one customer, no id names two customers at once, and following
/// redirects from any id ever given ends at one that lives or at one that is retired.
///
/// - Parameters:
///   - parts: The new partition of all live records of the touched customers and of the records that came new. No part is
///     empty, no record occurs twice.
///   - touched: The ids of the customers whose records these were, also of those that have none left.
///   - elsewhere: The ids that live in other customers or at which live records of other customers are at home.
///   - allocate: Gives a new id, larger than all ids before.
public func assignIdentities(
  parts: [[Member]], touched: Set<CustomerID>, elsewhere: Set<CustomerID>, allocate: () -> CustomerID
) -> IdentityAssignment {
  let places = claims(on: parts, excluding: elsewhere)
  var assignment = IdentityAssignment()
  var names = [CustomerID?](repeating: nil, count: parts.count)
  for (id, part) in places {
    names[part] = names[part].map { min($0, id) } ?? id
  }
  for part in parts.indices.filter({ names[$0] == nil }).sorted(by: { age(of: parts[$0]) < age(of: parts[$1]) }) {
    names[part] = allocate()
  }
  assignment.customers = names.compactMap { $0 }

  for (id, part) in places where assignment.customers[part] != id {
    assignment.redirects[id] = assignment.customers[part]
  }
  for (part, members) in parts.enumerated() {
    for member in members where member.home.flatMap({ places[$0] }) != part {
      assignment.homes[member.record] = assignment.customers[part]
    }
  }
  let heirs = successors(of: touched.filter { places[$0] == nil }, in: parts)
  for id in touched where places[id] == nil {
    if let heir = heirs[id] {
      assignment.redirects[id] = assignment.customers[heir]
    } else {
      assignment.retired.append(id)
    }
  }
  assignment.retired.sort()
  assignment.revived = zip(assignment.customers, parts.indices).filter { places[$0] == $1 && !touched.contains($0) }.map(\.0).sorted()
  return assignment
}

/// The part that each id goes to: most records at home there, then the earliest of them.
private func claims(on parts: [[Member]], excluding elsewhere: Set<CustomerID>) -> [CustomerID: Int] {
  strongest(in: parts) { member in member.home.flatMap { elsewhere.contains($0) ? nil : $0 } }
}

/// For ids without records at home: the part that holds most of the records that belonged to their customer until now.
private func successors(of ids: Set<CustomerID>, in parts: [[Member]]) -> [CustomerID: Int] {
  strongest(in: parts) { member in member.customer.flatMap { ids.contains($0) ? $0 : nil } }
}

/// For every id that `vote` names: the part with most votes for it; on a tie, the part with the earliest accepted voter.
private func strongest(in parts: [[Member]], vote: (Member) -> CustomerID?) -> [CustomerID: Int] {
  var best: [CustomerID: (part: Int, votes: Int, age: Age)] = [:]
  for (part, members) in parts.enumerated() {
    var tally: [CustomerID: (votes: Int, age: Age)] = [:]
    for member in members {
      guard let id = vote(member) else { continue }
      let known = tally[id] ?? (votes: 0, age: member.age)
      tally[id] = (votes: known.votes + 1, age: min(known.age, member.age))
    }
    for (id, count) in tally {
      if let known = best[id], (known.votes, count.age) > (count.votes, known.age) { continue }
      best[id] = (part: part, votes: count.votes, age: count.age)
    }
  }
  return best.mapValues(\.part)
}

/// The age of a part is that of its earliest record; parts of equal age do not exist.
private func age(of part: [Member]) -> Age {
  part.map(\.age).min() ?? Age(acceptedOrder: .max, record: .max)
}

private struct Age: Comparable {
  var acceptedOrder: Int64
  var record: Int64

  static func < (left: Age, right: Age) -> Bool {
    (left.acceptedOrder, left.record) < (right.acceptedOrder, right.record)
  }
}
