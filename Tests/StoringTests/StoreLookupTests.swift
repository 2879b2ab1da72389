import CrashDisk
import Model
import Seeding
import Storing
import Testing

@Suite struct StoreLookupTests {
  let store: Store

  init() throws { store = try Store(path: "/store.sqlite", vfs: CrashDisk(records: false).vfsName) }

  private func put(_ writer: StoreWriter, _ key: String) throws -> Int64 {
    try writer.put(
      StoredRecord(state: RecordState(key: RecordKey(source: "crm", type: "customer", key: key), version: Version(1)), acceptedPosition: 1))
  }

  @Test func findsByExactValue() throws {
    try store.write { writer in
      for index in 0..<6 {
        let id = try put(writer, "\(index)")
        try writer.replaceLookup(
          id,
          [
            LookupEntry(kind: "phone", value: index < 4 ? "+861" : "+862"), LookupEntry(kind: "email", value: "\(index)@x"),
            LookupEntry(kind: "email", value: "\(index)@x"),
          ])
      }
    }
    func find(_ kind: String, _ value: String) throws -> [Int64] { try store.read { try $0.find(kind: kind, value: value) } }
    #expect(try find("phone", "+861") == [1, 2, 3, 4])
    #expect(try find("phone", "+86") == [])
    #expect(try find("email", "+861") == [])
    #expect(try find("fax", "+861") == [])
    #expect(try store.read { try $0.find(kind: "phone", value: "+861", limit: 2) } == [1, 2])
    try store.write { writer in
      try writer.replaceLookup(2, [LookupEntry(kind: "email", value: "1@x"), LookupEntry(kind: "email", value: "new@x")])
      try writer.replaceLookup(3, [])
    }
    #expect(try find("phone", "+861") == [1, 4])
    #expect(try find("email", "1@x") == [2])
    #expect(try find("email", "new@x") == [2])
    #expect(try find("email", "2@x") == [])
    #expect(try store.read { try $0.lookupEntries(of: 2).map(\.value) } == ["1@x", "new@x"])
  }

  @Test(arguments: [
    ("云图科技", [1, 2]), ("上海云图科技有限公司", [1]), ("图", [1, 2, 3]), ("技", [1, 2]), ("司", [1, 3]), ("科技云图", []), ("cloud", [1, 2]),
    ("CLOUD ma", [2]),
    ("cloud-map", [2]), ("clo", [1, 2]), ("map cl", [2]), ("oud", []), ("ｃｌｏｕｄ", [1, 2]), ("é", [4]), ("école", [4]), ("ecole", []),
    ("123", [4]), ("图 cloud", [2]),
    ("", []), ("--", []), ("云科", []), ("ма", [4]),
  ])
  /// All words of a query are looked for in one text: record 1 has 图 in one and Cloud in another.
  func searchesPartsOfNames(_ query: String, _ expected: [Int64]) throws {
    try store.write { writer in
      let texts = [
        ["上海云图科技有限公司", "Cloud"], ["云图科技 Cloud-Map Ltd.", "旧名"], ["海图公司", "云上"], ["École 12345 МАРИЯ"],
      ]
      for (index, texts) in texts.enumerated() { try writer.replaceSearchTexts(try put(writer, "\(index)"), texts) }
    }
    let found = try store.read { try $0.search(query, limit: 10).records }
    #expect(found == expected)
  }

  @Test func searchFollowsChangesAndPages() throws {
    try store.write { writer in
      for index in 0..<30 {
        let id = try put(writer, "\(index)")
        try writer.replaceSearchTexts(id, ["云图\(index)号"])
        try writer.setCustomer(CustomerID(Int64(index / 3 + 1)), of: id)
      }
      try writer.replaceSearchTexts(2, ["改名"])
      try writer.replaceSearchTexts(3, [])
    }
    let first = try store.read { try $0.search("云图", limit: 4) }
    #expect(first == SearchResult(records: [1, 4, 5, 6], isTruncated: true))
    let rest = try store.read { try $0.search("云图", after: 6, limit: 99) }
    #expect(rest.records == Array(7...30) && !rest.isTruncated)
    #expect(try store.read { try $0.search("改", limit: 4).records } == [2])
    #expect(try store.read { try $0.searchCustomers("云图", limit: 3) } == [1, 2, 3].map { CustomerID($0) })
    #expect(try store.read { try $0.searchCustomers("云图", limit: 99).count } == 10)
    #expect(try store.read { try $0.searchTexts(of: 2) } == ["改名"])
  }

  /// Against the obvious: a text contains every part of the query.
  @Test func searchAgreesWithContains() throws {
    var generator = SeededGenerator(seed: 11)
    let alphabet = Array("上海云图科技")
    func word(_ length: ClosedRange<Int>) -> String {
      String((0..<Int.random(in: length, using: &generator)).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
    }
    let names = (0..<400).map { _ in word(1...7) }
    try store.write { writer in
      for (index, name) in names.enumerated() { try writer.replaceSearchTexts(try put(writer, "\(index)"), [name]) }
    }
    for _ in 0..<200 {
      let query = word(1...4)
      let expected = names.indices.filter { names[$0].contains(query) }.map { Int64($0 + 1) }
      #expect(try store.read { try $0.search(query, limit: 1_000).records } == expected, "query \(query), seed 11")
    }
  }
}
