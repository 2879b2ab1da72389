import Model

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Decoded text and the places that could not be decoded, each of which stands as U+FFFD in the text.
public struct TextDecodingResult: Sendable {
  public var text: String
  /// Offsets of undecodable bytes in the input, counting from 0.
  public var undecodable: [Int]
  /// Where their replacement characters stand in the UTF-8 of `text`.
  public var replacements: [Int]
}

/// Decodes bytes whose encoding is known. A byte order mark must have been removed.
public func decodeText(_ bytes: [UInt8], encoding: Encoding) -> TextDecodingResult {
  let decoder = TextDecoder(encoding)
  return bytes.withUnsafeBufferPointer { decoder.decodeAll($0) }
}

/// Decodes many pieces of text with one converter. Owns an iconv handle and a buffer; used by one thread.
final class TextDecoder {
  let encoding: Encoding
  private var handle: iconv_t?
  private let buffer = TextBuffer()

  init(_ encoding: Encoding) {
    self.encoding = encoding
    handle = encoding == .utf8 ? nil : Self.open(encoding.name)
  }

  deinit { if let handle { iconv_close(handle) } }

  static func isKnown(_ name: String) -> Bool {
    guard let handle = open(name) else { return false }
    iconv_close(handle)
    return true
  }

  /// iconv(3): an unknown pair of names gives `(iconv_t) -1`.
  private static func open(_ name: String) -> iconv_t? {
    let handle = iconv_open("UTF-8", name)
    return handle == UnsafeMutableRawPointer(bitPattern: -1) ? nil : handle
  }

  /// The text, or `nil` when any byte cannot be decoded.
  ///
  /// - Parameter readable: how many bytes may be looked at, from the first one on, if there are more than these.
  func decode(_ bytes: UnsafeBufferPointer<UInt8>, readable: Int = 0) -> String? {
    if isPlain(bytes) { return knownText(bytes) }
    buffer.truncate()
    return decode(bytes, readable: readable, to: buffer) ? knownText(buffer.bytes) : nil
  }

  /// Appends the text in UTF-8, or nothing when any byte cannot be decoded, which it says by `false`.
  ///
  /// - Parameter readable: how many bytes may be looked at, from the first one on, if there are more than these.
  func decode(_ bytes: UnsafeBufferPointer<UInt8>, readable: Int = 0, to output: TextBuffer) -> Bool {
    if isPlain(bytes) {
      output.append(bytes)
      return true
    }
    guard encoding != .utf8 else { return false }
    let before = output.count
    if convert(bytes, readable: readable, to: output) == bytes.count { return true }
    output.truncate(before)
    return false
  }

  /// Whether the bytes are known to be UTF-8 already. In GB18030 decoding is as fast as looking.
  private func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    switch encoding {
    case .utf8: validUTF8Prefix(bytes) == bytes.count
    case .gb18030: false
    default: encoding.isCutBeforeDecoding && isASCII(bytes)
    }
  }

  /// The text with U+FFFD for each byte that cannot be decoded.
  func decodeAll(_ bytes: UnsafeBufferPointer<UInt8>) -> TextDecodingResult {
    var output: [UInt8] = []
    var result = TextDecodingResult(text: "", undecodable: [], replacements: [])
    _ = decode(bytes, isLast: true, to: &output) { at, place in
      result.undecodable.append(at)
      result.replacements.append(place)
    }
    result.text = String(decoding: output, as: UTF8.self)
    return result
  }

  /// Appends the text in UTF-8, with U+FFFD for each byte that cannot be decoded.
  ///
  /// - Parameters:
  ///   - isLast: whether nothing follows: otherwise a character that the end of the bytes cuts off is not read.
  ///   - undecodable: takes the offset of each such byte, and the place of what stands for it.
  /// - Returns: how many bytes were read.
  func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool, to output: inout [UInt8], undecodable: (Int, Int) -> Void = { _, _ in }
  ) -> Int {
    var at = 0
    while at < bytes.count {
      let end = min(at + 65_536, bytes.count)
      let piece = UnsafeBufferPointer(rebasing: bytes[at..<end])
      let read = append(piece, to: &output)
      at += read
      // What a piece's end cuts off is read again with the next piece.
      if read == piece.count || (end < bytes.count && piece.count - read < 8) && read > 0 { continue }
      if !isLast, bytes.count - at < 8 { break }
      undecodable(at, output.count)
      output.append(contentsOf: UTF8.encodedReplacementCharacter)
      at += 1
    }
    return at
  }

  private func append(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) -> Int {
    if encoding == .utf8 {
      let valid = validUTF8Prefix(bytes)
      output.append(contentsOf: bytes[..<valid])
      return valid
    }
    buffer.truncate()
    let read = convert(bytes, readable: bytes.count, to: buffer)
    output.append(contentsOf: buffer.bytes)
    return read
  }

  /// The text of one character in UTF-8, by iconv alone; `nil` when it is none.
  func decodeSlowly(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    buffer.truncate()
    return convertSlowly(bytes, to: buffer) == bytes.count ? Array(buffer.bytes) : nil
  }

  /// Appends what can be decoded from the start on, and says how many bytes that were.
  private func convert(_ bytes: UnsafeBufferPointer<UInt8>, readable: Int, to output: TextBuffer) -> Int {
    guard encoding == .gb18030 else { return convertSlowly(bytes, to: output) }
    var read = 0
    while true {
      let rest = UnsafeBufferPointer(rebasing: bytes[read...])
      let fast = GB18030.decode(rest, readable: max(bytes.count, readable) - read, to: output.room(GB18030.room(for: rest.count)))
      output.wrote(fast.written)
      read += fast.read
      guard read < bytes.count else { return read }
      let slow = convertSlowly(UnsafeBufferPointer(rebasing: bytes[read..<min(read + 4, bytes.count)]), to: output)
      guard slow > 0 else { return read }
      read += slow
    }
  }

  /// The same by iconv, from the initial shift state.
  private func convertSlowly(_ bytes: UnsafeBufferPointer<UInt8>, to output: TextBuffer) -> Int {
    guard let handle, let base = bytes.baseAddress else { return 0 }
    _ = iconv(handle, nil, nil, nil, nil)
    return output.room(bytes.count * 4 + 16).withMemoryRebound(to: CChar.self) { room in
      // iconv's input is `char **` for historical reasons; it does not write through it.
      var input: UnsafeMutablePointer<CChar>? = UnsafeMutableRawPointer(mutating: base).assumingMemoryBound(to: CChar.self)
      var (inputLeft, outputLeft) = (bytes.count, room.count)
      var place = room.baseAddress
      _ = iconv(handle, &input, &inputLeft, &place, &outputLeft)
      // Encodings with combining characters or shifts keep the last character back, as more may come.
      if inputLeft == 0 { _ = iconv(handle, nil, nil, &place, &outputLeft) }
      output.wrote(room.count - outputLeft)
      return bytes.count - inputLeft
    }
  }
}
