extension PersonName {
  /// How a name sounds in toneless Mandarin.
  public struct Sound: Hashable, Sendable {
    public var surname: [Pinyin.Syllable]
    /// Empty when only the surname is known or the given name is no Chinese one (Kevin Wang).
    public var given: [Pinyin.Syllable]
  }

  /// The ways the name may sound: one for most Chinese names, two when the surname is often misread (曾: zeng, ceng), both orders for a Latin
  /// spelling that allows both (Wei Zhang, Li Wang). Empty when it is no Chinese name. Surnames in Hong Kong and Wade–Giles spelling count
  /// as the Mandarin ones they render (Chan: chen, Wong: wang and huang).
  public var sounds: [Sound] { isChinese ? ideographSounds : latinSounds }

  private var ideographSounds: [Sound] {
    let scalars = Array(surname.unicodeScalars)
    guard let first = scalars.first else { return [] }
    let proper = Pinyin.reading(ofSurname: scalars)
    var surnames = [proper]
    // 曾 is often misread as ceng.
    if scalars.count == 1 {
      for reading in Pinyin.readings(of: first) where proper.count != 1 || proper[0] != reading { surnames.append([reading]) }
    }
    let givens = givenReadings
    var sounds: [Sound] = []
    for surname in surnames {
      for given in givens.prefix(4) where sounds.count < 6 { sounds.append(Sound(surname: surname, given: given)) }
    }
    return sounds
  }

  /// The two most common readings of every character of the given name, in all combinations: the first character's change fastest.
  private var givenReadings: [[Pinyin.Syllable]] {
    var givens: [[Pinyin.Syllable]] = [[]]
    for scalar in given.unicodeScalars {
      let readings = Pinyin.readings(of: scalar)
      if readings.count == 1 {
        // Most characters have one.
        for place in givens.indices { givens[place].append(readings[0]) }
      } else {
        givens = readings.prefix(2).flatMap { reading in givens.map { $0 + [reading] } }
      }
    }
    return givens
  }

  private var latinSounds: [Sound] {
    let words = text.unicodeScalars.split(separator: " ").map(Array.init)
    if words.count == 1 { return Self.sounds(ofWord: Pinyin.syllables(latin: words[0])) }
    guard (2...4).contains(words.count) else { return [] }
    return Self.sounds(
      first: Self.surnames(latin: words[0]), last: Self.surnames(latin: words[words.count - 1]),
      before: Pinyin.syllables(latin: Self.joined(words.dropLast())), after: Pinyin.syllables(latin: Self.joined(words.dropFirst())),
      isPair: words.count == 2)
  }

  /// Of one word, by its readings.
  static func sounds(ofWord readings: [[Pinyin.Syllable]]) -> [Sound] {
    var sounds: [Sound] = []
    for syllables in readings where (2...4).contains(syllables.count) {
      for length in [1, 2] where syllables.count > length && surnameSounds.contains(Array(syllables.prefix(length))) {
        add([Array(syllables.prefix(length))], [Array(syllables.dropFirst(length))], to: &sounds)
      }
    }
    return sounds
  }

  /// Of several words: the surnames that the first and the last can spell, and the readings of all words before the last and after the
  /// first.
  static func sounds(
    first: [[Pinyin.Syllable]], last: [[Pinyin.Syllable]], before: [[Pinyin.Syllable]], after: [[Pinyin.Syllable]], isPair: Bool
  ) -> [Sound] {
    var sounds: [Sound] = []
    add(first, after, to: &sounds)
    add(last, before, to: &sounds)
    if sounds.isEmpty, isPair { add(last, [[]], to: &sounds) }
    return sounds
  }

  private static func add(_ surnames: [[Pinyin.Syllable]], _ givens: [[Pinyin.Syllable]], to sounds: inout [Sound]) {
    for surname in surnames {
      for given in givens where given.count <= 2 {
        let sound = Sound(surname: surname, given: given)
        if sounds.count < 6, !sounds.contains(sound) { sounds.append(sound) }
      }
    }
  }

  private static func joined(_ words: ArraySlice<[Unicode.Scalar]>) -> [Unicode.Scalar] { Array(words.joined(separator: [" "])) }

  /// The surnames a word can spell.
  private static func surnames(latin word: [Unicode.Scalar]) -> [[Pinyin.Syllable]] {
    var text = CompanyText.string(word)
    return text.withUTF8 { surnames(letters: $0, readings: Pinyin.syllables(latin: word)) }
  }

  /// As above, in UTF-8 and with the word's readings as pinyin.
  static func surnames(letters word: UnsafeBufferPointer<UInt8>, readings: [[Pinyin.Syllable]]) -> [[Pinyin.Syllable]] {
    var found = readings.isEmpty ? [] : readings.filter { surnameSounds.contains($0) }
    let known = southernWords.value(word)
    if known >= 0 { for spelling in southern[Int(known)].sounds where !found.contains(spelling) { found.append(spelling) } }
    return found
  }

  /// The pinyin of every surname.
  static let surnameSounds: Set<[Pinyin.Syllable]> = {
    var sounds: Set<[Pinyin.Syllable]> = []
    for surname in Lexicon.surnamesByFrequency {
      sounds.insert(Pinyin.reading(ofSurname: [surname]))
      for reading in Pinyin.readings(of: surname) { sounds.insert([reading]) }
    }
    for surname in Lexicon.compoundSurnames { sounds.insert(Pinyin.reading(ofSurname: surname.unicodeScalars)) }
    return sounds
  }()

  /// Cantonese and Wade–Giles spellings of the common surnames.
  private static let southern: [(spelling: String, sounds: [[Pinyin.Syllable]])] = {
    let list = """
      chan=chen cheung=zhang chang=zhang wong=wang,huang lee=li lau=liu leung=liang lam=lin ng=wu ho=he kwok=guo kuo=guo tsang=zeng tseng=zeng yip=ye \
      ip=ye yeh=ye tse=xie hsieh=xie chow=zhou chou=zhou chiu=zhao chao=zhao hui=xu hsu=xu tang=deng teng=deng tam=tan fung=feng yeung=yang mak=mai law=luo lo=luo,lu \
      siu=xiao hsiao=xiao choi=cai tsai=cai choy=cai kwan=guan poon=pan so=su yuen=yuan,ruan chu=zhu cheng=zheng kwong=kuang szeto=si-tu au=ou pang=peng \
      tong=tang tsui=xu chui=xu kong=jiang keung=jiang chiang=jiang hung=hong yue=yu shum=shen tung=dong mok=mo lui=lv lu=lv,lu \
      sung=song ting=ding yam=ren jen=ren liew=liu tan=chen lim=lin goh=wu ong=wang teo=zhang koh=xu chua=cai ang=hong low=liu foo=fu fok=huo \
      kam=jin kan=jian kei=ji wan=yin,wen man=wen mui=mei shek=shi shih=shi suen=sun tin=tian to=du tou=du wai=wei yan=ren
      """
    var spellings: [String: [[Pinyin.Syllable]]] = [:]
    for entry in list.split(separator: " ") {
      let parts = entry.split(separator: "=")
      guard parts.count == 2 else { continue }
      var sounds: [[Pinyin.Syllable]] = []
      for spelling in parts[1].split(separator: ",") {
        let sound = spelling.split(separator: "-").compactMap { Pinyin.syllable(Array($0.unicodeScalars)) }
        if !sounds.contains(sound) { sounds.append(sound) }
      }
      spellings[String(parts[0])] = sounds
    }
    return spellings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }()

  static var southernSpellings: [String] { southern.map(\.spelling) }

  private static let southernWords = WordTable(set: southernSpellings)
}
