import Model

/// How text is written as bytes.
public enum Encoding: Hashable, Sendable {
  case utf8
  case utf16LittleEndian
  case utf16BigEndian
  /// Also for what calls itself GB2312, GBK or CP936: GB18030 contains them, and senders mislabel it.
  case gb18030
  /// Anything else that iconv knows, by its name there.
  case named(String)

  /// Reads a label such as a media type's `charset` or an XML declaration's `encoding`, in any case.
  ///
  /// - Throws: `encoding-unknown` when iconv does not know it.
  public init(label: String) throws(Fault) {
    let name = label.uppercased().filter { $0 != " " }
    switch name {
    case "UTF-8", "UTF8", "US-ASCII", "ASCII": self = .utf8
    case "UTF-16LE": self = .utf16LittleEndian
    // RFC 2781 §4.3: UTF-16 without a byte order mark is big-endian; a mark is looked at first anyway.
    case "UTF-16BE", "UTF-16", "UTF16": self = .utf16BigEndian
    case "GB18030", "GB-18030", "GBK", "GB2312", "GB_2312-80", "CP936", "MS936", "WINDOWS-936", "X-GBK", "EUC-CN", "HZ-GB-2312":
      self = .gb18030
    default:
      guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }), TextDecoder.isKnown(name) else {
        throw Fault("encoding-unknown", "The encoding \"\(label)\" is not known.", hint: "Common ones are utf-8, gb18030 and utf-16.")
      }
      self = .named(name)
    }
  }

  /// The name by which iconv and ``init(label:)`` know it.
  public var name: String {
    switch self {
    case .utf8: "UTF-8"
    case .utf16LittleEndian: "UTF-16LE"
    case .utf16BigEndian: "UTF-16BE"
    case .gb18030: "GB18030"
    case .named(let name): name
    }
  }

  /// Whether the bytes of line breaks, commas, quotes and the like never occur as a part of another character, so that text
  /// can be cut into rows and fields before it is decoded. GB18030 qualifies but for `|`, which can be a second byte.
  var isCutBeforeDecoding: Bool {
    switch self {
    case .utf8, .gb18030: true
    case .utf16LittleEndian, .utf16BigEndian: false
    case .named(let name): ["ISO-8859-", "WINDOWS-125", "CP125", "KOI8-"].contains { name.hasPrefix($0) }
    }
  }
}

/// The encoding of some bytes and the length of the byte order mark in front of them.
public struct DetectedEncoding: Hashable, Sendable {
  public var encoding: Encoding
  public var markLength: Int
}

/// Finds out how text without a label is encoded: by its byte order mark; else UTF-8 when it is that, also when a few bytes
/// are broken; else GB18030.
public func detectEncoding(_ bytes: some Collection<UInt8>) -> DetectedEncoding {
  if let marked = byteOrderMark(bytes) { return marked }
  let isUTF8 = bytes.withContiguousStorageIfAvailable { looksLikeUTF8($0) } ?? Array(bytes).withUnsafeBufferPointer { looksLikeUTF8($0) }
  return DetectedEncoding(encoding: isUTF8 ? .utf8 : .gb18030, markLength: 0)
}

func byteOrderMark(_ bytes: some Collection<UInt8>) -> DetectedEncoding? {
  if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return DetectedEncoding(encoding: .utf8, markLength: 3) }
  if bytes.starts(with: [0xFF, 0xFE, 0, 0]) { return DetectedEncoding(encoding: .named("UTF-32LE"), markLength: 4) }
  if bytes.starts(with: [0, 0, 0xFE, 0xFF]) { return DetectedEncoding(encoding: .named("UTF-32BE"), markLength: 4) }
  if bytes.starts(with: [0xFF, 0xFE]) { return DetectedEncoding(encoding: .utf16LittleEndian, markLength: 2) }
  if bytes.starts(with: [0xFE, 0xFF]) { return DetectedEncoding(encoding: .utf16BigEndian, markLength: 2) }
  return nil
}

/// One broken byte must fault its row, not turn the whole file into GB18030. Chinese text in GB18030 read as UTF-8 is broken
/// at nearly every character, so text with far more whole than broken characters is UTF-8, and so is text that is not less
/// broken as GB18030.
private func looksLikeUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  var whole = 0
  var broken = 0
  var at = 0
  while true {
    at += validUTF8Prefix(UnsafeBufferPointer(rebasing: bytes[at...]), counting: &whole)
    // A character that the end of the bytes cuts off is not broken.
    if at == bytes.count || isCutOff(bytes, at) { break }
    broken += 1
    at += 1
  }
  return broken == 0 || whole > 4 * broken || broken <= brokenAsGB18030(bytes)
}

/// How many bytes fit no character of GB18030 by their values (GB 18030-2022: one byte below 0x80, or two, or four).
private func brokenAsGB18030(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
  let byte = { (index: Int) -> UInt8 in index < bytes.count ? bytes[index] : 0 }
  var broken = 0
  var at = 0
  while at < bytes.count {
    let second = byte(at + 1)
    if bytes[at] < 0x80 {
      at += 1
    } else if bytes[at] == 0x80 || bytes[at] == 0xFF {
      broken += 1
      at += 1
    } else if second >= 0x40, second != 0x7F, second != 0xFF {
      at += 2
    } else if (0x30...0x39).contains(second), (0x81...0xFE).contains(byte(at + 2)), (0x30...0x39).contains(byte(at + 3)) {
      at += 4
    } else {
      broken += 1
      at += 1
    }
  }
  return broken
}

private func isCutOff(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
  let lead = bytes[start]
  let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0
  return length > bytes.count - start && bytes[(start + 1)...].allSatisfy { $0 & 0xC0 == 0x80 }
}

/// The number of bytes from the start that are valid UTF-8 (Unicode 15 §3.9, table 3-7).
func validUTF8Prefix(_ bytes: some Collection<UInt8>) -> Int {
  var ignored = 0
  return bytes.withContiguousStorageIfAvailable { validUTF8Prefix($0, counting: &ignored) }
    ?? Array(bytes).withUnsafeBufferPointer { validUTF8Prefix($0, counting: &ignored) }
}

private func validUTF8Prefix(_ bytes: UnsafeBufferPointer<UInt8>, counting characters: inout Int) -> Int {
  let raw = UnsafeRawBufferPointer(bytes)
  let count = bytes.count
  var at = 0
  while at < count {
    while at + 8 <= count, raw.loadUnaligned(fromByteOffset: at, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 { at += 8 }
    guard at < count else { break }
    let lead = bytes[at]
    if lead < 0x80 {
      at += 1
      continue
    }
    let length: Int
    let second: ClosedRange<UInt8>
    switch lead {
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return at
    }
    guard at + length <= count, second.contains(bytes[at + 1]) else { return at }
    if length > 2, bytes[at + 2] & 0xC0 != 0x80 { return at }
    if length > 3, bytes[at + 3] & 0xC0 != 0x80 { return at }
    characters += 1
    at += length
  }
  return at
}
