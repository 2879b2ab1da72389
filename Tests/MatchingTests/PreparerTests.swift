import Model
import Seeding
import Testing

@testable import Matching

/// A preparer of rows gives what each row gives by itself, whatever it remembers.
@Suite("Preparing rows")
struct PreparerTests {
  private static let attributes: [PreparedAttribute] = [
    .kind, .name, .givenName, .surname, .contactName, .phone, .phone, .email, .address, .street, .city, .postcode, .birthDate, .creditCode,
    .openID, .remark, .organisation,
  ]

  private static let values = [
    "", "", "", "客户", "person", "contact", "Mary", "SMITH", "Jean-Pierre", "Chan", "Jr", "O", "张伟", "欧阳先生", "上海华信科技有限公司", "华信-张总",
    "Smith & Sons Ltd",
    "Suzhou Ruifeng Food Co., Ltd.", "2579838744", "+1 697 417 8741", "13912345678", "021-62345678 转 801", "a+b@gmail.com, a@gmail.com",
    "sales@smith.co.uk", "12 Main St Apt 3", "上海市浦东新区世纪大道88号3号楼1201室", "27 Hauptstraße", "New York", "Köln", "60302", "1985-03-04",
    "4 Mar 1985", "91310115MA1H7X1234", "oMH1kRY0dcUr3Fw34HnYdfL1n9Vt",
  ]

  private static func rows(_ count: Int, seed: UInt64) -> [[String]] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      [["crm", "erp"].randomElement(using: &generator) ?? ""] + attributes.map { _ in values.randomElement(using: &generator) ?? "" }
    }
  }

  private static func preparer(remembers: Int) -> Preparer {
    Preparer([.unused] + attributes.map { .attribute($0) }, source: 0, kindNames: ["客户": "company"], remembers: remembers)
  }

  /// The row as the attributes of one record.
  private static func alone(_ row: [String]) -> PreparedRecord {
    var values: [String: Value] = [:]
    for (attribute, text) in zip(attributes, row.dropFirst()) where !text.isEmpty {
      let value = Value.string(attribute == .kind && text == "客户" ? "company" : text)
      values[attribute.name] = values[attribute.name].map { .array($0.elements + [value]) } ?? value
    }
    return Preparation.prepare(values, source: row[0])
  }

  @Test("with much, little and no memory", arguments: [0, 4, 1_024])
  func memory(slots: Int) {
    var preparer = Self.preparer(remembers: slots)
    for row in Self.rows(600, seed: 21) { #expect(preparer.prepare(row) == Self.alone(row), "seed 21: \(row)") }
  }

  @Test("on several threads at once")
  func threads() async {
    let rows = Self.rows(200, seed: 22)
    let expected = rows.map { Self.alone($0) }
    await withTaskGroup(of: [PreparedRecord].self) { group in
      for _ in 0..<4 {
        group.addTask {
          var preparer = Self.preparer(remembers: 64)
          return rows.map { preparer.prepare($0) }
        }
      }
      for await records in group { #expect(records == expected, "seed 22") }
    }
  }

  @Test("equal content is equal in any order, also where only a form of address differs")
  func order() {
    let one = Preparation.prepare(["contact_name": .array([.string("樊总"), .string("樊先生"), .string("樊女士")])], source: "")
    let other = Preparation.prepare(["contact_name": .array([.string("樊女士"), .string("樊先生"), .string("樊总")])], source: "")
    #expect(one == other && one.persons.count == 3)
  }

  @Test("columns that are no attribute of a customer")
  func columns() {
    var preparer = Preparer([.value(number: 1, kind: .number), .unused, .value(number: 0, kind: .code)])
    let record = preparer.prepare(["1,200.5", "x", "ab-1"])
    #expect(record.columns.map(\.column) == [0, 1] && record.columns.last?.number == 1_200_500)
    #expect(preparer.prepare(["none", "", ""]).columns.isEmpty && preparer.prepare([]).isEmpty)
  }

  @Test("a record that says more than fits says less of everything")
  func longRecords() {
    let companies = (0..<400).map { company in (0..<60).map { "word\(company)of\($0)x" }.joined(separator: " ") }
    let phones = (0..<300).map { "+1697417\(1_000 + $0)" }
    let record = Preparation.prepare(
      ["organisation": .array(companies.map { .string($0) }), "phone": .array(phones.map { .string($0) })], source: "")
    record.withView { view in
      #expect(view.byteCount <= 0xFFFF * 2 && view.byteCount == record.words.count * 8)
      // 255 of each are too long, half as many are not.
      #expect(view.organisations.count == 127 && view.phones.count == 127)
      for name in view.organisations {
        #expect(view.hashes(name.words).count == 60 && view.rarities(name.wordRarities).allSatisfy { $0 == 0 })
        #expect(view.units(name.brand).starts(with: "word".utf16))
        #expect(Int(name.wordRarities.start + name.wordRarities.count) * 2 <= view.byteCount)
      }
    }
    let table = RecordTable([record])
    #expect(record.withView { $0 == table[0] })
  }
}
