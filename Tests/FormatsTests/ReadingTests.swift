import Model
import Testing

@testable import Formats

@Suite struct ReadingTests {
  private func lines(_ bytes: [UInt8], encoding: String? = nil) throws -> [String] {
    var result: [String] = []
    try ItemReader.read(bytes, format: .jsonl, encoding: encoding, context: ReadContext(firstLine: 10, file: "f")) { item in
      switch item {
      case .success(let item):
        guard case .value(let value) = item.content else { return }
        result.append("\(item.index) \(item.location) \(CanonicalJSON.text(value))")
      case .failure(let fault): result.append("\(fault.index) \(fault.fault.location?.description ?? "") \(fault.fault.code)")
      }
    }
    return result
  }

  @Test func jsonLinesGoOnAfterABrokenLine() throws {
    let bytes = Array("{\"a\":1}\r\n\n{\"a\":}\n{\"a\":\"".utf8) + [0xC3, 0x28] + Array("\"}\n{\"b\":\"中\"}".utf8)
    #expect(try lines(bytes) == ["0 f:10:1 {\"a\":1}", "1 f:12:6 json-syntax", "2 f:13:7 json-encoding", "3 f:14:1 {\"b\":\"中\"}"])
    #expect(try lines([]).isEmpty)
    #expect(try lines([0xEF, 0xBB, 0xBF]).isEmpty)
  }

  @Test func jsonLinesInGB18030() throws {
    let bytes: [UInt8] = Array("{\"a\":\"".utf8) + [0xD6, 0xD0] + Array("\"}\n{\"a\":\"".utf8) + [0xFF] + Array("\"}\n[]\n".utf8)
    #expect(try lines(bytes) == ["0 f:10:1 {\"a\":\"中\"}", "1 f:11:1 text-undecodable", "2 f:12:1 []"])
  }

  @Test func aDocumentIsOneItem() throws {
    var count = 0
    let json = Array("[1,2]".utf8)
    try ItemReader.read(json, format: .json) { item in
      let item = try item.get()
      count += 1
      #expect(item.raw == json)
      guard case .value(let value) = item.content else { throw Fault("test", "no value") }
      #expect(value == [1, 2])
    }
    try ItemReader.read(Array("<a/>".utf8), format: .xml) { item in
      count += 1
      guard case .xml(let root) = try item.get().content else { throw Fault("test", "no XML") }
      #expect(root.name == "a")
    }
    #expect(count == 2)
    for (body, format) in [("{", Format.json), ("", .json), ("<a>", .xml), ("", .xml)] {
      #expect(throws: Fault.self) { try ItemReader.read(Array(body.utf8), format: format) { _ in } }
    }
    #expect(throws: Fault.self) { try ItemReader.read([0x22, 0xFF, 0x22], format: .json, encoding: "utf-8") { _ in } }
  }

  @Test func jsonInSixteenBits() throws {
    let bytes: [UInt8] = [0xFF, 0xFE] + "{\"a\":\"中\"}".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    try ItemReader.read(bytes, format: .json) { item in
      guard case .value(let value) = try item.get().content else { throw Fault("test", "no value") }
      #expect(value == ["a": "中"])
    }
  }

  @Test func whatTheCallerThrowsComesThrough() {
    struct Stop: Error {}
    var count = 0
    #expect(throws: Stop.self) {
      try ItemReader.read(Array("a\n1\n2\n".utf8), format: .csv) { _ in
        count += 1
        throw Stop()
      }
    }
    #expect(count == 1)
  }

  @Test func encodingsAreDetected() {
    let chinese: [UInt8] = [0xBF, 0xCD, 0xBB, 0xA7, 0xB1, 0xE0, 0xBA, 0xC5]
    #expect(detectEncoding(Array("客户编号".utf8)).encoding == .utf8)
    #expect(detectEncoding(chinese).encoding == .gb18030)
    #expect(detectEncoding([]).encoding == .utf8)
    #expect(detectEncoding([0xEF, 0xBB, 0xBF, 0x61]) == DetectedEncoding(encoding: .utf8, markLength: 3))
    #expect(detectEncoding([0xFF, 0xFE, 0x61, 0]) == DetectedEncoding(encoding: .utf16LittleEndian, markLength: 2))
    #expect(detectEncoding([0xFF, 0xFE, 0, 0]).encoding == .named("UTF-32LE"))
    // One broken byte among many whole characters, and a character that the end cuts off.
    #expect(detectEncoding(Array("客户编号客户编号".utf8) + [0xFF] + Array("客户".utf8)).encoding == .utf8)
    #expect(detectEncoding(Array("客户编号".utf8.dropLast())).encoding == .utf8)
  }

  @Test func textIsDecodedAroundWhatIsBroken() {
    let utf8 = decodeText(Array("a中".utf8) + [0xFF, 0xE4, 0xB8] + Array("b".utf8), encoding: .utf8)
    #expect(utf8.text == "a中\u{FFFD}\u{FFFD}\u{FFFD}b")
    #expect(utf8.undecodable == [4, 5, 6])
    #expect(utf8.replacements == [4, 7, 10])
    // A GB18030 pair may lie across any piece that the decoder takes at a time.
    var bytes: [UInt8] = [0x61]
    for _ in 0..<100_000 { bytes += [0xD6, 0xD0] }
    let chinese = decodeText(bytes + [0xFF, 0x62, 0xD6], encoding: .gb18030)
    #expect(chinese.undecodable == [200_001, 200_003])
    #expect(chinese.text == "a" + String(repeating: "中", count: 100_000) + "\u{FFFD}b\u{FFFD}")
  }

  @Test func labelsAreRead() throws {
    #expect(
      try ["utf8", "UTF-8", "gbk", "GB2312", "utf-16", "latin1"].map { try Encoding(label: $0).name } == [
        "UTF-8", "UTF-8", "GB18030", "GB18030", "UTF-16BE", "LATIN1",
      ])
    for label in ["", "no-such", "UTF-8//IGNORE"] { #expect(throws: Fault.self) { try Encoding(label: label) } }
  }
}
