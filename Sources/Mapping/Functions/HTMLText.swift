/// The readable text of HTML, for messages and descriptions. No tree is built: mail is broken HTML, and only its text is wanted.
enum HTMLText {
  static func plain(_ source: String) -> String {
    var reader = Reader(bytes: Array(source.utf8))
    return reader.read().split(separator: "\n").map { trimmed(String($0)) }.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// Elements behind which a new line starts.
  private static let blocks: Set<String> = [
    "p", "div", "br", "li", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "hr", "section", "article",
    "header",
    "footer", "pre", "dd", "dt",
  ]
  private static let hidden: Set<String> = ["script", "style", "head", "title"]

  /// The entities that mail programs and shops write; others stay as they are.
  private static let entities: [String: String] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "copy": "©", "reg": "®", "trade": "™", "hellip": "…",
    "ndash": "–",
    "mdash": "—", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”", "euro": "€", "yen": "¥", "pound": "£", "middot": "·",
    "times": "×",
    "auml": "ä", "ouml": "ö", "uuml": "ü", "Auml": "Ä", "Ouml": "Ö", "Uuml": "Ü", "szlig": "ß", "eacute": "é", "egrave": "è", "agrave": "à",
    "ccedil": "ç",
    "ensp": " ", "emsp": " ", "bull": "•",
  ]

  private struct Reader {
    let bytes: [UInt8]
    var position = 0
    var output: [UInt8] = []

    mutating func read() -> String {
      while position < bytes.count {
        switch bytes[position] {
        case UInt8(ascii: "<"): tag()
        case UInt8(ascii: "&"): entity()
        case 0x09, 0x0A, 0x0D, 0x20:
          if let last = output.last, last != 0x20, last != 0x0A { output.append(0x20) }
          position += 1
        case let byte:
          output.append(byte)
          position += 1
        }
      }
      return String(decoding: output, as: UTF8.self)
    }

    private mutating func tag() {
      if starts(with: "<!--") {
        position = find("-->", from: position + 4).map { $0 + 3 } ?? bytes.count
        return
      }
      let nameStart = position + (position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "/") ? 2 : 1)
      let name = word(from: nameStart)
      guard !name.isEmpty || nameStart < bytes.count && bytes[nameStart] == UInt8(ascii: "!") else {
        // A lone < is a sign like any other.
        output.append(UInt8(ascii: "<"))
        position += 1
        return
      }
      let isClosing = nameStart == position + 2
      position = find(">", from: position).map { $0 + 1 } ?? bytes.count
      if HTMLText.blocks.contains(name) { output.append(0x0A) }
      if !isClosing, HTMLText.hidden.contains(name) { position = find("</\(name)", from: position) ?? bytes.count }
    }

    private mutating func entity() {
      let limit = min(bytes.count, position + 12)
      guard let end = bytes[position..<limit].firstIndex(of: UInt8(ascii: ";")) else {
        output.append(bytes[position])
        position += 1
        return
      }
      let name = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
      if let character = HTMLText.entities[name] ?? HTMLText.numbered(name) {
        output += character.utf8
        position = end + 1
      } else {
        output.append(bytes[position])
        position += 1
      }
    }

    private func word(from start: Int) -> String {
      let end =
        bytes[min(start, bytes.count)...].firstIndex { !(0x30...0x39).contains($0) && !(0x61...0x7A).contains($0 | 0x20) } ?? bytes.count
      return String(decoding: bytes[min(start, bytes.count)..<end], as: UTF8.self).lowercased()
    }

    private func starts(with text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

    private func find(_ text: String, from start: Int) -> Int? {
      let wanted = Array(text.utf8)
      var place = min(start, bytes.count)
      while place + wanted.count <= bytes.count {
        guard let candidate = bytes[place...].firstIndex(where: { $0 == wanted[0] }), candidate + wanted.count <= bytes.count else {
          return nil
        }
        if zip(bytes[candidate...], wanted).allSatisfy({ $0 == $1 || $0 | 0x20 == $1 | 0x20 && $1 >= 0x41 }) { return candidate }
        place = candidate + 1
      }
      return nil
    }
  }

  /// `#26446` and `#x674E`
  private static func numbered(_ name: String) -> String? {
    guard name.hasPrefix("#") else { return nil }
    let digits = name.dropFirst()
    let number = digits.first == "x" || digits.first == "X" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    guard let number, number >= 0x20 || number == 0x0A, let scalar = Unicode.Scalar(number) else { return nil }
    return String(Character(scalar))
  }
}
