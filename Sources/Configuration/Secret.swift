import Foundation
import Model

/// A value that is never written into a configuration file: where to find it, read anew on each use, never printed.
public struct Secret: Hashable, Sendable {
  private enum Source: Hashable {
    case environment(String)
    case file(String)
  }

  private let source: Source

  /// Reads `${env:NAME}` or `${file:path}`; `nil` for anything else.
  public init?(_ text: String) {
    guard text.hasPrefix("${"), text.hasSuffix("}") else { return nil }
    let parts = text.dropFirst(2).dropLast().split(separator: ":", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    let name = String(parts[1])
    switch parts[0] {
    case "env"
    where name.utf8.allSatisfy({
      $0 == UInt8(ascii: "_") || Character(Unicode.Scalar($0)).isNumber || Character(Unicode.Scalar($0)).isLetter
    }):
      source = .environment(name)
    case "file": source = .file(name)
    default: return nil
    }
  }

  /// The value now. A file loses one line break at its end.
  ///
  /// - Parameters:
  ///   - folder: what a relative path starts from.
  ///   - environment: the process's variables unless a test gives others.
  /// - Throws: `secret-missing` or `secret-unreadable`, neither of which shows a value.
  public func resolve(
    relativeTo folder: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(Fault) -> String {
    switch source {
    case .environment(let name):
      guard let value = environment[name], !value.isEmpty else {
        throw Fault("secret-missing", "The environment variable \(name) is not set.", hint: "Set it where kindred is started.")
      }
      return value
    case .file(let path):
      let place = path.hasPrefix("/") ? path : "\(folder)/\(path)"
      guard let data = FileManager.default.contents(atPath: place), let text = String(data: data, encoding: .utf8) else {
        throw Fault("secret-unreadable", "The secret's file \(path) cannot be read as text.", hint: "Check its path and its permissions.")
      }
      let value = text.hasSuffix("\r\n") || text.hasSuffix("\n") ? String(text.dropLast()) : text
      guard !value.isEmpty else { throw Fault("secret-missing", "The secret's file \(path) is empty.") }
      return value
    }
  }
}

extension Secret: CustomStringConvertible {
  /// The reference, not the value.
  public var description: String {
    switch source {
    case .environment(let name): "${env:\(name)}"
    case .file(let path): "${file:\(path)}"
    }
  }
}
