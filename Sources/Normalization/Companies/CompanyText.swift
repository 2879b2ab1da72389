/// A company field as one sequence of folded scalars: character references of web pages resolved, spaces between ideographs and
/// decoration dropped, every kind of bracket made round.
enum CompanyText {
  static func scalars(_ source: String) -> [Unicode.Scalar] {
    var folded: [Unicode.Scalar] = []
    folded.reserveCapacity(source.utf8.count)
    var hasReference = false
    for scalar in source.unicodeScalars {
      if scalar == "&" { hasReference = true }
      if let folded1 = Folding.fold(scalar) { folded.append(folded1) }
    }
    if hasReference { folded = resolved(folded) }
    return compact(folded)
  }

  /// As above, for scalars.
  static func scalars(_ source: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
    var folded: [Unicode.Scalar] = []
    folded.reserveCapacity(source.count)
    for scalar in source { if let one = Folding.fold(scalar) { folded.append(one) } }
    return compact(source.contains("&") ? resolved(folded) : folded)
  }

  private static let references: [(name: [Unicode.Scalar], scalar: Unicode.Scalar)] = [
    ("amp;", "&"), ("lt;", "("), ("gt;", ")"), ("quot;", "\""), ("apos;", "'"), ("#39;", "'"), ("#38;", "&"), ("nbsp;", " "),
    ("middot;", "·"),
  ].map { (Array($0.0.unicodeScalars), $0.1) }

  private static func resolved(_ source: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var output: [Unicode.Scalar] = []
    var index = 0
    while index < source.count {
      output.append(source[index])
      if source[index] == "&" {
        // `&amp;amp;` has been escaped twice.
        while let match = references.first(where: { source[(index + 1)...].starts(with: $0.name) }) {
          output[output.count - 1] = match.scalar
          index += match.name.count
          if match.scalar != "&" { break }
        }
      }
      index += 1
    }
    return output
  }

  private static func compact(_ source: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var output: [Unicode.Scalar] = []
    output.reserveCapacity(source.count)
    var pendingSpace = false
    for scalar in source {
      guard let plain = plain(scalar) else { continue }
      if plain == " " {
        pendingSpace = !output.isEmpty
        continue
      }
      if pendingSpace {
        // Between ideographs a space is for looks; beside Latin words it separates them.
        if let last = output.last, !isWide(last), !isWide(plain) { output.append(" ") }
        pendingSpace = false
      }
      output.append(plain)
    }
    return output
  }

  private static func isWide(_ scalar: Unicode.Scalar) -> Bool { scalar.value > 0x2E7F || scalar == "(" || scalar == ")" }

  /// One bracket and one dash for all; nil for decoration (★, *, ?, arrows).
  private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar.value {
    case 0x30...0x39, 0x61...0x7A, 0x20, 0x28, 0x29, 0x2D, 0x4E00...0x9FFF: return scalar
    case 0x5B, 0x7B, 0x3C, 0x3008, 0x300A, 0x300C, 0x300E: return "("
    case 0x5D, 0x7D, 0x3E, 0x3009, 0x300B, 0x300D, 0x300F: return ")"
    case 0x2A, 0x3F, 0x21, 0x22, 0x3002: return nil
    case 0x3001: return "/"
    case 0x21...0x7E: return scalar
    case 0x2022, 0x30FB, 0x2027, 0xFF65: return "·"
    default:
      return scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "·" || Folding.isHan(scalar) ? scalar : nil
    }
  }

  /// The scalars as text. Writes UTF-8 itself, which takes a third of the time of appending to a view.
  static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    scalars.withUnsafeBufferPointer { string($0) }
  }

  static func string(_ scalars: [Unicode.Scalar]) -> String { scalars.withUnsafeBufferPointer { string($0) } }

  static func string(_ scalars: some Collection<Unicode.Scalar>) -> String { string(Array(scalars)) }

  private static func string(_ scalars: UnsafeBufferPointer<Unicode.Scalar>) -> String {
    guard !scalars.isEmpty else { return "" }
    var count = 0
    for scalar in scalars { count += scalar.value < 0x80 ? 1 : scalar.value < 0x800 ? 2 : scalar.value < 0x1_0000 ? 3 : 4 }
    return String(unsafeUninitializedCapacity: count) { buffer in
      var end = 0
      for scalar in scalars {
        let value = scalar.value
        switch value {
        case 0..<0x80:
          buffer[end] = UInt8(truncatingIfNeeded: value)
          end += 1
        case 0x80..<0x800:
          buffer[end] = UInt8(truncatingIfNeeded: 0xC0 | value >> 6)
          buffer[end + 1] = UInt8(truncatingIfNeeded: 0x80 | value & 0x3F)
          end += 2
        case 0x800..<0x1_0000:
          buffer[end] = UInt8(truncatingIfNeeded: 0xE0 | value >> 12)
          buffer[end + 1] = UInt8(truncatingIfNeeded: 0x80 | value >> 6 & 0x3F)
          buffer[end + 2] = UInt8(truncatingIfNeeded: 0x80 | value & 0x3F)
          end += 3
        default:
          buffer[end] = UInt8(truncatingIfNeeded: 0xF0 | value >> 18)
          buffer[end + 1] = UInt8(truncatingIfNeeded: 0x80 | value >> 12 & 0x3F)
          buffer[end + 2] = UInt8(truncatingIfNeeded: 0x80 | value >> 6 & 0x3F)
          buffer[end + 3] = UInt8(truncatingIfNeeded: 0x80 | value & 0x3F)
          end += 4
        }
      }
      return end
    }
  }
}
