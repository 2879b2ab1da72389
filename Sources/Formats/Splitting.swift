import Model

/// A part of a file that holds whole rows or lines: the body of one delivery.
public struct SplitRange: Hashable, Sendable {
  /// Bytes from the start of the file, and how many.
  public var offset: Int
  public var length: Int
  /// The number of its first row or line that is not blank, counted from 1 (the header row of a CSV file does not count).
  public var firstRow: Int
  /// How many of them it holds.
  public var rowCount: Int
  /// The line of the file on which it starts, counted from 1.
  public var firstLine: Int

  /// The context with which ``ItemReader`` reads the range.
  public func context(header: [UInt8]?, file: String?) -> ReadContext {
    ReadContext(header: header, firstRow: firstRow, firstLine: firstLine, file: file)
  }
}

/// The bytes of a file that are not in a range yet, and for UTF-16 a byte per code unit that stands for it, since only ASCII
/// characters decide where a row ends.
struct SplitBuffer {
  private(set) var encoding: Encoding?
  /// The file from its first byte on, until ``dropHead()``.
  private(set) var head: [UInt8] = []
  /// What scanners look at: the bytes themselves, or one per UTF-16 code unit with 0xFF for everything beyond ASCII.
  private(set) var shape: [UInt8] = []
  /// The offset in the file of the first element of `shape`.
  private(set) var offset = 0
  private var undetected: [UInt8] = []
  private var hasStarted = false
  private var keepsHead = false
  /// The first half of a code unit whose second half has not arrived.
  private var half: UInt8?

  /// Enough to tell UTF-8 from GB18030.
  private static let detectionLength = 65_536

  init(encoding: Encoding?) { self.encoding = encoding }

  /// Bytes per element of `shape`.
  var unit: Int { encoding?.isUTF16 == true ? 2 : 1 }

  /// Whether the last code unit of a UTF-16 file lacks its second byte, which then belongs to the last range.
  var oddByteCount: Int { half == nil ? 0 : 1 }

  /// - Returns: false when it keeps the bytes until there are enough to tell the encoding.
  mutating func append(_ chunk: [UInt8], isLast: Bool) throws(Fault) -> Bool {
    guard !hasStarted else {
      extend(chunk[...])
      return true
    }
    undetected += chunk
    guard isLast || undetected.count >= Self.detectionLength else { return false }
    let detected = detectEncoding(undetected)
    encoding = detected.markLength > 0 ? detected.encoding : encoding ?? detected.encoding
    try refuseUnsplittable()
    hasStarted = true
    keepsHead = true
    head = Array(undetected.prefix(detected.markLength))
    offset = detected.markLength
    extend(undetected.dropFirst(detected.markLength))
    undetected = []
    return true
  }

  /// Forgets the first `count` elements of `shape`.
  mutating func drop(_ count: Int) {
    shape.removeFirst(count)
    offset += count * unit
  }

  /// The head is no longer needed.
  mutating func dropHead() {
    keepsHead = false
    head = []
  }

  private mutating func extend(_ chunk: ArraySlice<UInt8>) {
    if keepsHead { head += chunk }
    guard unit == 2 else {
      shape += chunk
      return
    }
    let isLittleEndian = encoding == .utf16LittleEndian
    for byte in chunk {
      guard let first = half else {
        half = byte
        continue
      }
      half = nil
      let (low, high) = isLittleEndian ? (first, byte) : (byte, first)
      shape.append(high == 0 && low < 0x80 ? low : 0xFF)
    }
  }

  private func refuseUnsplittable() throws(Fault) {
    guard case .named(let name) = encoding, ["UTF-32", "UCS", "UTF-7", "ISO-2022"].contains(where: { name.hasPrefix($0) }) else { return }
    throw Fault("encoding-not-split", "A file in \(name) cannot be read in parts.", hint: "Convert it to UTF-8.")
  }
}
