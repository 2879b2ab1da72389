import Hub
import Model
import Seeding
import Testing

/// `kindred match --truth`.
@Suite("A truth")
struct MatchTruthTests {
  private static func file(_ text: String) -> TableFile { TableFile(name: "truth.csv", bytes: Array(text.utf8)) }

  private static func code(_ text: String) -> String? {
    do {
      _ = try MatchTruth(file(text))
      return nil
    } catch { return (error as? Fault)?.code }
  }

  private func score(_ table: String, _ truth: String) throws -> MatchTruth.Score {
    var match = TableMatch()
    match.truth = try MatchTruth(Self.file(truth))
    return try #require(try match.run(Array(table.utf8)).score)
  }

  static let table = "id,name,phone\n1,Jane Holloway,07700 900123\n2,Jane Holloway,07700900123\n3,Tom Ford,07700 900777\n4,Zoe Quinn,\n"

  @Test("tells right, wrong and missed pairs apart")
  func pairs() throws {
    let right = try score(Self.table, "id,cluster\n1,a\n2,a\n3,b\n4,c\n")
    #expect([right.truePairs, right.foundPairs, right.rightPairs] == [1, 1, 1])
    #expect([right.precision, right.recall, right.f1] == [1, 1, 1])
    let missed = try score(Self.table, "id,cluster\n1,a\n2,a\n3,a\n4,c\n")
    #expect([missed.truePairs, missed.foundPairs, missed.rightPairs] == [3, 1, 1])
    let wrong = try score(Self.table, "cluster,note,id\na,x,1\nb,x,2\nc,x,3\nc,x,4\n")
    #expect([wrong.truePairs, wrong.foundPairs, wrong.rightPairs, wrong.wrongPairs] == [1, 1, 0, 1])
    #expect([wrong.precision, wrong.recall, wrong.f1] == [0, 0, 0])
  }

  @Test("says what it does not know, and what the table does not have; a pair that is not there is not found")
  func unknown() throws {
    let score = try score(Self.table, "id,cluster\n1,a\n9,a\n")
    #expect([score.unknownRows, score.missingRows] == [3, 1])
    #expect([score.truePairs, score.foundPairs] == [1, 0])
    #expect(score.recall == 0 && score.precision == 1)
  }

  @Test("counts as counting all pairs one by one does", arguments: [UInt64(1), 2, 3])
  func againstAllPairs(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let names = ["Ann Lee", "Bob Ray", "Cy Poe", "Dee Fox", "Eve Orr"]
    let people = (0..<60).map { _ in Int.random(in: 0..<5, using: &random) }
    let customers = (0..<60).map { _ in Int.random(in: 0..<8, using: &random) }
    var (table, truth) = ("id,name,e-mail\n", "id,cluster\n")
    for row in people.indices {
      table += "\(row),\(names[people[row]]),m\(people[row])@lane.net\n"
      truth += "\(row),\(customers[row])\n"
    }
    var match = TableMatch()
    match.truth = try MatchTruth(Self.file(truth))
    let result = try match.run(Array(table.utf8))
    var (isTrue, isFound, isRight) = (0, 0, 0)
    for one in people.indices {
      for other in 0..<one {
        let (inTruth, inCluster) = (customers[one] == customers[other], result.clusters[one] == result.clusters[other])
        isTrue += inTruth ? 1 : 0
        isFound += inCluster ? 1 : 0
        isRight += inTruth && inCluster ? 1 : 0
      }
    }
    let score = try #require(result.score)
    #expect([score.truePairs, score.foundPairs, score.rightPairs] == [isTrue, isFound, isRight], "seed \(seed)")
    #expect(isRight > 0 && isFound > isRight, "seed \(seed)")
  }

  @Test("needs a column id and a column cluster, and every id once")
  func faults() {
    #expect(Self.code("id,customer\n1,a\n") == "truth-column-missing")
    #expect(Self.code("number,cluster\n1,a\n") == "id-column-missing")
    #expect(Self.code("id,cluster\n1,a\n1,b\n") == "id-duplicate")
    #expect(Self.code("id,cluster\n1\n") == "csv-field-count")
    #expect(Self.code("") == "table-empty")
  }
}
