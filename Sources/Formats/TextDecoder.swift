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
  private var scratch: UnsafeMutableBufferPointer<CChar>

  init(_ encoding: Encoding) {
    self.encoding = encoding
    handle = encoding == .utf8 ? nil : Self.open(encoding.name)
    scratch = .allocate(capacity: 4096)
  }

  deinit {
    if let handle { iconv_close(handle) }
    scratch.deallocate()
  }

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
  func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    if encoding == .utf8 { return String(validating: bytes, as: UTF8.self) }
    if encoding.isCutBeforeDecoding, isASCII(bytes) { return String(decoding: bytes, as: UTF8.self) }
    reserve(bytes.count * 4 + 16)
    let (read, written, isWhole) = convert(bytes)
    guard isWhole, read == bytes.count else { return nil }
    return scratch.withMemoryRebound(to: UInt8.self) { String(decoding: $0[..<written], as: UTF8.self) }
  }

  /// Appends the text in UTF-8, or nothing when any byte cannot be decoded, which it says by `false`.
  func decode(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) -> Bool {
    let isPlain =
      switch encoding {
      case .utf8: validUTF8Prefix(bytes) == bytes.count
      // Decoding is as fast as looking.
      case .gb18030: false
      default: encoding.isCutBeforeDecoding && isASCII(bytes)
      }
    if isPlain { output.append(contentsOf: bytes) }
    if isPlain || encoding == .utf8 { return isPlain }
    reserve(bytes.count * 4 + 16)
    let (read, written, isWhole) = convert(bytes)
    guard isWhole, read == bytes.count else { return false }
    scratch.withMemoryRebound(to: UInt8.self) { output.append(contentsOf: $0[..<written]) }
    return true
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
    reserve(bytes.count * 4 + 16)
    let (read, written, _) = convert(bytes)
    scratch.withMemoryRebound(to: UInt8.self) { output.append(contentsOf: $0[..<written]) }
    return read
  }

  /// The text of one character in UTF-8, by iconv alone; `nil` when it is none.
  func decodeSlowly(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    let (read, written, isWhole) = convertSlowly(bytes, at: 0)
    guard isWhole, read == bytes.count else { return nil }
    return scratch.withMemoryRebound(to: UInt8.self) { Array($0[..<written]) }
  }

  /// Converts into the scratch buffer, which must be large enough.
  private func convert(_ bytes: UnsafeBufferPointer<UInt8>) -> (read: Int, written: Int, isWhole: Bool) {
    guard encoding == .gb18030 else { return convertSlowly(bytes, at: 0) }
    var (read, written) = (0, 0)
    while true {
      let fast = scratch.withMemoryRebound(to: UInt8.self) { output in
        GB18030.decode(UnsafeBufferPointer(rebasing: bytes[read...]), to: UnsafeMutableBufferPointer(rebasing: output[written...]))
      }
      (read, written) = (read + fast.read, written + fast.written)
      if read == bytes.count { return (read, written, true) }
      let slow = convertSlowly(UnsafeBufferPointer(rebasing: bytes[read..<min(read + 4, bytes.count)]), at: written)
      guard slow.read > 0 else { return (read, written, false) }
      (read, written) = (read + slow.read, written + slow.written)
    }
  }

  /// Converts by iconv, from the initial shift state.
  private func convertSlowly(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> (read: Int, written: Int, isWhole: Bool) {
    guard let handle, let base = bytes.baseAddress else { return (0, 0, bytes.isEmpty) }
    _ = iconv(handle, nil, nil, nil, nil)
    // iconv's input is `char **` for historical reasons; it does not write through it.
    var input: UnsafeMutablePointer<CChar>? = UnsafeMutableRawPointer(mutating: base).assumingMemoryBound(to: CChar.self)
    var inputLeft = bytes.count
    var output = scratch.baseAddress.map { $0 + place }
    var outputLeft = scratch.count - place
    let available = outputLeft
    let result = iconv(handle, &input, &inputLeft, &output, &outputLeft)
    return (bytes.count - inputLeft, available - outputLeft, result != Int(bitPattern: UInt.max) && inputLeft == 0)
  }

  private func reserve(_ count: Int) {
    guard scratch.count < count else { return }
    scratch.deallocate()
    scratch = .allocate(capacity: count)
  }

  private func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let raw = UnsafeRawBufferPointer(bytes)
    var at = 0
    while at + 8 <= raw.count {
      if raw.loadUnaligned(fromByteOffset: at, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 { return false }
      at += 8
    }
    return raw[at...].allSatisfy { $0 < 0x80 }
  }
}
