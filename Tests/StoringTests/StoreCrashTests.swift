import CrashDisk
import Model
import Seeding
import Storing
import Testing

/// Power cuts at seeded moments of a seeded life of a store: it is exactly as after one of its writes, and not before the
/// last one that returned.
@Suite struct StoreCrashTests {
  @Test(arguments: UInt64(1)...8)
  func writesAreAtomicAndDurable(seed: UInt64) throws {
    let disk = CrashDisk()
    var random = SeededGenerator(seed: seed)
    let store = try Store(path: "/store.sqlite", vfs: disk.vfsName, readers: 1)
    var states = [try dump(store)]
    var returned = [disk.operationCount]
    for step in 1...25 {
      if Int.random(in: 0..<5, using: &random) == 0 { try failFull(store, disk, step, &random) }
      try store.write { try life($0, step, &random) }
      if step % 9 == 0 { try store.checkpoint() }
      states.append(try dump(store))
      returned.append(disk.operationCount)
    }
    let points = (0..<50).map { _ in Int.random(in: returned[0]...disk.operationCount, using: &random) }.sorted()
    for point in points {
      let fate = Fate.seeded(random.next())
      let done = returned.lastIndex { $0 <= point } ?? 0
      let recovered = disk.image(at: point, fate: fate).mount()
      let again = try Store(path: "/store.sqlite", vfs: recovered.vfsName, readers: 1)
      let state = try dump(again)
      let allowed = states[done...min(done + 1, states.count - 1)]
      #expect(allowed.contains(state), "seed \(seed), operation \(point), \(fate)")
      #expect(try again.verify() == [], "seed \(seed), operation \(point), \(fate)")
      let customers = try again.read { try $0.customers(limit: 1_000).map(\.id) }
      let next = try again.write { try $0.allocateCustomer() }
      #expect(customers.allSatisfy { $0 < next }, "ids are never reused: seed \(seed), operation \(point)")
    }
  }

  /// Before the schema is committed there is no store; afterwards there is a whole one.
  @Test func creationIsAtomic() throws {
    let disk = CrashDisk()
    let store = try Store(path: "/store.sqlite", vfs: disk.vfsName, readers: 1)
    let empty = try dump(store)
    for point in 0...disk.operationCount {
      for seed in 0..<4 {
        let recovered = disk.image(at: point, fate: .seeded(UInt64(point * 4 + seed))).mount()
        let again = try Store(path: "/store.sqlite", vfs: recovered.vfsName, readers: 1)
        #expect(try dump(again) == empty, "operation \(point), seed \(point * 4 + seed)")
      }
    }
  }

  /// A write that finds the disk full, somewhere in the middle, leaves nothing behind.
  private func failFull(_ store: Store, _ disk: CrashDisk, _ step: Int, _ random: inout SeededGenerator) throws {
    let before = try dump(store)
    disk.fill(from: disk.operationCount + Int.random(in: 0...3, using: &random))
    var copy = random
    #expect(throws: Fault.self) { try store.write { try life($0, step, &copy) } }
    disk.makeSpace()
    #expect(try dump(store) == before)
  }

  /// Some of everything that the pipeline does in one write.
  private func life(_ writer: StoreWriter, _ step: Int, _ random: inout SeededGenerator) throws {
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let key = RecordKey(source: "crm", type: "customer", key: "\(Int.random(in: 0..<40, using: &random))")
      let name = "云图\(Int.random(in: 0..<9, using: &random))"
      var record =
        try writer.record(key) ?? StoredRecord(state: RecordState(key: key, version: Version(0)), acceptedPosition: 0)
      record.state.version = Version(Int64(step))
      record.state.attributes["name"] = .init(value: .string(name), version: Version(Int64(step)))
      record.state.attributes["pad"] = .init(value: .string(String(repeating: "x", count: 900)), version: Version(1))
      record.acceptedPosition = Int64(step)
      record.id = try writer.put(record)
      try writer.replaceLookup(record.id, [LookupEntry(kind: "name", value: name)])
      try writer.replaceSearchTexts(record.id, [name])
      try writer.replaceReferences(record, [("parent", RecordKey(source: "crm", type: "customer", key: name))])
      if record.customer == nil {
        let customer = try writer.allocateCustomer()
        try writer.put(StoredCustomer(id: customer, golden: Array(name.utf8), updatedPosition: Int64(step)))
        try writer.setCustomer(customer, of: record.id)
      }
      try writer.appendChange(kind: "record-changed", record: key, position: Int64(step))
    }
    if step % 3 == 0 {
      let stream = StreamName(connector: "crm", stream: "s")
      try writer.add(DeadLetter(position: Int64(step), item: 1, stream: stream, fault: Fault("x", "y"), raw: [1], at: 1))
    }
    var delta = Account()
    delta.applied = 1
    try writer.add(delta, to: AccountKey(connector: "crm", stream: "s"))
    try writer.setAppliedThrough("crm", Int64(step))
  }

  private func dump(_ store: Store) throws -> [String] {
    try store.read { reader in
      var lines: [String] = []
      try reader.forEachLiveRecord(type: "customer", batch: 7) { batch in
        for record in batch {
          let name = record.state.attributes["name"]?.value.text ?? ""
          let found = try reader.find(kind: "name", value: name)
          let searched = try reader.search(name, limit: 1_000).records
          #expect(found.contains(record.id) && searched == found)
          lines.append("\(record.id) \(record.key) \(record.state.version) \(name) \(record.customer?.description ?? "-") \(found)")
          lines += try reader.references(of: record.id).map { "\($0.attribute) \($0.target)" }
        }
      }
      lines += try reader.customers(limit: 1_000).map { "\($0.id) \($0.version) \($0.golden)" }
      lines += try reader.changes(after: 0, limit: 1_000).map { "\($0.sequence) \($0.kind) \($0.position)" }
      lines += try reader.deadLetters(limit: 1_000).map { "\($0.id) \($0.position)" }
      lines += try reader.accounts().map { "\($0.key.connector) \($0.value.applied)" }
      return lines + ["\(try reader.appliedThrough("crm"))"]
    }
  }
}
