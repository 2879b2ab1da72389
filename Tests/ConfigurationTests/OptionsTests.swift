import Foundation
import Model
import Testing

@testable import Configuration

@Suite struct OptionsTests {
  private let descriptions = [
    OptionDescription("folder", .folder, isRequired: true, summary: "Where the files appear.", example: "./inbox"),
    OptionDescription("pattern", .text, defaultValue: "*", summary: "Which files."),
    OptionDescription("every", .duration, defaultValue: "10s", summary: "How often to look."),
    OptionDescription("limit", .bytes, summary: "How much."),
    OptionDescription("retries", .integer, defaultValue: 3, summary: "How often to try."),
    OptionDescription("delete", .boolean, defaultValue: false, summary: "Whether to delete."),
    OptionDescription("token", .secret, summary: "The token."),
    OptionDescription("mode", .choice(["plain", "safe"]), defaultValue: "plain", summary: "The mode."),
    OptionDescription("headers", .map, summary: "Headers."),
    OptionDescription("names", .list, defaultValue: ["a"], summary: "Names."),
  ]

  private func check(_ text: String) -> (options: Options, diagnostics: [Diagnostic]) {
    let root = YAML.parse(text, file: "c.yaml").root
    let start = SourceSpan.Position(line: 1, column: 1, offset: 0)
    return Options.check(root, against: descriptions, file: "c.yaml", span: SourceSpan(start: start, end: start))
  }

  @Test func everyKindIsRead() {
    let (options, diagnostics) = check(
      "folder: ./in\nevery: 2h\nlimit: 64 KB\nretries: 7\ndelete: true\ntoken: ${env:T}\nmode: safe\nheaders: {A: b}\nnames: [x, y]\n")
    #expect(diagnostics.isEmpty)
    #expect(options[folder: "folder"] == "./in")
    #expect(options[text: "pattern"] == "*")
    #expect(options[duration: "every"] == .seconds(7_200))
    #expect(options[bytes: "limit"] == 65_536)
    #expect(options[int: "retries"] == 7)
    #expect(options[bool: "delete"] == true)
    #expect(options[secret: "token"]?.description == "${env:T}")
    #expect(options[choice: "mode"] == "safe")
    #expect(options[map: "headers"] == ["A": "b"])
    #expect(options[list: "names"] == ["x", "y"])
    #expect(options[int: "folder"] == nil)
  }

  @Test func defaultsStandInForWhatIsAbsent() {
    let (options, diagnostics) = check("folder: x\n")
    #expect(diagnostics.isEmpty)
    #expect(options[duration: "every"] == .seconds(10))
    #expect(options[int: "retries"] == 3)
    #expect(options[bool: "delete"] == false)
    #expect(options[list: "names"] == ["a"])
    #expect(options[bytes: "limit"] == nil)
  }

  @Test(arguments: [
    ("folde: x\nfolder: x\n", "unknown-option@1:1", "Did you mean \"folder\"?"),
    ("pattern: x\n", "missing-option@1:1", "For example \"folder: ./inbox\"."),
    ("folder: x\nevery: 10 parsecs\n", "wrong-option@2:8", nil), ("folder: x\nretries: 1.5\n", "wrong-option@2:10", nil),
    ("folder: x\ndelete: NO\n", "wrong-option@2:9", nil), ("folder: x\nmode: saef\n", "wrong-option@2:7", "Did you mean \"safe\"?"),
    ("folder: x\nheaders: [a]\n", "wrong-option@2:10", nil), ("folder: x\nnames: {a: b}\n", "wrong-option@2:8", nil),
    ("folder: x\npattern: ${env:X}\n", "misplaced-secret@2:10", "Write the value itself."),
    ("folder: x\nlimit: 99999999999999999999 GB\n", "wrong-option@2:8", nil), ("- a\n", "mapping-expected@1:1", nil),
  ])
  func mistakesHavePlaces(text: String, expected: String, hint: String?) throws {
    let diagnostic = try #require(check(text).diagnostics.first)
    #expect("\(diagnostic.code)@\(diagnostic.span.start.line):\(diagnostic.span.start.column)" == expected)
    if let hint { #expect(diagnostic.hint == hint) }
  }

  @Test func aSecretInAFileIsRefusedAndNotRepeated() throws {
    let diagnostic = try #require(check("folder: x\ntoken: hunter2\n").diagnostics.first)
    #expect(diagnostic.code == "secret-in-file")
    #expect(!"\(diagnostic)".contains("hunter2"))
  }

  @Test func secretsAreResolvedOnUse() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kindred-secret-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("s3cret\n".utf8).write(to: folder.appendingPathComponent("token"))
    let inFile = try #require(Secret("${file:token}"))
    #expect(try inFile.resolve(relativeTo: folder.path) == "s3cret")
    try Data("changed".utf8).write(to: folder.appendingPathComponent("token"))
    #expect(try inFile.resolve(relativeTo: folder.path) == "changed")
    let inEnvironment = try #require(Secret("${env:TOKEN}"))
    #expect(try inEnvironment.resolve(relativeTo: ".", environment: ["TOKEN": "abc"]) == "abc")
    #expect(throws: Fault.self) { try inEnvironment.resolve(relativeTo: ".", environment: [:]) }
    #expect(throws: Fault.self) { try Secret("${file:nowhere}")?.resolve(relativeTo: folder.path) }
    #expect(["${env:}", "${other:x}", "x", "${env:A B}", "$env:A"].allSatisfy { Secret($0) == nil })
  }

  @Test func quantities() {
    #expect(Quantity.duration("500ms") == .milliseconds(500))
    #expect(Quantity.duration("5 m") == .seconds(300))
    #expect(Quantity.duration("1d") == .seconds(86_400))
    #expect(["", "s", "-1s", "1.5s", "5", "5 weeks", "99999999999999999d"].allSatisfy { Quantity.duration($0) == nil })
    #expect(Quantity.bytes("32 MB") == 33_554_432)
    #expect(Quantity.bytes("1KiB") == 1_024)
    #expect(Quantity.bytes("7") == 7)
    #expect(["", "MB", "-1", "1 XB", "１MB"].allSatisfy { Quantity.bytes($0) == nil })
  }
}
