import Model
import Testing

@testable import Formats

@Suite struct XMLTests {
  private func parse(_ text: String) throws -> XMLNode { try XMLNode.parse(Array(text.utf8)) }

  private func code(_ bytes: [UInt8], limits: XMLLimits = XMLLimits()) -> String {
    do {
      _ = try XMLNode.parse(bytes, limits: limits)
      return "fine"
    } catch {
      return "\(error.code)@\(error.location?.line ?? 0)"
    }
  }

  @Test func theTreeIsReadable() throws {
    let root = try parse(
      "<?xml version='1.0'?>\n<u:r xmlns:u='urn:u' a='1' u:a='2'>\n <c>x<![CDATA[<y>]]></c><!-- n --><d/> t &amp; &#x4E2D;</u:r>")
    #expect(root.name == "r")
    #expect(root.namespaceURI == "urn:u")
    #expect(root.attribute("a") == "1")
    #expect(root.attributes.map(\.value) == ["1", "2"])
    #expect(root.children.map(\.name) == ["c", "d"])
    #expect(root.children[0].text == "x<y>")
    #expect(root.text == "\n x<y> t & 中")
    #expect(root.children[0].line == 3)
    #expect(root.children[1].parent == root)
    #expect(root.parent == nil)
    #expect(root.children[1].markup == "<d/>")
  }

  @Test func selectionsAreRelativeToTheNode() throws {
    let root = try parse("<r><c k='1'><n>一</n></c><c k='2'><n>二</n><n/></c></r>")
    let customers = try root.xpath("c").compactMap { if case .node(let node) = $0 { node } else { nil } }
    #expect(customers.count == 2)
    #expect(try customers[1].xpath("n").count == 2)
    #expect(try customers[1].xpath("@k") == [.text("2")])
    #expect(try customers[0].xpath("n/text()") == [.text("一")])
    #expect(try customers[0].xpath("string(n)") == [.text("一")])
    #expect(try customers[0].xpath("count(../c)") == [.text("2")])
    #expect(try customers[0].xpath("n = '一'") == [.text("true")])
    #expect(try customers[0].xpath("number('x')") == [])
    #expect(try customers[0].xpath("nothing") == [])
    #expect(try customers[0].xpath("/r") == [.node(root)])
    #expect(try root.xpath("c[2] | c[1]") == customers.map { .node($0) })
  }

  @Test func prefixesAreThoseOfTheMapping() throws {
    let root = try parse("<r xmlns='urn:a' xmlns:x='urn:b'><x:c>1</x:c></r>")
    #expect(try root.xpath("p:c", namespaces: ["p": "urn:b"]).count == 1)
    #expect(try root.xpath("p:c", namespaces: ["p": "urn:a"]).isEmpty)
    #expect(throws: Fault.self) { try root.xpath("x:c") }
    #expect(try root.xpath("c").isEmpty)
  }

  @Test func expressionsAreCheckedWithoutADocument() {
    #expect(XMLNode.checkXPath("a/b[@c='x:y(']/text()") == nil)
    #expect(XMLNode.checkXPath("a[")?.code == "xpath-syntax")
    #expect(XMLNode.checkXPath("")?.code == "xpath-syntax")
    #expect(XMLNode.checkXPath("客户/@编号") == nil)
    #expect(XMLNode.checkXPath("lower-case(a)")?.code == "xpath-function")
    #expect(XMLNode.checkXPath("normalize-space(a) or (b)") == nil)
    #expect(XMLNode.checkXPath("child::p:a", namespaces: ["p": "urn:p"]) == nil)
    let fault = XMLNode.checkXPath("a/q:b", namespaces: ["p": "urn:p"])
    #expect(fault?.code == "xpath-prefix")
    #expect(fault?.location?.column == 3)
    #expect(XMLNode.checkXPath("a/]")?.location?.column == 3)
  }

  @Test func bombsAndEntitiesStopAtTheDoctype() {
    let entities = (1...9).map { "<!ENTITY l\($0) \"\(String(repeating: "&l\($0 - 1);", count: 10))\">" }.joined()
    let laughs = "<?xml version=\"1.0\"?>\n<!DOCTYPE l [<!ENTITY l0 \"ha\">\(entities)]>\n<l>&l9;</l>"
    #expect(code(Array(laughs.utf8)) == "xml-doctype@2")
    #expect(code(Array("<!DOCTYPE r [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><r>&e;</r>".utf8)) == "xml-doctype@1")
    #expect(code(Array("<!DOCTYPE r SYSTEM \"http://127.0.0.1:1/x.dtd\"><r/>".utf8)) == "xml-doctype@1")
    #expect(code(Array("<!DOCTYPE html><html/>".utf8)) == "xml-doctype@1")
    #expect(code(Array("<r>&e;</r>".utf8)) == "xml-malformed@1")
  }

  @Test func includesAreNotFollowed() throws {
    let root = try parse("<r xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='/etc/hostname' parse='text'/></r>")
    #expect(root.text == "")
  }

  @Test func brokenDocumentsAreLocated() {
    #expect(code([]) == "xml-empty@1")
    #expect(code([0xEF, 0xBB, 0xBF, 0x20, 0x0A]) == "xml-empty@1")
    #expect(code(Array("<a>\n<b>\n</a>".utf8)) == "xml-malformed@3")
    #expect(code(Array("<a>\n<b".utf8)) == "xml-malformed@2")
    #expect(code(Array("<a/><b/>".utf8)) == "xml-malformed@1")
    #expect(code(Array("<a>\u{0}</a>".utf8)) == "xml-malformed@1")
    #expect(code(Array("<a>&#0;</a>".utf8)) == "xml-malformed@1")
    #expect(code(Array("{\"a\":1}".utf8)) == "xml-malformed@1")
    #expect(code(Array("<a>\n".utf8) + [0xC3, 0x28] + Array("</a>".utf8)) == "text-undecodable@2")
    #expect(code(Array("<?xml version='1.0' encoding='klingon'?><a/>".utf8)) == "encoding-unknown@0")
  }

  @Test func depthAndSizeAreLimited() {
    let deep = { (count: Int) in Array((String(repeating: "<a>", count: count) + String(repeating: "</a>", count: count)).utf8) }
    #expect(code(deep(200)) == "fine")
    #expect(code(deep(10_000)) == "xml-too-deep@1")
    let wide = Array("<r>\(String(repeating: "<a b='1'/>", count: 1_000))</r>".utf8)
    #expect(code(wide, limits: XMLLimits(maximumNodes: 2_001)) == "fine")
    #expect(code(wide, limits: XMLLimits(maximumNodes: 2_000)) == "xml-too-large@1")
  }

  @Test(arguments: ["GB18030", "gb2312", "GBK"])
  func chineseLabelsAllMeanGB18030(label: String) throws {
    // 镕 is not in GB2312 but in GBK, 㐀 only in GB18030.
    let bytes = Array("<?xml version=\"1.0\" encoding=\"\(label)\"?><a>".utf8) + [0xE9, 0x46, 0x81, 0x39, 0xEE, 0x39] + Array("</a>".utf8)
    #expect(try XMLNode.parse(bytes).text == "镕㐀")
  }

  @Test func otherEncodings() throws {
    let text = "<a>中𠮷</a>"
    let littleEndian: [UInt8] = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    #expect(try XMLNode.parse([0xFF, 0xFE] + littleEndian).text == "中𠮷")
    #expect(try XMLNode.parse(littleEndian, encoding: "utf-16le").text == "中𠮷")
    let declared = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>x</a>"
    #expect(try XMLNode.parse(Array(declared.utf8)).text == "x")
    let latin = Array("<?xml version='1.0' encoding='iso-8859-1'?><a>".utf8) + [0xE9] + Array("</a>".utf8)
    #expect(try XMLNode.parse(latin).text == "é")
  }

  @Test func oneDocumentServesManyTasks() async throws {
    let root = try parse("<r>\((0..<200).map { "<c><k>\($0)</k></c>" }.joined())</r>")
    let sums = try await withThrowingTaskGroup(of: Int.self) { group in
      for task in 0..<8 {
        group.addTask {
          var sum = 0
          for index in 1...200 {
            let found = try root.xpath("c[\(index)]/k", namespaces: ["n\(task)": "urn:\(task)"])
            if case .node(let node)? = found.first { sum += Int(node.text) ?? 0 }
          }
          return sum
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(sums == Array(repeating: 19_900, count: 8))
  }

  @Test func manyLinesAreCounted() throws {
    let root = try parse("<r>\(String(repeating: "\n", count: 70_000))<c>x</c></r>")
    #expect(root.children.first?.line == 70_001)
  }
}
