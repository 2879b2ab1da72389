import Model
import Testing

@testable import Normalization

/// What is read by bytes or scalars is what the general reading finds.
@Suite("Fast paths")
struct FastPathTests {
  @Test("folding by bytes and by scalars is folding scalar by scalar")
  func folding() {
    var texts = RandomText(seed: 11, "Ab c é Ü ␣ ␣ - ＡＢ 張 偉 ( ★ x")
    for _ in 0..<4_000 {
      let text = texts.next()
      var slow = String.UnicodeScalarView()
      for scalar in text.unicodeScalars {
        guard let folded = Folding.fold(scalar) else { continue }
        // One space between words, none at either end.
        if folded != " " || !slow.isEmpty && slow.last != " " { slow.append(folded) }
      }
      if slow.last == " " { slow.removeLast() }
      #expect(Folding.fold(text).unicodeScalars.elementsEqual(slow), "seed 11: \(text.debugDescription)")
      #expect(Folding.scalars(text).elementsEqual(slow), "seed 11: \(text.debugDescription)")
      #expect(Folding.fold(Array(text.unicodeScalars)[...]).elementsEqual(slow), "seed 11: \(text.debugDescription)")
      let isHan = text.unicodeScalars.contains(where: Folding.isHan)
      #expect(withBytes(text) { Folding.hasHan($0) } == isHan, "seed 11: \(text.debugDescription)")
    }
  }

  @Test("bytes that are no UTF-8 are read without harm")
  func brokenBytes() {
    var generator = SeededGenerator(seed: 23)
    for _ in 0..<2_000 {
      let bytes = (0..<Int.random(in: 0...6, using: &generator)).map { _ in UInt8.random(in: 0x40...0xFF, using: &generator) }
      let count = bytes.withUnsafeBufferPointer { Folding.scalars($0).count }
      #expect(count <= bytes.count, "seed 23: \(bytes)")
    }
  }

  @Test("letters are told without Unicode's tables where those say the same")
  func letters() {
    for scalar in (0...0xA000 as ClosedRange<UInt32>).compactMap({ Unicode.Scalar($0) })
    where Folding.isAlphabetic(scalar) != scalar.properties.isAlphabetic {
      Issue.record("U+\(String(scalar.value, radix: 16))")
    }
  }

  @Test("hashes of bytes are the stable hashes of texts")
  func hashes() {
    var texts = RandomText(seed: 12, "a bc 張偉 ␣ 0")
    for seed in 0..<2_000 {
      let text = texts.next()
      #expect(ByteHash.of(text, seed: UInt64(seed)) == StableHash.of(text, seed: UInt64(seed)), "seed 12: \(text)")
    }
    var (fast, slow) = (ByteHash(seed: 3), StableHash(seed: 3))
    fast.combine(0x1234_5678_9ABC_DEF0 as UInt64)
    slow.combine(0x1234_5678_9ABC_DEF0 as UInt64)
    fast.combine(7 as UInt8)
    slow.combine(7 as UInt8)
    #expect(fast.value == slow.value)
  }

  @Test("American numbers by their shape")
  func phones() {
    var texts = RandomText(seed: 13, "2 5 9 8 0 1 555 310 800 400 1234 4567 6565366 ␣ - . ( ) + +1 10 .0 x ext / 86 00 1111111")
    var found = 0
    for _ in 0..<25_000 {
      let text = texts.next()
      var phones: [Phone] = []
      guard withBytes(text, { Phone.readShape($0) { phones.append(Phone($0)) } }) else { continue }
      found += phones.count
      #expect(phones == Phone.several(Folding.scalars(text), region: nil), "seed 13: \(text)")
    }
    #expect(found > 50)
  }

  @Test("mailboxes by bytes")
  func emails() {
    var texts = RandomText(seed: 14, "a john.smith test @ @ @gmail.com @x.co . .. , ; / + - _ n/a user@example.com <b@c.de> : ␣ 1")
    for _ in 0..<6_000 {
      let text = texts.next()
      let folded = Folding.fold(text)
      #expect(Email.all(in: text) == Email.any(in: folded), "seed 14: \(text)")
      for email in Email.all(in: text) {
        #expect(email.withReading { $0.mailboxHash(seed: 5) } == StableHash.of(email.mailbox, seed: 5), "seed 14: \(text)")
      }
    }
  }

  @Test("days by their shape")
  func days() {
    var texts = RandomText(seed: 15, "19 20 85 1985 02 29 31 12 00 - - / / . 1 : ␣ 1900-01-01 2001-02- 19991231")
    for _ in 0..<10_000 {
      let text = texts.next()
      #expect(DateReading.day(text) == DateReading.anyDay(text, order: .dayFirst), "seed 15: \(text)")
    }
  }

  @Test("labels of plain characters by scalars")
  func labels() {
    var texts = RandomText(
      seed: 16,
      """
      张伟 王 欧阳 李四 小 老 总 先生 经理 上海 华信 科技 有限公司 集团 贸易 分公司 采购部 老客户 淘宝 ␣ ␣ - / · 、 * 某 ( ) a AAA Kevin 138 \
      (原华信) 有限公 店 号 3 Ltd co 微信 签名 海阔天空 豆豆 苎麻 張總
      """)
    for _ in 0..<4_000 {
      let text = texts.next()
      let folded = Folding.fold(text)
      #expect(NameLabel.parts(of: text) == NameLabel.anyParts(of: folded), "seed 16: \(text)")
      let names = withBytes(text) { NameLabel.names(in: $0) }
      var (organisations, persons): ([CompanyName], [PersonName]) = ([], [])
      for part in NameLabel.anyParts(of: folded) {
        switch part {
        case .organisation(let name): organisations += CompanyName.all(in: name)
        case .person(let name): persons += PersonName(name).map { [$0] } ?? []
        }
      }
      #expect(names.organisations == organisations && names.persons == persons, "seed 16: \(text)")
    }
  }

  @Test("names of one word in two columns")
  func nameWords() {
    var found = 0
    var texts = RandomText(seed: 17, "li wang chan an na smith jean o xi ao ling szeto mary jr ␣ Wei É lü ng - ' o'")
    for _ in 0..<4_000 {
      let (one, other) = (texts.next(), texts.next())
      let isRead = withBytes(one) { given in
        withBytes(other) { surname in
          NameWord.read(given: given, surname: surname) { given, surname in
            let (first, last) = (
              given.map { String(decoding: $0.text, as: UTF8.self) }, surname.map { String(decoding: $0.text, as: UTF8.self) }
            )
            #expect((first == nil) == one.isEmpty && (last == nil) == other.isEmpty)
            if let given, let first { #expect(PersonName(first)?.sounds == given.sounds, "seed 17: \(one)") }
            guard let given, let surname, let first, let last else { return }
            let western = WesternName(given: one, surname: other)
            #expect(western?.given == first && western?.surname == last && western?.words == [first, last], "seed 17: \(one) \(other)")
            let name = PersonName(first + " " + last)
            #expect(
              name?.text == first + " " + last && name?.sounds == NameWord.sounds(given: given, surname: surname),
              "seed 17: \(one) \(other)")
            #expect(given.nicknames == Nicknames.classes(of: first), "seed 17: \(one)")
          }
        }
      }
      found += isRead ? 1 : 0
    }
    #expect(found > 100)
  }

  @Test("hashes of western addresses are those of their parts")
  func addresses() {
    var texts = RandomText(
      seed: 18,
      """
      12 ␣ ␣ ␣ , 27 main st. street la n west apt 3 #5 unit 3/45 no 100-102 sw1a 1aa 60302-1234 5th first oak park IL ( fl 2 & corner S.Dearborn - \
      Hauptstraße Île beijing city
      """)
    for _ in 0..<6_000 {
      let text = texts.next()
      let address = Address(text)
      var hashes: [UInt64]?
      let isRead = withBytes(text) { source in
        Address.readWestern(source) {
          var found = [ByteHash.of($0.number, seed: 1), $0.unitHash(seed: 2), ByteHash.of($0.postcode)]
          $0.appendStreet(seed: 3, to: &found)
          found.append(0)
          $0.appendDetails(seed: 4, to: &found)
          hashes = found
        }
      }
      guard isRead else { continue }
      let expected = address.map {
        [StableHash.of($0.number, seed: 1), $0.unit.isEmpty ? 0 : StableHash.of($0.unit, seed: 2), StableHash.of($0.postcode)]
          + $0.streetWords.map { StableHash.of($0, seed: 3) } + [0] + $0.details.map { StableHash.of($0, seed: 4) }
      }
      #expect(hashes == expected, "seed 18: \(text)")
      #expect(address?.divisions.isEmpty ?? true && address?.roadSound ?? "" == "", "seed 18: \(text)")
    }
  }

  @Test("western companies by bytes")
  func companies() {
    var texts = RandomText(
      seed: 24,
      """
      Smith Brown Jones-Miller the The O'Neil & and Corp Inc. Co., Ltd Co.Ltd S. A. Group Holdings ( ) [x] <b> * ! # @ 21 Services trading food \
      new energy e commerce real estate Suzhou Hong Kong branch city Rui feng wei &amp; AT&T ltd st1 ␣ ␣ ␣ ␣ ␣ ␣ ␣ ␣ ␣ ␣ ␣ ␣ ␣ ␣ ␣ ␣ ␣ ␣ ␣ ␣ ␣
      """)
    var found = 0
    for _ in 0..<10_000 {
      let text = texts.next()
      var readings: [(text: String, brand: String, isMarked: Bool, industries: [String])] = []
      let isRead = withBytes(text) { source in
        CompanyName.readWestern(source) {
          readings.append((String(decoding: $0.text, as: UTF8.self), String(decoding: $0.brand, as: UTF8.self), $0.isMarked, $0.industries))
        }
      }
      guard isRead else { continue }
      let names = CompanyName.all(in: text)
      found += names.count
      let areEqual = names.elementsEqual(readings) {
        $0.text == $1.text && $0.brand == $1.brand && $0.isMarked == $1.isMarked && $0.industries == $1.industries
      }
      #expect(areEqual, "seed 24: \(text)")
      // What a reading leaves out.
      let isAll = names.allSatisfy { name in
        name.divisions.isEmpty && name.branch == nil && name.ordinal.isEmpty && name.sound.isEmpty && name.aliases.isEmpty
          && name.contact == nil
      }
      #expect(isAll, "seed 24: \(text)")
    }
    #expect(found > 1_000)
  }

  @Test("tables of words hold what they were given")
  func tables() {
    let words = ["st", "ave", "gmail.com", "é", "st", "a-very-long-word-with-many-letters"]
    let table = WordTable(set: words)
    for (number, word) in words.enumerated() { #expect(withBytes(word) { table.value($0) } == Int32(words.firstIndex(of: word) ?? number)) }
    var texts = RandomText(seed: 19, "s t a v e gmail . com é -")
    for _ in 0..<5_000 {
      let text = texts.next()
      #expect(withBytes(text) { table.contains($0) } == words.contains(text), "seed 19: \(text)")
    }
    let titles = WordSet(Lexicon.titleSet)
    for title in Lexicon.titleSet { #expect(titles.contains(Array(title.unicodeScalars)[...])) }
    #expect(!titles.contains(["总", "经"]) && !titles.contains([]))
  }

  @Test("what is told to be no pinyin has no reading")
  func pinyin() {
    /// Every way to cut letters into syllables, the slow way.
    func canRead(_ letters: ArraySlice<Unicode.Scalar>) -> Bool {
      if letters.isEmpty { return true }
      return (1...min(6, letters.count)).contains { Pinyin.syllable(letters.prefix($0)) != nil && canRead(letters.dropFirst($0)) }
    }
    var texts = RandomText(seed: 20, "a o e n g x i an zh ch u v lv s t r ang iong")
    for _ in 0..<5_000 {
      let letters = Array(texts.next().unicodeScalars.filter { $0.value >= 0x61 && $0.value <= 0x7A })
      guard !letters.isEmpty, letters.count <= 20 else { continue }
      #expect(Pinyin.syllables(latin: letters).isEmpty != canRead(letters[...]), "seed 20: \(letters)")
    }
  }
}
