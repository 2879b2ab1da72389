import Connecting
import CrashDisk
import Foundation
import Hub
import Model
import Seeding
import Storing

extension CrashRun {
  /// Opens a hub on what a crash after `point` operations left, goes on as the senders would, and compares the end with
  /// that of the run that nothing disturbed.
  /// - Returns: what is wrong; empty when all promises were kept.
  func problems(after image: DiskImage, point: Int, seed: UInt64) async throws -> [String] {
    let disk = image.mount()
    let hub = try world.hub(vfs: disk.vfsName)
    defer { hub.close() }
    var found = Findings()
    try checkPromises(hub, point: point, &found)
    try await resend(into: hub, point: point, seed: seed, &found)
    await checkAnswers(hub, point: point, &found)
    ending.compare(try Ending(hub), &found)
    if seed % 16 == 0 { found.problems += try hub.verify() }
    return found.problems
  }

  /// What was acknowledged is in the journal, at its place, with its bytes.
  private func checkPromises(_ hub: Hub, point: Int, _ found: inout Findings) throws {
    for position in Set(acknowledgements.accepted.filter { $0.operation <= point }.map(\.receipt.position)) {
      let delivery = try hub.journal.delivery(at: position)
      let expected = ending.journal[position]
      found.expect(
        delivery != nil && delivery?.body == expected?.body && delivery?.stream == expected?.stream && delivery?.meta == expected?.meta,
        "position \(position) was acknowledged and is \(delivery == nil ? "not there" : "another delivery")")
    }
  }

  /// What was not acknowledged comes again: the files in their order, the pushes of all senders in any, and to be sure
  /// some of what was acknowledged as well.
  private func resend(into hub: Hub, point: Int, seed: UInt64, _ found: inout Findings) async throws {
    var random = SeededGenerator(seed: seed)
    let accepted = acknowledgements.accepted.filter { $0.operation <= point }.map(\.delivery)
    let pushes = unsentPushes(accepted, &random)
    let names = Set(accepted.compactMap(\.origin))
    let repeatsFirst = Int.random(in: 0..<4, using: &random) == 0
    let files = workload.files.enumerated().filter { $0.offset == 0 && repeatsFirst || !names.contains($0.element.name) }.map(\.element)
    let split = Int.random(in: 0...pushes.count, using: &random)
    async let imported: Void = importFiles(files, into: hub)
    async let first = hub.sink.accept(Array(pushes[..<split]), checkpoint: nil)
    let second = try await hub.sink.accept(Array(pushes[split...]), checkpoint: nil)
    let outcomes = await hub.sink.outcomes(try await first + second, within: .seconds(20))
    found.expect(!outcomes.contains(.pending), "a push that was sent again is not applied")
    try await imported
    found.expect(try await hub.settle(within: .seconds(20)), "not settled: \(hub.applyingFault?.message ?? "no fault")")
    if decidedAt <= point { found.expect(try world.isDecided(hub), "the decision is not in force any more") }
    try await world.decide(hub)
  }

  private func unsentPushes(_ accepted: [Delivery], _ random: inout SeededGenerator) -> [Delivery] {
    let keys = Set(accepted.compactMap(\.dedupeKey))
    var seen: Set<[UInt8]> = []
    var pushes: [Delivery] = []
    for push in acknowledgements.accepted.map(\.delivery) where push.stream.connector == "erp" {
      guard let key = push.dedupeKey, seen.insert(key).inserted else { continue }
      if !keys.contains(key) || Int.random(in: 0..<8, using: &random) == 0 { pushes.append(push) }
    }
    return pushes.shuffled(using: &random)
  }

  private func importFiles(_ files: [Workload.File], into hub: Hub) async throws {
    for file in files { _ = try await world.importFile(file, into: hub.sink) }
  }

  /// Who asks again what became of a push hears what was answered before the crash.
  private func checkAnswers(_ hub: Hub, point: Int, _ found: inout Findings) async {
    let answered = acknowledgements.answered.filter { $0.operation <= point }
    let outcomes = await hub.sink.outcomes(answered.map(\.receipt), within: .seconds(20))
    for (before, now) in zip(answered, outcomes) {
      found.expect(before.outcome == now, "the answer for position \(before.receipt.position) was \(before.outcome), is \(now)")
    }
  }
}

/// What a check found. Thousands of checks run beside each other: each collects for itself, and only what failed is
/// reported.
struct Findings {
  var problems: [String] = []

  mutating func expect(_ condition: Bool, _ problem: @autoclosure () -> String) {
    if !condition { problems.append(problem()) }
  }
}
