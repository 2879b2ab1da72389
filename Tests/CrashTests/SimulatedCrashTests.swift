import CrashDisk
import Foundation
import Seeding
import Testing

/// Power cuts on a simulated disk, over an import with concurrent stock pushes and a decision (contract C1).
@Suite("Power cuts", .serialized)
struct SimulatedCrashTests {
  private struct Cut: Sendable {
    var point: Int
    var fate: Fate
    var image: DiskImage
    var seed: UInt64
  }

  private static let leastCuts = 2_000

  /// Every operation of the disk is a crash point. By default each meets one fate, in turn kept, lost and twice a seeded
  /// choice; `make test-heavy` gives each all of them, for two seeds.
  @Test(
    "what was acknowledged survives a power cut at any operation, and takes effect once", arguments: isHeavy ? [1, 2] : [1] as [UInt64])
  func anyOperation(seed: UInt64) async throws {
    let start = ContinuousClock.now
    let world = try World()
    let run = try await CrashRun.record(Workload(seed: seed), in: world)
    let operations = run.disk.operationCount
    var found = Findings()
    run.ending.compare(try await CrashRun.record(Workload(seed: seed), in: world).ending, &found)
    #expect(found.problems == [], "seed \(seed): two runs that nothing disturbed end differently")
    let cuts = (0...operations).lazy.flatMap { point -> [Cut] in
      let fates = Self.fates(point, of: operations, seed: seed)
      return fates.enumerated().map { index, fate in
        Cut(point: point, fate: fate, image: run.disk.image(at: point, fate: fate), seed: seed &+ UInt64(point * 4 + index))
      }
    }
    let (tried, failed) = await Self.survive(cuts, run)
    report("\(tried) power cuts over \(operations) operations, \(failed) failed, seed \(seed), \(ContinuousClock.now - start)")
    #expect(tried >= Self.leastCuts, "seed \(seed)")
  }

  /// How many syncs there are depends on which senders meet in one commit, so the first operations make up for those that
  /// are missing from ``leastCuts``.
  private static func fates(_ point: Int, of operations: Int, seed: UInt64) -> [Fate] {
    let base = seed &* 1_000_003 &+ UInt64(point) &* 2
    let all: [Fate] = [.kept, .seeded(base), .lost, .seeded(base &+ 1)]
    if isHeavy { return all }
    let count = point + operations < leastCuts ? 2 : 1
    return (0..<count).map { all[(point + $0) % all.count] }
  }

  /// Checks one image a processor at a time. Stops after the third that fails: the others would say the same.
  private static func survive(_ cuts: some Sequence<Cut>, _ run: CrashRun) async -> (tried: Int, failed: Int) {
    var tried = 0
    var failed = 0
    await withTaskGroup(of: Bool.self) { group in
      var width = ProcessInfo.processInfo.activeProcessorCount
      for cut in cuts {
        if width == 0, await group.next() == false { failed += 1 }
        width = max(0, width - 1)
        guard failed < 3 else { break }
        tried += 1
        group.addTask { await survives(cut, run) }
      }
      for await survived in group where !survived { failed += 1 }
    }
    return (tried, failed)
  }

  private static func survives(_ cut: Cut, _ run: CrashRun) async -> Bool {
    do {
      let problems = try await run.problems(after: cut.image, point: cut.point, seed: cut.seed)
      guard !problems.isEmpty else { return true }
      record(cut, problems.joined(separator: "; "))
    } catch {
      record(cut, "\(error)")
    }
    return false
  }

  /// The run's threads are not repeatable, so the image is kept for whoever wants to look.
  private static func record(_ cut: Cut, _ problem: String) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kindred-crash-\(cut.seed)-\(cut.point)")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try? cut.image.write(to: folder)
    Issue.record("seed \(cut.seed), operation \(cut.point), \(cut.fate), image in \(folder.path): \(problem)")
  }
}
