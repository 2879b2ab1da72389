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

  var isUTF16: Bool { self == .utf16LittleEndian || self == .utf16BigEndian }

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

func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  let raw = UnsafeRawBufferPointer(bytes)
  var at = 0
  while at + 8 <= raw.count {
    if raw.loadUnaligned(fromByteOffset: at, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 { return false }
    at += 8
  }
  return raw[at...].allSatisfy { $0 < 0x80 }
}

/// The number of bytes from the start that are valid UTF-8 (Unicode 15 §3.9, table 3-7).
func validUTF8Prefix(_ bytes: some Collection<UInt8>) -> Int {
  var ignored = 0
  return bytes.withContiguousStorageIfAvailable { validUTF8Prefix($0, counting: &ignored) }
    ?? Array(bytes).withUnsafeBufferPointer { validUTF8Prefix($0, counting: &ignored) }
}

func validUTF8Prefix(_ bytes: UnsafeBufferPointer<UInt8>, counting characters: inout Int) -> Int {
  let raw = UnsafeRawBufferPointer(bytes)
  let count = bytes.count
  var at = 0
  while at < count {
    while at + 8 <= count, raw.loadUnaligned(fromByteOffset: at, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 { at += 8 }
    // Three bytes, which is all common Chinese: neither overlong (0xE0) nor a surrogate (0xED), which are looked at below.
    while at + 4 <= count, case let four = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt32.self)),
      four & 0x00C0_C0F0 == 0x0080_80E0, four & 0x0F != 0x00, four & 0x0F != 0x0D
    {
      characters += 1
      at += 3
    }
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
