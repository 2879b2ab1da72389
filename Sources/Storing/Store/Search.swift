import Model
import SQLite

// Search by parts of names, through a table of terms of our own: personal data never enters FTS5, whose segments keep what
// was deleted (contract C7). Clustered by blocks of record ids for the reason given in Lookup.swift; the blocks are
// smaller, because a record has more terms than lookup values.

let searchBlockBits: Int64 = 13

/// Records whose texts contain what was searched, and whether there may be more.
public struct SearchResult: Hashable, Sendable {
  /// Rows, ascending.
  public var records: [Int64]
  /// True when the search stopped at its limit.
  public var isTruncated: Bool

  public init(records: [Int64], isTruncated: Bool) {
    self.records = records
    self.isTruncated = isTruncated
  }
}

extension StoreReader {
  /// The records that have a text with all words of the query: Chinese as a part of it, the last Latin word as a prefix.
  /// - Parameters:
  ///   - after: the last row of the page before.
  ///   - limit: at most so many rows.
  public func search(_ query: String, after: Int64 = 0, limit: Int) throws -> SearchResult {
    let folded = SearchTerms.fold(query)
    let wanted = SearchTerms.wanted(folded)
    guard !wanted.isEmpty else { return SearchResult(records: [], isTruncated: false) }
    let parts = folded.split(separator: " ").map(String.init)
    var found: [Int64] = []
    for block in (after >> searchBlockBits)...max(after, try lastRecord()) >> searchBlockBits {
      for record in try candidates(of: wanted, in: block) where record > after {
        // Bigrams may come from different places of a text, so each candidate's texts are looked at.
        guard try searchTexts(of: record).contains(where: { text in parts.allSatisfy { text.contains($0) } }) else { continue }
        guard found.count < limit else { return SearchResult(records: found, isTruncated: true) }
        found.append(record)
      }
    }
    return SearchResult(records: found, isTruncated: false)
  }

  /// The customers of the records that ``search(_:after:limit:)`` finds, each once, in order of its first record.
  public func searchCustomers(_ query: String, limit: Int) throws -> [CustomerID] {
    var customers: [CustomerID] = []
    var seen: Set<CustomerID> = []
    var after: Int64 = 0
    while customers.count < limit {
      let page = try search(query, after: after, limit: max(64, limit))
      for record in page.records where customers.count < limit {
        guard let customer = try customer(ofRecord: record), seen.insert(customer).inserted else { continue }
        customers.append(customer)
      }
      guard page.isTruncated, let last = page.records.last else { break }
      after = last
    }
    return customers
  }

  /// The folded texts under which a record can be searched.
  public func searchTexts(of record: Int64) throws -> [String] {
    try database.statement("SELECT entries FROM search_texts WHERE record = ?").bind(record).first {
      try $0.withBytes(0) { try TextList.decode($0) }
    } ?? []
  }

  private func customer(ofRecord record: Int64) throws -> CustomerID? {
    let number: Int64?? = try database.statement("SELECT customer FROM records WHERE id = ?").bind(record).first { $0.optionalInt(0) }
    return (number ?? nil).map { CustomerID($0) }
  }

  /// The records of a block that have all wanted terms, ascending.
  private func candidates(of wanted: [(term: String, isPrefix: Bool)], in block: Int64) throws -> [Int64] {
    var common: Set<Int64>?
    // Exact terms first: they are rarer than prefixes.
    for (term, isPrefix) in wanted.sorted(by: { !$0.isPrefix && $1.isPrefix }) {
      let statement =
        isPrefix
        // U+10FFFF is no character: nothing that begins with the term sorts behind it.
        ? try database.statement("SELECT record FROM terms WHERE block = ? AND term >= ? AND term < ?").bind(block).bind(term)
          .bind(term + "\u{10FFFF}")
        : try database.statement("SELECT record FROM terms WHERE block = ? AND term = ?").bind(block).bind(term)
      let records = Set(try statement.map { $0.int(0) })
      common = common?.intersection(records) ?? records
      if common?.isEmpty == true { return [] }
    }
    return (common ?? []).sorted()
  }
}

extension StoreWriter {
  /// Replaces the texts (names, above all) under which a record can be searched; writes only what differs from before.
  public func replaceSearchTexts(_ record: Int64, _ texts: [String]) throws {
    let folded = texts.map(SearchTerms.fold).filter { !$0.isEmpty }
    let before = withoutTexts.remove(record) == nil ? try searchTexts(of: record) : []
    guard folded != before else { return }
    let old = before.reduce(into: Set<String>()) { $0.formUnion(SearchTerms.indexed($1)) }
    let new = folded.reduce(into: Set<String>()) { $0.formUnion(SearchTerms.indexed($1)) }
    let block = record >> searchBlockBits
    for term in old where !new.contains(term) {
      try database.statement("DELETE FROM terms WHERE block = ? AND term = ? AND record = ?").bind(block).bind(term).bind(record).run()
    }
    for term in new where !old.contains(term) {
      try database.statement("INSERT OR IGNORE INTO terms (block, term, record) VALUES (?, ?, ?)").bind(block).bind(term).bind(record).run()
    }
    guard !folded.isEmpty else {
      return try database.statement("DELETE FROM search_texts WHERE record = ?").bind(record).run()
    }
    try database.statement("INSERT OR REPLACE INTO search_texts (record, entries) VALUES (?, ?)")
      .bind(record).bind(TextList.encode(folded)).run()
  }
}
