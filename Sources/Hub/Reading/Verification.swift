import Model
import Storing

extension Hub {
  /// What is wrong with the files, the accounting, and the customers as they are stored; empty when all is sound.
  public func verify() throws -> [String] {
    var problems = try journal.verify().map { "journal: \($0)" } + store.verify().map { "store: \($0)" }
    for line in try accounting.lines() where !line.isBalanced {
      problems.append("accounting: \(line.connector)/\(line.stream) does not balance")
    }
    return try problems + store.read { try partitionProblems($0) }
  }

  /// Contract C2: the stored customers are what the live records and decisions give.
  private func partitionProblems(_ reader: StoreReader) throws -> [String] {
    var problems: [String] = []
    // An index of its own: the hub's may be ahead of this snapshot.
    for cluster in try Identities(model: settings.match, types: settings.resolvedTypes).load(reader) {
      let customers = try Set(reader.records(ids: cluster).map(\.customer))
      guard customers.count == 1, let customer = customers.first ?? nil else {
        problems.append("customers: records \(cluster) should be one customer")
        continue
      }
      if try reader.records(of: customer).count != cluster.count {
        problems.append("customers: \(customer) has records that do not belong to it")
      }
    }
    return problems
  }
}
