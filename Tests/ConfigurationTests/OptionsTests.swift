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
      "folder: ./in\nevery: 2h\nlimit: 64 KB\nretries: 7\ndelete: true\ntoken: secret://env/T\nmode: safe\nheaders: {A: b}\nnames: [x, y]\n"
    )
    #expect(diagnostics.isEmpty)
    #expect(options[folder: "folder"] == "./in")
    #expect(options[text: "pattern"] == "*")
    #expect(options[duration: "every"] == .seconds(7_200))
    #expect(options[bytes: "limit"] == 65_536)
    #expect(options[int: "retries"] == 7)
    #expect(options[bool: "delete"] == true)
    #expect(options[secret: "token"]?.description == "secret://env/T")
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
    ("folder: x\npattern: secret://env/X\n", "misplaced-secret@2:10", "Write the value itself."),
    ("folder: x\nnames: [secret://env/X]\n", "misplaced-secret@2:8", nil),
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
    let inFile = try #require(Secret("secret://file/token"))
    #expect(try inFile.resolve(relativeTo: folder.path) == "s3cret")
    try Data("ch4nged-t0ken".utf8).write(to: folder.appendingPathComponent("token"))
    #expect(try inFile.resolve(relativeTo: folder.path) == "ch4nged-t0ken")
    #expect(try Secret("secret://file/\(folder.path)/token")?.resolve(relativeTo: "/nowhere") == "ch4nged-t0ken")
    let inEnvironment = try #require(Secret("secret://env/TOKEN"))
    #expect(try inEnvironment.resolve(relativeTo: ".", environment: ["TOKEN": "a7c"]) == "a7c")
    #expect(throws: Fault.self) { try inEnvironment.resolve(relativeTo: ".", environment: [:]) }
    #expect(throws: Fault.self) { try Secret("secret://file/nowhere")?.resolve(relativeTo: folder.path) }
    #expect(Secret("${env:TOKEN}") == inEnvironment)
    #expect(Secret("${file:token}") == inFile)
    for text in ["secret://env/A", "secret://file/a b", "secret://exec/bin/echo a%20b c", "secret://file//run/x"] {
      #expect(Secret(text)?.description == text)
    }
  }

  @Test(arguments: [
    "${env:}", "${other:x}", "x", "${env:A B}", "$env:A", "secret://", "secret://env", "secret://env/", "secret://env/A-B",
    "secret://exec/",
    "secret://exec/ ", "secret://vault/x", "${exec:/bin/echo}",
  ])
  func whatIsNoReferenceIsRefused(text: String) {
    #expect(Secret(text) == nil)
    let (_, diagnostics) = check("folder: x\ntoken: '\(text)'\n")
    #expect(["secret-reference", "secret-in-file"].contains(diagnostics.first?.code))
  }

  @Test func aCommandGivesASecretWithoutAShell() throws {
    func output(_ text: String) throws -> String { try #require(Secret(text)).resolve(relativeTo: ".", isFresh: true) }
    #expect(try output("secret://exec/bin/echo a%20b $HOME ; c") == "a b $HOME ; c")
    #expect(try output("secret://exec//bin/echo x") == "x")
    #expect(#expect(throws: Fault.self) { try output("secret://exec/bin/false") }?.code == "secret-command")
    #expect(#expect(throws: Fault.self) { try output("secret://exec/bin/nothing-of-that-name") }?.code == "secret-command")
    #expect(#expect(throws: Fault.self) { try output("secret://exec/bin/true") }?.code == "secret-missing")
    #expect(#expect(throws: Fault.self) { try output("secret://exec/usr/bin/yes") }?.code == "secret-too-long")
    let start = ContinuousClock.now
    let fault = #expect(throws: Fault.self) {
      try SecretCommand.output(of: ["/bin/sh", "-c", "sleep 60 & sleep 60"], within: .milliseconds(200))
    }
    #expect(fault?.code == "secret-timeout")
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test func aCommandIsRunOnceUnlessAskedAgain() throws {
    let file = FileManager.default.temporaryDirectory.path + "/kindred-secret-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: file) }
    let secret = try #require(Secret("secret://exec/bin/cat \(file)"))
    try "first-value".write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try secret.resolve(relativeTo: ".") == "first-value")
    try "second-value".write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try secret.resolve(relativeTo: ".") == "first-value")
    #expect(try secret.resolve(relativeTo: ".", isFresh: true) == "second-value")
  }

  @Test func whatWasReadIsMasked() throws {
    #expect(try Secret("secret://env/T")?.resolve(relativeTo: ".", environment: ["T": "kd+9/zebra"]) == "kd+9/zebra")
    #expect(SecretMask.shared.masked("https://a/?t=kd%2B9%2Fzebra and kd+9/zebra.") == "https://a/?t=••• and •••.")
  }

  @Test func aLineWithASecretIsNotShown() throws {
    let text = "folder: x\ntoken: hunter2\n"
    let shown = DiagnosticRenderer.text(check(text).diagnostics, sources: ["c.yaml": text, "test.yaml": text], color: false)
    #expect(shown.contains("secret-in-file"))
    #expect(!shown.contains("hunter2"))
  }

  @Test(arguments: [
    "", "a", "*.csv", "./inbox", "null", "- a", "a: b", "a #b", "it's", "18", "a, b", "x\ny", " a", "a:", "#a", "私", "[a]", "a\"b",
  ])
  func textsAreWrittenSoThatTheyComeBack(text: String) throws {
    #expect(YAML.parse("a: \(YAMLWriting.scalar(text))\n", file: "a").0?["a"]?.text == text)
    #expect(YAML.parse("a: \(YAMLWriting.flow([.string(text), .string(text)]))\n", file: "a").0?["a"]?.items?.map(\.text) == [text, text])
  }

  @Test func quantities() {
    #expect(Quantity.duration("500ms") == .milliseconds(500))
    #expect(Quantity.duration("5 m") == .seconds(300))
    #expect(Quantity.duration("1d") == .seconds(86_400))
    #expect(["", "s", "-1s", "1.5s", "5", "5 weeks", "99999999999999999d"].allSatisfy { Quantity.duration($0) == nil })
    #expect(Quantity.bytes("32 MB") == 33_554_432)
    #expect(Quantity.bytes("1KiB") == 1_024)
    #expect(Quantity.bytes("7") == 7)
    for bytes in [1, 1_000, 1_024, 33_554_432, 1 << 30, 0] { #expect(Quantity.bytes(Quantity.text(bytes: bytes)) == bytes) }
    #expect(["", "MB", "-1", "1 XB", "１MB"].allSatisfy { Quantity.bytes($0) == nil })
  }
}
