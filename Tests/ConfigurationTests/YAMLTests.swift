import Testing

@testable import Configuration

@Suite struct YAMLTests {
  private func errors(_ text: String) -> [String] {
    YAML.parse(text, file: "a.yaml").diagnostics.map { "\($0.code)@\($0.span.start.line):\($0.span.start.column)" }
  }

  @Test func scalarsStayWhatWasWritten() throws {
    let root = try #require(YAML.parse("a: NO\nb: 0123\nc: 12:30:00\nd: ~\ne: '~'\nf: 'it''s'\n", file: "a.yaml").root)
    #expect(root.entries?.map(\.key) == ["a", "b", "c", "d", "e", "f"])
    #expect(root.entries?.map(\.value.text) == ["NO", "0123", "12:30:00", "~", "~", "it's"])
    #expect(root["d"]?.isNull == true)
    #expect(root["e"]?.isNull == false)
  }

  @Test func spansCountScalarsAndBytes() throws {
    let root = try #require(YAML.parse("名称: 一\r\nb:\r\n  - 𠮷: x y\r\n", file: "a.yaml").root)
    let entry = try #require(root["b"]?.items?.first?.entries?.first)
    #expect(entry.keySpan.start == SourceSpan.Position(line: 3, column: 5, offset: 21))
    #expect(entry.value.span.start == SourceSpan.Position(line: 3, column: 8, offset: 27))
    #expect(entry.value.span.end == SourceSpan.Position(line: 3, column: 11, offset: 30))
    #expect(root["b"]?.span.end == entry.value.span.end)
  }

  @Test func aByteOrderMarkIsNotPartOfTheFirstKey() throws {
    let root = try #require(YAML.parse("\u{FEFF}a: 1", file: "a.yaml").root)
    #expect(root["a"]?.text == "1")
  }

  @Test func emptyFilesHaveNoRootAndNoErrors() {
    for text in ["", "\n\n", "# only a comment\n", "\u{FEFF}"] {
      let (root, diagnostics) = YAML.parse(text, file: "a.yaml")
      #expect(root == nil)
      #expect(diagnostics.isEmpty)
    }
  }

  @Test func extrasOfYAMLAreErrorsWithTheirPlace() {
    #expect(errors("a: &x 1\nb: *x\n") == ["yaml-anchor@1:4", "yaml-alias@2:4"])
    #expect(errors("a: !!str 1\nb: !mine {c: 1}\n") == ["yaml-tag@1:4", "yaml-tag@2:4"])
    #expect(errors("a: 1\nb: 2\na: 3\n") == ["duplicate-key@3:1"])
    #expect(errors("x: {a: 1, a: 2}\n") == ["duplicate-key@1:11"])
    #expect(errors("? [a, b]\n: 1\n") == ["yaml-key-not-scalar@1:3"])
    #expect(errors("a: 1\n---\nb: 1\n") == ["yaml-several-documents@2:1"])
    #expect(errors("a:\n\tb: 1\n") == ["yaml-tab@2:1"])
    #expect(errors("a: 'open\nb: 1\n") == ["yaml-quote-not-closed@1:4"])
    #expect(errors("a: @x\n") == ["yaml-special-character@1:4"])
    #expect(errors("a: *.csv\n") == ["yaml-special-character@1:4"])
    #expect(errors("a: x\u{1}y\n") == ["yaml-control-character@1:5"])
    #expect(errors("a: x\u{0}y\n") == ["yaml-control-character@1:5"])
  }

  @Test func aSecondColonIsMendedInTheHint() throws {
    let diagnostic = try #require(YAML.parse("set:\n  name: $.a | join(': ') | x: y\n", file: "a.yaml").diagnostics.first)
    #expect(diagnostic.code == "yaml-colon")
    #expect(diagnostic.hint == "Put the whole value into quotes: name: \"$.a | join(': ') | x: y\"")
  }

  @Test func afterASyntaxErrorReadingGoesOnAtTheNextTopLevelKey() throws {
    let text = "language: 1\nfrom: [a, b\neach: $.x\noutputs:\n  - to: a: b\n    key: x\nmissing: ['']\nlanguage: 2\nname: \"open\n"
    let (root, diagnostics) = YAML.parse(text, file: "a.yaml")
    #expect(
      diagnostics.map { "\($0.code)@\($0.span.start.line)" } == [
        "yaml-list-not-closed@2", "yaml-colon@5", "duplicate-key@8", "yaml-quote-not-closed@9",
      ])
    #expect(root?["each"]?.text == "$.x")
    #expect(root?["missing"]?.items?.count == 1)
    #expect(root?["language"]?.text == "1")
  }

  @Test func deepNestingIsRefusedWithoutRecursingOn() {
    let text = "a: " + String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000) + "\nb: 1\n"
    let (root, diagnostics) = YAML.parse(text, file: "a.yaml")
    #expect(diagnostics.map(\.code) == ["yaml-too-deep"])
    #expect(root?["b"]?.text == "1")
  }

  @Test func endlessMistakesEnd() {
    let text = String(repeating: "a: b: c\n", count: 5_000)
    let diagnostics = YAML.parse(text, file: "a.yaml").diagnostics
    #expect(diagnostics.count <= 2 * YAML.maximumSyntaxErrors)
    #expect(diagnostics.first?.code == "yaml-colon")
  }
}

/// Seeded damage to a good file: parsing ends, and every place that it names lies within the file.
@Suite struct DamagedYAMLTests {
  @Test func placesLieWithinTheFile() {
    let seed: UInt64 = 17
    var state = seed
    let next = { (bound: Int) -> Int in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    let source = Array(
      "language: 1\n名称: \"客户\"\nlist:\n  - a: {b: [c, 'd']}\n    e: |\n      text\n  - f\nset: $.x | trim\n".unicodeScalars)
    let extra = Array("\t\"'[]{}:&*!%@`|>-#?, \n\u{0}\u{85}\u{FEFF}客𠮷".unicodeScalars)
    var failing = 0
    for round in 0..<5_000 {
      var scalars = source
      for _ in 0...next(3) {
        let at = next(scalars.count)
        if next(2) == 0 { scalars.remove(at: at) } else { scalars.insert(extra[next(extra.count)], at: at) }
      }
      let text = String(String.UnicodeScalarView(scalars))
      let (_, diagnostics) = YAML.parse(text, file: "f")
      failing += diagnostics.isEmpty ? 0 : 1
      for diagnostic in diagnostics {
        #expect(diagnostic.span.start.offset <= text.utf8.count, "seed \(seed), round \(round)")
        #expect(diagnostic.span.start <= diagnostic.span.end, "seed \(seed), round \(round)")
      }
      #expect(DiagnosticRenderer.text(diagnostics, sources: ["f": text], color: false).isEmpty == diagnostics.isEmpty)
    }
    #expect(failing > 1_000)
  }
}
