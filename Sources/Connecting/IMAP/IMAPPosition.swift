import Model

/// How far a folder has been read: the checkpoint of its partition.
struct IMAPPosition: Hashable, Sendable {
  /// UIDs count only within it (RFC 9051 §2.3.1.1).
  var validity: UInt32
  /// The last mail that was read or left out; 0 at the beginning.
  var last: UInt32
  /// What the folder's CONDSTORE counter was when all of it had been read (RFC 7162); an equal one means that nothing has changed.
  var modification: UInt64?
  /// Mails that are accepted and still to be marked or moved.
  var unmarked = UIDSet([])

  init(validity: UInt32, last: UInt32 = 0, modification: UInt64? = nil) {
    self.validity = validity
    self.last = last
    self.modification = modification
  }

  /// Reads what ``value`` wrote. What cannot be read counts as nothing: then the folder is read again, and duplicates are recognised.
  init?(_ value: Bytes) {
    let parts = String(decoding: value, as: UTF8.self).split(separator: ";", omittingEmptySubsequences: false)
    guard parts.count == 4, let validity = UInt32(parts[0]), let last = UInt32(parts[1]) else { return nil }
    self.init(validity: validity, last: last, modification: UInt64(parts[2]))
    unmarked = UIDSet(String(parts[3]))
  }

  /// UIDVALIDITY, UID, counter and the mails to be marked, with semicolons between them.
  var value: Bytes { Array("\(validity);\(last);\(modification.map(String.init) ?? "");\(unmarked.text)".utf8) }
}
