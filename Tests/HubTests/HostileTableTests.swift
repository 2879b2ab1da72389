import Foundation
import Hub
import Matching
import Model
import Seeding
import Testing

/// Tables made to be slow: the time of each must not grow faster than n log n. `Benchmarks/hostile` has the same at full size.
@Suite("Hostile tables", .serialized)
struct HostileTableTests {
  /// A table and the time that one thread needs for it.
  private func run(_ table: String, _ model: MatchModel = MatchModel()) throws -> (result: TableMatch.Result, seconds: Double) {
    var match = TableMatch()
    match.model = model
    match.threads = 1
    let start = Self.threadSeconds
    let result = try match.run(Array(table.utf8))
    return (result, Self.threadSeconds - start)
  }

  private static var threadSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Four times the size may take eight times as long: n log n is about five, the rest is left to the machine. Quadratic would be sixteen.
  ///
  /// - Returns: the result at the full size.
  private func growth(to size: Int, _ model: MatchModel = MatchModel(), _ table: (Int) -> String) throws -> TableMatch.Result {
    let size = isHeavy ? size * 8 : size
    let small = min(try run(table(size / 4), model).seconds, try run(table(size / 4), model).seconds)
    let (result, large) = try run(table(size), model)
    #expect(large < 8 * small + 0.05, "\(size / 4): \(small) s, \(size): \(large) s")
    return result
  }

  private static func phone(_ number: Int) -> String { "+86 138 " + String(100_000_000 + number % 100_000_000).dropFirst() }

  /// A word of eight letters, another one for every number.
  private static func word(_ number: Int) -> String {
    var random = SeededGenerator(seed: UInt64(bitPattern: Int64(number)))
    return String((0..<8).map { Character(UnicodeScalar(UInt8(97 + random.next() % 26) - ($0 == 0 ? 32 : 0))) })
  }

  @Test("one row, again and again, is one customer")
  func identical() throws {
    let result = try growth(to: 24_000) { size in
      "id,name,phone,email\n" + (0..<size).map { "\($0),Jane Holloway,020 7946 0123,jane@holloway.net\n" }.joined()
    }
    #expect(result.clusterCount == 1)
  }

  @Test("rows that say the same but too little stay apart")
  func silent() throws {
    let result = try growth(to: 24_000) { size in "id,name,city\n" + (0..<size).map { "\($0),Smith,London\n" }.joined() }
    #expect(result.clusterCount == result.ids.count)
  }

  @Test("every value shared by as many rows as a key may have")
  func nearCap() throws {
    _ = try growth(to: 5_000) { size in
      var random = SeededGenerator(seed: 1)
      let columns = [79, 99, 99].map { by in (0..<size).map { $0 / by }.shuffled(using: &random) }
      return "id,name,phone,email\n"
        + (0..<size).map {
          "\($0),\(Self.word(columns[0][$0])) \(Self.word(-1 - columns[0][$0])),\(Self.phone(columns[1][$0])),u\(columns[2][$0])@lane.net\n"
        }
        .joined()
    }
  }

  private static func chain(_ size: Int) -> String {
    "id,given_name,phone,surname,email\n"
      + (0..<size).map {
        let (before, after) = ($0 / 2, ($0 + 1) / 2)
        return "\($0),\(word(before)),\(phone(before)),\(word(-1 - after)),\(word(after))@lane.net\n"
      }
      .joined()
  }

  @Test("a chain as long as the table, each row alike to the one before and the one behind")
  func chain() throws {
    let result = try growth(to: 10_000) { Self.chain($0) }
    #expect(result.clusterCount >= result.ids.count / 2)
  }

  @Test("one dense component, split again and again until its parts fit")
  func blob() throws {
    var model = MatchModel()
    model.componentLimit = 150
    _ = try growth(to: 8_000, model) { size in
      var random = SeededGenerator(seed: 2)
      let (phones, emails) = ((0..<size).map { $0 / 40 }.shuffled(using: &random), (0..<size).map { $0 / 40 }.shuffled(using: &random))
      return "id,name,phone,email,birth_date\n"
        + (0..<size).map { "\($0),Jane Holloway,\(Self.phone(phones[$0])),u\(emails[$0])@lane.net,1980-02-03\n" }.joined()
    }
  }

  @Test("names of fifty thousand characters: words, one word, Chinese")
  func longNames() throws {
    let result = try growth(to: 50_000) { size in
      var random = SeededGenerator(seed: 3)
      var table = "id,name,phone\n"
      for customer in 0..<3 {
        let letters = (0..<size).map { place in
          let kind = customer
          let code = kind == 2 ? 0x4E00 + random.next() % 20_000 : kind == 0 && place % 8 == 7 ? 32 : 97 + random.next() % 26
          return Character(UnicodeScalar(UInt32(code)) ?? "x")
        }
        for row in 0..<3 { table += "\(customer)\(row),\(String(letters.dropFirst(row))),\(Self.phone(customer))\n" }
      }
      return table
    }
    #expect(result.clusterCount < result.ids.count)
  }

  @Test("what no bar parts is flagged, and only equal exclusive ids join it")
  func oversized() throws {
    var model = MatchModel()
    // So much that every pair that is compared stays above the highest bar.
    model.prior = MatchWeight(bits: 150)
    model.relatives = model.prior
    let count = 2_400
    var table = "id,phone,email,credit_code\n"
    for row in 0..<count {
      table += "\(row),\(Self.phone(row / 2 + 1)),\(Self.word((row + 1) / 2))@lane.net,\(row % 800 == 5 ? "91350100M000100Y43" : "")\n"
    }
    let result = try run(table, model).result
    #expect(result.oversizedCount == count)
    #expect(result.clusterCount == count - 2)
    #expect(Set([5, 805, 1_605].map { result.clusters[$0] }).count == 1)
  }
}
