extension CompanyName {
  /// What ``CompanyName`` finds in most western names: nothing but a text, a trade name, and perhaps a form and a trade. Valid as long as the memory it
  /// was given.
  package struct Western {
    /// See ``CompanyName/text``.
    package let text: UnsafeBufferPointer<UInt8>
    /// See ``CompanyName/brand``.
    package let brand: UnsafeBufferPointer<UInt8>
    /// See ``CompanyName/isMarked``.
    package let isMarked: Bool
    /// See ``CompanyName/industries``.
    package let industries: [String]
  }

  /// Reads a name that is ASCII after folding, and of which no part may be Chinese, by its bytes; calls `body` unless it is no name at all.
  /// - Parameter source: UTF-8.
  /// - Returns: false for other names, which ``all(in:)`` reads; `body` has not been called then.
  package static func readWestern(_ source: UnsafeBufferPointer<UInt8>, _ body: (Western) -> Void) -> Bool {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: source.count) { text in
      guard let folded = Folding.ascii(source, into: text),
        let count = CompanyText.compact(ascii: text, count: folded)
      else { return false }
      let text = UnsafeBufferPointer(rebasing: text[..<count])
      // A word takes its letters and a space, `&` five bytes.
      return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count * 5 + 1) { bytes in
        withUnsafeTemporaryAllocation(of: Range<Int>.self, capacity: count + 1) { places in
          var words = WesternWords(text, bytes: bytes, places: places)
          let isMarked = words.takeForm()
          guard let trades = words.trades else { return false }
          if !words.isEmpty { body(Western(text: text, brand: words.text, isMarked: isMarked, industries: trades)) }
          return true
        }
      }
    }
  }
}

/// The words of a western company's name.
private struct WesternWords {
  /// All words, with one space between them.
  private let bytes: UnsafeMutableBufferPointer<UInt8>
  private let places: UnsafeMutableBufferPointer<Range<Int>>
  private var first = 0
  private var end = 0

  /// Words of letters and digits; points and apostrophes inside a word vanish, `&` is `and`, and an article in front is dropped.
  init(_ text: UnsafeBufferPointer<UInt8>, bytes: UnsafeMutableBufferPointer<UInt8>, places: UnsafeMutableBufferPointer<Range<Int>>) {
    self.bytes = bytes
    self.places = places
    var start = 0
    var next = 0
    func close(_ words: inout WesternWords) {
      guard next > start else { return }
      places[words.end] = start..<next
      words.end += 1
      bytes[next] = 0x20
      next += 1
      start = next
    }
    for byte in text {
      switch byte {
      case 0x61...0x7A, 0x30...0x39:
        bytes[next] = byte
        next += 1
      case UInt8(ascii: "&"):
        close(&self)
        for byte in "and".utf8 {
          bytes[next] = byte
          next += 1
        }
        close(&self)
      case UInt8(ascii: "."), UInt8(ascii: "'"): continue
      default: close(&self)
      }
    }
    close(&self)
    if count > 1, word(first).isText("the") { first += 1 }
  }

  private var count: Int { end - first }
  var isEmpty: Bool { count == 0 }

  private func word(_ place: Int) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[places[place]]) }

  private var last: UnsafeBufferPointer<UInt8> { word(end - 1) }

  /// The words, with spaces between them.
  var text: UnsafeBufferPointer<UInt8> { text(first, end) }

  private func text(_ first: Int, _ end: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[first == end ? 0..<0 : places[first].lowerBound..<places[end - 1].upperBound])
  }

  /// Takes forms off the end, leaving at least one word.
  mutating func takeForm() -> Bool {
    var isMarked = false
    while count > 1 {
      // `Co.Ltd` and `S. A.` have their points in other places than `Co., Ltd.` and `S.A.`
      if WesternForms.isForm(last) {
        end -= 1
      } else if count > 2, last.count <= 2, word(end - 2).count <= 2, joined(end - 2, WesternForms.isForm) {
        end -= 2
      } else {
        break
      }
      isMarked = true
      if count > 1, last.isText("and") { end -= 1 }
    }
    return isMarked
  }

  /// Calls `body` with two words written as one.
  private func joined(_ place: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Bool) -> Bool {
    let (one, other) = (word(place), word(place + 1))
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: one.count + other.count) { letters in
      _ = letters[..<one.count].update(fromContentsOf: one)
      _ = letters[one.count...].update(fromContentsOf: other)
      return body(UnsafeBufferPointer(letters))
    }
  }

  /// The trade that the last word names; nil when the words may say more: several trades, the pinyin of a place or of a Chinese name, a
  /// branch.
  var trades: [String]? {
    guard count > 1 else { return isEmpty || !mayBePinyin(text) ? [] : nil }
    if last.isText("branch") || word(first).isText("city") || word(first).isText("province") { return nil }
    if RomanisedPlaces.isPlace(word(first)) || RomanisedPlaces.isPlace(last) { return nil }
    if count > 2, joined(first, RomanisedPlaces.isPlaceOfTwoWords) || joined(end - 2, RomanisedPlaces.isPlaceOfTwoWords) { return nil }
    let trade = EnglishTrades.word(last)
    if trade < 0 { return last.isText("and") || mayBePinyin(text) ? nil : [] }
    if count > 2 {
      let before = word(end - 2)
      if EnglishTrades.word(before) >= 0 || before.isText("and") || before.isText("new") || before.isText("e") || before.isText("real") {
        return nil
      }
    }
    return mayBePinyin(text(first, end - 1)) ? nil : EnglishTrades.atoms(ofWord: trade)
  }

  private func mayBePinyin(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    !text.contains { $0 >= 0x30 && $0 <= 0x39 } && Pinyin.mayBeRead(text)
  }
}

extension WesternForms {
  fileprivate static func isForm(_ word: UnsafeBufferPointer<UInt8>) -> Bool { forms.contains(word) }
  private static let forms = WordTable(set: canonical.keys.sorted())
}

extension CompanyText {
  /// As ``scalars(_:)`` compacts a folded text; in its place.
  /// - Returns: the bytes that are left; nil when there may be a character reference.
  fileprivate static func compact(ascii text: UnsafeMutableBufferPointer<UInt8>, count: Int) -> Int? {
    var end = 0
    var pendingSpace = false
    for place in 0..<count {
      let byte = text[place]
      let plain: UInt8
      switch byte {
      case 0x20:
        pendingSpace = end > 0
        continue
      case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "!"), UInt8(ascii: "\""): continue
      case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "<"), UInt8(ascii: "("): plain = UInt8(ascii: "(")
      case UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ">"), UInt8(ascii: ")"): plain = UInt8(ascii: ")")
      case UInt8(ascii: "&"):
        if place + 1 < count, text[place + 1] != 0x20 { return nil }
        plain = byte
      default: plain = byte
      }
      if pendingSpace {
        if !isBracket(text[end - 1]), !isBracket(plain) {
          text[end] = 0x20
          end += 1
        }
        pendingSpace = false
      }
      text[end] = plain
      end += 1
    }
    return end
  }

  private static func isBracket(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") }
}
