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
    if encoding == .utf8 ? validUTF8Prefix(bytes) == bytes.count : encoding.isCutBeforeDecoding && isASCII(bytes) {
      output.append(contentsOf: bytes)
      return true
    }
    guard encoding != .utf8 else { return false }
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
    var at = 0
    while at < bytes.count {
      let end = min(at + 65_536, bytes.count)
      let piece = UnsafeBufferPointer(rebasing: bytes[at..<end])
      let read = append(piece, to: &output)
      at += read
      // What a piece's end cuts off is read again with the next piece.
      if read == piece.count || (end < bytes.count && piece.count - read < 8) && read > 0 { continue }
      result.undecodable.append(at)
      result.replacements.append(output.count)
      output.append(contentsOf: UTF8.encodedReplacementCharacter)
      at += 1
    }
    result.text = String(decoding: output, as: UTF8.self)
    return result
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

  /// Converts into the scratch buffer, which must be large enough, from the initial shift state.
  private func convert(_ bytes: UnsafeBufferPointer<UInt8>) -> (read: Int, written: Int, isWhole: Bool) {
    guard let handle, let base = bytes.baseAddress else { return (0, 0, bytes.isEmpty) }
    _ = iconv(handle, nil, nil, nil, nil)
    // iconv's input is `char **` for historical reasons; it does not write through it.
    var input: UnsafeMutablePointer<CChar>? = UnsafeMutableRawPointer(mutating: base).assumingMemoryBound(to: CChar.self)
    var inputLeft = bytes.count
    var output = scratch.baseAddress
    var outputLeft = scratch.count
    let result = iconv(handle, &input, &inputLeft, &output, &outputLeft)
    return (bytes.count - inputLeft, scratch.count - outputLeft, result != Int(bitPattern: UInt.max) && inputLeft == 0)
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
