import Connecting
import CrashDisk
import Foundation
import Hub
import Model
import Storing
import Testing

/// One life of a hub without a crash, on a disk that remembers: what was asked of the disk, and what was promised when.
struct CrashRun: Sendable {
  let world: World
  let workload: Workload
  let disk: CrashDisk
  let acknowledgements: Acknowledgements
  /// When the decision was in force.
  let decidedAt: Int
  let ending: Ending

  static func record(_ workload: Workload, in world: World) async throws -> CrashRun {
    let disk = CrashDisk()
    let hub = try world.hub(vfs: disk.vfsName)
    defer { hub.close() }
    let record = Acknowledgements()
    let sink = RecordingSink(base: hub.sink, disk: disk, record: record)
    let decidedAt = try await withThrowingTaskGroup(of: Int?.self) { group in
      group.addTask {
        for file in workload.files.prefix(Workload.filesBeforeDecision) { _ = try await world.importFile(file, into: sink) }
        async let decided = decide(hub, disk, in: world)
        for file in workload.files.dropFirst(Workload.filesBeforeDecision) { _ = try await world.importFile(file, into: sink) }
        return try await decided
      }
      for pushes in workload.senders {
        group.addTask {
          for push in pushes { try await world.post(push, into: sink) }
          return nil
        }
      }
      return try await group.reduce(0) { max($0, $1 ?? 0) }
    }
    #expect(try await hub.settle(within: .seconds(20)))
    return CrashRun(
      world: world, workload: workload, disk: disk, acknowledgements: record, decidedAt: decidedAt, ending: try Ending(hub))
  }

  private static func decide(_ hub: Hub, _ disk: CrashDisk, in world: World) async throws -> Int {
    try await world.decide(hub)
    return disk.operationCount
  }
}
