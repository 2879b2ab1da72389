import CrashDisk
import Model
import Storing
import Testing

@Suite struct StoreLedgerTests {
  let disk = CrashDisk(records: false)
  let store: Store

  init() throws { store = try Store(path: "/store.sqlite", vfs: disk.vfsName) }

  private func customer(_ id: Int64, _ state: StoredCustomer.State = .live, to target: Int64? = nil) -> StoredCustomer {
    StoredCustomer(
      id: CustomerID(id), state: state, redirectTo: target.map { CustomerID($0) }, golden: Array("{\"n\":\(id)}".utf8), updatedPosition: 9)
  }

  @Test func idsRiseAndAreNeverReused() throws {
    struct Stop: Error {}
    #expect(try store.write { writer in try (0..<3).map { _ in try writer.allocateCustomer().number } } == [1, 2, 3])
    #expect(throws: Stop.self) {
      try store.write { writer in
        _ = try writer.allocateCustomer()
        throw Stop()
      }
    }
    let again = try Store(path: "/store.sqlite", vfs: disk.vfsName)
    #expect(try again.write { try $0.allocateCustomer().number } == 4)
  }

  @Test func versionsRiseWithEachWrite() throws {
    #expect(try store.write { try $0.put(customer(1)) } == 1)
    #expect(try store.write { try $0.put(customer(1)) } == 2)
    #expect(try store.read { try $0.customer(CustomerID(1))?.version } == 2)
    #expect(try store.read { try $0.customer(CustomerID(1))?.golden } == Array("{\"n\":1}".utf8))
    #expect(try store.read { try $0.customer(CustomerID(2)) } == nil)
  }

  @Test func redirectsAreFollowedAndComeBack() throws {
    func resolved(_ id: Int64) throws -> String {
      switch try store.read({ try $0.resolve(CustomerID(id)) }) {
      case .customer(let customer): customer.id.description
      case .retired(let id): "retired \(id)"
      case .unknown: "unknown"
      }
    }
    try store.write { writer in
      for id: Int64 in 1...4 { try writer.put(customer(id)) }
      try writer.put(customer(3, .redirected, to: 2))
      try writer.put(customer(2, .redirected, to: 1))
      try writer.put(customer(4, .retired))
    }
    #expect(try [1, 2, 3, 4, 5].map { try resolved($0) } == ["c-1", "c-1", "c-1", "retired c-4", "unknown"])
    #expect(try store.read { try $0.customersRedirecting(to: CustomerID(1)) } == [CustomerID(2)])
    try store.write { try $0.put(customer(2)) }
    #expect(try resolved(3) == "c-2", "who had merged into 2 goes with 2 when 2 lives again")
    try store.write { try $0.put(customer(2, .redirected, to: 3)) }
    #expect(throws: Fault.self) { try store.read { try $0.resolve(CustomerID(3)) } }
  }

  @Test func pagesThroughLiveCustomers() throws {
    try store.write { writer in for id: Int64 in 1...9 { try writer.put(customer(id, id == 4 ? .retired : .live)) } }
    let first = try store.read { try $0.customers(limit: 4).map(\.id.number) }
    #expect(first == [1, 2, 3, 5])
    #expect(try store.read { try $0.customers(after: CustomerID(5), limit: 99).map(\.id.number) } == [6, 7, 8, 9])
    #expect(try store.read { try $0.customerCount() } == 8)
  }

  @Test func decisionsEndButStay() throws {
    let (a, b, c) = (key("a"), key("b"), key("c"))
    let made = try store.write { writer in
      [
        try writer.add(Decision(id: 0, kind: .cannotLink, b, a, author: "李", reason: "不同公司"), created: 5),
        try writer.add(Decision(id: 0, kind: .mustLink, b, c, author: "王", reason: "", expires: 100), created: 6),
        try writer.add(Decision(id: 0, kind: .mustLink, a, c, author: "王", reason: "x", expires: 200), created: 7),
      ]
    }
    #expect(made.map(\.decision.id) == [1, 2, 3])
    #expect(try store.read { try $0.decisionsInForce() } == made)
    #expect(try store.read { try $0.decision(1)?.decision.first } == a, "the smaller key first")
    #expect(try store.write { try $0.expireDecisions(at: 99, position: 8) } == [])
    let expired = try store.write { try $0.expireDecisions(at: 100, position: 9) }
    #expect(expired.map(\.decision.id) == [2] && expired.map(\.state) == [.expired])
    let undone = try store.write { try $0.undo(decision: 1, by: "赵", position: 10) }
    #expect(undone.state == .undone && undone.endedBy == "赵" && undone.endedPosition == 10)
    #expect(try store.read { try $0.decisionsInForce().map(\.decision.id) } == [3])
    #expect(try store.read { try $0.decisions(about: b) } == [undone, expired[0]])
    for (id, code) in [(1, "decision-ended"), (9, "decision-unknown")] {
      let fault = #expect(throws: Fault.self) { try store.write { try $0.undo(decision: Int64(id), by: "赵", position: 11) } }
      #expect(fault?.code == code)
    }
  }

  @Test func changesAreNumberedWithoutGaps() throws {
    struct Stop: Error {}
    try store.write { writer in
      try writer.appendChange(kind: "customer-changed", customer: CustomerID(1), payload: [1], position: 3)
      try writer.appendChange(kind: "record-changed", record: key("a/b"), position: 4)
    }
    #expect(throws: Stop.self) {
      try store.write { writer in
        try writer.appendChange(kind: "lost", position: 5)
        throw Stop()
      }
    }
    #expect(try store.write { try $0.appendChange(kind: "last", position: 6) } == 3)
    let feed = try store.read { try $0.changes(after: 0, limit: 10) }
    #expect(feed.map(\.sequence) == [1, 2, 3] && feed.map(\.kind) == ["customer-changed", "record-changed", "last"])
    #expect(feed[0].customer == CustomerID(1) && feed[0].payload == [1] && feed[1].record == key("a/b") && feed[1].payload == [])
    #expect(try store.read { try $0.changes(after: 1, limit: 1).map(\.sequence) } == [2])
    #expect(try store.read { try $0.lastChange() } == 3)
  }

  @Test func deadLettersAreFilteredAndPaged() throws {
    let full = Fault("csv-field-count", "Row 7 has 3 fields.", at: Location(file: "a.csv", line: 7, column: 2, offset: 90), hint: "Look.")
    let letters = (0..<6).map { (index: Int) -> DeadLetter in
      let stream = StreamName(connector: index < 3 ? "crm" : "erp", stream: "s\(index % 2)", partition: "p")
      let fault = index == 0 ? full : Fault("x\(index % 3)", "m")
      let item = index % 2 == 0 ? index : nil
      return DeadLetter(position: Int64(index), item: item, stream: stream, fault: fault, raw: [UInt8(index), 0], at: 100)
    }
    #expect(try store.write { writer in try letters.map { try writer.add($0) } } == [1, 2, 3, 4, 5, 6])
    var expected = letters[0]
    expected.id = 1
    #expect(try store.read { try $0.deadLetter(1) } == expected)
    #expect(try store.read { try $0.deadLetter(2)?.fault.location } == nil)
    #expect(try store.read { try $0.deadLetter(7) } == nil)
    func list(_ filter: DeadLetterFilter, after: Int64 = 0) throws -> [Int64] {
      try store.read { try $0.deadLetters(filter, after: after, limit: 2).map(\.id) }
    }
    #expect(try list(DeadLetterFilter()) == [1, 2])
    #expect(try list(DeadLetterFilter(), after: 5) == [6])
    #expect(try list(DeadLetterFilter(connector: "erp", stream: "s1")) == [4, 6])
    #expect(try list(DeadLetterFilter(code: "csv-field-count")) == [1])
    #expect(try list(DeadLetterFilter(code: "' OR 1=1 --")) == [])
    #expect(try store.read { try $0.deadLetterCount(DeadLetterFilter(connector: "crm")) } == 3)
  }

  @Test func accountsAddUp() throws {
    var delta = Account()
    delta.mapped = 1
    delta.produced = 5
    delta.applied = 3
    delta.deadLettered = 2
    let leads = AccountKey(connector: "crm", stream: "leads")
    try store.write { writer in
      for _ in 0..<3 { try writer.add(delta, to: leads) }
      var erasure = Account()
      erasure.applied = -1
      erasure.erased = 1
      try writer.add(erasure, to: leads)
      try writer.add(delta, to: AccountKey(connector: "crm", stream: "orders"))
    }
    let accounts = try store.read { try $0.accounts() }
    var sum = Account()
    for _ in 0..<3 { sum += delta }
    sum.applied -= 1
    sum.erased += 1
    #expect(accounts == [leads: sum, AccountKey(connector: "crm", stream: "orders"): delta])
  }

  @Test func lanesGoForwardOnly() throws {
    #expect(try store.read { try $0.appliedThrough("crm") } == 0)
    try store.write { writer in
      try writer.setAppliedThrough("crm", 5)
      try writer.setAppliedThrough("erp", 9)
      try writer.setAppliedThrough("crm", 7)
    }
    let fault = #expect(throws: Fault.self) { try store.write { try $0.setAppliedThrough("crm", 6) } }
    #expect(fault?.code == "lane-order")
    #expect(try store.read { try $0.appliedThrough() } == ["crm": 7, "erp": 9])
  }

  @Test func metaIsReplacedAndRemoved() throws {
    try store.write { try $0.setMeta("digest", "a") }
    try store.write { try $0.setMeta("digest", "b") }
    #expect(try store.read { try $0.meta("digest") } == "b")
    try store.write { try $0.setMeta("digest", nil) }
    #expect(try store.read { try $0.meta("digest") } == nil)
  }

  @Test func aFullDiskChangesNothingAndPasses() throws {
    try store.write { try $0.setMeta("a", "1") }
    disk.fill(from: disk.operationCount)
    let fault = #expect(throws: Fault.self) {
      try store.write { writer in
        try writer.setMeta("a", "2")
        _ = try writer.allocateCustomer()
      }
    }
    #expect(fault?.code == "storage-full")
    #expect(try store.read { try $0.meta("a") } == "1")
    disk.makeSpace()
    #expect(try store.write { try $0.allocateCustomer().number } == 1)
    #expect(try store.verify() == [])
  }

  @Test func backsUpAndCutsTheLog() throws {
    try store.write { try $0.setMeta("a", "1") }
    try store.backup(to: "/copy.sqlite")
    try store.write { try $0.setMeta("a", "2") }
    try store.checkpoint()
    #expect(try Store(path: "/copy.sqlite", vfs: disk.vfsName).read { try $0.meta("a") } == "1")
  }

  private func key(_ key: String) -> RecordKey { RecordKey(source: "crm", type: "customer", key: key) }
}
