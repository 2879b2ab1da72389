import CZlib
import Model

/// The files in a zip file, by its central directory (PKWARE's APPNOTE.TXT 6.3, with ZIP64). Names are labels: nothing is ever
/// written to them or opened by them.
final class ZipArchive {
  struct Entry {
    var name: String
    var method: Int
    var isEncrypted: Bool
    var checksum: UInt32
    var compressedSize: Int
    var size: Int
    /// Of its local header.
    var offset: Int

    var isFolder: Bool { name.hasSuffix("/") }
  }

  let name: String
  let entries: [Entry]
  private let bytes: any RandomBytes
  private let budget: UnpackBudget

  /// Central directories longer than this are not read into memory.
  private static let longestDirectory = 64 << 20

  /// - Parameter name: of the zip file, for faults.
  /// - Throws: `zip-damaged`, `zip-entries`.
  init(_ bytes: any RandomBytes, name: String, budget: UnpackBudget) throws(Fault) {
    self.bytes = bytes
    self.name = name
    self.budget = budget
    let directory = try ZipEnd(bytes, name: name)
    guard directory.entryCount <= budget.limits.maximumEntries, directory.length <= Self.longestDirectory else {
      throw Fault(
        "zip-entries", "\(name) holds more than \(budget.limits.maximumEntries) files.", at: Location(file: name),
        hint: "Unpack it and import the files one by one.")
    }
    let listed = try bytes.read(at: directory.offset, count: directory.length)
    var entries: [Entry] = []
    var at = 0
    while entries.count < directory.entryCount {
      guard let entry = Self.entry(listed, &at, shift: directory.shift) else { throw Self.damaged(name, "its list of files is broken") }
      entries.append(entry)
    }
    self.entries = entries
  }

  /// The entry of a name, whatever its case, with either kind of slash.
  func entry(named wanted: String) -> Entry? {
    let wanted = Self.plain(wanted)
    return entries.first { Self.plain($0.name) == wanted }
  }

  private static func plain(_ name: String) -> String {
    let name = name.lowercased().replacing("\\", with: "/")
    return name.hasPrefix("/") ? String(name.dropFirst()) : name
  }

  /// The bytes of an entry, unpacked and checked.
  ///
  /// - Throws: `zip-encrypted`, `zip-method`, `zip-damaged`.
  func open(_ entry: Entry) throws(Fault) -> any ByteStream {
    let label = "\(name)/\(entry.name)"
    guard !entry.isEncrypted else {
      throw Fault("zip-encrypted", "\(label) is encrypted.", at: Location(file: label), hint: "Unpack it with its password first.")
    }
    let local = LittleEndian(try bytes.read(at: entry.offset, count: 30))
    guard local.u32(0) == 0x0403_4B50, let nameLength = local.u16(26), let extraLength = local.u16(28) else {
      throw Self.damaged(name, "the header of \(entry.name) is broken")
    }
    let start = entry.offset + 30 + nameLength + extraLength
    guard entry.compressedSize >= 0, start <= bytes.count - entry.compressedSize else {
      throw Self.damaged(name, "\(entry.name) is cut off")
    }
    let packed = RangeStream(bytes, start..<start + entry.compressedSize)
    switch entry.method {
    case 0: return ZipEntryStream(packed, entry, label: label)
    case 8: return ZipEntryStream(try Inflater(packed, .deflate, name: label, budget: budget), entry, label: label)
    default:
      throw Fault(
        "zip-method", "\(label) is packed by method \(entry.method), which is not supported.", at: Location(file: label),
        hint: "Pack it with deflate.")
    }
  }

  /// Reads one record of the central directory; APPNOTE §4.3.12.
  private static func entry(_ listed: [UInt8], _ at: inout Int, shift: Int) -> Entry? {
    let numbers = LittleEndian(listed[min(at, listed.count)...])
    guard numbers.u32(0) == 0x0201_4B50, let flags = numbers.u16(8), let method = numbers.u16(10),
      let checksum = numbers.number(16, size: 4),
      var compressedSize = numbers.u32(20), var size = numbers.u32(24), let nameLength = numbers.u16(28), let extraLength = numbers.u16(30),
      let commentLength = numbers.u16(32), var offset = numbers.u32(42), at + 46 + nameLength + extraLength <= listed.count
    else { return nil }
    let nameStart = at + 46
    let extra = ZipExtra(listed[(nameStart + nameLength)..<(nameStart + nameLength + extraLength)])
    guard extra.widen(&size, &compressedSize, &offset) else { return nil }
    at = nameStart + nameLength + extraLength + commentLength
    let raw = listed[nameStart..<(nameStart + nameLength)]
    return Entry(
      name: extra.unicodeName ?? Self.name(raw, isUTF8: flags & 0x800 != 0), method: method, isEncrypted: flags & 1 != 0,
      checksum: UInt32(checksum), compressedSize: compressedSize, size: size, offset: offset + shift)
  }

  /// Names without the mark for UTF-8 are in whatever code page the writer's computer had.
  private static func name(_ raw: ArraySlice<UInt8>, isUTF8: Bool) -> String {
    decodeText(Array(raw), encoding: isUTF8 ? .utf8 : detectEncoding(raw).encoding).text
  }

  static func damaged(_ name: String, _ why: String) -> Fault {
    Fault("zip-damaged", "\(name) is damaged: \(why).", at: Location(file: name), hint: "Was it copied completely?")
  }
}

/// The fields behind an entry's name; APPNOTE §4.5.
private struct ZipExtra {
  private var wide: ArraySlice<UInt8>?
  /// Info-ZIP's 0x7075: the name in UTF-8, behind a version and a checksum of the other name.
  private(set) var unicodeName: String?

  init(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while let kind = LittleEndian(rest).u16(0), let length = LittleEndian(rest).u16(2), rest.count >= 4 + length {
      let field = rest.dropFirst(4).prefix(length)
      if kind == 1 { wide = field }
      if kind == 0x7075, field.first == 1, let name = String(validating: field.dropFirst(5), as: UTF8.self) { unicodeName = name }
      rest = rest.dropFirst(4 + length)
    }
  }

  /// ZIP64 has the numbers that did not fit, in this order. False when one is missing.
  func widen(_ size: inout Int, _ compressedSize: inout Int, _ offset: inout Int) -> Bool {
    var at = 0
    for isOffset in [nil, false, true] as [Bool?] {
      let current = isOffset == nil ? size : isOffset == false ? compressedSize : offset
      guard current == 0xFFFF_FFFF, let wide else { continue }
      guard let value = LittleEndian(wide).u64(at), value < 1 << 50 else { return false }
      at += 8
      if isOffset == nil { size = value } else if isOffset == false { compressedSize = value } else { offset = value }
    }
    return true
  }
}

/// Where the central directory is; APPNOTE §4.3.14–16.
private struct ZipEnd {
  var offset: Int
  var length: Int
  var entryCount: Int
  /// Bytes in front of the archive, as in one that unpacks itself: offsets do not count them.
  var shift: Int

  init(_ bytes: any RandomBytes, name: String) throws(Fault) {
    // The end record has 22 bytes and a comment of up to 65,535.
    let tailStart = max(0, bytes.count - 22 - 65_535)
    let tail = try bytes.read(at: tailStart, count: bytes.count - tailStart)
    var place = tail.count - 22
    while place >= 0, !tail[place...].starts(with: [0x50, 0x4B, 5, 6]) { place -= 1 }
    let numbers = LittleEndian(tail[max(0, place)...])
    guard place >= 0, let count = numbers.u16(10), let length = numbers.u32(12), let offset = numbers.u32(16) else {
      throw ZipArchive.damaged(name, "it ends too early")
    }
    (self.offset, self.length, entryCount) = (offset, length, count)
    var end = tailStart + place
    if count == 0xFFFF || length == 0xFFFF_FFFF || offset == 0xFFFF_FFFF, let wide = try Self.wide(bytes, endRecord: end) {
      (self.offset, self.length, entryCount, end) = wide
    }
    shift = end - self.length - self.offset
    guard shift >= 0 else { throw ZipArchive.damaged(name, "its list of files lies outside of it") }
    self.offset += shift
  }

  private static func wide(_ bytes: any RandomBytes, endRecord: Int) throws(Fault) -> (Int, Int, Int, Int)? {
    let locator = LittleEndian(try bytes.read(at: endRecord - 20, count: 20))
    guard locator.u32(0) == 0x0706_4B50, let place = locator.u64(8), place < bytes.count else { return nil }
    let numbers = LittleEndian(try bytes.read(at: place, count: 56))
    guard numbers.u32(0) == 0x0606_4B50, let count = numbers.u64(32), let length = numbers.u64(40), let offset = numbers.u64(48),
      length < bytes.count, offset < bytes.count
    else { return nil }
    return (offset, length, count, place)
  }
}

/// An entry's bytes with a look at their number and CRC-32 when they end.
private final class ZipEntryStream: ByteStream {
  private let source: any ByteStream
  private let entry: ZipArchive.Entry
  private let label: String
  private var checksum: UInt = 0
  private var count = 0

  init(_ source: any ByteStream, _ entry: ZipArchive.Entry, label: String) {
    self.source = source
    self.entry = entry
    self.label = label
  }

  func next() throws(Fault) -> [UInt8]? {
    guard let piece = try source.next() else {
      guard count == entry.size, UInt32(truncatingIfNeeded: checksum) == entry.checksum else {
        throw Fault(
          "zip-damaged", "\(label) is damaged: its checksum is wrong.", at: Location(file: label), hint: "Was it copied completely?")
      }
      return nil
    }
    checksum = crc32(checksum, piece, UInt32(piece.count))
    count += piece.count
    return piece
  }
}
