import Model
import Testing

@testable import Configuration

@Suite struct DiagnosticTests {
  private let text = "to: 客户\n名称: $['金额(元)'] | trin  # 𠮷\n"

  private func diagnostic(_ needle: String) throws -> Diagnostic {
    let before = try #require(text.split(separator: needle).first)
    let source = SourceText(text)
    let start = before.utf8.count
    let span = source.span(
      from: source.scalarIndex(offset: start), to: source.scalarIndex(offset: start + needle.utf8.count))
    return Diagnostic(
      .error, "unknown-function", "There is no function \"trin\".", file: "m.yaml", span: span, hint: "Did you mean \"trim\"?")
  }

  @Test func textShowsTheLineWithACaretThatFitsWideCharacters() throws {
    let rendered = DiagnosticRenderer.text([try diagnostic("trin")], sources: ["m.yaml": text], color: false)
    #expect(
      rendered == """
        m.yaml:2:18: error: There is no function "trin". [unknown-function]
         2 | 名称: $['金额(元)'] | trin  # 𠮷
           |                       ^~~~
           hint: Did you mean "trim"?
           see: docs/errors.md#mapping-files

        """)
  }

  @Test func jsonCountsUTF16Units() throws {
    let source = "𠮷: trin\n"
    let place = SourceText(source)
    let diagnostic = Diagnostic(.warning, "x", "m", file: "a", span: place.span(from: 3, to: 7))
    let json = DiagnosticRenderer.json([diagnostic], sources: ["a": source])
    #expect(
      json == [
        [
          "file": "a", "severity": "warning", "code": "x", "message": "m", "line": 1, "column": 5, "endLine": 1, "endColumn": 9,
          "help": "docs/errors.md#mapping-files",
        ]
      ])
  }

  @Test func otherPeoplesFilesCannotControlTheTerminal() throws {
    let source = "a: \u{1B}[31m\u{202E}x\n"
    let diagnostic = Diagnostic(.error, "x", "bad \u{1B}", file: "a", span: SourceText(source).span(from: 0, to: 1))
    let rendered = DiagnosticRenderer.text([diagnostic], sources: ["a": source], color: false)
    #expect(!rendered.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
    #expect(DiagnosticRenderer.text([diagnostic], sources: [:], color: true).contains("\u{1B}[31merror"))
  }

  @Test func diagnosticsComeInTheOrderOfTheFile() throws {
    let source = SourceText("a\nb\nc")
    let list = [4, 0, 2].map { Diagnostic(.error, "c\($0)", "m", file: "f", span: source.span(from: $0, to: $0 + 1)) }
    let codes = DiagnosticRenderer.json(list, sources: [:]).elements.compactMap { $0["code"]?.text }
    #expect(codes == ["c0", "c2", "c4"])
  }

  @Test func aHugeLineIsCutAroundThePlace() {
    let source = String(repeating: "x", count: 100_000) + "!" + String(repeating: "y", count: 100_000)
    let diagnostic = Diagnostic(.error, "c", "m", file: "f", span: SourceText(source).span(from: 100_000, to: 100_001))
    let lines = DiagnosticRenderer.text([diagnostic], sources: ["f": source], color: false).split(separator: "\n")
    #expect(lines[1].count < 200)
    #expect(lines[1].firstIndex(of: "!").map { lines[1].distance(from: lines[1].startIndex, to: $0) } == lines[2].count - 1)
  }

  @Test(arguments: [
    ("conector", "connector"), ("outptus", "outputs"), ("max-body", "max_body"), ("TRIM", "trim"), ("kee", "key"),
  ])
  func nearestFindsWhatWasMeant(word: String, expected: String) {
    #expect(nearest(word, among: ["connector", "outputs", "max_body", "trim", "key"]) == expected)
  }

  @Test func nearestFindsNothingFarAway() {
    #expect(nearest("warehouse", among: ["connector", "outputs", "key"]) == nil)
    #expect(nearest("", among: ["a"]) == nil)
    #expect(nearest("x", among: ["y"]) == nil)
  }
}
