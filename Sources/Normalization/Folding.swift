/// Makes writing variants of the same text equal: full-width forms, upper and lower case, compatibility punctuation,
/// traditional characters, invisible characters.
public enum Folding {
  /// Folds width and case, maps traditional characters to simplified ones, turns every white space into one space, drops
  /// zero-width characters and joiners, and trims. Runs in one pass over the scalars.
  public static func fold(_ text: String) -> String {
    var text = text
    return text.withUTF8 { source in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: source.count) { buffer in
        if let count = ascii(source, into: buffer) {
          return String(decoding: UnsafeBufferPointer(rebasing: buffer[..<count]), as: UTF8.self)
        }
        return CompanyText.string(scalars(source))
      }
    }
  }

  /// Folds as ``fold(_:)`` does when the result is ASCII, which it is for most western texts, also with accents: one look into a
  /// table for each byte.
  /// - Parameters:
  ///   - source: UTF-8.
  ///   - output: room for as many bytes as the source has.
  /// - Returns: the number of bytes written; nil when a folded character is not ASCII.
  package static func ascii(_ source: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) -> Int? {
    guard let start = output.baseAddress else { return 0 }
    return asciiTable.withUnsafeBufferPointer { table in
      var place = 0
      var end = 0
      var pendingSpace = false
      while place < source.count {
        let byte = source[place]
        var folded = table[Int(byte)]
        place += 1
        if byte >= 0x80 {
          let scalar = decode(source, at: place - 1)
          place += width(of: byte) - 1
          guard let other = fold(scalar) else { continue }
          guard other.isASCII else { return nil }
          folded = UInt8(truncatingIfNeeded: other.value)
        } else if folded == 0 {
          continue
        }
        if folded == 0x20 {
          pendingSpace = end > 0
          continue
        }
        if pendingSpace {
          start[end] = 0x20
          end += 1
          pendingSpace = false
        }
        start[end] = folded
        end += 1
      }
      return end
    }
  }

  /// The folded scalars of a text, as ``fold(_:)`` gives them.
  /// - Parameter source: UTF-8.
  package static func scalars(_ source: UnsafeBufferPointer<UInt8>) -> [Unicode.Scalar] {
    [Unicode.Scalar](unsafeUninitializedCapacity: source.count) { output, end in
      var place = 0
      var pendingSpace = false
      while place < source.count {
        let scalar = decode(source, at: place)
        place += width(of: source[place])
        guard let folded = fold(scalar) else { continue }
        if folded == " " {
          pendingSpace = end > 0
          continue
        }
        if pendingSpace {
          output.initializeElement(at: end, to: " ")
          end += 1
          pendingSpace = false
        }
        output.initializeElement(at: end, to: folded)
        end += 1
      }
    }
  }

  /// The folded scalars of a text, as ``fold(_:)`` gives them.
  static func scalars(_ text: String) -> [Unicode.Scalar] {
    var text = text
    return text.withUTF8 { scalars($0) }
  }

  /// Folds scalars as ``fold(_:)`` folds a text.
  static func fold(_ source: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
    var output: [Unicode.Scalar] = []
    output.reserveCapacity(source.count)
    var pendingSpace = false
    for scalar in source {
      guard let folded = fold(scalar) else { continue }
      if folded == " " {
        pendingSpace = !output.isEmpty
        continue
      }
      if pendingSpace {
        output.append(" ")
        pendingSpace = false
      }
      output.append(folded)
    }
    return output
  }

  /// `scalar.properties.isAlphabetic`, without a look into Unicode's tables for ASCII and the ideographs of Unicode 1.1.
  @inline(__always)
  static func isAlphabetic(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    if value < 0x80 { return value | 0x20 >= 0x61 && value | 0x20 <= 0x7A }
    return value >= 0x4E00 && value <= 0x9FA5 || scalar.properties.isAlphabetic
  }

  /// True for ASCII, common ideographs and the Chinese full stop, comma and dot: characters by themselves, whatever stands beside them,
  /// and with no other spelling in Unicode. A text of them can be read by its scalars: it has as many characters, and it is equal to
  /// another exactly when the scalars are.
  @inline(__always)
  static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    return value < 0x80 || value >= 0x4E00 && value <= 0x9FFF || value == 0x3001 || value == 0x3002 || value == 0xB7
  }

  /// The scalar that begins at a place of a valid UTF-8 text.
  @inline(__always)
  static func decode(_ source: UnsafeBufferPointer<UInt8>, at place: Int) -> Unicode.Scalar {
    let first = UInt32(source[place])
    // A text that is cut inside a character is read as far as it goes.
    func next(_ offset: Int) -> UInt32 { place + offset < source.count ? UInt32(source[place + offset]) & 0x3F : 0 }
    let value: UInt32
    switch first {
    case ..<0x80: value = first
    case ..<0xE0: value = (first & 0x1F) << 6 | next(1)
    case ..<0xF0: value = (first & 0x0F) << 12 | next(1) << 6 | next(2)
    default: value = (first & 0x07) << 18 | next(1) << 12 | next(2) << 6 | next(3)
    }
    return Unicode.Scalar(value) ?? "\u{FFFD}"
  }

  /// How many bytes a scalar has that begins with this one.
  @inline(__always)
  private static func width(of first: UInt8) -> Int { first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4 }

  /// True when a UTF-8 text has an ideograph. Those begin with the bytes E3 to E9 and F0 to F3.
  package static func hasHan(_ source: UnsafeBufferPointer<UInt8>) -> Bool {
    var place = 0
    while place < source.count {
      if source[place] >= 0xE3, isHan(decode(source, at: place)) { return true }
      place += 1
    }
    return false
  }

  /// For each ASCII byte the folded one; 0 for those that nobody sees.
  private static let asciiTable: [UInt8] = (0..<256).map { byte in
    byte < 0x80 ? fold(Unicode.Scalar(UInt8(byte))).map { UInt8(truncatingIfNeeded: $0.value) } ?? 0 : 0
  }

  /// The folded scalar, `nil` for characters that nobody sees.
  static func fold(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    let value = scalar.value
    switch value {
    case 0x41...0x5A: return Unicode.Scalar(value + 0x20)
    case 0x09...0x0D, 0x20, 0xA0, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: return " "
    case 0x21...0x7E: return scalar
    case 0x00...0x1F, 0x7F, 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0xFE00...0xFE0F, 0xFEFF, 0xFFFD: return nil
    case 0xFF01...0xFF5E: return fold(Unicode.Scalar(UInt8(truncatingIfNeeded: value - 0xFEE0)))
    case 0xC0...0x24F: return latin(scalar)
    case 0x2018, 0x2019, 0x201B, 0x2032: return "'"
    case 0x201C, 0x201D, 0x2033: return "\""
    case 0x2010...0x2015, 0x2212: return "-"
    case 0x3010, 0x3014, 0x3016, 0xFE59: return "("
    case 0x3011, 0x3015, 0x3017, 0xFE5A: return ")"
    case 0x4E00...0x9FFF: return Variants.simplified(scalar)
    default: return scalar.properties.isEmojiPresentation ? nil : scalar
    }
  }

  /// Strips the accent of a Latin letter by its canonical decomposition, and folds its case.
  private static func latin(_ scalar: Unicode.Scalar) -> Unicode.Scalar? { latinTable[Int(scalar.value) - 0xC0] }

  private static let latinTable: [Unicode.Scalar] = (0xC0...0x24F).map { value in
    let scalar = Unicode.Scalar(UInt16(value)) ?? " "
    let lower = scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar
    switch lower {
    case "ß": return "s"
    case "ø": return "o"
    case "æ": return "a"
    case "đ", "ð": return "d"
    case "ł": return "l"
    case "þ": return "t"
    default: return latinBase[lower] ?? lower
    }
  }

  private static let latinBase: [Unicode.Scalar: Unicode.Scalar] = {
    var table: [Unicode.Scalar: Unicode.Scalar] = [:]
    let groups: [(Unicode.Scalar, String)] = [
      ("a", "àáâãäåāăąǎ"), ("c", "çćĉċč"), ("d", "ď"), ("e", "èéêëēĕėęě"), ("g", "ĝğġģ"), ("h", "ĥħ"), ("i", "ìíîïĩīĭįıǐ"), ("j", "ĵ"),
      ("k", "ķ"), ("l", "ĺļľŀ"), ("n", "ñńņňŉ"), ("o", "òóôõöōŏőǒ"), ("r", "ŕŗř"), ("s", "śŝşš"), ("t", "ţťŧ"), ("u", "ùúûüũūŭůűųǔǖǘǚǜ"),
      ("w", "ŵ"), ("y", "ýÿŷ"), ("z", "źżž"),
    ]
    for (base, variants) in groups {
      for variant in variants.unicodeScalars { table[variant] = base }
    }
    return table
  }()

  /// True for a character of the unified CJK ideographs.
  @inline(__always)
  public static func isHan(_ scalar: Unicode.Scalar) -> Bool {
    (0x4E00...0x9FFF).contains(scalar.value) || (0x3400...0x4DBF).contains(scalar.value) || (0x20000...0x3FFFF).contains(scalar.value)
  }
}
