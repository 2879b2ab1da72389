import Foundation

/// Runs the commands of one page, in order, in one bash: `cd`, variables and background jobs carry over from one command to
/// the next, as they do for a reader who types them.
///
/// Bash runs in a fresh folder that has the repository's `fixtures`, `mappings` and `connectors` beside it, and a home of its
/// own. Pages write port 8787, the default; the commands get a free one instead.
struct Transcript {
  struct Result {
    var command: Page.Command
    /// Stdout and stderr, as they came; nil when the command was never reached.
    var output: String?
    var exitCode: Int32?
  }

  static let seconds = 180
  private static let port = "8787"

  let page: Page
  let products: URL

  /// - Returns: one result a command, and whether the time was up before the end.
  func run() throws -> (results: [Result], isTimedOut: Bool) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "kindred-docs-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let work = folder.appending(path: "work")
    let answers = folder.appending(path: "answers")
    for url in [work, answers] { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    for name in ["fixtures", "mappings", "connectors"] {
      try FileManager.default.createSymbolicLink(at: work.appending(path: name), withDestinationURL: Repository.url(name))
    }
    let port = try Self.freePort()
    let script = folder.appending(path: "script")
    try self.script(answers: answers.path, port: port).write(to: script, atomically: true, encoding: .utf8)
    let status = try bash(script, in: work)
    let results = page.commands.enumerated().map { index, command in
      let output = try? String(decoding: Data(contentsOf: answers.appending(path: "\(index)")), as: UTF8.self)
      let code = (try? String(contentsOf: answers.appending(path: "\(index).code"), encoding: .utf8)).flatMap { Int32($0.dropLast()) }
      return Result(command: command, output: output?.replacing(port, with: Self.port), exitCode: code)
    }
    return (results, status == 124 || status == 137)
  }

  /// Each command writes what it prints, and how it ended, into files of its own.
  private func script(answers: String, port: String) -> String {
    var script = "trap 'kill $(jobs -p) 2> /dev/null; wait' EXIT\n"
    for (index, command) in page.commands.enumerated() {
      let text = command.text.replacing(Self.port, with: port)
      script += "{\n\(text)\n} > '\(answers)/\(index)' 2>&1 < /dev/null\necho $? > '\(answers)/\(index).code'\n"
    }
    return script
  }

  /// `timeout` leads a process group of its own, so that on time-out the page's daemons end as well.
  private func bash(_ script: URL, in folder: URL) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/timeout")
    process.arguments = ["--kill-after=5", "\(Self.seconds)", "bash", script.path]
    process.currentDirectoryURL = folder
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    process.environment = [
      "PATH": products.path + ":" + path, "HOME": folder.path, "LANG": "C.UTF-8", "USER": "ana", "TMPDIR": folder.path,
      "KINDRED_SHARE": Repository.root.path,
    ]
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// A port that was free a moment ago.
  private static func freePort() throws -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard descriptor >= 0, isBound else { throw CocoaError(.fileReadUnknown) }
    return String(UInt16(bigEndian: address.sin_port))
  }
}

/// Compares what a page shows with what came out.
enum Expectation {
  /// Each expected line must be a line of the output, in that order. A line `…` stands for any number of lines, `…` inside a
  /// line for any text. Blanks at the ends of lines do not count.
  /// - Returns: the first expected line that is not there; nil when all are.
  static func firstMissing(_ expected: [String], in output: String) -> String? {
    var rest = output.split(whereSeparator: \.isNewline).map(String.init)[...]
    for line in expected where line != "…" && !trimmed(line).isEmpty {
      guard let place = rest.firstIndex(where: { fits($0, line) }) else { return line }
      rest = rest[(place + 1)...]
    }
    return nil
  }

  static func fits(_ line: String, _ pattern: String) -> Bool {
    let parts = trimmed(pattern).components(separatedBy: "…")
    let text = trimmed(line)
    guard parts.count > 1 else { return text == parts[0] }
    guard text.hasPrefix(parts[0]) else { return false }
    var rest = text.dropFirst(parts[0].count)
    for part in parts[1..<(parts.count - 1)] where !part.isEmpty {
      guard let range = rest.range(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.hasSuffix(parts[parts.count - 1])
  }

  private static func trimmed(_ line: String) -> String {
    var text = line
    while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
    return text
  }
}
