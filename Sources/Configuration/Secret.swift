import Foundation
import Model
import Synchronization

/// A value that is never written into a configuration file: where to find it, never the value itself.
public struct Secret: Hashable, Sendable {
  private enum Source: Hashable {
    case environment(String)
    case file(String)
    /// A program by its absolute path, and its arguments.
    case command([String])
  }

  private let source: Source

  /// How a reference can be written, for messages.
  public static let spellings = "secret://env/NAME, secret://file/PATH or secret://exec/COMMAND"

  /// Reads `secret://env/NAME`, `secret://file/PATH` or `secret://exec/COMMAND ARGUMENT …`, and the older spellings `${env:NAME}` and
  /// `${file:PATH}`; `nil` for anything else.
  ///
  /// A path counts from the home folder unless it starts with a slash of its own (`secret://file//run/secrets/token`). A command is an
  /// absolute path without its first slash, and what follows are its arguments, apart by spaces; there is no shell. A space inside of
  /// one is written `%20`.
  public init?(_ text: String) {
    guard let (scheme, name) = Self.parts(text), !name.isEmpty else { return nil }
    switch scheme {
    case "env":
      guard name.utf8.allSatisfy(Self.isNameByte) else { return nil }
      source = .environment(name)
    case "file": source = .file(name)
    case "exec":
      let words = name.split(separator: " ").map { $0.removingPercentEncoding ?? String($0) }
      guard let program = words.first?.drop(while: { $0 == "/" }), !program.isEmpty, text.hasPrefix(Self.prefix) else { return nil }
      source = .command(["/" + program] + words.dropFirst())
    default: return nil
    }
  }

  private static let prefix = "secret://"

  /// Whether a text means to refer to a secret, rightly or not.
  static func isReference(_ text: String) -> Bool { text.hasPrefix(prefix) || text.hasPrefix("${") }

  private static func parts(_ text: String) -> (scheme: Substring, name: String)? {
    let parts: [Substring]
    if text.hasPrefix(prefix) {
      parts = text.dropFirst(prefix.count).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    } else if text.hasPrefix("${"), text.hasSuffix("}") {
      parts = text.dropFirst(2).dropLast().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    } else {
      return nil
    }
    return parts.count == 2 ? (parts[0], String(parts[1])) : nil
  }

  /// POSIX's names of environment variables, and lower-case letters.
  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
    default: false
    }
  }

  /// The value now. What a file or a command gives loses one line break at its end.
  ///
  /// Variables and files are read anew on each use. A command is run once, and again only when `isFresh`: it may take seconds.
  /// - Parameters:
  ///   - folder: what a relative path starts from.
  ///   - environment: the process's variables unless a test gives others.
  /// - Throws: `secret-missing`, `secret-unreadable`, `secret-command`, `secret-timeout`, `secret-too-long`; none shows a value.
  public func resolve(
    relativeTo folder: String, environment: [String: String] = ProcessInfo.processInfo.environment, isFresh: Bool = false
  ) throws(Fault) -> String {
    let value: String
    switch source {
    case .environment(let name):
      guard let found = environment[name], !found.isEmpty else {
        throw Fault("secret-missing", "The environment variable \(name) is not set.", hint: "Set it where kindred is started.")
      }
      value = found
    case .file(let path):
      let place = path.hasPrefix("/") ? path : "\(folder)/\(path)"
      guard let data = FileManager.default.contents(atPath: place), let text = String(data: data, encoding: .utf8) else {
        throw Fault("secret-unreadable", "The secret's file \(path) cannot be read as text.", hint: "Check its path and its permissions.")
      }
      guard let line = Self.line(text) else { throw Fault("secret-missing", "The secret's file \(path) is empty.") }
      value = line
    case .command(let words): value = try Self.output(of: words, isFresh: isFresh)
    }
    SecretMask.shared.learn(value)
    return value
  }

  /// True when ``replace(with:relativeTo:)`` can keep a new value.
  public var isReplaceable: Bool { if case .file = source { true } else { false } }

  /// Writes a new value to where the reference leads; it is on disk when this returns, and a reader sees the old one or the new one.
  /// - Throws: `secret-unwritable`, also for all that is not a file.
  public func replace(with value: String, relativeTo folder: String) throws(Fault) {
    guard case .file(let path) = source else {
      throw Fault("secret-unwritable", "A new value of \(self) cannot be kept: it is not in a file.")
    }
    SecretMask.shared.learn(value)
    let place = path.hasPrefix("/") ? path : "\(folder)/\(path)"
    let new = "\(place).new"
    do {
      let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
      guard FileManager.default.createFile(atPath: new, contents: nil, attributes: attributes), let file = FileHandle(forWritingAtPath: new)
      else { throw CocoaError(.fileWriteNoPermission) }
      try file.write(contentsOf: Data("\(value)\n".utf8))
      try file.synchronize()
      try file.close()
    } catch {
      throw Fault("secret-unwritable", "The secret's file \(path) cannot be written.", hint: "Check the permissions of its folder.")
    }
    guard rename(new, place) == 0 else { throw Fault("secret-unwritable", "The secret's file \(path) cannot be replaced.") }
  }

  private static func line(_ text: String) -> String? {
    let line = text.hasSuffix("\r\n") || text.hasSuffix("\n") ? String(text.dropLast()) : text
    return line.isEmpty ? nil : line
  }

  /// What commands gave, for as long as the process lives.
  private static let outputs = Mutex<[[String]: String]>([:])

  private static func output(of words: [String], isFresh: Bool) throws(Fault) -> String {
    if !isFresh, let known = outputs.withLock({ $0[words] }) { return known }
    guard let text = String(validating: try SecretCommand.output(of: words), as: UTF8.self) else {
      throw Fault("secret-unreadable", "What the command \(words[0]) prints is not UTF-8 text.")
    }
    guard let line = line(text) else { throw Fault("secret-missing", "The command \(words[0]) printed nothing.") }
    outputs.withLock { $0[words] = line }
    return line
  }
}

extension Secret: CustomStringConvertible {
  /// The reference, not the value.
  public var description: String {
    switch source {
    case .environment(let name): "secret://env/\(name)"
    case .file(let path): "secret://file/\(path)"
    case .command(let words):
      "secret://exec" + words.map { $0.replacing("%", with: "%25").replacing(" ", with: "%20") }.joined(separator: " ")
    }
  }
}
