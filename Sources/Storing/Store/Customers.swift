import Model
import SQLite

// Permanent ids and golden records (contract C3). `Mastering` decides who is who; this keeps it.

/// What an id means today.
public enum Resolution: Hashable, Sendable {
  case customer(StoredCustomer)
  /// It was given out and names nobody any more.
  case retired(CustomerID)
  /// It was never given out.
  case unknown
}

extension StoreReader {
  /// The row of exactly this id.
  public func customer(_ id: CustomerID) throws -> StoredCustomer? {
    try database.statement("SELECT id, state, redirect_to, golden, version, updated_position FROM customers WHERE id = ?")
      .bind(id.number).first(decodeCustomer)
  }

  /// The live customer that an id leads to.
  ///
  /// The table keeps each merge as it happened (a → b, later b → c), and chains are followed here. Rewriting a to c would
  /// lose that a belongs with b when b and c separate again. Chains are short: an id redirects once per merge of its survivor.
  public func resolve(_ id: CustomerID) throws -> Resolution {
    var current = id
    var visited: Set<CustomerID> = []
    while visited.insert(current).inserted {
      guard let row = try customer(current) else { return .unknown }
      switch (row.state, row.redirectTo) {
      case (.live, _): return .customer(row)
      case (.redirected, let next?): current = next
      case (.redirected, nil), (.retired, _): return .retired(current)
      }
    }
    throw Fault("redirect-cycle", "The redirects of customer \(id) lead in a circle.")
  }

  /// Live customers in order of their ids, behind `after`.
  public func customers(after: CustomerID? = nil, limit: Int) throws -> [StoredCustomer] {
    try database.statement(
      """
      SELECT id, state, redirect_to, golden, version, updated_position FROM customers WHERE id > ? AND state = 'live' ORDER BY id LIMIT ?
      """
    ).bind(after?.number ?? 0).bind(limit).map(decodeCustomer)
  }

  /// The ids that redirect to `id` directly, oldest first.
  public func customersRedirecting(to id: CustomerID) throws -> [CustomerID] {
    try database.statement("SELECT id FROM customers WHERE redirect_to = ? ORDER BY id").bind(id.number).map { CustomerID($0.int(0)) }
  }

  public func customerCount() throws -> Int {
    Int(try database.statement("SELECT count(*) FROM customers WHERE state = 'live'").first { $0.int(0) } ?? 0)
  }

  private func decodeCustomer(_ row: Row) throws -> StoredCustomer {
    guard let state = StoredCustomer.State(rawValue: row.text(1)) else {
      throw Fault("storage-corrupt", "Customer c-\(row.int(0)) has the unknown state `\(row.text(1))`.")
    }
    return StoredCustomer(
      id: CustomerID(row.int(0)), state: state, redirectTo: row.optionalInt(2).map { CustomerID($0) }, golden: row.bytes(3),
      version: row.int(4), updatedPosition: row.int(5))
  }
}

extension StoreWriter {
  /// The next customer id: higher than every one before, and never given out again once this write is committed.
  public func allocateCustomer() throws -> CustomerID { CustomerID(try next("customer")) }

  /// Writes a customer's row. The version is counted here (1 at first, then one more with each write) whatever the
  /// argument says.
  /// - Returns: the version.
  @discardableResult
  public func put(_ customer: StoredCustomer) throws -> Int64 {
    try database.statement(
      """
      INSERT INTO customers (id, state, redirect_to, golden, version, updated_position) VALUES (?, ?, ?, ?, 1, ?)
        ON CONFLICT (id) DO UPDATE SET state = excluded.state, redirect_to = excluded.redirect_to, golden = excluded.golden,
          version = version + 1, updated_position = excluded.updated_position
        RETURNING version
      """
    ).bind(customer.id.number).bind(customer.state.rawValue).bind(customer.redirectTo?.number).bind(customer.golden)
      .bind(customer.updatedPosition).returnedInt()
  }
}
