import CrashDisk
import Model
import Seeding
import Storing
import Testing

/// Power cuts at seeded moments of a seeded life of a journal: what was acknowledged is there, once, in order.
@Suite struct JournalCrashTests {
  /// One call of `accept` that was answered.
  private struct Acknowledged {
    let call: Int
    /// Operations of the disk when the answer was there.
    let operation: Int
    let deliveries: [Delivery]
    let receipts: [Receipt]
  }

  private let scope = StreamName(connector: "crm", stream: "leads")

  @Test(arguments: UInt64(1)...8)
  func acknowledgedIsThere(seed: UInt64) async throws {
    let disk = CrashDisk()
    let answers = try await live(on: disk, seed: seed)
    var random = SeededGenerator(seed: seed &* 1_000)
    let points = (0..<50).map { _ in Int.random(in: 0...disk.operationCount, using: &random) }.sorted()
    for point in points {
      let fate = Fate.seeded(random.next())
      do {
        try await check(disk.image(at: point, fate: fate), answered: answers.filter { $0.operation <= point }, all: answers)
      } catch {
        Issue.record("seed \(seed), operation \(point), \(fate): \(error)")
      }
    }
  }

  /// Batches of all sizes, some of them at the same time, with duplicates, ranges, checkpoints and a full disk.
  private func live(on disk: CrashDisk, seed: UInt64) async throws -> [Acknowledged] {
    var random = SeededGenerator(seed: seed)
    let journal = try Journal(path: "/journal.sqlite", vfs: disk.vfsName) { 0 }
    var answers: [Acknowledged] = []
    var call = 0
    for step in 0..<30 {
      if Int.random(in: 0..<6, using: &random) == 0 {
        disk.fill(from: disk.operationCount + Int.random(in: 0...8, using: &random), count: Int.random(in: 1...6, using: &random))
      }
      let blob = step % 7 == 3 ? try? await journal.createBlob() : nil
      if let blob { try? await journal.append([UInt8](repeating: UInt8(step), count: 40_000), to: blob) }
      var batches: [(Int, [Delivery])] = []
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        call += 1
        batches.append((call, batch(call, blob: blob, &random)))
      }
      answers += await withTaskGroup(of: Acknowledged?.self) { group in
        for (call, deliveries) in batches {
          group.addTask { [scope] in
            let checkpoint = Checkpoint(scope: scope, value: [UInt8(call)])
            guard let receipts = try? await journal.accept(deliveries, checkpoint: checkpoint) else { return nil }
            return Acknowledged(call: call, operation: disk.operationCount, deliveries: deliveries, receipts: receipts)
          }
        }
        return await group.reduce(into: []) { if let answer = $1 { $0.append(answer) } }
      }
      disk.makeSpace()
    }
    journal.close()
    #expect(answers.count > 20, "seed \(seed)")
    return answers
  }

  private func batch(_ call: Int, blob: BlobReference?, _ random: inout SeededGenerator) -> [Delivery] {
    (0..<Int.random(in: 1...5, using: &random)).map { index in
      var delivery = Delivery(stream: scope, body: .bytes(Array("\(call)-\(index)".utf8)), dedupeKey: Array("\(call)-\(index)".utf8))
      if let blob, index == 2 { delivery.body = .range(blob, offset: 100 * call, length: 5_000) }
      // Now and then the key of an earlier delivery.
      if Int.random(in: 0..<5, using: &random) == 0 {
        delivery.dedupeKey = Array("\(Int.random(in: 1...call, using: &random))-0".utf8)
      }
      return delivery
    }
  }

  private func check(_ image: DiskImage, answered: [Acknowledged], all: [Acknowledged]) async throws {
    let disk = image.mount()
    let journal = try Journal(path: "/journal.sqlite", vfs: disk.vfsName) { 0 }
    defer { journal.close() }
    #expect(try journal.verify(isQuick: true) == [])
    let present = try journal.read(connector: "crm", after: 0, maxCount: .max, maxBytes: .max)
    #expect(present.map(\.position) == Array(1...Int64(present.count + 1)).dropLast(), "positions are consecutive")
    let there = Set(present.map(\.position))
    for receipt in answered.flatMap(\.receipts) {
      #expect(there.contains(receipt.position), "position \(receipt.position) was acknowledged")
    }
    try checkContent(present, all: all)
    for answer in all {
      let own = answer.receipts.filter { !$0.isDuplicate }
      let found = own.count { there.contains($0.position) }
      #expect(found == 0 || found == own.count, "a call is there as a whole or not at all")
    }
    if let call = try journal.checkpoint(scope)?.value.first {
      let answer = try #require(all.first { $0.call == Int(call) }, "a checkpoint of a refused call")
      #expect(answer.receipts.allSatisfy { there.contains($0.position) }, "a checkpoint without its deliveries")
    } else {
      #expect(answered.isEmpty)
    }
    try checkCounts(journal, present: present.count, answered: answered)
    try await checkResending(journal, answered: answered, last: Int64(present.count))
  }

  /// What is there was sent, by a call that was not refused, and has the bytes that were sent.
  private func checkContent(_ present: [JournaledDelivery], all: [Acknowledged]) throws {
    let sent = all.flatMap { zip($0.deliveries, $0.receipts) }.filter { !$0.1.isDuplicate }
    let byPosition = Dictionary(uniqueKeysWithValues: sent.map { ($0.1.position, $0.0) })
    for found in present {
      switch try #require(byPosition[found.position], "position \(found.position) of a refused call").body {
      case .bytes(let bytes): #expect(found.body == bytes)
      case .range(_, _, let length): #expect(found.body.count == length && Set(found.body).count == 1)
      }
    }
  }

  private func checkCounts(_ journal: Journal, present: Int, answered: [Acknowledged]) throws {
    let counts = try journal.counts()[scope] ?? DeliveryCounts()
    #expect(counts.received - counts.duplicate == Int64(present), "the counts are those of the deliveries")
    #expect(counts.received >= answered.reduce(0) { $0 + $1.deliveries.count })
  }

  /// The source sends again what it has no answer for, and to be sure everything else as well.
  private func checkResending(_ journal: Journal, answered: [Acknowledged], last: Int64) async throws {
    for answer in answered {
      let again = try await journal.accept(answer.deliveries.filter { if case .bytes = $0.body { true } else { false } })
      let first = zip(answer.deliveries, answer.receipts).filter { if case .bytes = $0.0.body { true } else { false } }.map(\.1.position)
      #expect(again.map(\.position) == first && again.allSatisfy(\.isDuplicate))
    }
    let fresh = try await journal.accept([Delivery(stream: scope, body: .bytes([]))])
    #expect(fresh.map(\.position) == [last + 1])
  }
}
