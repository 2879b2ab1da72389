import Configuration
import Foundation
import Model
import TestDigests
import Testing

@testable import Mapping

/// Sixty mistakes that people make, each planted into a mapping that is right, each found at its exact place with the right mend.
@Suite struct MistakeTests {
  struct Mistake: Sendable {
    /// What stands in the right mapping, once, and what somebody wrote instead.
    var right: String
    var wrong: String
    /// `line:column` and code of what must be found, and a part of its hint.
    var place: String
    var code: String
    var hint: String

    init(_ right: String, _ wrong: String, _ place: String, _ code: String, _ hint: String = "") {
      (self.right, self.wrong, self.place, self.code, self.hint) = (right, wrong, place, code, hint)
    }
  }

  static let mapping = """
    language: 1
    mapping: shop-orders
    from: {connector: shop, stream: orders, format: json}
    missing: ['', '-', '无']
    tables:
      active: {Y: 'true', N: 'false'}
    each: $.orders[*]
    outputs:
      - to: customer
        key: $.buyer.id
        version: $.at | epoch('ms') else reject
        write: patch
        const: {tags: [web]}
        set:
          name: concat($.buyer.first, ' ', $.buyer.last)
          phone: list($.buyer.phones[*]) | phones('CN')
          created_at: $['下单时间'] | datetime('yyyy-MM-dd HH:mm:ss', 'Asia/Shanghai') else null
          active: $.ok | lookup('active') | boolean else skip
      - to: order
        when: $.total != '0'
        key: $.no | text
        write: replace
        set:
          amount: $.total | decimal else reject
          customer_key: ref('customer', $.buyer.id)
          note: if(empty($.memo), 'none', $.memo | trim)
        children:
          lines:
            each: $.lines[*]
            key: $.id
            set:
              quantity: $.n | decimal else reject
    tests:
      - name: an order
        given: {orders: [{no: 1, total: '5', buyer: {id: b1}, at: 1714953600000}]}
        expect:
          - {to: customer, key: b1}
          - {to: order, amount: 5, note: none}

    """

  static let mistakes: [Mistake] = [
    // YAML
    Mistake("language: 1\n", "language: 2\n", "1:11", "unknown-language"),
    Mistake("language: 1\n", "", "1:1", "missing-key"),
    Mistake("mapping: shop-orders", "maping: shop-orders", "2:1", "unknown-key", "\"mapping\""),
    Mistake("mapping: shop-orders", "mapping: shop orders", "2:10", "bad-name"),
    Mistake("format: json}", "format: jsn}", "3:49", "unknown-value", "\"json\""),
    Mistake("connector: shop", "conector: shop", "3:8", "unknown-key", "\"connector\""),
    Mistake("missing: ['', '-', '无']", "missing: none", "4:10", "wrong-type", "['', '-', 'NULL']"),
    Mistake("missing: ['', '-', '无']", "missing: ['', '-', '无'", "4:10", "yaml-list-not-closed"),
    Mistake("    write: patch", "\twrite: patch", "12:1", "yaml-tab", "two spaces"),
    Mistake("    write: patch", "     write: patch", "12:11", "yaml-colon", "quotes"),
    Mistake("write: patch\n", "write: patch\n    write: replace\n", "13:5", "duplicate-key", "line 12"),
    Mistake("each: $.orders[*]", "each: &orders $.orders[*]", "7:7", "yaml-anchor", "Remove"),
    Mistake("active: {Y: 'true', N: 'false'}", "active: {Y: !!bool 'true'}", "6:15", "yaml-tag", "Remove"),
    Mistake("key: $.buyer.id\n", "key: *id\n", "10:10", "yaml-alias", "quote"),
    Mistake("'yyyy-MM-dd HH:mm:ss'", "'yyyy-MM-dd: HH:mm:ss'", "17:51", "yaml-colon", "quotes"),
    Mistake("' ', $.buyer.last)", "' #', $.buyer.last)", "15:13", "yaml-cut-comment", "'concat($.buyer.first, '' #'', $.buyer.last)'"),
    Mistake("each: $.lines[*]\n", "each: [*]\n", "29:16", "yaml-special-character", "quotes"),
    // Keys and words
    Mistake("  - to: customer\n", "  - to: custmer\n", "9:9", "unknown-type", "\"customer\""),
    Mistake("write: patch", "write: pacth", "12:12", "unknown-value", "\"patch\""),
    Mistake("    version: $.at", "    versoin: $.at", "11:5", "unknown-key", "\"version\""),
    Mistake("    set:\n      name", "    sets:\n      name", "14:5", "unknown-key", "\"set\""),
    Mistake("    key: $.no | text\n", "", "19:5", "missing-key"),
    Mistake("      name: concat", "      nmae: concat", "15:7", "unknown-attribute", "\"name\""),
    Mistake("      name: concat", "      key: concat", "15:7", "misplaced-key", "beside \"to\""),
    Mistake("const: {tags: [web]}", "const: {tags: [web], name: x}", "15:7", "duplicate-target"),
    Mistake("      amount: $.total | decimal else reject\n", "", "19:5", "missing-attribute"),
    Mistake("          quantity:", "          quantty:", "32:11", "unknown-attribute", "\"quantity\""),
    Mistake("      note: if(", "      lines.quantity: if(", "26:7", "misplaced-target"),
    Mistake("      lines:\n", "      note2:\n", "28:7", "unknown-attribute", "\"note\""),
    Mistake("      lines:\n        each", "      lines:\n        eech", "29:9", "unknown-key", "\"each\""),
    // Paths
    Mistake("each: $.orders[*]", "each: $.orders[*", "7:17", "jsonpath-syntax"),
    Mistake("each: $.orders[*]", "each: $.orders", "7:7", "each-singular", "$.orders[*]"),
    Mistake("key: $.buyer.id\n", "key: buyer.id\n", "10:10", "syntax", "$.buyer"),
    Mistake("key: $.buyer.id\n", "key: $buyer.id\n", "10:10", "unknown-root", "$.buyer"),
    Mistake("key: $.buyer.id\n", "key: $.buyer[?@.id=1]\n", "10:23", "jsonpath-syntax"),
    Mistake("$['下单时间'] |", "$['下单时间] |", "17:21", "jsonpath-syntax"),
    Mistake("key: $.no | text", "key: xpath('no')", "21:10", "xpath-outside-xml"),
    Mistake("key: $.no | text", "key: $.no[*]", "21:10", "plural-path", "first"),
    Mistake("list($.buyer.phones[*]) |", "$.buyer.phones[*] | trim |", "16:14", "plural-path", "list"),
    // Expressions and types
    Mistake("list($.buyer.phones[*])", "lsit($.buyer.phones[*])", "16:14", "unknown-function", "\"list\""),
    Mistake("| trim)", "| tirm)", "26:48", "unknown-function", "\"trim\""),
    Mistake("concat($.buyer.first, ' ', $.buyer.last)", "concat($.buyer.first, ' ', $.buyer.last", "15:52", "syntax"),
    Mistake("' ', $.buyer.last)", "' , $.buyer.last)", "15:35", "unclosed-quote", "twice"),
    Mistake("' ', $.buyer.last)", "\" \", $.buyer.last)", "15:35", "syntax", "'…'"),
    Mistake("$.total != '0'", "$.total = '0'", "20:19", "syntax", "=="),
    Mistake("$.total != '0'", "$.total != '0' && true", "20:26", "syntax", "and"),
    Mistake("$.total != '0'", "$.total | trim", "20:11", "not-a-condition", "=="),
    Mistake("$.total != '0'", "1 == 1", "20:11", "constant-condition", "Remove"),
    Mistake("$.total | decimal else reject", "$.total | decimal", "24:25", "unhandled-failure", "else null"),
    Mistake("$.total | decimal else reject", "$.total | trim", "24:15", "wrong-type", "decimal"),
    Mistake("$.total | decimal else reject", "$.total | decimal else zero", "24:38", "bad-alternative", "else"),
    Mistake("$.total | decimal else reject", "$.total | decimal('dee') else reject", "24:33", "unknown-locale", "\"de\""),
    Mistake("$.memo | trim)", "$.memo | trim else null)", "26:52", "needless-else", "default"),
    Mistake("'Asia/Shanghai'", "'Asia/Shanghia'", "17:63", "unknown-zone", "\"Asia/Shanghai\""),
    Mistake("'yyyy-MM-dd HH:mm:ss', 'Asia/Shanghai'", "'yyyy-MM-dd HH:mm:ss'", "17:40", "missing-zone", "Asia/Shanghai"),
    Mistake("'yyyy-MM-dd HH:mm:ss'", "'YYYY-MM-dd HH:mm:ss'", "17:40", "bad-format", "y M d"),
    Mistake("epoch('ms')", "epoch('millis')", "11:27", "bad-unit", "'ms'"),
    Mistake("lookup('active')", "lookup('actve')", "18:29", "unknown-table", "\"active\""),
    Mistake("phones('CN')", "phones('China')", "16:47", "bad-region", "'CN'"),
    Mistake("ref('customer',", "ref('custmer',", "25:25", "unknown-type", "\"customer\""),
    Mistake("empty($.memo), 'none'", "'none'", "26:16", "not-a-condition"),
    Mistake("if(empty($.memo), 'none', $.memo | trim)", "default('none', $.memo)", "26:29", "unreachable", "before"),
    // Tests
    Mistake("  - name: an order", "  - nam: an order", "34:5", "unknown-key", "\"name\""),
    Mistake("{to: customer, key: b1}", "{to: customer, kye: b1}", "37:24", "unknown-attribute", "\"key\""),
    Mistake("{to: order, amount: 5", "{to: orders, amount: 5", "38:14", "unknown-type", "\"order\""),
    Mistake("note: none}", "noet: none}", "38:32", "unknown-attribute", "\"note\""),
    Mistake("    expect:\n", "    exepct:\n", "36:5", "unknown-key", "\"expect\""),
  ]

  @Test func theMappingIsRight() throws {
    let (program, diagnostics) = MappingLoader.load(text: Self.mapping, file: "m.yaml", model: testModel, digests: .reference)
    #expect(diagnostics.isEmpty, "\(diagnostics)")
    for result in MappingTestRunner(readFile: contents).run(try #require(program)) { #expect(result.isPassed, "\(result.differences)") }
  }

  @Test func thereAreSixty() { #expect(Self.mistakes.count >= 60) }

  @Test func thePageListsThem() throws {
    let rows = try text("docs/mistakes.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
    #expect(rows.count == Self.mistakes.count)
    for (row, mistake) in zip(rows, Self.mistakes) {
      #expect(row.contains("` | \(mistake.place) | `\(mistake.code)` | "), "\(row)")
      #expect(mistake.hint.isEmpty || row.contains(mistake.hint.replacing("|", with: "\\|")), "\(row)")
    }
  }

  @Test(arguments: mistakes.indices) func isFoundAtItsPlace(index: Int) throws {
    let mistake = Self.mistakes[index]
    let count = Self.mapping.components(separatedBy: mistake.right).count - 1
    try #require(count >= 1, "\(mistake.right)")
    let range = try #require(Self.mapping.range(of: mistake.right))
    let text = Self.mapping.replacingCharacters(in: range, with: mistake.wrong)
    let (_, found) = MappingLoader.load(text: text, file: "m.yaml", model: testModel, digests: .reference)
    let match = found.first { $0.code == mistake.code && "\($0.span.start.line):\($0.span.start.column)" == mistake.place }
    let shown = found.map { "\($0.span.start.line):\($0.span.start.column) \($0.code) \($0.message) (\($0.hint ?? ""))" }
    #expect(match != nil, "\(mistake.wrong): wanted \(mistake.place) \(mistake.code), found \(shown)")
    if let match, !mistake.hint.isEmpty {
      #expect(
        (match.message + " " + (match.hint ?? "")).contains(mistake.hint), "\(mistake.wrong): \(match.message) \(match.hint ?? "no hint")")
    }
  }

  /// Every finding leads to the section of the page that explains its code.
  @Test func linksLeadToTheRightSection() throws {
    let page = try text("docs/errors.md")
    for mistake in Self.mistakes {
      let link = Diagnostic(
        .error, mistake.code, "", file: "",
        span: SourceSpan(start: .init(line: 1, column: 1, offset: 0), end: .init(line: 1, column: 1, offset: 0))
      ).link
      let title = try #require(
        ["yaml": "## YAML", "configuration-files": "## Configuration files", "mapping-files": "## Mapping files"][
          String(link.drop { $0 != "#" }.dropFirst())])
      let section = try #require(page.components(separatedBy: title + "\n").dropFirst().first).components(separatedBy: "\n## ")[0]
      #expect(section.contains("| `\(mistake.code)` |"), "\(mistake.code) is not below \(title)")
    }
  }
}
