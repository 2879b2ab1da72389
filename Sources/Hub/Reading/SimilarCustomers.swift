import Matching
import Model
import Storing

extension CustomerView {
  /// A customer that a record might belong to.
  public struct Similar: Sendable {
    public var customer: CustomerID
    /// The record of that customer which fits best.
    public var record: RecordKey
    /// Of the pair by itself, with the prior.
    public var weight: MatchWeight
    /// The weight passes the threshold; otherwise they are possibly the same.
    public var isSame: Bool
  }

  /// Comparisons that one question may cost.
  private static let comparisonsAllowed = 300

  /// Search before create: the customers that a record with these attributes might belong to, the most probable first. Nothing is stored.
  ///
  /// Waits neither for a batch that is being applied nor for other questions; what such a batch brings may be missing.
  /// - Parameters:
  ///   - attributes: by name, as in `mappings/model.yaml`.
  ///   - source: the scope of ids that are only unique there.
  /// - Returns: at most `limit` customers, and whether there may be more.
  public func similar(
    to attributes: [String: Value], source: String = "", limit: Int
  ) throws -> (customers: [Similar], isTruncated: Bool) {
    let prepared = Preparation.prepare(attributes, source: source)
    // A customer has several records: more of them are asked for than customers are wanted.
    let wanted = max(1, limit) * 4
    return try hub.store.read { reader in
      let answer =
        try hub.identities.find(prepared, limit: wanted, budget: Self.comparisonsAllowed)
        ?? hub.identities.ask(reader) { $0.finder().find(prepared, limit: wanted, budget: Self.comparisonsAllowed) }
      var customers: [Similar] = []
      var seen: Set<CustomerID> = []
      for match in answer.matches {
        for record in try reader.records(ids: match.records) {
          guard let customer = record.customer, seen.insert(customer).inserted else { continue }
          customers.append(
            Similar(customer: customer, record: record.key, weight: match.weight, isSame: match.weight >= hub.settings.match.threshold))
        }
      }
      return (Array(customers.prefix(limit)), answer.isTruncated || answer.matches.count == wanted || customers.count > limit)
    }
  }
}
