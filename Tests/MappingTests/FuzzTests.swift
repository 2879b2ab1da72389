import Configuration
import Formats
import Foundation
import Model
import Seeding
import TestDigests
import Testing

@testable import Mapping

/// Every parser of mapping and configuration against mutated input; `make fuzz` gives each of them twenty minutes.
@Suite struct FuzzTests {
  private static let functions = FunctionDeclaration.all.map { "\($0.name)(" }
  private static let item: Value = [
    "a": "1", "b": ["x", 2, nil, ["c": true, "d": "2024-05-06"]], "名": "　李明 ", "n": 12, "t": "1.234,50",
    "deep": ["deep": ["deep": [1, "👍", "\u{0}"]]],
  ]

  @Test func expressions() throws {
    let words =
      Self.functions + ["$", "$.a", "$up", "$doc", "$meta", "[*]", "..", "| ", " else ", "null", "'", "''", "(", ")", "not ", "-"]
    try Fuzzer(name: "expressions", words: words).run { text in
      let count = text.unicodeScalars.count
      for format in [Format.json, .csv] {
        guard let expression = Self.parsed(text, count) else { return false }
        var environment = ExpressionEnvironment(format: format, source: "example", types: ["customer"], digests: .reference)
        environment.tables = ["gender": [("M", "male"), ("F.*", "female")]]
        environment.hasParent = format == .csv
        var compiler = ExpressionCompiler(environment)
        let compiled = compiler.compile(expression)
        for finding in compiler.findings { #expect(Self.isInside(finding.span, count), "\(text): \(finding)") }
        guard !compiler.findings.contains(where: { !$0.isWarning }) else { continue }
        let scope = Scope(item: .value(Self.item), up: .value(Self.item), document: .value(Self.item), meta: ["row": "7"])
        do throws(Failure) {
          _ = try compiled.evaluateAll?(scope)
          _ = try compiled.evaluate(scope)
        } catch {
          #expect(error.position >= 0 && error.position <= count, "\(text): \(error)")
        }
      }
      return true
    }
  }

  /// Every function with odd text in place of what its example is given.
  @Test func functions() throws {
    let words = [
      "@", "+86 ", "有限公司", "先生", "省", "市", "区", "号", "--\n", "://", "&amp;", "<b>", "{", "[", "\"", "\\", "%", "\u{3000}", "1e9",
    ]
    let examples = FunctionDeclaration.all.map(\.example)
    let programs = try examples.map { example in
      var environment = ExpressionEnvironment(format: .json, source: "example", types: ["customer", "product"], digests: .reference)
      environment.tables = ["gender": [("M", "male"), ("F", "female")], "branches": [(".*分公司", "branch")]]
      var compiler = ExpressionCompiler(environment)
      return (compiler.compile(try ExpressionParser.parse(example.expression)), example.item)
    }
    let corpus = examples.flatMap { Self.texts(of: $0.item) }.map { Array($0.utf8) }
    try Fuzzer(name: "functions", words: words, corpus: corpus).run { text in
      var values = 0
      for (program, item) in programs {
        let item = Self.replacing(item, by: text)
        let scope = Scope(item: .value(item), up: .value(item), document: .value(item), meta: ["row": "7"])
        do throws(Failure) {
          if try (program.evaluateAll ?? program.evaluate)(scope) != nil { values += 1 }
        } catch {
          #expect(!error.reason.isEmpty, "\(text)")
        }
      }
      return values > 0
    }
  }

  private static func texts(of value: Value) -> [String] {
    switch value {
    case .string(let text): [text]
    case .array(let values): values.flatMap(texts)
    case .object(let object): object.members.flatMap { texts(of: $0.value) }
    default: []
    }
  }

  private static func replacing(_ value: Value, by text: String) -> Value {
    switch value {
    case .string: .string(text)
    case .array(let values): .array(values.map { replacing($0, by: text) })
    case .object(let object): .object(Object(object.members.map { (name: $0.name, value: replacing($0.value, by: text)) }))
    default: value
    }
  }

  @Test func xpaths() throws {
    let words = [
      "//", "..", "@", "*", "::", "ancestor", "[", "]", "(", ")", "text()", "last()", "position()", " and ", "='1'", "$v", "p:", "|",
    ]
    let corpus = ["/a/b", "//b[@c='1']/text()", "p:d/@c", "count(//b) > 1", "b[last()]|b[position()<2]", "string(/a/b[1]/@c)"]
    let xml = #"<a xmlns:p="urn:p"><b c="1">x</b><b c="2">y<p:d c="3"/></b></a>"#
    let root = try XMLNode.parse(Array(xml.utf8), encoding: nil, file: nil)
    try Fuzzer(name: "xpaths", words: words, corpus: corpus.map { Array($0.utf8) }).run { text in
      do throws(Fault) {
        _ = try root.xpath(text, namespaces: ["p": "urn:p"])
        return true
      } catch {
        #expect(!error.code.isEmpty && !error.message.isEmpty, "\(text)")
        return false
      }
    }
  }

  private static func parsed(_ text: String, _ count: Int) -> Mapping.Expression? {
    do throws(ExpressionFinding) { return try ExpressionParser.parse(text) } catch {
      #expect(isInside(error.span, count), "\(text): \(error)")
      return nil
    }
  }

  /// One place behind the end is where something is missing.
  private static func isInside(_ span: Range<Int>, _ count: Int) -> Bool { span.lowerBound >= 0 && span.upperBound <= count + 1 }

  @Test func paths() throws {
    let words = [
      "$", "@", "..", "[?", "]", "[*]", "&&", "||", "!",
      "==", "<=", "length(", "count(", "match(", "search(", "value(", "\\u", "'",
    ]
    try Fuzzer(name: "paths", words: words).run { text in
      do throws(Fault) {
        let path = try JSONPath(text)
        let found = path.select(in: Self.item)
        if path.isSingular { #expect(found.count <= 1 && path.selectOne(in: Self.item) == found.first, "\(text)") }
        return true
      } catch {
        #expect((1...text.unicodeScalars.count + 2).contains(error.location?.column ?? 0), "\(text): \(error)")
        return false
      }
    }
  }

  @Test func patterns() throws {
    let words = [
      "(?P<a>", "(?i)", "{2,1000}", "{1,", "[[:alpha:]]", "\\pN", "\\Q", "(?",
      "|", "*", "+?", "\\b", "^", "$", "[^", "\\x{10FFFF}",
    ]
    let texts = ["", "订单 SO-2024-0815, 加急", String(repeating: "a", count: 50), "a\u{0}b"]
    try Fuzzer(name: "patterns", words: words).run { text in
      guard let pattern = try? Pattern(text) else { return false }
      for subject in texts {
        let found = pattern.captures(of: 0, in: subject, isFirstOnly: false)
        #expect(found.isEmpty == !pattern.isFound(in: subject), "\(text) in \(subject)")
        #expect(pattern.split(subject).count >= 1)
        if let replacement = try? Pattern.Replacement("<\\0>", for: pattern) {
          #expect(
            pattern.replaceAll(in: subject, with: replacement).utf8.count == subject.utf8.count + 2 * found.count, "\(text) in \(subject)")
        }
        _ = pattern.captures(of: pattern.groupCount, in: subject, isFirstOnly: true)
      }
      return true
    }
  }

  @Test func iregexps() throws {
    let words = ["{2,100}", "{1,}", "[^", "\\p{L}", "\\P{Nd}", "(", ")", "|", "*", "+", "?", ".", "\\d", "\\w", "-", "]"]
    try Fuzzer(name: "iregexps", words: words).run { text in
      for allowsClasses in [true, false] {
        do throws(Fault) {
          let pattern = try IRegexp(text, allowsClasses: allowsClasses)
          for subject in ["", "13800138000", "äöü 李明", String(repeating: "a", count: 100)] {
            #expect(!pattern.matches(subject) || pattern.isFound(in: subject), "\(text) in \(subject)")
          }
        } catch {
          if allowsClasses { return false }
        }
      }
      return true
    }
  }

  /// The first line is the pattern, the second one the text.
  @Test func datePatterns() throws {
    let words = [
      "yyyy", "MM", "M", "dd", "HH", "h", "mm", "ss", "SSS", "a",
      "X", "XXX", "MMM", "MMMM", "T", "'", "''", "Z", "+08:00", "9999",
    ]
    try Fuzzer(name: "date-patterns", words: words, corpusName: "dates").run { text in
      let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let pattern = try? DatePattern(lines[0]) else {
        _ = try? DatePattern(lines[0], isForReading: false).text(microseconds: 1_714_953_600_123_456, offset: -12_600)
        return false
      }
      _ = pattern.text(microseconds: -1, offset: 0)
      guard lines.count > 1, let fields = pattern.parse(lines[1]) else { return false }
      let written = pattern.text(microseconds: fields.local, offset: 0)
      #expect(fields.local > -70_000_000_000_000_000, "\(lines)")
      return !written.isEmpty
    }
    try Fuzzer(name: "iso-dates", words: words, corpusName: "dates").run { text in
      if let moment = Instant.microseconds(text) { _ = Instant.text(microseconds: moment) }
      let isDate = [DatePattern.isoDate, .isoDateTime].contains { $0.parse(text) != nil }
      return isDate || text.contains("M")
    }
  }

  @Test func times() throws {
    let words = ["年", "月", "日", "时", "点", "分", "秒", "半", "下午", "PM", ":", "12", "T", "Z", "+08:00", "GMT", " ", "(", ")", "2024", "Mar"]
    try Fuzzer(name: "times", words: words, corpusName: "dates").run { text in
      let last = text.split(separator: "\n").last.map(String.init) ?? ""
      guard let fields = AnyDateTime.fields(last, order: .dayFirst) else { return false }
      #expect((0..<24).contains(fields.hour) && (0..<60).contains(fields.minute) && (0..<60).contains(fields.second), "\(last)")
      #expect((0..<1_000_000).contains(fields.microsecond) && abs(fields.offset ?? 0) < 86_400, "\(last)")
      return Instant.text(microseconds: fields.microseconds(offset: fields.offset ?? 0)) != nil
    }
  }

  @Test func numbers() throws {
    let words = ["1", "0", ",", ".", "'", "\u{A0}", "-", "+", "(", ")", "万", "亿", "一", "千", "百", "十", "零", "两", "￥", "元", "%", "E9", "１"]
    let names = NumberLocale.named.keys.sorted()
    try Fuzzer(name: "numbers", words: words).run { text in
      var isNumber = false
      for name in names {
        guard let plain = NumberLocale(name)?.plain(text) else { continue }
        #expect(Number(parsing: plain) != nil, "\(name): \(text)")
        isNumber = true
      }
      for function in ["decimal", "money", "percent", "integer"] {
        _ = try? evaluate("$ | \(function) else null", .string(text))
      }
      return isNumber
    }
  }

  @Test func yaml() throws {
    let words = [
      "- ", ": ", "? ", "&a ", "*a", "!!str ", "{", "}", "[", "]",
      "|\n", ">\n", "\"", "'", "#", "---\n", "...\n", "%YAML 1.2\n", "\t", "<<: ",
    ]
    try Fuzzer(name: "yaml", words: words).run { text in
      let (root, diagnostics) = YAML.parse(text, file: "f.yaml")
      Self.checkPlaces(diagnostics, text)
      _ = HubFile.load(text: text, file: "hub.yaml")
      _ = ConnectorFile.load(text: text, file: "c.yaml")
      return root != nil
    }
  }

  @Test func quantities() throws {
    try Fuzzer(name: "quantities", words: ["ms", "s", "m", "h", "d", "kB", "MiB", "GB", "0", "9223372036854775807", "-", ".", " "]).run {
      text in
      _ = Secret(text)
      return Quantity.duration(text) != nil || Quantity.bytes(text) != nil
    }
  }

  @Test func signatures() throws {
    let words = [
      "--\n", "Best regards\n", "此致\n", "Tel.: ", "+49 221 1234567", "a@b.de",
      "www.acme.example", "地址：", "\n\n", ">", "|", "From: ", "-- \n", "李明  采购经理\n", "恒达贸易有限公司\n", "姓名：", "　", "发自我的iPhone",
      "在 2025-03-03，李明 写道：\n", "传真：", "Li Ming\nSales Manager\n", "---\n", "\r\n",
    ]
    try Fuzzer(name: "signatures", words: words).run { Signature($0) != nil }
  }

  @Test func mappings() throws {
    let words =
      Self.functions + ["\n  ", "- ", ": ", "{", "}", "$", "| ", "else null", "each: ", "set:\n", "include: ", "tests:\n", "children:\n"]
    try Fuzzer(name: "mappings", words: words).run { text in
      let files = MappingFiles { _ in Array(text.utf8) }
      let (program, diagnostics) = MappingLoader.load(text: text, file: "m.yaml", model: testModel, digests: .reference, files: files)
      #expect((program == nil) == diagnostics.contains { $0.severity == .error }, "\(text)")
      Self.checkPlaces(diagnostics.filter { $0.file == "m.yaml" }, text)
      guard let program else { return false }
      let runner = MappingTestRunner(readFile: { _ in Array(text.utf8) })
      _ = runner.run(program)
      _ = runner.coverage(of: program)
      return true
    }
    try Fuzzer(name: "models", words: words, corpusName: "mappings").run { text in
      let (model, diagnostics) = ModelLoader.load(text: text, file: "model.yaml")
      Self.checkPlaces(diagnostics, text)
      return model != nil || !diagnostics.isEmpty
    }
  }

  /// JSON: what simdjson accepts the slow parser accepts, with the same value; what is refused has its place.
  @Test func json() throws {
    let words = ["{\"a\":", "[", "]", "}", ",", ":", "\"", "\\u", "\\uD83D", "1e999", "-0", "null", "true", "00", "\u{FEFF}"]
    try Fuzzer(name: "json-text", words: words, corpusName: "json").run { text in
      do throws(Fault) {
        let value = try JSON.parse(Array(text.utf8))
        #expect((try? JSON.parse(CanonicalJSON.bytes(value))) == value, "\(text)")
        return true
      } catch {
        #expect((error.location?.offset ?? -1) >= 0 && (error.location?.offset ?? 0) <= text.utf8.count, "\(text): \(error)")
        return false
      }
    }
  }

  private static func checkPlaces(_ diagnostics: [Diagnostic], _ text: String) {
    let length = text.utf8.count
    for diagnostic in diagnostics {
      let span = diagnostic.span
      #expect(span.start.offset >= 0 && span.start <= span.end && span.end.offset <= length, "\(text): \(diagnostic)")
    }
  }
}
