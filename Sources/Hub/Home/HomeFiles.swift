import Connecting
import Foundation
import Mapping
import Model
import Synchronization

/// The files that a home was read from, with what they held: one configuration, by its content.
public struct HomeFiles: Hashable, Sendable {
  /// SHA-256 of every file that was read, by its path; nil for one that is named and cannot be read.
  public var contents: [String: Bytes?] = [:]
  /// The same for homes with the same files, wherever they are: 16 hexadecimal digits.
  public private(set) var digest = ""

  /// - Parameter roots: folders whose files are known by their path below them.
  init(_ contents: [String: Bytes?], roots: [String], _ digests: Digests) {
    self.contents = contents
    let named = contents.map { path, content in
      (name: roots.first { path.hasPrefix($0 + "/") }.map { String(path.dropFirst($0.count + 1)) } ?? path, content: content)
    }
    var bytes: Bytes = []
    for file in named.sorted(by: { utf8Precedes($0.name, $1.name) }) {
      bytes += Array(file.name.utf8) + [0] + (file.content ?? []) + [0]
    }
    digest = Hex.text(Array(digests.sha256(bytes).prefix(8)))
  }
}

/// Notes which files are read, what they hold, and what the file system said of them just before.
final class FileRecorder: Sendable {
  private let noted = Mutex<(contents: [String: Bytes?], stamps: FileStamps)>(([:], FileStamps()))
  private let digests: Digests

  init(_ digests: Digests) { self.digests = digests }

  /// By path, as in ``HomeFiles/contents``.
  var contents: [String: Bytes?] { noted.withLock { $0.contents } }
  var stamps: FileStamps { noted.withLock { $0.stamps } }

  /// Looks at a file or folder before it is read, or because it may appear one day.
  func look(at path: String) { noted.withLock { $0.stamps.look(at: path) } }

  func note(_ path: String, _ bytes: Bytes?) {
    let digest = bytes.map { digests.sha256($0) }
    noted.withLock { $0.contents[path] = .some(digest) }
  }

  /// The files of this machine, noted as they are read.
  var files: MappingFiles {
    MappingFiles { path in
      self.look(at: path)
      do {
        let bytes = try MappingFiles.disk.bytes(path)
        self.note(path, bytes)
        return bytes
      } catch {
        self.note(path, nil)
        throw error
      }
    }
  }
}

/// What the file system says of files and folders without reading them: when it differs, they may have changed.
public struct FileStamps: Hashable, Sendable {
  private struct Stamp: Hashable, Sendable {
    var seconds: Int
    var nanoseconds: Int
    var size: Int64
    var inode: UInt64
  }

  /// Nil for what is not there.
  private var stamps: [String: Stamp?] = [:]

  public init() {}

  /// The same files and folders, looked at now.
  public var now: FileStamps {
    var now = FileStamps()
    for path in stamps.keys { now.look(at: path) }
    return now
  }

  /// Looks at a file or folder that was not looked at before.
  mutating func look(at path: String) {
    if stamps[path] == nil { stamps[path] = .some(Self.stamp(of: path)) }
  }

  private static func stamp(of path: String) -> Stamp? {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    #if os(Linux)
      let time = facts.st_mtim
    #else
      let time = facts.st_mtimespec
    #endif
    return Stamp(seconds: Int(time.tv_sec), nanoseconds: Int(time.tv_nsec), size: Int64(facts.st_size), inode: UInt64(facts.st_ino))
  }
}
