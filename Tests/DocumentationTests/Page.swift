import Foundation
import Testing

/// One page of the documentation, read as far as the tests need it: fenced blocks and links.
struct Page: Sendable, CustomTestStringConvertible {
  /// From the repository's root, such as `docs/install.md`.
  var path: String
  var blocks: [Block] = []
  var links: [Link] = []

  /// A fenced block with everything behind its opening fence.
  struct Block: Sendable {
    /// The words behind the opening fence: `console`, `console no-run`, `yaml` …
    var info: String
    /// The line of the opening fence, counted from 1.
    var line: Int
    var lines: [String] = []

    var language: String { info.split(separator: " ").first.map(String.init) ?? "" }
    var isRun: Bool { info == "console" }
  }

  struct Link: Sendable {
    var target: String
    var line: Int
  }

  var testDescription: String { path }

  init(path: String, text: String) {
    self.path = path
    var open: Block?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).enumerated() {
      if line.hasPrefix("```") {
        if let block = open {
          blocks.append(block)
          open = nil
        } else {
          open = Block(info: line.dropFirst(3).trimmingCharacters(in: .whitespaces), line: index + 1)
        }
      } else if open != nil {
        open?.lines.append(line)
      } else {
        links += Self.links(in: line).map { Link(target: $0, line: index + 1) }
      }
    }
    if let open { blocks.append(open) }
  }

  /// The targets of `[text](target)`, outside code spans.
  private static func links(in line: String) -> [String] {
    let prose = line.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset.isMultiple(of: 2) }
      .map(\.element).joined(separator: " ")
    return prose.matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }
  }
}

extension Page {
  /// A command as the page shows it: `$ ` in front, further lines of it behind `> `, then what it prints.
  struct Command: Sendable {
    var text: String
    var line: Int
    /// What the page shows of the output, in order; `…` stands for anything.
    var expected: [String] = []

    /// From a comment `# exits 1` at the end of the first line; 0 unless it says otherwise.
    var exitCode: Int32 {
      let first = text.split(separator: "\n").first ?? ""
      return first.firstMatch(of: /# exits (\d+)\s*$/).flatMap { Int32($0.1) } ?? 0
    }
  }

  /// The commands that are to be run, in the order of the page.
  var commands: [Command] { blocks.filter(\.isRun).flatMap(Self.commands) }

  static func commands(of block: Block) -> [Command] {
    var commands: [Command] = []
    for (index, line) in block.lines.enumerated() {
      if line.hasPrefix("$ ") {
        commands.append(Command(text: String(line.dropFirst(2)), line: block.line + 1 + index))
      } else if let last = commands.indices.last {
        let isContinuation = line.hasPrefix("> ") || line == ">"
        if isContinuation && commands[last].expected.isEmpty {
          commands[last].text += "\n" + line.dropFirst(2)
        } else {
          commands[last].expected.append(line)
        }
      }
    }
    return commands
  }
}
