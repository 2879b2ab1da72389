import Model
import Seeding
import Testing

@testable import Matching

/// The flat tables below the resolver against the obvious ones.
@Suite("The index")
struct IndexTests {
  @Test("the table of keys holds what a dictionary holds", arguments: [UInt64(1), 2, 3])
  func keyTable(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let table = KeyTable()
    var expected: [MatchKey: UInt32] = [:]
    let kinds = MatchKey.Kind.allCases
    // Few hashes of many kinds: neighbours, and the same ones again and again.
    let pool = (0..<30_000).map { _ in
      MatchKey(kinds.randomElement(using: &random)!, seed == 1 ? UInt64.random(in: 0..<9_000, using: &random) : random.next())
    }
    for step in 0..<150_000 {
      let key = pool.randomElement(using: &random)!
      // References of all sizes: an entry has fewer bits for them in a small table.
      let reference = UInt32.random(in: 0..<(1 << UInt32.random(in: 1...30, using: &random)), using: &random)
      if step % 3 == 2 {
        table.remove(key)
        expected[key] = nil
      } else {
        table.set(key, reference)
        expected[key] = reference
      }
    }
    #expect(table.count == expected.count, "seed \(seed)")
    #expect(pool.allSatisfy { table[$0] == expected[$0] }, "seed \(seed)")
    for key in expected.keys { table.remove(key) }
    #expect(table.count == 0 && pool.allSatisfy { table[$0] == nil }, "seed \(seed)")
  }

  @Test("lists of holders hold what a set holds, short and long", arguments: [3, 40, 1_500, 20_000, 400_000])
  func holders(most: Int) {
    var random = SeededGenerator(seed: UInt64(most))
    let lists = HolderLists()
    var expected: Set<Int32> = [0, 1]
    var list = lists.make(0, 1)
    lists.setLevel(list, 2)
    func check() {
      var found: [Int32] = []
      lists.forEach(list) { found.append($0) }
      #expect(found.count == expected.count && Set(found) == expected && lists.count(list) == expected.count)
      #expect(lists.level(list) == 2)
    }
    for node in 2..<Int32(most) {
      list = lists.insert(node * 3, list)
      expected.insert(node * 3)
    }
    check()
    for node in Array(expected).sorted().shuffled(using: &random).dropLast(2) {
      #expect(lists.remove(-7, list) == nil)
      guard let moved = lists.remove(node, list) else {
        Issue.record("node \(node) of \(most) was not found")
        return
      }
      list = moved
      expected.remove(node)
      if expected.count % (most / 3 + 1) == 0 { check() }
    }
    check()
  }

  @Test("numbers are found by their hashes", arguments: [UInt64(1), 2])
  func numbers(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let index = NumberIndex()
    // Some hashes belong to several numbers.
    let hashes = (0..<5_000).map { _ in seed == 1 ? random.next() : UInt64.random(in: 0..<2_000, using: &random) }
    var live: Set<Int32> = []
    for _ in 0..<60_000 {
      let number = Int32.random(in: 0..<5_000, using: &random)
      if live.remove(number) != nil {
        index.remove(hashes[Int(number)], number) { hashes[Int($0)] }
      } else {
        index.insert(hashes[Int(number)], number) { hashes[Int($0)] }
        live.insert(number)
      }
    }
    for number in 0..<Int32(5_000) {
      #expect((index.find(hashes[Int(number)]) { $0 == number } != nil) == live.contains(number), "seed \(seed), number \(number)")
    }
  }

  @Test("a set of nodes forgets all at once")
  func nodeSet() {
    var random = SeededGenerator(seed: 5)
    var set = NodeSet()
    for _ in 0..<30 {
      set.removeAll()
      var expected: Set<Int32> = []
      for _ in 0..<Int.random(in: 0..<2_000, using: &random) {
        let node = Int32.random(in: 0..<3_000, using: &random)
        #expect(set.insert(node) == expected.insert(node).inserted)
      }
      for node in 0..<Int32(3_000) { #expect(set.contains(node) == expected.contains(node)) }
    }
  }
}

/// An index that was saved and opened again is the same index.
@Suite("Images")
struct ImageTests {
  private static func bytes(_ resolver: Resolver) -> [UInt8] {
    var bytes: [UInt8] = []
    resolver.writeImage { bytes += $0 }
    return bytes
  }

  static func reopened(_ resolver: Resolver, threads: Int = 1) -> Resolver? {
    bytes(resolver).withUnsafeBytes { Resolver(model: resolver.model, image: $0, threads: threads) }
  }

  @Test("an index goes on as if it had never been saved", arguments: 0..<UInt64(20))
  func goesOn(seed: UInt64) throws {
    var history = RandomHistory(seed: seed)
    let model = seed % 2 == 0 ? MatchModel() : RandomHistory.smallModel()
    let original = Resolver(model: model)
    var opened = try #require(Self.reopened(original))
    for step in 0..<8 {
      let changes = history.changes(count: 12, records: 30)
      let (one, other) = (original.apply(changes), opened.apply(changes))
      #expect(one.former == other.former && one.current == other.current, "seed \(seed), step \(step)")
      #expect(opened.partition == original.partition, "seed \(seed), step \(step)")
      #expect(opened.linksInForce == original.linksInForce)
      opened = try #require(Self.reopened(opened))
    }
  }

  @Test("many records survive, and what is deleted and added behind them is right")
  func many() throws {
    let records = TrainingTests.table(seed: 3, persons: 6_000).records
    let changes = records.enumerated().map {
      MatchChange.upsert(MatchRecord(id: Int64($0), keyHash: StableHash.mix(UInt64($0), 1), prepared: $1))
    }
    let original = Resolver()
    _ = original.apply(changes)
    let opened = try #require(Self.reopened(original, threads: 2))
    #expect(opened.partition == original.partition)
    let rest = stride(from: 0, to: records.count, by: 2).map { MatchChange.remove(id: Int64($0)) } + changes.prefix(500)
    _ = opened.apply(rest)
    _ = original.apply(rest)
    #expect(opened.partition == original.partition)
    let fresh = Resolver()
    _ = fresh.apply(changes.enumerated().filter { $0.offset % 2 == 1 || $0.offset < 500 }.map(\.element))
    #expect(opened.partition == fresh.partition)
  }

  @Test("bytes that are cut off are no image")
  func cutOff() {
    let resolver = Resolver()
    var history = RandomHistory(seed: 1)
    _ = resolver.apply((1...20).map { .upsert(history.record(Int64($0))) })
    let bytes = Self.bytes(resolver)
    for length in Array(stride(from: 0, to: bytes.count - 64, by: 640)) + [bytes.count - 8, bytes.count - 1] {
      let opened = bytes[..<length].withUnsafeBytes { Resolver(model: resolver.model, image: $0) }
      #expect(opened == nil, "\(length) bytes")
    }
  }
}

@Suite("Packed words")
struct WordPackingTests {
  @Test("come back as they were, of any length", arguments: [UInt64(1), 2, 3])
  func roundTrip(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for length in [0, 1, 4, 7, 8, 9, 12, 64, 255, 4_096, WordPacking.blockSize] {
      // From nearly all zeros to none.
      let share = UInt8.random(in: 0...255, using: &random)
      let bytes = (0..<length).map { _ in
        UInt8.random(in: 0...255, using: &random) < share ? UInt8.random(in: 1...255, using: &random) : 0
      }
      let stride = Int.random(in: 0...5, using: &random)
      let (packed, unpacked) = Self.packedAndUnpacked(bytes, stride)
      #expect(unpacked == bytes, "seed \(seed), \(length) bytes")
      #expect(packed <= length + (length + 7) / 8)
    }
  }

  private static func packedAndUnpacked(_ bytes: [UInt8], _ stride: Int) -> (Int, [UInt8]?) {
    var packed: [UInt8] = []
    bytes.withUnsafeBytes { WordPacking.pack($0, stride: stride, to: &packed) }
    let count = packed.count
    packed += repeatElement(0xEE, count: WordPacking.slack)
    var unpacked = [UInt8](repeating: 0xDD, count: bytes.count)
    let isDone = unpacked.withUnsafeMutableBytes { target in
      packed.withUnsafeBytes { WordPacking.unpack(UnsafeRawBufferPointer(rebasing: $0[..<count]), stride: stride, to: target) }
    }
    return (count, isDone ? unpacked : nil)
  }

  @Test("damaged ones never write or read beyond their ends", arguments: [UInt64(1), 2])
  func damaged(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let packed = (0..<Int.random(in: 0...90, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      var target = [UInt8](repeating: 7, count: 80)
      let length = Int.random(in: 0...64, using: &random)
      target.withUnsafeMutableBytes { target in
        (packed + [UInt8](repeating: 0, count: WordPacking.slack)).withUnsafeBytes {
          _ = WordPacking.unpack(
            UnsafeRawBufferPointer(rebasing: $0[..<packed.count]), stride: length % 4,
            to: UnsafeMutableRawBufferPointer(rebasing: target[..<length]))
        }
      }
      #expect(target[length...].allSatisfy { $0 == 7 }, "seed \(seed)")
    }
  }
}

/// Search before create.
@Suite("The finder")
struct FinderTests {
  @Test("finds what comparing with every candidate finds", arguments: 0..<UInt64(12))
  func everything(seed: UInt64) {
    var history = RandomHistory(seed: 900 + seed)
    let model = seed % 3 == 0 ? RandomHistory.smallModel() : MatchModel()
    let resolver = Resolver(model: model)
    for _ in 0..<3 { _ = resolver.apply(history.changes(count: 30, records: 60)) }
    let finder = resolver.finder()
    for number in 0..<20 {
      let record = history.record(1_000 + Int64(number)).prepared
      let packed = PackedRecord(record, model.frequencies)
      let weights = withExtendedLifetime(packed) {
        resolver.candidates(of: packed.view).map { node in
          (
            records: resolver.recordIDs([node]),
            weight: resolver.comparison.weight(resolver.comparison.evidence(packed.view, resolver.view(node)))
          )
        }
      }
      let possible = weights.filter { $0.weight >= model.floor }
      let answer = finder.find(record, limit: 5)
      #expect(!answer.isTruncated && answer.comparisons == weights.count, "seed \(seed)")
      #expect(answer.matches.map(\.weight) == possible.map(\.weight).sorted(by: >).prefix(5).map { $0 }, "seed \(seed)")
      for match in answer.matches {
        #expect(possible.contains { $0.records == match.records && $0.weight == match.weight }, "seed \(seed)")
      }
      let hasty = finder.find(record, limit: 5, budget: 3)
      #expect(hasty.comparisons == min(3, weights.count) && (hasty.isTruncated || weights.count <= 3), "seed \(seed)")
    }
  }
}

/// Every bound of what a batch looks at again.
@Suite("Keys that become generic")
struct GenericKeyTests {
  /// Records that share a switchboard, two of them also a name.
  private static func record(_ id: Int64, name: String, phone: String) -> MatchRecord {
    MatchRecord(
      id: id, keyHash: RandomHistory.keyHash(id),
      prepared: Preparation.prepare(["kind": "company", "name": .string(name), "phone": .string(phone)], source: "s"))
  }

  @Test("one by one or all at once, up over the cap and down again", arguments: [2, 5, 9])
  func upAndDown(cap: Int) {
    var model = MatchModel()
    for kind in MatchKey.Kind.allCases { model.caps[kind] = cap }
    let names = ["恒达科技", "洛世奇商贸", "Acme Trading", "Borealis Foods", "恒达科技", "Cascade Tools", "Delta Paper", "洛世奇商贸"]
    let records = (0..<Int64(2 * cap + 3)).map { Self.record($0, name: names[Int($0) % names.count], phone: "0755-26001234") }
    let stream = Resolver(model: model)
    func expectAll(_ live: [MatchRecord]) {
      let fresh = Resolver(model: model)
      _ = fresh.apply(live.map { .upsert($0) })
      #expect(stream.partition == fresh.partition, "cap \(cap), \(live.count) records")
    }
    for count in records.indices {
      _ = stream.apply([.upsert(records[count])])
      expectAll(Array(records[...count]))
    }
    for count in records.indices.reversed() {
      _ = stream.apply([.remove(id: records[count].id)])
      expectAll(Array(records[..<count]))
    }
  }
}
