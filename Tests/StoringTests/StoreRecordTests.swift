import CrashDisk
import Model
import Storing
import Testing

@Suite struct StoreRecordTests {
  let store: Store

  init() throws { store = try Store(path: "/store.sqlite", vfs: CrashDisk(records: false).vfsName) }

  private func record(_ key: String, type: String = "customer", _ values: [String: Value] = [:], version: Int64 = 1) -> StoredRecord {
    let attributes = values.mapValues { RecordState.Attribute(value: $0, version: Version(version)) }
    let state = RecordState(key: RecordKey(source: "crm", type: type, key: key), version: Version(version), attributes: attributes)
    return StoredRecord(state: state, acceptedPosition: version)
  }

  @Test func givesBackEveryShapeOfState() throws {
    let odd: Value = [
      "quote\"\\/": "line\nbreak\t\u{1}\u{7F} 云\u{1F600}", "empty": "", "list": [nil, true, false, [], [[:]]], "nested": ["a": ["b": "c"]],
    ]
    let number = try #require(Number(parsing: "-123456789012345678901234567890.0000000001"))
    let attributes: [String: RecordState.Attribute] = [
      "名称": .init(value: odd, version: Version(.min, generation: .max)), "amount": .init(value: .number(number), version: Version(.max)),
      "cleared": .init(value: .null, version: Version(42, generation: 1)), "flag": .init(value: true, version: Version(-3)),
    ]
    let key = RecordKey(source: "erp", type: "customer", key: "a/b/云")
    let states = [
      RecordState(key: key, version: Version(7, generation: 2), attributes: attributes, baseline: Version(3, generation: 9)),
      RecordState(key: key, version: Version(7), attributes: attributes.mapValues { .init(value: $0.value, version: Version(7)) }),
      RecordState(key: key, version: Version(8), isDeleted: true, baseline: Version(8)),
    ]
    var id: Int64 = 0
    for state in states {
      var stored = StoredRecord(
        id: id, state: state, acceptedPosition: 12, at: -5, home: CustomerID(3), customer: CustomerID(4))
      id = try store.write { try $0.put(stored) }
      stored.id = id
      #expect(try store.read { try $0.record(key) } == stored)
      #expect(try store.read { try $0.record(id: id) } == stored)
    }
    #expect(try store.read { try $0.recordID(key) } == id)
    #expect(try store.read { try $0.record(RecordKey(source: "erp", type: "customer", key: "other")) } == nil)
    #expect(try store.read { try $0.record(RecordKey(source: "x", type: "y", key: "z")) } == nil)
  }

  @Test func rowsAscendAndAreNeverReused() throws {
    struct Stop: Error {}
    let first = try store.write { writer in try ["a", "b"].map { try writer.put(record($0)) } }
    #expect(first == [1, 2])
    #expect(throws: Stop.self) {
      try store.write { writer in
        _ = try writer.put(record("c"))
        throw Stop()
      }
    }
    #expect(try store.write { try $0.put(record("d")) } == 3, "a row that was never committed is given to the next")
    #expect(try store.read { try $0.record(RecordKey(source: "crm", type: "customer", key: "c")) } == nil)
    let unknown = #expect(throws: Fault.self) {
      var ghost = record("e")
      ghost.id = 99
      _ = try store.write { try $0.put(ghost) }
    }
    #expect(unknown?.code == "record-unknown")
  }

  @Test func belongsToCustomersAndRemembersHome() throws {
    try store.write { writer in
      for key in ["a", "b", "c"] { try writer.put(record(key)) }
      for id: Int64 in 1...3 { try writer.setHome(CustomerID(id), of: id) }
      for id: Int64 in 1...3 { try writer.setCustomer(CustomerID(1), of: id) }
    }
    #expect(try store.read { try $0.records(of: CustomerID(1)).map(\.id) } == [1, 2, 3])
    try store.write { try $0.setCustomer(nil, of: 2) }
    #expect(try store.read { try $0.records(of: CustomerID(1)).map(\.id) } == [1, 3])
    #expect(try store.read { try $0.records(atHomeIn: CustomerID(3)).map(\.key.key) } == ["c"])
    #expect(try store.read { try $0.records(ids: [3, 99, 1]).map(\.id) } == [3, 1])
  }

  @Test func streamsLiveRecordsOfOneTypeInBatches() throws {
    try store.write { writer in
      for index in 0..<25 { try writer.put(record("\(index)", type: index % 5 == 0 ? "order" : "customer")) }
      var gone = try #require(try writer.record(id: 2))
      gone.state.isDeleted = true
      try writer.put(gone)
    }
    var batches: [[Int64]] = []
    try store.read { try $0.forEachLiveRecord(type: "customer", batch: 6) { batches.append($0.map(\.id)) } }
    #expect(batches.map(\.count) == [6, 6, 6, 1])
    #expect(batches.flatMap { $0 } == (1...25).filter { $0 % 5 != 1 && $0 != 2 }.map(Int64.init))
    #expect(try store.read { try $0.liveRecordCounts() } == ["customer": 19, "order": 5])
    #expect(try store.read { try $0.liveRecords(type: "nothing", limit: 5).isEmpty })
  }

  @Test func timelinesAreNewestFirstInPages() throws {
    let customer = RecordKey(source: "crm", type: "customer", key: "1")
    let other = RecordKey(source: "erp", type: "customer", key: "1")
    try store.write { writer in
      for (index, at) in ([30, 10, nil, 20, 20, 40] as [Int64?]).enumerated() {
        var order = record("o\(index)", type: index == 5 ? "ticket" : "order")
        order.at = at
        order.id = try writer.put(order)
        try writer.replaceReferences(order, [("customer_key", customer), ("payer_key", customer)])
      }
      var shared = record("s", type: "order")
      shared.id = try writer.put(shared)
      try writer.replaceReferences(shared, [("customer_key", other), ("payer_key", customer)])
    }
    func page(_ type: String?, _ before: StoredRecord?, _ limit: Int) throws -> [StoredRecord] {
      try store.read { try $0.recordsReferring(to: customer, type: type, before: before.map { TimelineCursor($0) }, limit: limit) }
    }
    #expect(try page(nil, nil, 99).map(\.id) == [6, 1, 5, 4, 2, 7, 3])
    #expect(try page("order", nil, 3).map(\.id) == [1, 5, 4])
    #expect(try page("order", try page("order", nil, 2).last, 9).map(\.id) == [4, 2, 7, 3])
    #expect(try page("order", try page("order", nil, 5).last, 9).map(\.id) == [3])
    #expect(try store.read { try $0.timeline(of: [customer, other], limit: 99).map(\.id) } == [6, 1, 5, 4, 2, 7, 3])
    #expect(try store.read { try $0.timeline(of: [customer, other], types: ["ticket", "none"], limit: 99).map(\.id) } == [6])
    #expect(try store.read { try $0.references(of: 7).map(\.target) } == [other, customer])
    try store.write { writer in try writer.record(id: 6).map { try writer.replaceReferences($0, []) } }
    #expect(try page(nil, nil, 2).map(\.id) == [1, 5])
  }

  @Test func aReaderSeesOneSnapshot() throws {
    try store.write { try $0.put(record("a")) }
    try store.read { reader in
      #expect(try reader.liveRecordCounts() == ["customer": 1])
      try store.write { try $0.put(record("b")) }
      #expect(try reader.liveRecordCounts() == ["customer": 1])
    }
    #expect(try store.read { try $0.liveRecordCounts() } == ["customer": 2])
  }
}
