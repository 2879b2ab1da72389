import Model

/// How far a stream of files has been read: the last file of which every range was accepted.
struct FileCheckpoint: Hashable, Sendable {
  var name: String
  var size: Int64
  var fingerprint: Bytes

  init(name: String, size: Int64, fingerprint: Bytes) {
    self.name = name
    self.size = size
    self.fingerprint = fingerprint
  }

  /// Reads what ``value`` wrote; nil for anything else, which only means that the file is read again.
  init?(_ value: Bytes) {
    let parts = String(decoding: value, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard parts.count == 3, let size = Int64(parts[0]), let fingerprint = Hex.bytes(parts[1]), !fingerprint.isEmpty else { return nil }
    self.init(name: String(parts[2]), size: size, fingerprint: fingerprint)
  }

  /// Size, fingerprint in hexadecimal and name, a line each. The name comes last; should it hold a line break, the file
  /// is merely read again.
  var value: Bytes { Array("\(size)\n\(Hex.text(fingerprint))\n\(name)".utf8) }
}
