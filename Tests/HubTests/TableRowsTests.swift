import Formats
import Model
import Normalization
import Seeding
import Testing

@testable import Hub

/// Tables as they are read: cells, columns, faults and ids are those that the plain reading below finds.
@Suite struct TableRowsTests {
  /// Reads row by row into strings.
  private struct PlainTable {
    var headers: [String] = []
    var columns: [[Int]] = []
    var rows: [[Int: String]] = []
    var locations: [Location] = []
    var faults: [ItemFault] = []

    init(_ files: [TableFile]) throws {
      for file in files {
        columns.append([])
        let before = rows.count + faults.count
        try ItemReader.read(file.bytes, format: file.format, encoding: file.encoding, context: ReadContext(file: file.name)) { item in
          do throws(ItemFault) {
            let item = try item.get()
            guard case .value(.object(let object)) = item.content else {
              let fault = Fault("row-not-object", "The line is no object.", at: item.location, hint: "Write {\"name\": …} on each line.")
              throw ItemFault(index: item.index, fault: fault, raw: item.raw)
            }
            add(object, item.location)
          } catch { faults.append(error) }
        }
        if rows.count + faults.count == before {
          throw Fault("table-empty", "The table has a header and no rows.", at: Location(file: file.name))
        }
      }
    }

    private mutating func add(_ object: Object, _ location: Location) {
      var cells: [Int: String] = [:]
      for member in object.members {
        if !headers.contains(member.name) { headers.append(member.name) }
        guard let column = headers.firstIndex(of: member.name) else { continue }
        if !columns[columns.count - 1].contains(column) { columns[columns.count - 1].append(column) }
        cells[column] = member.value.text ?? member.value.elements.compactMap(\.text).joined(separator: "; ")
      }
      rows.append(cells)
      locations.append(location)
    }
  }

  private static let names = ["id", "name", "e", "e\u{301}", "é", "名", "phone"]
  private static let cells = [
    "a", "", "\"\"", "Ann Lee", "\"x\ny\"", "\"say \"\"hi\"\"\"", "客户", "5\" pipe", "\"open", "1,2", "\u{0}", "é", "e\u{301}",
  ]

  private func csv(_ random: inout SeededGenerator) -> TableFile {
    let header = Array(Self.names.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random)))
    var text = header.joined(separator: ",") + "\n"
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      text += header.map { _ in Self.cells.randomElement(using: &random) ?? "" }.joined(separator: ",") + "\n"
    }
    return TableFile(name: "t.csv", bytes: Array(text.utf8) + (Int.random(in: 0..<5, using: &random) == 0 ? [0xFF, 0x0A] : []))
  }

  private func lines(_ random: inout SeededGenerator) -> TableFile {
    var text = ""
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      let header = Self.names.shuffled(using: &random).prefix(Int.random(in: 0...4, using: &random))
      let members = header.map { ($0, ["\"x y\"", "3", "true", "null", "[\"a\",1]", "\"\""].randomElement(using: &random) ?? "") }
      text += "{" + members.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}\n"
      if Int.random(in: 0..<6, using: &random) == 0 { text += ["[1]\n", "{\n", "\n"].randomElement(using: &random) ?? "" }
    }
    return TableFile(name: "t.jsonl", bytes: Array(text.utf8))
  }

  @Test func tablesAreReadAsTheirItems() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<(isHeavy ? 50_000 : 1_000) {
      let files = (0..<Int.random(in: 1...3, using: &random)).map { _ in Bool.random(using: &random) ? csv(&random) : lines(&random) }
      let texts = files.map { String(decoding: $0.bytes, as: UTF8.self) }
      let plain: PlainTable
      do {
        plain = try PlainTable(files)
      } catch let refusal as Fault {
        #expect(throws: refusal, "seed \(seed): \(texts)") { try TableRows(files) }
        continue
      }
      let rows = try TableRows(files)
      #expect(rows.headers == plain.headers && rows.columns == plain.columns, "seed \(seed): \(texts)")
      #expect(rows.faults == plain.faults, "seed \(seed): \(texts)")
      try #require(rows.count == plain.rows.count, "seed \(seed): \(texts)")
      for row in plain.rows.indices {
        #expect(rows.location(of: row) == plain.locations[row], "seed \(seed): \(texts)")
        let expected = plain.headers.indices.map { plain.rows[row][$0] ?? "" }
        #expect(rows.cells(of: row).elementsEqual(expected) { $0.utf8.elementsEqual($1.utf8) }, "seed \(seed), row \(row): \(texts)")
      }
    }
  }

  @Test func rangesOfRowsAreVisitedInOrder() throws {
    let files = [
      TableFile(name: "a.csv", bytes: Array("x,y\n1,2\n3,4\n".utf8)),
      TableFile(name: "b.jsonl", bytes: Array("{\"y\":5}\n{\"z\":6}\n".utf8)),
      TableFile(name: "c.csv", bytes: Array("z\n7\n".utf8)),
    ]
    let rows = try TableRows(files)
    var found: [String] = []
    var places = Array(repeating: 0..<0, count: rows.headers.count)
    rows.forEach(in: 1..<5) { row, cells in
      found.append("\(row) \((0..<3).map { String(decoding: cells[$0], as: UTF8.self) }.joined(separator: "|"))")
      let bytes = cells.bytes(cells: &places)
      #expect((0..<3).allSatisfy { bytes[places[$0]].elementsEqual(cells[$0]) })
    }
    #expect(found == ["1 3|4|", "2 |5|", "3 ||6", "4 ||7"])
    #expect((0..<5).map { rows.file(of: $0) } == [0, 0, 1, 1, 2])
  }

  // MARK: Ids

  private func ids(_ values: [String]) -> Result<[String], Fault> {
    let text = "id,x\n" + values.map { "\"\($0)\",1\n" }.joined()
    return Result { () throws(Fault) in
      do {
        let rows = try TableRows([TableFile(name: "t.csv", bytes: Array(text.utf8))])
        let ids = try TableIDs(rows, [ColumnType(general: .code), ColumnType(general: .code)], wanted: nil, perFile: false)
        return (0..<ids.count).map { ids[$0] }
      } catch { throw error as? Fault ?? Fault("test", "\(error)") }
    }
  }

  private func failure(_ values: [String]) -> String? {
    guard case .failure(let fault) = ids(values) else { return nil }
    return "\(fault.code) \(fault.location?.line ?? 0)"
  }

  @Test("the first row with an empty or a repeated id is the one that is named")
  func firstFault() throws {
    #expect(try ids(["b", "a", "客户1", "é"]).get() == ["b", "a", "客户1", "é"])
    #expect(failure(["a", "b", "", "a"]) == "id-empty 4")
    #expect(failure(["a", "b", "a", ""]) == "id-duplicate 4")
    #expect(failure(["a", "b", "c", "b", "a"]) == "id-duplicate 5")
  }

  @Test("ids that are the same text are the same, however it is written")
  func equivalentIDs() {
    #expect(failure(["é", "b", "e\u{301}"]) == "id-duplicate 4")
    #expect(failure(["K", "b", "\u{212A}"]) == "id-duplicate 4")
    #expect(failure(["客户1", "客户2", "客户1"]) == "id-duplicate 4")
  }

  @Test func idsOfAnyLengthAreCompared() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let values = (0..<Int.random(in: 1...60, using: &random)).map { _ in String(Int.random(in: 0..<3_000, using: &random), radix: 3) }
      let firstRepeat = values.indices.first { values[..<$0].contains(values[$0]) }
      #expect(failure(values) == firstRepeat.map { "id-duplicate \($0 + 2)" }, "seed \(seed)")
    }
  }

  @Test("among many ids the first repeated one is found")
  func manyIDs() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<3 {
      var values = (0..<30_000).map { "row \($0)" }.shuffled(using: &random)
      #expect(failure(values) == nil)
      var second = values.count
      for _ in 0..<3 {
        let (one, other) = (Int.random(in: 0..<10_000, using: &random), Int.random(in: 10_000..<30_000, using: &random))
        values[other] = values[one]
        second = min(second, other)
      }
      #expect(failure(values) == "id-duplicate \(second + 2)", "seed \(seed)")
    }
  }

  @Test("the matcher knows a row by the hash of its id")
  func keyHashes() throws {
    let rows = try TableRows([TableFile(name: "t.csv", bytes: Array("id,x\nc001,1\n客户,2\n".utf8))])
    let ids = try TableIDs(rows, [ColumnType(general: .code), ColumnType(general: .code)], wanted: nil, perFile: false)
    #expect(ids.keyHash(of: 1, file: nil) == StableHash.of("客户"))
    #expect(ids.keyHash(of: 0, file: 1) == StableHash.of("1\u{1F}c001"))
  }
}
