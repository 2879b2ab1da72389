import Connecting
import Formats
import Foundation
import Hub
import Model
import Synchronization

/// The API keys of a data folder (`keys.json`), stored as hashes.
///
/// Several processes may use the file at once: `kindred keys` changes it while the daemon runs, and the daemon notices
/// before it believes the next key.
public final class KeyRing: Sendable {
  /// A key, without the key.
  public struct Entry: Hashable, Sendable {
    public var name: String
    /// In microseconds since 1970.
    public var created: Int64
    fileprivate var hash: [UInt8]
  }

  private struct State {
    var entries: [Entry] = []
    /// What the file looked like when `entries` were read.
    var stamp: Stamp?
  }

  /// Changes whenever the file does: it is only ever replaced as a whole, so its inode changes.
  private struct Stamp: Hashable {
    var inode: UInt64
    var size: Int64
    var seconds: Int
    var nanoseconds: Int
  }

  private let path: String
  private let daemonToken: [UInt8]?
  private let state = Mutex(State())

  /// - Parameters:
  ///   - folder: the data folder; it need not be there yet.
  ///   - daemonToken: what the command line shows the daemon (`daemon.json`); nobody else knows it.
  public init(folder: String, daemonToken: String? = nil) {
    path = folder + "/keys.json"
    self.daemonToken = daemonToken.map(APISecret.hash)
  }

  /// Makes a key.
  /// - Returns: the key itself: shown once, never stored.
  /// - Throws: `key-name`, `key-exists`, `keys-unreadable`, `file-unwritable`.
  public func create(_ name: String) throws(Fault) -> String {
    guard Self.isName(name) else {
      throw Fault("key-name", "\"\(name)\" cannot be the name of a key.", hint: "Use 1 to 64 letters, digits, \"-\", \"_\" and \".\".")
    }
    let key = APISecret.make()
    try change { (entries) throws(Fault) in
      guard !entries.contains(where: { $0.name == name }) else {
        throw Fault("key-exists", "There is a key called \(name) already.", hint: "Revoke it first, or choose another name.")
      }
      entries.append(Entry(name: name, created: Hub.systemClock(), hash: APISecret.hash(key)))
    }
    return key
  }

  /// Makes a key useless, at once.
  /// - Throws: `unknown-key-name`, `keys-unreadable`, `file-unwritable`.
  public func revoke(_ name: String) throws(Fault) {
    try change { (entries) throws(Fault) in
      guard entries.contains(where: { $0.name == name }) else {
        throw Fault("unknown-key-name", "There is no key called \(name).", hint: "`kindred keys list` shows the names.")
      }
      entries.removeAll { $0.name == name }
    }
  }

  /// All keys, oldest first.
  public func list() throws(Fault) -> [Entry] { try current() }

  /// Who shows this key; nil when nobody may.
  /// - Parameter author: the name that the command line gives itself; believed from the daemon's own token only.
  func authenticate(_ key: String, author: String?) throws(Fault) -> Caller? {
    let hash = APISecret.hash(key)
    if let daemonToken, APISecret.areEqual(hash, daemonToken) { return Caller(name: author ?? "command-line") }
    // All are compared, so that the time tells nothing about which one it was.
    var found: Caller?
    for entry in try current() where APISecret.areEqual(entry.hash, hash) { found = Caller(name: entry.name) }
    return found
  }

  /// Names go into decisions and logs.
  private static func isName(_ name: String) -> Bool {
    (1...64).contains(name.count)
      && name.unicodeScalars.allSatisfy { "-_.".unicodeScalars.contains($0) || $0.properties.isAlphabetic || ("0"..."9").contains($0) }
  }
}

// MARK: - The file

extension KeyRing {
  private func current() throws(Fault) -> [Entry] {
    let stamp = stamp()
    if let known = state.withLock({ $0.stamp == stamp && stamp != nil ? $0.entries : nil }) { return known }
    let entries = try load()
    state.withLock { $0 = State(entries: entries, stamp: stamp) }
    return entries
  }

  /// One process at a time reads, changes and replaces the file.
  private func change(_ body: (inout [Entry]) throws(Fault) -> Void) throws(Fault) {
    let folder = (path as NSString).deletingLastPathComponent
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw Fault("file-unwritable", "The folder \(folder) cannot be made: \(error.localizedDescription)")
    }
    let lock = try FileLock(path: path + ".lock", isWaiting: true)
    defer { lock.release() }
    var entries = try load()
    try body(&entries)
    let document: Value = [
      "keys": .array(
        entries.map { ["name": .string($0.name), "created": .number(Number($0.created)), "sha256": .string(Hex.text($0.hash))] })
    ]
    try PrivateFile.replace(path, with: CanonicalJSON.orderedBytes(document))
  }

  private func stamp() -> Stamp? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Stamp(
      inode: UInt64(status.st_ino), size: Int64(status.st_size), seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
  }

  private func load() throws(Fault) -> [Entry] {
    guard let bytes = try PrivateFile.read(path) else { return [] }
    let wrong = Fault("keys-unreadable", "The file \(path) is not what `kindred keys` writes.", hint: "Move it away and make new keys.")
    guard let document = try? JSON.parse(bytes), let keys = document["keys"] else { throw wrong }
    var entries: [Entry] = []
    for key in keys.elements {
      guard let name = key["name"]?.text, case .number(let created)? = key["created"], let created = created.int64,
        let hash = key["sha256"]?.text.flatMap({ Hex.bytes($0) }), hash.count == 32
      else { throw wrong }
      entries.append(Entry(name: name, created: created, hash: hash))
    }
    return entries
  }
}
