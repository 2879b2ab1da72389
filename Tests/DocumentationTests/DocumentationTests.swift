import Foundation
import Testing

/// Every command in README and docs is executed, every link leads somewhere, every error code is explained.
@Suite(.serialized) struct DocumentationTests {
  @Test("the commands of a page do what the page says", arguments: Repository.pages.filter { !$0.commands.isEmpty })
  func commands(page: Page) throws {
    let products = Repository.products
    let hasProduct = FileManager.default.isExecutableFile(atPath: products.appending(path: "kindred").path)
    try #require(hasProduct, "kindred is not built: there is no executable of that name in \(products.path)")
    let (results, isTimedOut) = try Transcript(page: page, products: products).run()
    #expect(!isTimedOut, "\(page.path) takes longer than \(Transcript.seconds) s")
    for result in results {
      let place: Comment =
        "\(page.path):\(result.command.line): $ \(result.command.text)\nprinted:\n\(result.output ?? "nothing: it was not reached")"
      #expect(result.exitCode == result.command.exitCode, place)
      let missing = Expectation.firstMissing(result.command.expected, in: result.output ?? "")
      #expect(missing == nil, place)
    }
  }

  @Test("there are pages, and commands on them")
  func isNotEmpty() {
    #expect(Repository.pages.contains { $0.path == "README.md" })
    #expect(Repository.pages.count > 10)
    #expect(Repository.pages.reduce(0) { $0 + $1.commands.count } > 50)
  }

  /// Building and installing is what CI does around these tests, and cannot be done inside them.
  @Test("only building, its targets and installing packages are not run", arguments: Repository.pages)
  func unrun(page: Page) {
    for block in page.blocks where block.language == "console" && !block.isRun {
      #expect(block.info == "console no-run", "\(page.path):\(block.line): \(block.info)")
      for command in Page.commands(of: block) {
        let isAllowed = ["make ", "swift build", "apt-get ", "sudo apt-get "].contains { command.text.hasPrefix($0) }
        #expect(isAllowed, "\(page.path):\(command.line): \(command.text)")
      }
    }
  }

  @Test("commands hide in no other kind of block", arguments: Repository.pages)
  func hiddenCommands(page: Page) {
    for block in page.blocks where block.language != "console" {
      #expect(!["sh", "bash", "shell", "zsh"].contains(block.language), "\(page.path):\(block.line): use console")
      #expect(!block.lines.contains { $0.hasPrefix("$ ") && !$0.hasPrefix("$ |") }, "\(page.path):\(block.line): use console")
    }
  }

  @Test("every link leads to a file", arguments: Repository.pages)
  func links(page: Page) {
    let folder = Repository.url(page.path).deletingLastPathComponent()
    for link in page.links where !link.target.contains("://") && !link.target.hasPrefix("#") && !link.target.hasPrefix("mailto:") {
      let path = String(link.target.prefix { $0 != "#" })
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: path).path), "\(page.path):\(link.line): \(link.target)")
    }
  }

  @Test("docs/mapping-language.md lists every function")
  func functions() throws {
    let page = try Repository.text("docs/mapping-language.md")
    var names: Set<String> = []
    for file in Repository.files(below: "Sources/Mapping/Functions", suffix: ".swift") {
      names.formUnion(try Repository.text(file).matches(of: /\bFunction\(\s*"(\w+)"/).map { String($0.1) })
    }
    let listed = Set(page.matches(of: /(?m)^### `(\w+)\(/).map { String($0.1) })
    #expect(names.count > 30)
    #expect(names == listed)
  }

  @Test("docs/errors.md lists every code that the sources can give")
  func codes() throws {
    let page = try Repository.text("docs/errors.md")
    let listed = Set(page.matches(of: /(?m)^\| `([a-z0-9-]+)`/).map { String($0.1) })
    var given: [String: String] = [:]
    for file in Repository.files(below: "Sources", suffix: ".swift") {
      for code in ErrorCodes.codes(in: try Repository.text(file)) { given[code] = file }
    }
    #expect(given.count > 150)
    let missing = given.filter { !listed.contains($0.key) }.map { "\($0.key) (\($0.value))" }.sorted()
    #expect(missing.isEmpty)
    #expect(listed.subtracting(given.keys).sorted().isEmpty, "listed, and no source gives it")
  }
}

/// Finds codes where sources make a fault, a diagnostic, a problem or a finding. Codes are written out at these places, so
/// that they can be found.
enum ErrorCodes {
  static func codes(in source: String) -> Set<String> {
    let code = #""([a-z][a-z0-9]*(?:-[a-z0-9]+)*)""#
    let patterns = [
      #"\b(?:Fault|fail|report|stop|error|warning|make)\(\s*"# + code + ",", #"\b(?:self\.init|return )\(\s*"# + code + ",",
      #"\b(?:Diagnostic|Finding)\(\s*\.[a-z]+,\s*"# + code, #"\bProblem\(\s*\d+,\s*"# + code, #"[ (]code: "# + code,
      #""code": "# + code, #"\bcomplain\(\s*\d+,\s*"# + code, #"\bcase (?:storageFull|shuttingDown|tooLarge) = "# + code,
      #"\b(?:fault|failure)\(\s*"([a-z]+(?:-[a-z]+)+)","#,
      #"\bcase [A-Za-z0-9]+ = "(wechat(?:-[a-z0-9]+)+)""#,
      // Reasons of one word need no text of their own.
      #"\bRefusal\(\.([a-z]+),"#,
    ]
    var found: Set<String> = []
    for pattern in patterns {
      guard let regex = try? Regex<(Substring, Substring)>(pattern) else { continue }
      // Words as regular expressions usually have them: in the default kind, "findings.error" is one word.
      for match in source.matches(of: regex.wordBoundaryKind(.simple)) { found.insert(String(match.output.1)) }
    }
    return found
  }
}
