import Model

/// The records of an old Excel workbook ([MS-XLS] §2.1.4), one after the other.
final class BIFFRecords {
  struct Record {
    var kind: Int
    /// Where it begins in the stream.
    var offset: Int
    var payload: ArraySlice<UInt8>

    var numbers: LittleEndian<ArraySlice<UInt8>> { LittleEndian(payload) }
  }

  private let bytes: any RandomBytes
  private var buffer: [UInt8] = []
  /// Where the buffer begins in the stream.
  private var start = 0
  private var at = 0

  private static let bufferSize = 1 << 18

  init(_ bytes: any RandomBytes, at offset: Int = 0) {
    self.bytes = bytes
    start = offset
  }

  /// `nil` at the end, also when that cuts a record off.
  func next() throws(Fault) -> Record? {
    guard try has(4) else { return nil }
    let numbers = LittleEndian(buffer)
    guard let kind = numbers.u16(at), let length = numbers.u16(at + 2), try has(4 + length) else { return nil }
    let record = Record(kind: kind, offset: start + at, payload: buffer[(at + 4)..<(at + 4 + length)])
    at += 4 + length
    return record
  }

  /// The next record if it is of the kind, without taking any other.
  func next(ifKind wanted: Int) throws(Fault) -> Record? {
    guard try has(4), LittleEndian(buffer).u16(at) == wanted else { return nil }
    return try next()
  }

  private func has(_ count: Int) throws(Fault) -> Bool {
    if at + count <= buffer.count { return true }
    let offset = start + at
    buffer = try bytes.read(at: offset, count: Self.bufferSize)
    start = offset
    at = 0
    return count <= buffer.count
  }
}

/// Record kinds; [MS-XLS] §2.3.
enum BIFFKind {
  static let formula = 0x0006
  static let endOfPart = 0x000A
  static let is1904 = 0x0022
  static let encrypted = 0x002F
  static let continuation = 0x003C
  static let codePage = 0x0042
  static let sheet = 0x0085
  static let numbers = 0x00BD
  static let richText = 0x00D6
  static let style = 0x00E0
  static let merges = 0x00E5
  static let sharedStrings = 0x00FC
  static let sharedText = 0x00FD
  static let number = 0x0203
  static let text = 0x0204
  static let truth = 0x0205
  static let formulaText = 0x0207
  static let shortNumber = 0x027E
  static let formats: Set<Int> = [0x001E, 0x041E]
  static let formulas: Set<Int> = [0x0006, 0x0206, 0x0406]
  static let startOfPart = 0x0809
}

/// Text in records.
struct BIFFText {
  /// Whether text is UTF-16 (BIFF8, Excel 97) or in a code page (BIFF5).
  var isWide: Bool
  var codePage: Int?

  /// Text behind its length and, in BIFF8, a byte of options; [MS-XLS] §2.5.293 and §2.5.294.
  ///
  /// - Parameter lengthSize: one or two bytes.
  func text(_ payload: ArraySlice<UInt8>, at offset: Int, lengthSize: Int) -> [UInt8] {
    let numbers = LittleEndian(payload)
    guard let length = numbers.number(offset, size: lengthSize).map({ Int($0) }) else { return [] }
    var start = offset + lengthSize
    guard isWide else { return decoded(payload.dropFirst(start).prefix(length)) }
    guard let options = numbers.u8(start) else { return [] }
    start += 1 + (options & 8 != 0 ? 2 : 0) + (options & 4 != 0 ? 4 : 0)
    let isTwoByte = options & 1 != 0
    return Self.utf8(payload.dropFirst(start).prefix(isTwoByte ? length * 2 : length), isTwoByte: isTwoByte)
  }

  static func utf8(_ bytes: ArraySlice<UInt8>, isTwoByte: Bool) -> [UInt8] {
    guard isTwoByte else {
      // One byte a character: the first 256 of Unicode.
      return bytes.allSatisfy { $0 < 0x80 } ? Array(bytes) : Array(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })).utf8)
    }
    let numbers = LittleEndian(bytes)
    let units = stride(from: 0, to: bytes.count - 1, by: 2).map { UInt16(numbers.u16($0) ?? 0) }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  /// Chinese programs write GBK whatever the code page says, when it says nothing or that of the Western languages.
  private func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    guard bytes.contains(where: { $0 >= 0x80 }) else { return Array(bytes) }
    let encoding: Encoding =
      switch codePage {
      case 936: .gb18030
      case 932: .named("CP932")
      case 949: .named("CP949")
      case 950: .named("BIG5-HKSCS")
      case 1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258: .named("CP\(codePage ?? 1250)")
      default: detectEncoding(bytes).encoding
      }
    return Array(decodeText(Array(bytes), encoding: encoding).text.utf8)
  }
}

/// The shared strings of a BIFF8 workbook, which go on over record ends ([MS-XLS] §2.4.265): within the characters of a text, each further
/// record begins with a byte that says how wide they are from there on.
struct BIFFStrings {
  private let records: BIFFRecords
  private var rest: ArraySlice<UInt8>

  init(_ first: BIFFRecords.Record, _ records: BIFFRecords) {
    self.records = records
    rest = first.payload.dropFirst(8)
  }

  /// Reads all of them. What is cut off is left out.
  mutating func read(into strings: SharedStrings) throws(Fault) {
    while let text = try next() { try strings.append(text) }
  }

  private mutating func next() throws(Fault) -> [UInt8]? {
    guard let header = try take(3) else { return nil }
    let numbers = LittleEndian(header)
    guard let length = numbers.u16(0), let options = numbers.u8(2) else { return nil }
    var trailing = 0
    if options & 8 != 0 {
      guard let runs = try take(2), let count = LittleEndian(runs).u16(0) else { return nil }
      trailing += count * 4
    }
    if options & 4 != 0 {
      guard let extra = try take(4), let count = LittleEndian(extra).u32(0) else { return nil }
      trailing += count
    }
    guard let text = try characters(length, isTwoByte: options & 1 != 0) else { return nil }
    while trailing > 0 {
      guard try refill() else { break }
      let skipped = min(trailing, rest.count)
      rest = rest.dropFirst(skipped)
      trailing -= skipped
    }
    return text
  }

  private mutating func characters(_ count: Int, isTwoByte: Bool) throws(Fault) -> [UInt8]? {
    var text: [UInt8] = []
    var left = count
    var isTwoByte = isTwoByte
    while left > 0 {
      if rest.isEmpty {
        guard try refill(), let options = rest.popFirst() else { return nil }
        isTwoByte = options & 1 != 0
      }
      let unit = isTwoByte ? 2 : 1
      let here = min(left, rest.count / unit)
      guard here > 0 else { return nil }
      text += BIFFText.utf8(rest.prefix(here * unit), isTwoByte: isTwoByte)
      rest = rest.dropFirst(here * unit)
      left -= here
    }
    return text
  }

  private mutating func take(_ count: Int) throws(Fault) -> ArraySlice<UInt8>? {
    guard try refill() else { return nil }
    guard rest.count < count else {
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count)
    }
    return nil
  }

  /// False at the end.
  private mutating func refill() throws(Fault) -> Bool {
    while rest.isEmpty {
      guard let more = try records.next(ifKind: BIFFKind.continuation) else { return false }
      rest = more.payload
    }
    return true
  }
}
