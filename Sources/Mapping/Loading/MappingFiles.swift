import Foundation
import Model

/// Where the files come from that a mapping names: parts, tables, and what its tests are given.
public struct MappingFiles: Sendable {
  /// The largest file that a mapping may name, in bytes.
  public static let maximumSize = 64 << 20

  private let read: @Sendable (String) throws -> [UInt8]

  /// - Parameter read: gets a path that is absolute or counts from where the mapping's own path counts from.
  public init(_ read: @escaping @Sendable (String) throws -> [UInt8]) { self.read = read }

  /// The files of this machine.
  public static let disk = MappingFiles { path in
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard let size = attributes?[.size] as? Int else { throw Fault("file-unreadable", "The file \(path) cannot be read.") }
    guard size <= maximumSize else { throw Fault("file-too-large", "The file \(path) has more than \(maximumSize >> 20) MB.") }
    guard let data = FileManager.default.contents(atPath: path) else { throw Fault("file-unreadable", "The file \(path) cannot be read.") }
    return [UInt8](data)
  }

  /// - Throws: a `Fault` that names the file.
  public func bytes(_ path: String) throws(Fault) -> [UInt8] {
    do {
      return try read(path)
    } catch let fault as Fault {
      throw fault
    } catch {
      throw Fault("file-unreadable", "The file \(path) cannot be read: \(error).")
    }
  }

  /// A path that stands in `file`, seen from where the paths of files count from.
  static func resolve(_ path: String, from file: String) -> String {
    if path.hasPrefix("/") { return path }
    let folder = file.lastIndex(of: "/").map { file[...$0] } ?? ""
    var parts: [Substring] = []
    for part in (folder + path).split(separator: "/", omittingEmptySubsequences: false) {
      if part == "..", let last = parts.last, last != "..", last != "" { parts.removeLast() } else if part != "." { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }
}
