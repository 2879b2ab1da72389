import Model
import Seeding
import Testing

@testable import Formats

@Suite struct XMLSplitterTests {
  private func cut(_ text: String, range: Int = 200, smallest: Int = 300, chunk: Int) -> [XMLRange]? {
    var splitter = XMLSplitter(rangeSize: range, smallest: smallest)
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: chunk) { splitter.feed(Array(bytes[start..<min(start + chunk, bytes.count)])) }
    return splitter.finish(size: bytes.count)
  }

  /// The texts of the elements `c` of all parts, in order.
  private func elements(_ text: String, _ parts: [XMLRange]) throws -> [String] {
    let bytes = Array(text.utf8)
    var found: [String] = []
    for part in parts {
      let context = ReadContext(header: part.header, ending: part.ending, firstLine: part.firstLine)
      try ItemReader.read(Array(bytes[part.offset..<part.offset + part.length]), format: .xml, context: context) { item in
        let item = try item.get()
        guard case .xml(let root) = item.content else { return }
        #expect(root.name == "data" && root.attribute("version") == "1" && root.namespaceURI == "urn:x")
        for list in root.children where list.name == "list" { found += list.children.map { "\($0.name) \($0.text)" } }
      }
    }
    return found
  }

  @Test func partsHoldTheSameElementsAsTheDocument() throws {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<200 {
      var text =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- <c> -->\n<data version=\"1\" xmlns=\"urn:x\" note=\"a>b\">\n<head>客户</head><list kind='x'>\n"
      var expected: [String] = []
      for number in 0..<Int.random(in: 5...40, using: &random) {
        let value = ["客户 \(number)", "<![CDATA[</c><list>]]>", "&lt;c&gt;", "<d>\(number)</d>", ""].randomElement(using: &random) ?? ""
        text += value.isEmpty ? "<c a='1'/>\n" : "<c a=\"/>\">\(value)</c><!-- </list> -->\n"
        expected.append(
          "c " + (value == "&lt;c&gt;" ? "<c>" : value.hasPrefix("<![") ? "</c><list>" : value.hasPrefix("<d") ? "\(number)" : value))
      }
      text += "</list>\n<tail/></data>"
      let parts =
        cut(text, chunk: Int.random(in: 1...500, using: &random)) ?? [
          XMLRange(offset: 0, length: text.utf8.count, firstRow: 1, firstLine: 1)
        ]
      #expect(try elements(text, parts) == expected)
      #expect(parts.map(\.length).reduce(0, +) == text.utf8.count)
    }
  }

  @Test func partsKnowTheirRowsAndLines() throws {
    let text = "<a>\n" + (1...100).map { "<c>\($0)</c>\n" }.joined() + "</a>"
    let parts = try #require(cut(text, chunk: 64))
    #expect(parts.count > 3)
    let lines = Array(text.utf8)
    for part in parts.dropFirst() {
      let rest = String(decoding: lines[part.offset...], as: UTF8.self)
      #expect(rest.hasPrefix("\n<c>\(part.firstRow)</c>") || rest.hasPrefix("\n</a>"))
      #expect(part.firstLine == part.firstRow && part.header == Array("<a>".utf8))
    }
    #expect(parts.first?.header == nil && parts.last?.ending == nil)
  }

  @Test func whatCannotBeCutStaysWhole() throws {
    #expect(cut("<a><b/></a>", chunk: 100) == nil)
    #expect(cut("<a>" + String(repeating: "x", count: 1000) + "</a>", chunk: 100) == nil)
    let list = String(repeating: "<b>1</b>", count: 100)
    #expect(cut("<!DOCTYPE a><a>\(list)</a>", chunk: 100) == nil)
    #expect(cut("</a>\(list)", chunk: 100) == nil)
    var wide = XMLSplitter(rangeSize: 10, smallest: 10)
    wide.feed([0xFF, 0xFE, 0x3C, 0])
    #expect(wide.finish(size: 100) == nil)
  }
}
