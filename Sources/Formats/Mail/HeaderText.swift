import Model

/// The value of a header field as text: folds undone, encoded words (RFC 2047) decoded, bytes beyond ASCII by what they look like.
///
/// Words that follow each other are decoded together when they have one charset: programs cut characters in two. Words are also found
/// inside quotes and with blanks in them, where they should not be.
struct HeaderText {
  private enum Piece {
    case text(String)
    case word(String)
  }

  private var pieces: [Piece] = []

  init(_ raw: [UInt8]) {
    var reader = Reader(bytes: raw.filter { $0 != 0x0D && $0 != 0x0A && $0 != 0 }.map { $0 == 0x09 ? 0x20 : $0 })
    reader.read()
    pieces = reader.pieces
  }

  /// For people.
  var decoded: String {
    let text = pieces.map {
      switch $0 {
      case .text(let text), .word(let text): text
      }
    }.joined()
    return trimmedLine(text)
  }

  /// With a sign for each encoded word that means nothing to a parser of structured fields; and what turns the signs back.
  var signed: (text: String, restored: (String) -> String) {
    var words: [String] = []
    let text = pieces.map { piece in
      switch piece {
      case .text(let text): return text
      case .word(let word):
        words.append(word)
        return "kEw\(words.count - 1)wEk"
      }
    }.joined()
    return (text, { Self.restored($0, words) })
  }

  private static func restored(_ text: String, _ words: [String]) -> String {
    var (output, rest) = ("", text[...])
    while let start = rest.firstRange(of: "kEw") {
      let digits = rest[start.upperBound...].prefix { $0.isASCII && $0.isNumber }
      let isSign = rest[digits.endIndex...].hasPrefix("wEk")
      output += rest[..<start.lowerBound]
      if isSign, let index = Int(digits), index < words.count {
        output += words[index]
        rest = rest[digits.endIndex...].dropFirst(3)
      } else {
        output += "kEw"
        rest = rest[start.upperBound...]
      }
    }
    return output + rest
  }

  private struct Word {
    var charset: String
    var bytes: [UInt8]
    var end: Int
  }

  private struct Reader {
    let bytes: [UInt8]
    var pieces: [Piece] = []

    /// More words are no header of a mail, and the rest is left as it is.
    private static let maximumWords = 10_000
    /// In bytes. The standard allows 75 for all of a word, and programs do not care.
    private static let longestText = 4096

    mutating func read() {
      var (start, at, words) = (0, 0, 0)
      while at + 1 < bytes.count {
        guard bytes[at] == UInt8(ascii: "="), bytes[at + 1] == UInt8(ascii: "?"), words < Self.maximumWords, var word = word(at) else {
          at += 1
          continue
        }
        flush(start, at)
        words += 1
        // Blanks between two words are not there.
        while case let next = blankEnd(word.end), let following = self.word(next) {
          words += 1
          if following.charset == word.charset {
            word.bytes += following.bytes
          } else {
            append(word)
            word.charset = following.charset
            word.bytes = following.bytes
          }
          word.end = following.end
        }
        append(word)
        (start, at) = (word.end, word.end)
      }
      flush(start, bytes.count)
    }

    private mutating func append(_ word: Word) { pieces.append(.word(MailCharset.text(word.bytes, label: word.charset).text)) }

    private mutating func flush(_ start: Int, _ end: Int) {
      guard start < end else { return }
      pieces.append(.text(MailCharset.text(Array(bytes[start..<end]), label: nil).text))
    }

    private func blankEnd(_ start: Int) -> Int { bytes[start...].firstIndex { $0 != 0x20 } ?? bytes.count }

    /// `=?charset*language?B?text?=`
    private func word(_ start: Int) -> Word? {
      guard start + 8 <= bytes.count, bytes[start] == UInt8(ascii: "="), bytes[start + 1] == UInt8(ascii: "?") else { return nil }
      let mark = UInt8(ascii: "?")
      guard let charsetEnd = bytes[(start + 2)...].prefix(64).firstIndex(of: mark), charsetEnd > start + 2, charsetEnd + 2 < bytes.count,
        bytes[charsetEnd + 2] == mark
      else { return nil }
      let charset = bytes[(start + 2)..<charsetEnd]
      guard charset.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "=") }) else { return nil }
      let textStart = charsetEnd + 3
      var end = textStart
      // Q may hold `?` where it should not, but not followed by `=`.
      let last = min(bytes.count, textStart + Self.longestText)
      while end + 1 < last, !(bytes[end] == mark && bytes[end + 1] == UInt8(ascii: "=")) { end += 1 }
      guard end + 1 < last else { return nil }
      let text = bytes[textStart..<end]
      switch bytes[charsetEnd + 1] {
      case UInt8(ascii: "B"), UInt8(ascii: "b"):
        return Word(charset: String(decoding: charset, as: UTF8.self).lowercased(), bytes: base64(text), end: end + 2)
      case UInt8(ascii: "Q"), UInt8(ascii: "q"):
        return Word(charset: String(decoding: charset, as: UTF8.self).lowercased(), bytes: quoted(text), end: end + 2)
      default: return nil
      }
    }
  }

  /// What is not of its alphabet is passed over.
  private static func base64(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var (output, bits, count): ([UInt8], UInt32, Int) = ([], 0, 0)
    for byte in text {
      let six: UInt8
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): six = byte - 65
      case UInt8(ascii: "a")...UInt8(ascii: "z"): six = byte - 71
      case UInt8(ascii: "0")...UInt8(ascii: "9"): six = byte + 4
      case UInt8(ascii: "+"), UInt8(ascii: "-"): six = 62
      case UInt8(ascii: "/"), UInt8(ascii: "_"): six = 63
      default: continue
      }
      bits = bits << 6 | UInt32(six)
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      output.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
    return output
  }

  private static func quoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var output: [UInt8] = []
    var at = text.startIndex
    while at < text.endIndex {
      if text[at] == UInt8(ascii: "="), at + 2 < text.endIndex, let high = hex(text[at + 1]), let low = hex(text[at + 2]) {
        output.append(high << 4 | low)
        at += 3
      } else {
        output.append(text[at] == UInt8(ascii: "_") ? 0x20 : text[at])
        at += 1
      }
    }
    return output
  }

  private static func hex(_ byte: UInt8) -> UInt8? { Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) } }
}

/// Without white space at its ends, and what runs within as it is.
func trimmedLine(_ text: some StringProtocol) -> String {
  let scalars = text.unicodeScalars
  guard let start = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
    let end = scalars.lastIndex(where: { !$0.properties.isWhitespace })
  else { return "" }
  return String(text[start...end])
}
