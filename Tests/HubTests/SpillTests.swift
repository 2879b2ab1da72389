import Foundation
import Hub
import Matching
import Model
import Seeding
import Synchronization
import Testing

/// Tables that are larger than the memory they may take. The limit holds for the process, so other tests may spill meanwhile; their answers
/// are the same.
@Suite("Tables larger than memory", .serialized)
struct SpillTests {
  /// Counts what it was asked for.
  private final class Counted: LargeMemory.Elsewhere {
    let file: SpillFile
    let allocations = Atomic(0)

    init() throws { file = try SpillFile() }

    func allocate(byteCount: Int) -> UnsafeMutableRawPointer? {
      allocations.wrappingAdd(1, ordering: .relaxed)
      return file.allocate(byteCount: byteCount)
    }

    func free(_ start: UnsafeMutableRawPointer, byteCount: Int) -> Bool { file.free(start, byteCount: byteCount) }
  }

  private static func table(rows: Int, seed: UInt64) -> TableFile {
    var random = SeededGenerator(seed: seed)
    let (given, surnames) = (["Jane", "Tom", "Zoe", "Ann", "Cy"], ["Holloway", "Ford", "Quinn", "Poe", "Ray", "Lane"])
    var text = "id,given_name,surname,phone,email\n"
    for row in 0..<rows {
      let customer = Int.random(in: 0..<rows / 2, using: &random)
      let name = (given[customer % 5], surnames[customer % 6])
      text += "\(row),\(name.0),\(name.1),07700 \(900_000 + customer),\(name.0).\(customer)@example.com\n"
    }
    return TableFile(name: "t.csv", bytes: Array(text.utf8))
  }

  @Test("the answer is that of tables in memory")
  func sameAnswer() throws {
    let table = Self.table(rows: 20_000, seed: 11)
    let expected = try TableMatch().run([table]).clusters
    let elsewhere = try Counted()
    LargeMemory.spill(beyond: 0, to: elsewhere)
    defer { LargeMemory.stopSpilling() }
    #expect(try TableMatch().run([table]).clusters == expected)
    #expect(elsewhere.allocations.load(ordering: .relaxed) > 3)
  }

  @Test("a file gives room, takes it back and gives it again; elsewhere is not its own")
  func file() throws {
    let (file, size) = (try SpillFile(), 4 << 20)
    let one = try #require(file.allocate(byteCount: size))
    let other = try #require(file.allocate(byteCount: size))
    #expect(UInt(bitPattern: one) % (2 << 20) == 0 && abs(other - one) >= size)
    one.storeBytes(of: 7, toByteOffset: size - 8, as: Int.self)
    other.initializeMemory(as: UInt8.self, repeating: 0xFF, count: size)
    #expect(one.load(fromByteOffset: size - 8, as: Int.self) == 7)
    #expect(file.byteCount == 2 * size)
    #expect(file.free(one, byteCount: size))
    #expect(file.byteCount == size)
    #expect(file.allocate(byteCount: size) == one)
    let foreign = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)
    defer { foreign.deallocate() }
    #expect(!file.free(foreign, byteCount: 8))
    #expect(file.allocate(byteCount: 1 << 60) == nil)
    #expect(file.byteCount == 2 * size)
  }
}
