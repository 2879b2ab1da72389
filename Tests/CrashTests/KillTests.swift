import Foundation
import Model
import Seeding
import Testing

/// The product itself, ended by `kill -9` at seeded instants, while a CRM drops files and an ERP pushes stock (contract C1).
@Suite("Kill -9", .serialized)
struct KillTests {
  private static let kills = isHeavy ? 50 : 6

  @Test("what was acknowledged survives, and takes effect once", .timeLimit(.minutes(10)))
  func anyInstant() async throws {
    let begin = ContinuousClock.now
    let seed: UInt64 = 7
    let workload = Workload(seed: seed, files: Self.kills + 2, rowsPerFile: 60, pushesPerSender: 40 * Self.kills)
    let calm = try DaemonUnderFire(name: "calm")
    defer { calm.remove() }
    let expected = try await run(workload, on: calm, seed: nil)
    let stormy = try DaemonUnderFire(name: "stormy")
    defer { stormy.remove() }
    let found = try await run(workload, on: stormy, seed: seed)
    report("\(Self.kills) kills, \(stormy.answers) pushes answered, seed \(seed), \(ContinuousClock.now - begin)")
    #expect(found.canonical == expected.canonical, "seed \(seed): \(difference(found.canonical, expected.canonical))")
    #expect(found.streams == expected.streams, "seed \(seed)")
  }

  private struct Outcome {
    var canonical: [String]
    /// Of each stream what may not depend on kills: distinct deliveries, items produced, dead letters; balanced.
    var streams: [String]
  }

  /// - Parameter seed: of the kills; nil for none.
  private func run(_ workload: Workload, on daemon: DaemonUnderFire, seed: UInt64?) async throws -> Outcome {
    try daemon.start()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for file in workload.files { try await daemon.drop(file) }
      }
      for pushes in workload.senders {
        group.addTask { try await send(pushes, to: daemon) }
      }
      if let seed {
        let total = workload.senders.reduce(0) { $0 + $1.count }
        group.addTask { try await killing(daemon, expecting: total, seed: seed) }
      }
      try await group.waitForAll()
    }
    let accounting = try await daemon.settle()
    try await daemon.stop(seed == nil ? SIGTERM : SIGKILL)
    _ = try await daemon.command("verify")
    let canonical = String(decoding: try await daemon.command("export", "canonical"), as: UTF8.self)
    #expect(accounting["balanced"] == true)
    return Outcome(canonical: canonical.split(separator: "\n").map(String.init), streams: Self.streams(accounting))
  }

  /// A sender repeats some of what was answered, perhaps in an earlier life of the daemon: it must hear the same again.
  private func send(_ pushes: [Workload.Push], to daemon: DaemonUnderFire) async throws {
    var known: [String: Value] = [:]
    for (index, push) in pushes.enumerated() {
      let answer = try await daemon.post(push)
      if let before = known[push.idempotencyKey] { Self.compare(before, answer, push) }
      known[push.idempotencyKey] = answer
      guard index % 10 == 9 else { continue }
      let earlier = pushes[index - 7]
      let again = try await daemon.post(earlier)
      if let before = known[earlier.idempotencyKey] { Self.compare(before, again, earlier) }
    }
  }

  private static func compare(_ before: Value, _ now: Value, _ push: Workload.Push) {
    guard push.contentType == "application/json" else { return }
    #expect(
      before["position"] == now["position"] && before["items"] == now["items"] && now["duplicate"] == true,
      "\(push.idempotencyKey) was answered with \(before), then with \(now)")
  }

  /// Spreads the kills over the work: each comes after a seeded number of answers and a few milliseconds more, every
  /// third one while the daemon is still starting.
  private func killing(_ daemon: DaemonUnderFire, expecting total: Int, seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let share = total / (Self.kills + 1)
    for kill in 0..<Self.kills {
      if kill % 3 != 2 {
        let wanted = share * kill + Int.random(in: 1...share, using: &random)
        while daemon.answers < wanted { try await Task.sleep(for: .milliseconds(1)) }
      }
      try await Task.sleep(for: .microseconds(Int.random(in: 0...(kill % 3 == 2 ? 150_000 : 15_000), using: &random)))
      try await daemon.stop(SIGKILL)
      try daemon.start()
    }
  }

  private static func streams(_ accounting: Value) -> [String] {
    (accounting["streams"]?.elements ?? []).map { stream in
      func count(_ part: String, _ name: String) -> Int { stream[part]?[name]?.text.flatMap { Int($0) } ?? -1 }
      let distinct = count("deliveries", "received") - count("deliveries", "duplicate")
      return
        "\(stream["connector"]?.text ?? "")/\(stream["stream"]?.text ?? ""): \(distinct) deliveries, \(count("deliveries", "undecodable")) "
        + "undecodable, \(count("items", "produced")) items, \(count("items", "dead_lettered")) dead, balanced: \(stream["balanced"] == true)"
    }
  }

  private func difference(_ left: [String], _ right: [String]) -> String {
    "found \(Set(left).subtracting(right).sorted().prefix(3)), expected \(Set(right).subtracting(left).sorted().prefix(3))"
  }
}
