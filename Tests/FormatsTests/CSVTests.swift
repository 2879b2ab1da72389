import Model
import Testing

@testable import Formats

@Suite struct CSVTests {
  private func rows(_ text: String) throws -> [String] { try rows(Array(text.utf8)) }

  /// Rows as canonical JSON, faults as `code@line:column raw`.
  private func rows(_ bytes: [UInt8], encoding: String? = nil, context: ReadContext = ReadContext()) throws -> [String] {
    var result: [String] = []
    try ItemReader.read(bytes, format: .csv, encoding: encoding, context: context) { item in
      switch item {
      case .success(let item):
        guard case .value(let value) = item.content else { return }
        result.append(String(decoding: CanonicalJSON.orderedBytes(value), as: UTF8.self))
      case .failure(let fault):
        let place = fault.fault.location
        result.append("\(fault.fault.code)@\(place?.line ?? 0):\(place?.column ?? 0) \(String(decoding: fault.raw, as: UTF8.self))")
      }
    }
    return result
  }

  private func failure(_ bytes: [UInt8], encoding: String? = nil) -> String {
    do {
      return "fine: \(try rows(bytes, encoding: encoding))"
    } catch {
      return (error as? Fault)?.code ?? "\(error)"
    }
  }

  @Test(arguments: ["\n", "\r\n", "\r"], [",", ";", "\t", "|"])
  func lineEndsAndDelimiters(lineEnd: String, delimiter: String) throws {
    let text = [["a", "名"], ["1", "\"x\(delimiter)\"\"y\"\"\(lineEnd)z\""], [], ["", "5\" pipe"]]
      .map { $0.joined(separator: delimiter) }.joined(separator: lineEnd)
    let found = try rows(text)
    let escaped = { (text: String) in CanonicalJSON.text(.string(text)) }
    #expect(found == ["{\"a\":\"1\",\"名\":\(escaped("x\(delimiter)\"y\"\(lineEnd)z"))}", "{\"a\":\"\",\"名\":\"5\\\" pipe\"}"])
  }

  @Test func everyColumnGetsAName() throws {
    #expect(
      try rows("\u{FEFF}a,,a,column2,a_2,a\n1,2,3,4,5,6\n") == [
        #"{"a":"1","column2_2":"2","a_3":"3","column2":"4","a_2":"5","a_4":"6"}"#
      ])
  }

  @Test func raggedRowsAreFaultsOfTheirOwn() throws {
    #expect(
      try rows("a,b\n1\n1,2\n\n1,2,3\n") == [
        "csv-field-count@2:1 1", #"{"a":"1","b":"2"}"#, "csv-field-count@5:1 1,2,3",
      ])
    var message = ""
    try ItemReader.read(Array("a,b\n1,2\n1,2,3\n".utf8), format: .csv) {
      if case .failure(let fault) = $0 { message = fault.fault.message }
    }
    #expect(message == "Row 2 has 3 fields, the header has 2.")
  }

  @Test func anUnclosedQuoteDamagesOnlyItsLine() throws {
    #expect(
      try rows("a,b\n1,\"open\n2,x\n3,\"y\"\n4,z\n") == [
        "csv-unclosed-quote@2:3 1,\"open", #"{"a":"2","b":"x"}"#, #"{"a":"3","b":"y"}"#, #"{"a":"4","b":"z"}"#,
      ])
    #expect(try rows("a,b\n1,2\n客户,\"open") == [#"{"a":"1","b":"2"}"#, "csv-unclosed-quote@3:4 客户,\"open"])
    #expect(try rows("a,b\n1,\"x\"y\n2,z\n") == ["csv-stray-quote@2:6 1,\"x\"y", #"{"a":"2","b":"z"}"#])
    // A quote that happens to close at another row's empty field swallows nothing either.
    #expect(try rows("a,b,c\n1,\"open,x\n2,y,\",\"\n3,4,5\n").suffix(1) == [#"{"a":"3","b":"4","c":"5"}"#])
  }

  @Test func whatCannotBeTrustedAtAllThrows() {
    #expect(failure([]) == "csv-empty")
    #expect(failure([0xEF, 0xBB, 0xBF]) == "csv-empty")
    #expect(failure(Array("\r\n\n".utf8)) == "csv-empty")
    #expect(failure(Array("\"a,b\n1,2\n".utf8)) == "csv-header")
    #expect(failure(Array("a,".utf8) + [0xFF, 0xFF] + Array(",b\n中中中中\n".utf8), encoding: "utf-8") == "csv-header")
    #expect(failure(Array("a\n1\n".utf8), encoding: "klingon") == "encoding-unknown")
    #expect(failure(Array("a,b\n".utf8)) == "fine: []")
  }

  @Test func badBytesFaultTheirRow() throws {
    let utf8 = Array("名,b\n一二三四五,1\n".utf8) + [0xC3, 0x28] + Array(",2\n六,3\n".utf8)
    let found = try rows(utf8)
    #expect(found.count == 3)
    #expect(found[0] == #"{"名":"一二三四五","b":"1"}"#)
    #expect(found[1].hasPrefix("text-undecodable@3:1"))
    #expect(found[2] == #"{"名":"六","b":"3"}"#)
    // 客户,b / 中,1 / 0xFF,2 / 国,3 in GB18030.
    let chinese: [UInt8] = [
      0xBF, 0xCD, 0xBB, 0xA7, 0x2C, 0x62, 0x0A, 0xD6, 0xD0, 0x2C, 0x31, 0x0A, 0xFF, 0x2C, 0x32, 0x0A, 0xB9, 0xFA, 0x2C, 0x33,
    ]
    let other = try rows(chinese)
    #expect(other.count == 3)
    #expect(other[0] == #"{"客户":"中","b":"1"}"#)
    #expect(other[1].hasPrefix("text-undecodable@3:1"))
    #expect(other[2] == #"{"客户":"国","b":"3"}"#)
  }

  @Test func nulBytesFaultTheirRow() throws {
    #expect(try rows("a,b\n1,\u{0}\n2,x\n") == ["text-nul@2:1 1,\u{0}", #"{"a":"2","b":"x"}"#])
  }

  @Test func aBarCanBePartOfACharacter() throws {
    // a|b / 0xD07C|1: 衸 in GB18030 ends with the byte of "|".
    let bytes: [UInt8] = [0x61, 0x7C, 0x62, 0x0A, 0xD0, 0x7C, 0x7C, 0x31, 0x0A]
    #expect(try rows(bytes, encoding: "gbk") == [#"{"a":"衸","b":"1"}"#])
  }

  @Test func sixteenBitText() throws {
    let text = "名\tb\r\n\"一\n二\"\t𠮷\r\n三\t4\r\n"
    let bytes: [UInt8] = [0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    #expect(try rows(bytes) == [#"{"名":"一\n二","b":"𠮷"}"#, #"{"名":"三","b":"4"}"#])
    // A lone surrogate in the last row.
    let broken = bytes.dropLast(4) + [0xD8, 0x00, 0x00, 0x0D, 0x00, 0x0A]
    let found = try rows(Array(broken))
    #expect(found.first == #"{"名":"一\n二","b":"𠮷"}"#)
    #expect(found.last?.hasPrefix("text-undecodable@4") == true)
  }

  @Test func locationsNameFileLineAndOffset() throws {
    var places: [Location] = []
    let body = Array("\u{FEFF}a,b\r\n\"x\r\ny\",1\r\n\r\n2,3\r\n".utf8)
    try ItemReader.read(body, format: .csv, context: ReadContext(file: "f.csv")) { places.append(try $0.get().location) }
    #expect(
      places == [
        Location(file: "f.csv", line: 2, column: 1, offset: 8), Location(file: "f.csv", line: 5, column: 1, offset: 20),
      ])
  }

  @Test func theWriterIsReadBack() throws {
    var writer = CSVWriter()
    writer.append(["a", "b,c", "d\"e"])
    writer.append(["1", "x\r\ny", ""])
    writer.append(["", "\"", "中"])
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "a,\"b,c\",\"d\"\"e\"\r\n1,\"x\r\ny\",\r\n,\"\"\"\",中\r\n")
    #expect(try rows(writer.bytes) == [#"{"a":"1","b,c":"x\r\ny","d\"e":""}"#, #"{"a":"","b,c":"\"","d\"e":"中"}"#])
    var single = CSVWriter(lineEnd: "\n")
    single.append(["a"])
    single.append([""])
    #expect(try rows(single.take()) == [#"{"a":""}"#])
    #expect(single.bytes.isEmpty)
  }

  @Test func hostileQuotesTakeBoundedTime() throws {
    let text = "a,b\n" + String(repeating: "\"\"\"\n", count: 200_000)
    #expect(try rows(text).count > 0)
    let openings = "a,b\n" + String(repeating: "1,\"x\"\"\n", count: 200_000)
    #expect(try rows(openings).count == 200_000)
  }
}
