import Configuration
import Foundation
import Hub
import Matching
import Model
import TestDigests
import Testing

extension TableMatch.Result {
  fileprivate var names: [String] { (0..<ids.count).map { ids[$0] } }
  fileprivate var pairs: [String] { links.map { "\(ids[$0.a])=\(ids[$0.b])" } }
}

/// `kindred match` from files to clusters.
@Suite struct TableMatchTests {
  private static func file(_ text: String, _ name: String = "t.csv") -> TableFile { TableFile(name: name, bytes: Array(text.utf8)) }

  private static func code(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch { return (error as? Fault)?.code }
  }

  @Test("CSV, tabs and JSON Lines are one table")
  func formats() throws {
    let result = try TableMatch().run([
      Self.file("id,name,phone\n1,Jane Holloway,07700 900123\n"), Self.file("id\tphone\tname\n2\t07700900123\tHolloway Jane\n", "t.tsv"),
      Self.file("{\"phone\": [\"x\", \"07700 900123\"], \"name\": \"Jane Holloway\", \"id\": 3}\n", "t.jsonl"),
    ])
    #expect(result.names == ["1", "2", "3"])
    #expect(result.clusterCount == 1)
    #expect(result.hasIDs)
  }

  @Test("a table without ids has row numbers, and one column is enough")
  func rowNumbers() throws {
    let result = try TableMatch().run([Self.file("e-mail\nanna@lane.net\nbob@lane.net\nAnna@lane.net\n")])
    #expect(!result.hasIDs)
    #expect(result.names == ["1", "2", "3"])
    #expect(result.clusters == [1, 2, 1])
  }

  @Test("tables that cannot be matched say why")
  func faults() {
    #expect(Self.code { _ = try TableMatch().run([Self.file("")]) } == "table-empty")
    #expect(Self.code { _ = try TableMatch().run([Self.file("id,name\n")]) } == "table-empty")
    #expect(Self.code { _ = try TableMatch(idColumn: "nr").run([Self.file("id,name\n1,a\n")]) } == "id-column-missing")
    #expect(Self.code { _ = try TableMatch().run([Self.file("id,name\n1,Ann Lee\n,Bob Ray\n")]) } == "id-empty")
  }

  @Test("a repeated id names both rows")
  func duplicateIDs() {
    let fault = #expect(throws: Fault.self) { try TableMatch().run([Self.file("id,name\n7,Ann Lee\n8,Bob Ray\n7,Cy Poe\n", "x.csv")]) }
    #expect(fault?.code == "id-duplicate")
    #expect(fault?.message.contains("x.csv:2:1 and x.csv:4:1") ?? false)
  }

  static let left = "id,name,phone\na1,Jane Holloway,07700 900123\na2,Jane Holloway,07700 900123\na3,Tom Ford,07700 900777\n"
  static let right = "number,name,phone\n1,Jane Holloway,07700 900123\n2,Zoe Quinn,07700 900555\n"

  private func link(_ unique: TableMatch.Unique) throws -> [String] {
    var match = TableMatch()
    match.isLink = true
    match.unique = unique
    return try match.run([Self.file(Self.left), Self.file(Self.right)]).pairs
  }

  @Test("links are pairs between the two tables; a table without duplicates gives each customer once")
  func links() throws {
    #expect(try link([]) == ["a1=1", "a2=1"])
    #expect(try link(.b) == ["a1=1", "a2=1"])
    #expect(try link([.a, .b]).count == 1)
    #expect(try link(.a).count == 1)
  }

  @Test("rows of two linked tables may have the same ids")
  func equalIDs() throws {
    var match = TableMatch()
    match.isLink = true
    let result = try match.run([
      Self.file("id,name,phone\n1,Tom Ford,07700 900777\n"), Self.file("id,name,phone\n1,Tom Ford,07700 900777\n"),
    ])
    #expect(result.pairs == ["1=1"])
  }

  @Test("a configuration says what columns hold, and takes a level's worth away")
  func configuration() throws {
    let text = "columns:\n  a: name\n  b: phone\nprior: -12\nweights:\n  phone.sameMobile: 0.5\n  phone.sameLandline: 0.5\n"
    let (settings, diagnostics) = MatchFile.load(text: text, file: "c.yaml")
    #expect(diagnostics.isEmpty)
    var match = TableMatch()
    match.settings = try #require(settings)
    let table = Self.file("id,a,b\n1,Tom Ford,07700 900777\n2,T Ford,07700 900777\n")
    let result = try match.run([table])
    #expect(result.columns.map(\.role) == ["id", "name", "phone"])
    #expect(result.clusterCount == 2)
    match.settings.weights = []
    match.settings.prior = nil
    #expect(try match.run([table]).clusterCount == 1)
  }

  @Test("every mistake in a configuration is found, with its place and what was meant")
  func configurationFaults() {
    let text = "colums: {}\ncolumns: {tel: phne}\nweights: {phone.sameMobil: 3, email.sameEmail: much}\nunique: c\n"
    let (settings, diagnostics) = MatchFile.load(text: text, file: "c.yaml")
    #expect(settings == nil)
    #expect(diagnostics.map(\.code) == ["unknown-key", "unknown-value", "unknown-key", "wrong-value", "unknown-value"])
    #expect(diagnostics.map(\.span.start.line) == [1, 2, 3, 3, 4])
    #expect(diagnostics[2].hint?.contains("phone.sameMobile") ?? false)
  }

  @Test("a configuration that names a column of another table is no use")
  func foreignColumn() throws {
    var match = TableMatch()
    match.settings.columns["tel"] = try #require(MatchFile.load(text: "columns: {tel: phone}", file: "c.yaml").0?.columns["tel"])
    #expect(Self.code { _ = try match.run([Self.file("id,name\n1,Ann Lee\n")]) } == "column-missing")
  }

  /// Enough rows to learn from: each second one is a copy with a mistake.
  static let people: String = {
    let givens = ["Ada", "Brian", "Clara", "David", "Edith", "Frank", "Greta", "Harold", "Irene", "Jacob", "Karen", "Louis", "Maria"]
    let surnames = ["Abbot", "Barlow", "Carver", "Dawson", "Elliot", "Foster", "Garner", "Hudson", "Ingram", "Jarvis", "Keller"]
    var text = "id,given_name,surname,city,email\n"
    for number in 0..<150 {
      let (given, surname) = (givens[number % givens.count], surnames[number / 2 % surnames.count])
      let mail = "\(given.lowercased())\(number)@mail\(number % 7).net"
      text += "\(number)a,\(given),\(surname),Leeds,\(mail)\n\(number)b,\(given),\(surname.dropLast()),Leeds,\(mail)\n"
    }
    return text
  }()

  @Test("a trained model is read back as it was, and gives the same answer")
  func trainedModel() throws {
    let first = try TableMatch().run([Self.file(Self.people)])
    #expect(first.training != nil)
    let bytes = MatchModelFile.bytes(first.model)
    let model = try MatchModelFile.read(bytes)
    #expect(MatchModelFile.bytes(model) == bytes)
    #expect(model.digest == first.model.digest)
    var match = TableMatch()
    match.model = model
    let second = try match.run([Self.file(Self.people)])
    #expect(second.clusters == first.clusters)
    #expect(second.training == nil)
  }

  @Test("the shipped model is a file too")
  func shippedModel() throws {
    let model = MatchModel()
    #expect(try MatchModelFile.read(MatchModelFile.bytes(model)).digest == model.digest)
  }

  @Test("what is no model is refused")
  func wrongModel() {
    #expect(Self.code { _ = try MatchModelFile.read(Array("{}".utf8)) } == "model-file-wrong")
    #expect(Self.code { _ = try MatchModelFile.read(Array("{\"kindred_model\": 99}".utf8)) } == "model-file-version")
  }

  @Test("a report has every part, and nothing of the table is markup")
  func report() throws {
    var match = TableMatch()
    match.wantsDetails = true
    let table = Self.file("id,name,phone\n1,<b>Tom Ford</b>,07700 900777\n2,T Ford,07700 900777\n3,T,\n")
    let result = try match.run([table])
    let html = MatchReport(result, title: "a<b").html
    #expect(html.hasPrefix("<!DOCTYPE html>"))
    #expect(html.contains("a&lt;b") && !html.contains("<b>"))
    #expect(html.contains("<svg") && !html.contains("<script"))
    #expect(html.contains("Rows that say too little") && html.contains("rows can join nothing"))
    let details = try #require(result.details)
    for example in details.examples {
      #expect(abs(example.parts.reduce(0) { $0 + $1.bits } - example.bits) < 0.001)
    }
    #expect(details.silentRows.contains(2))
  }
}

/// `kindred train` in one home, `model:` in another.
@Suite("A trained model")
struct TrainedModelTests {
  @Test("is the hub's when hub.yaml names it, and a file that is no model is named")
  func inTheHub() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/kindred-model-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var model = MatchModel(name: "ours")
    model.prior = MatchWeight(bits: -12)
    model.frequencies.count(.surname, 77)
    try Data(MatchModelFile.bytes(model)).write(to: URL(fileURLWithPath: folder + "/ours.json"))
    try Data("language: 1\ncut: automatic\nmodel: ours.json\n".utf8).write(to: URL(fileURLWithPath: folder + "/hub.yaml"))
    let reading = Home(folder: folder, shared: TestHub.repository).read(digests: .quick)
    let match = try #require(reading.loaded).settings.match
    model.cut = .automatic
    #expect(match.name == "ours" && match.digest == model.digest)
    try Data("{}".utf8).write(to: URL(fileURLWithPath: folder + "/ours.json"))
    let broken = Home(folder: folder, shared: TestHub.repository).read(digests: .quick)
    #expect(broken.loaded == nil && broken.diagnostics.map(\.code) == ["model-file-wrong"])
  }
}
