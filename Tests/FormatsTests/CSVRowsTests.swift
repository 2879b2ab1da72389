import Model
import Seeding
import Testing

@testable import Formats

/// Rows cut where they lie, by themselves and as items, are those that a plain reader finds.
@Suite struct CSVRowsTests {
  /// What a file holds, or why it cannot be read.
  private struct Contents: Equatable {
    var names: [String] = []
    var rows: [[String]] = []
    var places: [Location] = []
    var raw: [[UInt8]] = []
    var faults: [ItemFault] = []
    /// By row, in one sequence with the faults.
    var indexes: [Int] = []
    var refusal: Fault?

    mutating func add(_ result: Result<Item, ItemFault>) {
      switch result {
      case .failure(let fault): faults.append(fault)
      case .success(let item):
        guard case .value(.object(let object)) = item.content else { return }
        names = object.members.map(\.name)
        rows.append(object.members.map { $0.value.text ?? "" })
        places.append(item.location)
        raw.append(item.raw)
        indexes.append(item.index)
      }
    }
  }

  private func scanned(_ bytes: [UInt8], _ encoding: String?, _ context: ReadContext = ReadContext(file: "f")) -> Contents {
    var contents = Contents()
    do {
      var reader = try ScannedCSV(bytes, encoding: encoding, context: context)
      try reader.read { contents.add($0) }
    } catch { contents.refusal = error as? Fault }
    return contents
  }

  private func asItems(_ bytes: [UInt8], _ encoding: String?, _ context: ReadContext) -> Contents {
    var contents = Contents()
    do {
      try ItemReader.read(bytes, format: .csv, encoding: encoding, context: context) { contents.add($0) }
    } catch { contents.refusal = error as? Fault }
    return contents
  }

  private func cut(
    _ bytes: [UInt8], _ encoding: String?, _ context: ReadContext = ReadContext(file: "f"), smallestPart: Int, cores: Int
  ) -> Contents {
    var contents = Contents()
    do {
      let rows = try CSVRows(bytes, encoding: encoding, context: context, smallestPart: smallestPart, cores: cores)
      if rows.count > 0 { contents.names = rows.names }
      rows.forEach(in: 0..<rows.count) { row, cells in
        #expect(row == contents.rows.count)
        contents.rows.append((0..<cells.count).map { String(decoding: cells[$0], as: UTF8.self) })
      }
      contents.places = (0..<rows.count).map { rows.location(of: $0) }
      contents.raw = (0..<rows.count).map { rows.raw(of: $0) }
      contents.faults = rows.faults
      let damaged = Set(rows.faults.map(\.index))
      contents.indexes = (0..<rows.count + damaged.count).filter { !damaged.contains($0) }
    } catch { contents.refusal = error }
    return contents
  }

  private static let pieces: [[UInt8]] =
    [
      "a", "Ann Lee", "", "\"\"", "\"q\"", "\"a,b\"", "\"two\nlines\"", "\"two\r\nlines\"", "\"say \"\"hi\"\"\"", "\"\"\"\"", "5\" pipe",
      "\"open", "\"x\"y", "客户", "\"名,称\"", "é", "e\u{301}", "😀", "\u{0}", " ", "\t", "|", ";", "武汉德锐医疗器械有限公司",
      "a longer cell, that ends elsewhere",
    ].map { Array($0.utf8) } + [
      [0xFF], [0xC3], [0xE4, 0xB8], [0xED, 0xA0, 0x80], [0xD0, 0x7C], [0x81, 0x30, 0x84, 0x36], [0xD6, 0xD0], [0xE9],
    ]

  /// A file that is mostly regular: rows of the header's width, with one odd piece here and there.
  private func file(_ random: inout SeededGenerator) -> [UInt8] {
    let delimiter = [",", ",", "\t", ";", "|"].randomElement(using: &random) ?? ","
    let lineEnd = ["\n", "\n", "\r\n", "\r"].randomElement(using: &random) ?? "\n"
    let width = Int.random(in: 1...5, using: &random)
    let oddness = [0, 2, 10, 60].randomElement(using: &random) ?? 0
    let usual = Self.pieces.prefix(Int.random(in: 1...11, using: &random))
    var bytes: [UInt8] = Int.random(in: 0..<8, using: &random) == 0 ? [0xEF, 0xBB, 0xBF] : []
    if Int.random(in: 0..<10, using: &random) == 0 { bytes += Array(lineEnd.utf8) }
    bytes += Array((0..<width).map { "column \($0)" }.joined(separator: delimiter).utf8)
    for _ in 0..<Int.random(in: 0...60, using: &random) {
      bytes += Array(lineEnd.utf8)
      let isOdd = { (random: inout SeededGenerator) in Int.random(in: 0..<100, using: &random) < oddness }
      let columns = isOdd(&random) ? Int.random(in: 0...6, using: &random) : width
      for column in 0..<columns {
        if column > 0 { bytes += Array(delimiter.utf8) }
        bytes += (isOdd(&random) ? Self.pieces.randomElement(using: &random) : usual.randomElement(using: &random)) ?? []
      }
    }
    if Bool.random(using: &random) { bytes += Array(lineEnd.utf8) }
    return bytes
  }

  @Test func cutOrReadRowsAreTheSame() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<(isHeavy ? 200_000 : 2_000) {
      var bytes = file(&random)
      var encoding = [nil, nil, nil, "utf-8", "gb18030", "iso-8859-1", "big5"].randomElement(using: &random) ?? nil
      if Int.random(in: 0..<10, using: &random) == 0 {
        let mark: [UInt8] = Bool.random(using: &random) ? [0xFF, 0xFE] : []
        bytes = mark + bytes.flatMap { [$0, 0] } + (Int.random(in: 0..<4, using: &random) == 0 ? [0x00, 0xD8, 0x0A, 0x00] : [])
        encoding = "utf-16le"
      }
      var context = ReadContext(file: "f", isSheet: Bool.random(using: &random))
      if Int.random(in: 0..<4, using: &random) == 0 { context.columns = [] }
      if Int.random(in: 0..<4, using: &random) == 0 {
        (context.header, context.firstRow, context.firstLine) = (Array("p,q,r\n".utf8), Int.random(in: 1...3, using: &random), 9)
      }
      let expected = scanned(bytes, encoding, context)
      let items = asItems(bytes, encoding, context)
      #expect(items == expected, "seed \(seed), items, \(encoding ?? "no label"): \(bytes)")
      let cores = Int.random(in: 1...4, using: &random)
      let found = cut(bytes, encoding, context, smallestPart: Int.random(in: 1...80, using: &random), cores: cores)
      #expect(found == expected, "seed \(seed), \(cores) cores, \(encoding ?? "no label"): \(bytes)")
      if found != expected || items != expected { return }
    }
  }

  @Test("a quoted line break where a part begins is no line break")
  func quotedBreakAtABoundary() {
    let quoted = String(repeating: "x,\"\na,b\nc,d\n\"\n", count: 40)
    let bytes = Array(("h,i\n" + quoted).utf8)
    for cores in 1...9 { #expect(cut(bytes, nil, smallestPart: 1, cores: cores) == scanned(bytes, nil)) }
    // What a row holds behind the end of a part is looked at too, although the part itself holds only good bytes.
    let good = Array(String(repeating: "x,y\n", count: 40).utf8)
    let row = Array(("x,\"" + String(repeating: "a,b\n", count: 10)).utf8) + [0xFF] + Array("\"\n".utf8)
    let broken = Array("h,i\n".utf8) + good + row + good
    #expect(cut(broken, "utf-8", smallestPart: 1, cores: 2) == scanned(broken, "utf-8"))
  }

  @Test("patience with unclosed quotes ends at the same record on any number of cores")
  func patience() {
    // Each opening quote is searched for its end through a megabyte.
    let line = "\"x,1\n" + String(repeating: "y,2\n", count: 4)
    let bytes = Array(("h,i\n" + String(repeating: line, count: 100) + String(repeating: "z,3\n", count: 262_144) + "a\",4\n").utf8)
    let one = cut(bytes, nil, smallestPart: 1, cores: 1)
    #expect(one.faults.count >= 100)
    #expect(cut(bytes, nil, smallestPart: 1, cores: 3) == one)
  }

  @Test("wide headers over short lines need no more memory than the file")
  func wideHeader() {
    let header = (0..<20_000).map { "c\($0)" }.joined(separator: ",")
    let bytes = Array((header + "\n" + String(repeating: "1\n", count: 100_000)).utf8)
    let found = cut(bytes, nil, smallestPart: 1, cores: 2)
    #expect(found.rows.isEmpty && found.faults.count == 100_000)
    #expect(found.faults.last?.fault.location?.line == 100_001)
  }
}
