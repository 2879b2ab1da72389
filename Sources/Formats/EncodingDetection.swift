import Model

/// The encoding of some bytes and the length of the byte order mark in front of them.
public struct DetectedEncoding: Hashable, Sendable {
  public var encoding: Encoding
  public var markLength: Int
}

/// Finds out how text without a label is encoded: by its byte order mark; else UTF-8 when it is that, also when a few bytes
/// are broken; else UTF-16 when zeros are where it has them; else that of GB18030, Big5 and Shift-JIS whose usual characters it holds.
/// GB18030 when in doubt.
public func detectEncoding(_ bytes: some Collection<UInt8>) -> DetectedEncoding {
  if let marked = byteOrderMark(bytes) { return marked }
  let encoding = bytes.withContiguousStorageIfAvailable { unmarked($0) } ?? Array(bytes).withUnsafeBufferPointer { unmarked($0) }
  return DetectedEncoding(encoding: encoding, markLength: 0)
}

private func unmarked(_ bytes: UnsafeBufferPointer<UInt8>) -> Encoding {
  let sample = UnsafeBufferPointer(rebasing: bytes.prefix(16_384))
  if sample.contains(0), let wide = EncodingStatistics.wide(sample) { return wide }
  return looksLikeUTF8(bytes) ? .utf8 : EncodingStatistics.chinese(bytes)
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
  let valid = validUTF8Prefix(bytes, counting: &whole)
  // A megabyte behind the first byte that is broken tells as much as all of a large file.
  return isWhole(UnsafeBufferPointer(rebasing: bytes.prefix(valid + (1 << 20))), from: valid, whole)
}

/// - Parameters:
///   - from: where the first broken character is.
///   - whole: how many whole ones are in front of it.
private func isWhole(_ bytes: UnsafeBufferPointer<UInt8>, from: Int, _ whole: Int) -> Bool {
  var (whole, broken, at) = (whole, 0, from)
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

/// What bytes look like in encodings that any bytes could be in.
private enum EncodingStatistics {
  /// UTF-16 without a mark: where text has blanks, digits, commas and line ends, every other byte is zero. `nil` when it is not that.
  static func wide(_ bytes: UnsafeBufferPointer<UInt8>) -> Encoding? {
    isWide(bytes, high: 1) ? .utf16LittleEndian : isWide(bytes, high: 0) ? .utf16BigEndian : nil
  }

  /// - Parameter high: which byte of each pair would be the upper one.
  private static func isWide(_ bytes: UnsafeBufferPointer<UInt8>, high: Int) -> Bool {
    let isText = { (byte: UInt8) in (0x20..<0x7F).contains(byte) || byte == 0x09 || byte == 0x0A || byte == 0x0D }
    var (ascii, pairsOfText, controls, count) = (0, 0, 0, 0)
    for at in stride(from: 0, to: bytes.count - 1, by: 2) {
      let (upper, lower) = (bytes[at + high], bytes[at + 1 - high])
      count += 1
      if upper == 0 {
        if isText(lower) { ascii += 1 } else if lower < 0xA0 { controls += 1 }
      } else if isText(upper), isText(lower) {
        // Bytes of ordinary text read as one character.
        pairsOfText += 1
      }
    }
    return ascii * 16 >= count && ascii > controls * 8 && pairsOfText * 2 <= count - ascii
  }

  /// GB18030, Big5 (with the characters of Hong Kong) or Shift-JIS (as Windows writes it), by how much of the text is made of the
  /// characters that each of them holds for daily use.
  static func chinese(_ bytes: UnsafeBufferPointer<UInt8>) -> Encoding {
    // In all of them, the first byte beyond ASCII begins a character.
    let text = UnsafeBufferPointer(rebasing: bytes[(bytes.firstIndex { $0 >= 0x80 } ?? bytes.count)...].prefix(sampleSize))
    let scores = [
      (Encoding.gb18030, score(text, gb18030)), (.named("BIG5-HKSCS"), score(text, big5)), (.named("CP932"), score(text, shiftJIS)),
    ]
    return scores.dropFirst().reduce(scores[0]) { $1.1 > $0.1 ? $1 : $0 }.0
  }

  private static let sampleSize = 65_536

  /// How many bytes a character has, and how much it counts.
  private typealias Character = (length: Int, score: Int)

  private static func score(_ bytes: UnsafeBufferPointer<UInt8>, _ character: (UInt8, UInt8) -> Character) -> Int {
    var (at, score) = (0, 0)
    while at < bytes.count {
      guard bytes[at] >= 0x80 else {
        at += 1
        continue
      }
      let found = character(bytes[at], at + 1 < bytes.count ? bytes[at + 1] : 0)
      score += found.score
      at += found.length
    }
    return score
  }

  private static let daily = 4
  private static let broken = -12
  /// Katakana of half width: any Chinese text reads as such, and hardly anyone writes them.
  private static let halfWidth = -6

  /// GB 2312 has symbols in rows 1 to 3 and characters of daily use, by their reading, in rows 16 to 55; the rest is rare.
  private static func gb18030(_ lead: UInt8, _ trail: UInt8) -> Character {
    guard lead > 0x80, lead < 0xFF, trail >= 0x40 && trail != 0x7F && trail < 0xFF || (0x30...0x39).contains(trail) else {
      return (1, broken)
    }
    if trail < 0x40 { return (4, 0) }
    guard trail >= 0xA1 else { return (2, 0) }
    return (2, (0xB0...0xD7).contains(lead) || (0xA1...0xA3).contains(lead) ? daily : (0xD8...0xF7).contains(lead) ? 1 : -1)
  }

  /// Big5 has symbols from 0xA140 and characters of daily use, by their strokes, from 0xA440 to 0xC67E; then the rare ones.
  private static func big5(_ lead: UInt8, _ trail: UInt8) -> Character {
    guard lead > 0x80, lead < 0xFF, (0x40...0x7E).contains(trail) || (0xA1...0xFE).contains(trail) else { return (1, broken) }
    return (2, (0xA4...0xC6).contains(lead) || (0xA1...0xA2).contains(lead) ? daily : (0xC9...0xF9).contains(lead) ? 0 : -1)
  }

  /// Shift-JIS has kana in rows 0x82 and 0x83, characters of daily use up to 0x97, and katakana of half width in one byte.
  private static func shiftJIS(_ lead: UInt8, _ trail: UInt8) -> Character {
    if (0xA1...0xDF).contains(lead) { return (1, halfWidth) }
    let isLead = (0x81...0x9F).contains(lead) || (0xE0...0xFC).contains(lead)
    guard isLead, trail >= 0x40 && trail != 0x7F && trail <= 0xFC else { return (1, broken) }
    return (2, (0x81...0x83).contains(lead) || (0x88...0x97).contains(lead) ? daily : 0)
  }
}
