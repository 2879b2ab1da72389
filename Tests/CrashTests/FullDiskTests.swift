import Connecting
import CrashDisk
import Foundation
import Hub
import Model
import Seeding
import Testing

/// A disk that is full for a while: what is accepted is accepted as a whole, what is refused leaves nothing behind, and
/// when there is space again everything goes on without a restart (contract C1).
@Suite("A full disk", .serialized)
struct FullDiskTests {
  private static let trials = isHeavy ? 400 : 48

  @Test("accepts or refuses as a whole, goes on reading, and recovers by itself")
  func accepting() async throws {
    let start = ContinuousClock.now
    let seed: UInt64 = 11
    let run = try await CrashRun.record(Workload(seed: seed), in: try World())
    // Most of a trial is the pause after a batch that could not be applied, so many run beside each other.
    let refused = await withTaskGroup(of: Int.self) { group in
      var refused = 0
      for trial in 0..<Self.trials {
        if trial >= 8 { refused += await group.next() ?? 0 }
        group.addTask { await Self.refusals(run, seed: seed &* 10_000 &+ UInt64(trial)) }
      }
      return await group.reduce(refused, +)
    }
    #expect(refused > Self.trials / 2, "the disk was hardly ever full")
    report("\(Self.trials) full disks, \(refused) refusals, \(ContinuousClock.now - start)")
  }

  private static func refusals(_ run: CrashRun, seed: UInt64) async -> Int {
    do {
      let (refused, problems) = try await live(run, seed: seed)
      #expect(problems == [], "seed \(seed)")
      return refused
    } catch {
      Issue.record("seed \(seed): \(error)")
      return 0
    }
  }

  private enum Step {
    case file(Workload.File)
    case pushes([Delivery])
    case decision
  }

  /// The whole workload, one step after the other, with a disk that is full from some operation on, for a few writes or
  /// until the third refusal.
  private static func live(_ run: CrashRun, seed: UInt64) async throws -> (refusals: Int, problems: [String]) {
    var random = SeededGenerator(seed: seed)
    let disk = CrashDisk(records: false)
    let hub = try run.world.hub(vfs: disk.vfsName)
    defer { hub.close() }
    let steps = steps(run, &random)
    let isBrief = Bool.random(using: &random)
    disk.fill(
      from: disk.operationCount + Int.random(in: 0..<run.disk.operationCount / 2, using: &random),
      count: isBrief ? Int.random(in: 1...12, using: &random) : .max)
    var refusals = 0
    var found = Findings()
    for step in steps {
      while try await !take(step, hub, disk, run.world, &found) {
        refusals += 1
        _ = try hub.canonical()
        if !isBrief, refusals >= 3 { disk.makeSpace() }
        guard refusals < 50 else { throw Fault("still-refused", "There is space, and \(step) is refused all the same.") }
      }
    }
    disk.makeSpace()
    found.expect(try await hub.settle(within: .seconds(20)), "not settled: \(hub.applyingFault?.message ?? "no fault")")
    // The applier says that all is well a moment after the batch that shows it.
    let patience = ContinuousClock.now + .seconds(2)
    while hub.applyingFault != nil, ContinuousClock.now < patience { try await Task.sleep(for: .milliseconds(5)) }
    found.expect(hub.applyingFault == nil, "the fault stays: \(hub.applyingFault?.message ?? "")")
    run.ending.compare(try Ending(hub), &found)
    found.problems += try hub.verify()
    return (refusals, found.problems)
  }

  private static func steps(_ run: CrashRun, _ random: inout SeededGenerator) -> [Step] {
    var seen: Set<[UInt8]?> = []
    var pushes = run.acknowledgements.accepted.map(\.delivery).filter {
      $0.stream.connector == "erp" && seen.insert($0.dedupeKey).inserted
    }[...]
    let files = run.workload.files
    var steps: [Step] = []
    for (index, file) in files.enumerated() {
      steps.append(.file(file))
      if index + 1 == Workload.filesBeforeDecision { steps.append(.decision) }
      for _ in 0..<5 where !pushes.isEmpty {
        let count = index + 1 == files.count ? 4 : Int.random(in: 1...3, using: &random)
        steps.append(.pushes(Array(pushes.prefix(count))))
        pushes = pushes.dropFirst(count)
      }
    }
    return steps + pushes.map { .pushes([$0]) }
  }

  /// - Returns: false when it was refused, for the right reason and with nothing left behind.
  private static func take(
    _ step: Step, _ hub: Hub, _ disk: CrashDisk, _ world: World, _ found: inout Findings
  ) async throws -> Bool {
    let (counts, heads) = (try hub.journal.counts(), try hub.journal.heads())
    do {
      switch step {
      case .file(let file): _ = try await world.importFile(file, into: Impatient(base: hub.sink))
      case .pushes(let deliveries): _ = try await hub.sink.accept(deliveries, checkpoint: nil)
      case .decision: try await decide(hub, disk, world)
      }
      return true
    } catch let refusal as Refusal {
      found.expect(refusal.reason == .storageFull, "refused for another reason: \(refusal)")
      found.expect(try hub.journal.counts() == counts && hub.journal.heads() == heads, "a refused delivery left something behind")
      return false
    }
  }

  /// A decision waits until it is applied, so somebody must make space when the applier needs it.
  private static func decide(_ hub: Hub, _ disk: CrashDisk, _ world: World) async throws {
    let helper = Task {
      while !Task.isCancelled {
        if hub.applyingFault != nil { disk.makeSpace() }
        try await Task.sleep(for: .milliseconds(10))
      }
    }
    defer { helper.cancel() }
    try await world.decide(hub)
  }

  @Test("a hub that cannot open on a full disk says so, and opens when there is space")
  func opening() async throws {
    let world = try World()
    let measured = CrashDisk(records: false)
    try world.hub(vfs: measured.vfsName).close()
    var refused = 0
    for operation in 0..<measured.operationCount {
      let disk = CrashDisk(records: false)
      disk.fill(from: operation, count: operation % 2 == 0 ? 1 : .max)
      do {
        try world.hub(vfs: disk.vfsName).close()
      } catch let fault as Fault {
        refused += 1
        #expect(fault.code == "storage-full", "operation \(operation): \(fault)")
      }
      disk.makeSpace()
      let hub = try world.hub(vfs: disk.vfsName)
      defer { hub.close() }
      try await world.post(Workload(seed: 1, files: 1, senders: 1, pushesPerSender: 1).senders[0][0], into: hub.sink)
      #expect(try hub.verify() == [], "operation \(operation)")
    }
    #expect(refused > 0)
    report("a full disk at each of \(measured.operationCount) operations of opening, \(refused) refused")
  }
}

/// Passes refusals on without the advice to wait, so that an import ends with the first one.
private struct Impatient<Base: Sink>: SinkWrapper {
  let base: Base

  func accept(_ deliveries: [Delivery], checkpoint: Checkpoint?) async throws(Refusal) -> [Receipt] {
    do throws(Refusal) {
      return try await base.accept(deliveries, checkpoint: checkpoint)
    } catch {
      throw Refusal(error.reason, error.message)
    }
  }
}
