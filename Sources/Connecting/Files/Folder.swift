import Foundation
import Model

/// A regular file as it looked at one moment.
struct FileSnapshot: Hashable, Sendable {
  var name: String
  var size: Int64
  /// Nanoseconds since 1970.
  var modified: Int64
}

/// The watched folder: what lies in it, and where files go when they are done. Everything here blocks for the time of a
/// few system calls.
struct Folder: Sendable {
  static let done = "done"
  static let failed = "failed"

  let path: String

  func path(of name: String) -> String { path + "/" + name }

  /// The regular files that match, oldest first, so that records without a version of their own end up as the newest
  /// file says; ties by the bytes of their names. Symbolic links are followed; folders are left out.
  func files(matching pattern: Glob) throws(Fault) -> [FileSnapshot] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw Fault(
        "folder-unreadable", "The folder \(path) cannot be listed.", hint: "It must exist and be readable by the user that runs the daemon."
      )
    }
    return names.filter(pattern.matches).compactMap(snapshot).sorted { left, right in
      left.modified != right.modified ? left.modified < right.modified : utf8Precedes(left.name, right.name)
    }
  }

  func snapshot(_ name: String) -> FileSnapshot? {
    guard let facts = FileFacts(path: path(of: name)), facts.isRegular else { return nil }
    return FileSnapshot(name: name, size: facts.size, modified: facts.modified)
  }

  /// Moves a file into a folder below this one and never overwrites anything there: on a name clash it becomes
  /// `name-1.csv`, `name-2.csv`, …. Repeating it after a crash ends in the same place.
  func move(_ name: String, to folder: String) throws(Fault) {
    let source = path(of: name)
    let target = path(of: folder)
    if mkdir(target, 0o755) != 0 && errno != EEXIST { throw Self.fault("The folder \(target) cannot be made", errno) }
    guard FileFacts(path: source) != nil else { return }
    for attempt in 0... {
      let destination = target + "/" + Self.numbered(name, attempt)
      // A hard link is the portable way to claim a name without overwriting it.
      if link(source, destination) == 0 || Self.isSame(source, destination) {
        if unlink(source) != 0 && errno != ENOENT { throw Self.fault("The file \(source) cannot be moved", errno) }
        return
      }
      switch errno {
      case EEXIST: continue
      case ENOENT: return
      case EPERM, EOPNOTSUPP, ENOSYS, EMLINK, EXDEV:
        // File systems without hard links (FAT, some network shares).
        if FileFacts(path: destination) != nil { continue }
        if rename(source, destination) == 0 { return }
        throw Self.fault("The file \(source) cannot be moved", errno)
      case let code: throw Self.fault("The file \(source) cannot be moved", code)
      }
    }
  }

  /// True when a crash came between the link and the unlink of an earlier move.
  private static func isSame(_ source: String, _ destination: String) -> Bool {
    let code = errno
    defer { errno = code }
    guard code == EEXIST, let one = FileFacts(path: source), let other = FileFacts(path: destination) else { return false }
    return one.device == other.device && one.inode == other.inode
  }

  /// `a.csv` → `a-1.csv`; the first attempt keeps the name.
  private static func numbered(_ name: String, _ attempt: Int) -> String {
    guard attempt > 0 else { return name }
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "\(name)-\(attempt)" }
    return "\(name[..<dot])-\(attempt)\(name[dot...])"
  }

  static func fault(_ message: String, _ code: Int32) -> Fault {
    Fault("file-system", "\(message): \(String(cString: strerror(code))).")
  }
}

/// What the file system says about a path, symbolic links followed.
struct FileFacts: Hashable, Sendable {
  var isRegular: Bool
  var isFolder: Bool
  var size: Int64
  /// Nanoseconds since 1970.
  var modified: Int64
  var device: UInt64
  var inode: UInt64

  init?(path: String) {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    isRegular = facts.st_mode & S_IFMT == S_IFREG
    isFolder = facts.st_mode & S_IFMT == S_IFDIR
    size = Int64(facts.st_size)
    #if canImport(Darwin)
      modified = Int64(facts.st_mtimespec.tv_sec) * 1_000_000_000 + Int64(facts.st_mtimespec.tv_nsec)
    #else
      modified = Int64(facts.st_mtim.tv_sec) * 1_000_000_000 + Int64(facts.st_mtim.tv_nsec)
    #endif
    device = UInt64(truncatingIfNeeded: facts.st_dev)
    inode = UInt64(facts.st_ino)
  }
}
