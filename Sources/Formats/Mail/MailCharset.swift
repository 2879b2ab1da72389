import Model

/// The text of mail, whose labels say too little or lie.
enum MailCharset {
  /// Never fails: what cannot be decoded stands as U+FFFD. Zeros are left out.
  ///
  /// A label is believed unless the bytes speak against it: what is UTF-8 beyond doubt is UTF-8, Chinese is not Latin, and of a label and
  /// the encoding that the bytes look like, the one counts that leaves fewer characters undecoded.
  static func text(_ bytes: [UInt8], label: String?) -> (text: String, problem: String?) {
    let decoded = decode(bytes, label: label)
    return (decoded.text.unicodeScalars.contains("\0") ? decoded.text.filter { $0 != "\0" } : decoded.text, decoded.problem)
  }

  private static func decode(_ bytes: [UInt8], label: String?) -> (text: String, problem: String?) {
    if let marked = byteOrderMark(bytes) {
      return (decodeText(Array(bytes.dropFirst(marked.markLength)), encoding: marked.encoding).text, nil)
    }
    let isPlain = bytes.withUnsafeBufferPointer(isASCII)
    let named = label.flatMap(encoding)
    if isPlain {
      if isHZ(label) { return (decodeText(HZ.unpacked(bytes), encoding: .gb18030).text, nil) }
      // These write everything in seven bits.
      if case .named(let name) = named, name.hasPrefix("ISO-2022") || name == "UTF-7" {
        return (linewise(bytes, .named(name)), nil)
      }
      if let named, named.isUTF16 { return (decodeText(bytes, encoding: named).text, nil) }
      return (String(decoding: bytes, as: UTF8.self), nil)
    }
    guard let named else {
      return (decodeText(bytes, encoding: detected(bytes)).text, label.map { "charset-unknown: \($0)" })
    }
    let runs = HighRuns(bytes)
    var wide = 0
    if bytes.withUnsafeBufferPointer({ validUTF8Prefix($0, counting: &wide) }) == bytes.count, runs.hasThreeByteLead || isLatin(named) {
      return (String(decoding: bytes, as: UTF8.self), named == .utf8 ? nil : wrong(label))
    }
    if isLatin(named) {
      return runs.looksChinese
        ? (decodeText(bytes, encoding: .gb18030).text, wrong(label)) : (decodeText(bytes, encoding: .named("WINDOWS-1252")).text, nil)
    }
    let first = decodeText(bytes, encoding: named)
    guard !first.undecodable.isEmpty else { return (first.text, nil) }
    let other = detected(bytes)
    guard other != named else { return (first.text, "text-undecodable") }
    let second = decodeText(bytes, encoding: other)
    return second.undecodable.count < first.undecodable.count ? (second.text, wrong(label)) : (first.text, "text-undecodable")
  }

  /// Encodings with shifts begin each line anew; the decoder forgets them at the end of a piece.
  private static func linewise(_ bytes: [UInt8], _ encoding: Encoding) -> String {
    guard bytes.count > 32_768 else { return decodeText(bytes, encoding: encoding).text }
    return bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { decodeText(Array($0), encoding: encoding).text }
      .joined(separator: "\n")
  }

  private static func wrong(_ label: String?) -> String { "charset-wrong: \(label ?? "")" }

  /// By the bytes alone. ``detectEncoding(_:)`` takes text for Chinese when in doubt; where bytes beyond ASCII stand alone between letters,
  /// it is not.
  static func detected(_ bytes: [UInt8]) -> Encoding {
    let found = detectEncoding(bytes).encoding
    return found != .utf8 && !found.isUTF16 && HighRuns(bytes).looksWestern ? .named("WINDOWS-1252") : found
  }

  /// What a label means; nil for one that says nothing.
  private static func encoding(_ label: String) -> Encoding? {
    var name = label.lowercased().filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" }
    if let star = name.firstIndex(of: "*") { name = String(name[..<star]) }
    if let known = aliases[name] { return known }
    if name.hasPrefix("cp-") { name = "cp" + name.dropFirst(3) }
    if name.hasPrefix("x-") { name = String(name.dropFirst(2)) }
    return try? Encoding(label: name)
  }

  /// Labels that mail programs write and iconv does not know, or takes too literally: Windows writes more than the standard that it names.
  private static let aliases: [String: Encoding] = [
    "unicode-1-1-utf-7": .named("UTF-7"), "utf-8mb4": .utf8, "utf8mb4": .utf8, "unicode-1-1-utf-8": .utf8, "ansi_x3.4-1968": .utf8,
    "iso-8859-1": .named("WINDOWS-1252"), "iso8859-1": .named("WINDOWS-1252"), "latin1": .named("WINDOWS-1252"),
    "ks_c_5601-1987": .named("CP949"), "ks_c_5601": .named("CP949"), "euc-kr": .named("CP949"), "x-sjis": .named("CP932"),
    "shift_jis": .named("CP932"), "shift-jis": .named("CP932"), "sjis": .named("CP932"), "big5": .named("BIG5-HKSCS"),
    "x-x-big5": .named("BIG5-HKSCS"), "iso-8859-8-i": .named("ISO-8859-8"), "iso-2022-jp": .named("ISO-2022-JP-2"),
    "cp50220": .named("ISO-2022-JP-2"), "cp50221": .named("ISO-2022-JP-2"),
  ]

  private static func isHZ(_ label: String?) -> Bool { label.map { ["hz-gb-2312", "hz"].contains($0.lowercased()) } ?? false }

  private static func isLatin(_ encoding: Encoding) -> Bool {
    if case .named(let name) = encoding { name == "WINDOWS-1252" || name == "CP1252" || name == "ISO-8859-15" } else { false }
  }
}

/// HZ (RFC 1843): characters of GB 2312 in seven bits between `~{` and `~}`.
private enum HZ {
  static func unpacked(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    var (isWide, at) = (false, 0)
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "~"), at + 1 < bytes.count, case let next = bytes[at + 1], "{}~\n".utf8.contains(next) {
        if next == UInt8(ascii: "{") { isWide = true }
        if next == UInt8(ascii: "}") { isWide = false }
        if next == UInt8(ascii: "~") { output.append(next) }
        at += 2
      } else {
        // A line never begins in the wide state.
        if byte == 0x0A { isWide = false }
        output.append(isWide && byte > 0x20 && byte < 0x7F ? byte | 0x80 : byte)
        at += 1
      }
    }
    return output
  }
}

/// How bytes beyond ASCII stand together.
private struct HighRuns {
  private var count = 0
  private var single = 0
  private var pairs = 0
  private var areAllPairsChinese = true
  private var hasThree = false
  /// Whether there is a byte that in UTF-8 begins a character of three or four: pairs alone are characters of GB 2312, too.
  private(set) var hasThreeByteLead = false

  init(_ bytes: [UInt8]) {
    var at = 0
    // A few kilobytes tell.
    let end = min(bytes.count, 65_536)
    while at < end {
      guard bytes[at] >= 0x80 else {
        at += 1
        continue
      }
      let start = at
      while at < end, bytes[at] >= 0x80 {
        if bytes[at] >= 0xE0 { hasThreeByteLead = true }
        at += 1
      }
      count += 1
      // Letters, and the quotes and dashes that Windows writes.
      if at - start == 1, bytes[start] >= 0xA0 || (0x91...0x97).contains(bytes[start]) || bytes[start] == 0x80 { single += 1 }
      if at - start >= 3 { hasThree = true }
      guard (at - start).isMultiple(of: 2) else {
        areAllPairsChinese = false
        continue
      }
      for pair in stride(from: start, to: at, by: 2) {
        pairs += 1
        // Rows of GB 2312: symbols in 1 to 3, characters from 16 to 87.
        let lead = bytes[pair]
        if !((0xB0...0xF7).contains(lead) || (0xA1...0xA3).contains(lead)) || bytes[pair + 1] < 0xA1 { areAllPairsChinese = false }
      }
    }
  }

  var looksChinese: Bool { areAllPairsChinese && pairs >= 3 }
  /// Letters with accents stand alone, seldom by twos (`üß`).
  var looksWestern: Bool { single > 0 && (single * 5 >= count * 4 || !hasThree && single * 2 >= count) }
}
