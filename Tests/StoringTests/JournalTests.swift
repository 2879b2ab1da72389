import CrashDisk
import Foundation
import Model
import Storing
import Testing

@Suite struct JournalTests {
  let disk = CrashDisk()
  let leads = StreamName(connector: "crm", stream: "leads")

  func open() throws -> Journal { try Journal(path: "/journal.sqlite", vfs: disk.vfsName) { 1_700_000_000_000_000 } }

  func delivery(_ text: String, key: String? = nil, connector: String = "crm", partition: String = "") -> Delivery {
    Delivery(
      stream: StreamName(connector: connector, stream: "leads", partition: partition), body: .bytes(Array(text.utf8)),
      dedupeKey: key.map { Array($0.utf8) })
  }

  func texts(_ journal: Journal, connector: String = "crm") throws -> [String] {
    try journal.read(connector: connector, after: 0, maxCount: 1_000, maxBytes: .max).map { String(decoding: $0.body, as: UTF8.self) }
  }

  @Test func givesBackWhatItTook() async throws {
    let journal = try open()
    let full = Delivery(
      stream: StreamName(connector: "crm", stream: "leads", partition: "北京"), body: .bytes([0, 1, 255]),
      contentType: "text/csv; charset=GBK",
      origin: "客户.csv", mapping: "crm-leads", meta: ["header": "6e616d65", "row": "2", "": "空"], dedupeKey: [9])
    _ = try await journal.accept([full, delivery("")])
    let read = try journal.read(connector: "crm", after: 0, maxCount: 10, maxBytes: .max)
    #expect(read.count == 2)
    let first = try #require(read.first)
    #expect(first.stream == full.stream && first.body == [0, 1, 255] && first.meta == full.meta)
    #expect(first.contentType == full.contentType && first.origin == full.origin && first.mapping == full.mapping)
    #expect(first.receivedAt == 1_700_000_000_000_000 && first.position == 1)
    #expect(read[1].body.isEmpty && read[1].contentType == nil && read[1].meta.isEmpty && read[1].mapping == nil)
    #expect(try journal.delivery(at: 1) == first)
    #expect(try journal.delivery(at: 3) == nil)
  }

  @Test func positionsAreConsecutiveAndDuplicatesKeepTheFirst() async throws {
    let journal = try open()
    let first = try await journal.accept([delivery("a", key: "1"), delivery("b"), delivery("a again", key: "1"), delivery("c", key: "2")])
    #expect(first.map(\.position) == [1, 2, 1, 3])
    #expect(first.map(\.isDuplicate) == [false, false, true, false])
    let second = try await journal.accept([delivery("c again", key: "2"), delivery("other", key: "2", connector: "erp"), delivery("b")])
    #expect(second.map(\.position) == [3, 4, 5])
    #expect(second.map(\.isDuplicate) == [true, false, false])
    #expect(try texts(journal) == ["a", "b", "c", "b"])
    #expect(try journal.heads() == ["crm": 5, "erp": 4])
    let counts = try journal.counts()
    #expect(counts[leads] == DeliveryCounts(received: 6, duplicate: 2))
    #expect(counts[StreamName(connector: "erp", stream: "leads")] == DeliveryCounts(received: 1, duplicate: 0))
  }

  @Test func countsPartitionsTogether() async throws {
    let journal = try open()
    _ = try await journal.accept([
      delivery("a", partition: "x"), delivery("b", partition: "y"), delivery("c", key: "k"), delivery("d", key: "k"),
    ])
    #expect(try journal.counts() == [leads: DeliveryCounts(received: 4, duplicate: 1)])
  }

  @Test func readsInPagesBoundedByBytes() async throws {
    let journal = try open()
    _ = try await journal.accept((0..<20).map { delivery(String(repeating: "x", count: $0 == 4 ? 1_000 : 10)) })
    #expect(try journal.read(connector: "crm", after: 0, maxCount: 3, maxBytes: .max).map(\.position) == [1, 2, 3])
    #expect(try journal.read(connector: "crm", after: 2, maxCount: 9, maxBytes: 25).map(\.position) == [3, 4])
    #expect(try journal.read(connector: "crm", after: 4, maxCount: 9, maxBytes: 25).map(\.position) == [5], "one comes whatever its size")
    #expect(try journal.read(connector: "crm", after: 20, maxCount: 9, maxBytes: 25).isEmpty)
    #expect(try journal.read(connector: "nobody", after: 0, maxCount: 9, maxBytes: 25).isEmpty)
  }

  @Test func survivesReopening() async throws {
    let journal = try open()
    _ = try await journal.accept([delivery("a", key: "1")], checkpoint: Checkpoint(scope: leads, value: [7]))
    journal.close()
    let again = try open()
    let receipts = try await again.accept([delivery("a", key: "1"), delivery("b")])
    #expect(receipts.map(\.position) == [1, 2])
    #expect(try again.checkpoint(leads) == Checkpoint(scope: leads, value: [7]))
    #expect(try again.verify() == [])
    let refused = await #expect(throws: Fault.self) { try await journal.accept([delivery("c")]) }
    #expect(refused?.code == "journal-closed")
  }

  @Test func checkpointsFollowTheirRules() async throws {
    let journal = try open()
    let part = StreamName(connector: "crm", stream: "leads", partition: "p")
    #expect(try await journal.accept([], checkpoint: Checkpoint(scope: leads, value: [])).isEmpty)
    #expect(try journal.checkpoint(leads)?.value == [])
    _ = try await journal.accept([], checkpoint: Checkpoint(scope: leads, value: [1]))
    _ = try await journal.accept([delivery("a")], checkpoint: Checkpoint(scope: leads, value: []))
    #expect(try journal.checkpoint(leads)?.value == [1], "an empty one never replaces a full one")
    _ = try await journal.accept([], checkpoint: Checkpoint(scope: part, value: [2]))
    _ = try await journal.accept([], checkpoint: Checkpoint(scope: StreamName(connector: "erp", stream: "leads"), value: [3]))
    #expect(try journal.checkpoints().map(\.value) == [[1], [2], [3]])
    try await journal.removeCheckpoint(part)
    #expect(try journal.checkpoints().map(\.value) == [[1], [3]])
    try await journal.resetCheckpoints(connector: "crm")
    #expect(try journal.checkpoints().map(\.value) == [[3]])
  }

  @Test func rangesOfBigBodies() async throws {
    let journal = try open()
    let bytes = (0..<1_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let chunks = AsyncThrowingStream<[UInt8], any Error> { continuation in
      for start in stride(from: 0, to: bytes.count, by: 70_000) {
        continuation.yield(Array(bytes[start..<min(start + 70_000, bytes.count)]))
      }
      continuation.finish()
    }
    let blob = try await journal.spool(chunks)
    let ranges = [0..<10, 0..<0, 262_143..<262_145, 200_000..<900_000, 1_499_999..<1_500_000, 0..<1_500_000, 1_500_000..<1_500_000]
    _ = try await journal.accept(ranges.map { Delivery(stream: leads, body: .range(blob, offset: $0.lowerBound, length: $0.count)) })
    let read = try journal.read(connector: "crm", after: 0, maxCount: 100, maxBytes: .max)
    #expect(read.map { $0.body == Array(bytes[ranges[Int($0.position) - 1]]) } == ranges.map { _ in true })
    for (offset, length) in [(0, 1_500_001), (1_500_001, 0), (-1, 1), (5, -1), (1, .max)] {
      let fault = await #expect(throws: Fault.self) {
        try await journal.accept([delivery("good"), Delivery(stream: leads, body: .range(blob, offset: offset, length: length))])
      }
      #expect(fault?.code == "blob-range")
    }
    let unknown = await #expect(throws: Fault.self) { try await journal.append([1], to: BlobReference(id: 99)) }
    #expect(unknown?.code == "blob-unknown")
    #expect(try journal.heads() == ["crm": Int64(ranges.count)], "a refused call accepts nothing")
  }

  @Test func abandonedBodiesGoAndTheirNumbersAreNotReused() async throws {
    let journal = try open()
    let kept = try await journal.createBlob()
    let abandoned = try await journal.createBlob()
    try await journal.append([1, 2, 3], to: kept)
    try await journal.append([4, 5, 6], to: abandoned)
    _ = try await journal.accept([Delivery(stream: leads, body: .range(kept, offset: 1, length: 2))])
    journal.close()
    let again = try open()
    #expect(try again.delivery(at: 1)?.body == [2, 3])
    await #expect(throws: Fault.self) { try await again.append([7], to: abandoned) }
    #expect(try await again.createBlob().id > abandoned.id)
  }

  @Test func oneBadRequestDoesNotSpoilItsGroup() async throws {
    let journal = try open()
    let accepted = await withTaskGroup(of: Bool.self) { group in
      for index in 0..<200 {
        group.addTask {
          let body: Delivery.Body = index % 10 == 0 ? .range(BlobReference(id: 1), offset: 0, length: 1) : .bytes([UInt8(index)])
          return (try? await journal.accept([Delivery(stream: leads, body: body)])) != nil
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(accepted == 180)
    #expect(try journal.heads() == ["crm": 180])
  }

  @Test func callersWhoComeTogetherShareSyncs() async throws {
    let journal = try open()
    _ = try await journal.accept([delivery("first")])
    let before = disk.statistics
    await withTaskGroup(of: Void.self) { group in
      for index in 0..<400 { group.addTask { _ = try? await journal.accept([delivery("d\(index)")]) } }
    }
    #expect(try journal.heads() == ["crm": 401])
    #expect((disk.statistics - before).syncs < 200)
  }

  @Test func aFullDiskRefusesAndPasses() async throws {
    let journal = try open()
    _ = try await journal.accept([delivery("a", key: "a")], checkpoint: Checkpoint(scope: leads, value: [1]))
    disk.fill(from: disk.operationCount)
    for _ in 0..<3 {
      let fault = await #expect(throws: Fault.self) {
        try await journal.accept([delivery("b", key: "b"), delivery("c")], checkpoint: Checkpoint(scope: leads, value: [2]))
      }
      #expect(fault?.code == "storage-full")
    }
    #expect(try texts(journal) == ["a"])
    #expect(try journal.checkpoint(leads)?.value == [1])
    #expect(try journal.counts()[leads] == DeliveryCounts(received: 1, duplicate: 0))
    disk.makeSpace()
    let receipts = try await journal.accept(
      [delivery("b", key: "b"), delivery("a", key: "a")], checkpoint: Checkpoint(scope: leads, value: [2]))
    #expect(receipts.map(\.position) == [2, 1])
    #expect(try journal.counts()[leads] == DeliveryCounts(received: 3, duplicate: 1))
    #expect(try journal.verify() == [])
  }

  @Test func aFileThatIsNotOursIsRefused() throws {
    let strange = DiskImage(files: ["/journal.sqlite": FileContent(Array(repeating: 0x41, count: 10_000))]).mount()
    let fault = #expect(throws: Fault.self) { try Journal(path: "/journal.sqlite", vfs: strange.vfsName) { 0 } }
    #expect(fault?.code == "storage-corrupt")
    #expect(fault?.location?.file == "/journal.sqlite")
  }

  @Test func backsUp() async throws {
    let journal = try open()
    _ = try await journal.accept((0..<300).map { delivery("d\($0)") })
    try journal.backup(to: "/copy.sqlite")
    _ = try await journal.accept([delivery("late")])
    let copy = try Journal(path: "/copy.sqlite", vfs: disk.vfsName) { 0 }
    #expect(try copy.heads() == ["crm": 300])
    #expect(try copy.read(connector: "crm", after: 299, maxCount: 5, maxBytes: .max).map(\.body) == [Array("d299".utf8)])
  }
}

@Suite struct JournalWaitingTests {
  let disk = CrashDisk()

  private func wait(_ journal: Journal, connector: String? = nil, after: Int64, timeout: Double?) async -> Wakening {
    await withCheckedContinuation { continuation in
      Thread { continuation.resume(returning: journal.waitForWork(connector: connector, after: after, timeout: timeout)) }.start()
    }
  }

  @Test func wakesForWorkTimeAndStop() async throws {
    let journal = try Journal(path: "/journal.sqlite", vfs: disk.vfsName) { 0 }
    #expect(await wait(journal, after: 0, timeout: 0.02) == .timedOut)
    async let early = wait(journal, after: 0, timeout: 30)
    try await Task.sleep(for: .milliseconds(20))
    _ = try await journal.accept([Delivery(stream: StreamName(connector: "crm", stream: "s"), body: .bytes([]))])
    #expect(await early == .work)
    #expect(await wait(journal, connector: "crm", after: 0, timeout: 30) == .work)
    #expect(await wait(journal, connector: "erp", after: 0, timeout: 0.02) == .timedOut)
    #expect(await wait(journal, after: 1, timeout: 0.02) == .timedOut)
    async let late = wait(journal, after: 1, timeout: nil)
    try await Task.sleep(for: .milliseconds(20))
    journal.stopWaiting()
    #expect(await late == .stopped)
    _ = try await journal.accept([Delivery(stream: StreamName(connector: "crm", stream: "s"), body: .bytes([]))])
    #expect(try journal.heads() == ["crm": 2], "accepting goes on")
  }

  @Test func knowsItsHeadsAfterReopening() async throws {
    let journal = try Journal(path: "/journal.sqlite", vfs: disk.vfsName) { 0 }
    _ = try await journal.accept([Delivery(stream: StreamName(connector: "crm", stream: "s"), body: .bytes([]))])
    journal.close()
    let again = try Journal(path: "/journal.sqlite", vfs: disk.vfsName) { 0 }
    #expect(await wait(again, connector: "crm", after: 0, timeout: 30) == .work)
    #expect(await wait(journal, after: 0, timeout: 30) == .stopped)
  }
}
