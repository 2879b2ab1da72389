import CrashDisk
import Model
import Storing
import Testing

@Suite struct JournalControlTests {
  let disk = CrashDisk()
  let customers = StreamName(connector: "crm", stream: "customers")

  func open() throws -> Journal { try Journal(path: "/journal.sqlite", vfs: disk.vfsName) { 1_700_000_000_000_000 } }

  func checkpoint(_ text: String, _ scope: StreamName) -> Checkpoint { Checkpoint(scope: scope, value: Array(text.utf8)) }

  @Test func onlyTheLastLeaseMayDeliver() async throws {
    let journal = try open()
    let first = try await journal.takeLease("crm")
    let other = try await journal.takeLease("erp")
    _ = try await journal.accept([Delivery(stream: customers, body: .bytes([1]))], checkpoint: checkpoint("1", customers), lease: first)
    let second = try await journal.takeLease("crm")
    #expect(second.token > first.token)
    let fault = await #expect(throws: Fault.self) {
      try await journal.accept([Delivery(stream: customers, body: .bytes([2]))], checkpoint: checkpoint("2", customers), lease: first)
    }
    #expect(fault?.code == "lease-lost")
    #expect(try journal.checkpoint(customers) == checkpoint("1", customers))
    #expect(try journal.heads() == ["crm": 1])
    _ = try await journal.accept([Delivery(stream: customers, body: .bytes([3]))], lease: second)
    // Receivers have no lease and disturb nobody's.
    _ = try await journal.accept([Delivery(stream: customers, body: .bytes([4]))])
    _ = try await journal.accept([Delivery(stream: StreamName(connector: "erp", stream: "stock"), body: .bytes([5]))], lease: other)
    #expect(try journal.heads() == ["crm": 3, "erp": 4])
  }

  @Test func tokensRiseOverARestart() async throws {
    let journal = try open()
    let first = try await journal.takeLease("crm")
    journal.close()
    let again = try open()
    await #expect(throws: Fault.self) {
      try await again.accept([Delivery(stream: customers, body: .bytes([1]))], lease: Lease(connector: "crm", token: first.token + 1))
    }
    let second = try await again.takeLease("crm")
    #expect(second.token == first.token + 1)
    await #expect(throws: Fault.self) { try await again.accept([Delivery(stream: customers, body: .bytes([1]))], lease: first) }
    _ = try await again.accept([Delivery(stream: customers, body: .bytes([1]))], lease: second)
  }

  @Test func ordersHoldOverARestart() async throws {
    let journal = try open()
    try await journal.setPaused(true, connector: "crm", stream: "customers")
    try await journal.restart(connector: "crm", stream: "orders", since: 5)
    journal.close()
    let again = try open()
    #expect(
      try again.controls() == ["crm": ["customers": StreamControl(isPaused: true), "orders": StreamControl(isPaused: false, since: 5)]])
    try await again.setPaused(false, connector: "crm", stream: "customers")
    try await again.setPaused(true, connector: "crm", stream: "orders")
    #expect(try again.controls()["crm"]?["orders"] == StreamControl(isPaused: true, since: 5))
    try await again.restart(connector: "crm", stream: "orders", since: nil)
    #expect(try again.controls()["crm"]?["orders"] == StreamControl(isPaused: true))
  }

  @Test func restartingForgetsTheStreamAndFencesWhoReadsIt() async throws {
    let journal = try open()
    let lease = try await journal.takeLease("crm")
    let part = StreamName(connector: "crm", stream: "customers", partition: "north")
    let orders = StreamName(connector: "crm", stream: "orders")
    for scope in [customers, part, orders] { _ = try await journal.accept([], checkpoint: checkpoint("7", scope), lease: lease) }
    try await journal.restart(connector: "crm", stream: "customers", since: nil)
    #expect(try journal.checkpoints().map(\.scope) == [orders])
    await #expect(throws: Fault.self) { try await journal.accept([], checkpoint: checkpoint("8", customers), lease: lease) }
    #expect(try journal.checkpoint(customers) == nil)
  }

  @Test func remarksAreKept() async throws {
    let journal = try open()
    #expect(try journal.kept("rhythms") == nil)
    try await journal.keep([1, 2], as: "rhythms")
    try await journal.keep([3], as: "rhythms")
    journal.close()
    let again = try open()
    #expect(try again.kept("rhythms") == [3])
    try await again.keep([], as: "rhythms")
    #expect(try again.kept("rhythms") == nil)
  }
}
