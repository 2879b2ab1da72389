import Normalization
import Testing

@Suite("Pinyin")
struct PinyinTests {
  private func spellings(_ character: String) -> [String] {
    character.unicodeScalars.first.map { Pinyin.readings(of: $0).map { Pinyin.spelling(of: $0) } } ?? []
  }

  @Test("readings are sets, the most common first")
  func readings() {
    #expect(spellings("张") == ["zhang"])
    #expect(spellings("长") == ["chang", "zhang"])
    #expect(spellings("绿").contains("lv"))
    #expect(spellings("a").isEmpty)
  }

  @Test(
    "surnames have readings of their own",
    arguments: [
      ("曾", "zeng"), ("单", "shan"), ("仇", "qiu"), ("解", "xie"), ("查", "zha"), ("区", "ou"), ("尉迟", "yuchi"), ("万俟", "moqi"), ("王", "wang"),
    ])
  func surnames(surname: String, spelling: String) {
    #expect(Pinyin.spelling(of: Pinyin.reading(ofSurname: surname.unicodeScalars)) == spelling)
  }

  @Test(
    "Latin texts are taken apart into syllables",
    arguments: [
      ("zhangwei", "zhang wei"), ("Zhang Wei", "zhang wei"), ("lv qian", "lv qian"), ("lü", "lv"), ("lyu", "lv"), ("xi'an", "xi an"),
      ("xian", "xian"), ("huaxin", "hua xin"), ("fangan", "fan gan"),
    ])
  func segmentation(text: String, expected: String) throws {
    let first = try #require(Pinyin.syllables(latin: text).first)
    #expect(first.map { Pinyin.spelling(of: $0) }.joined(separator: " ") == expected)
  }

  @Test("other readings follow, and what is no pinyin has none")
  func others() {
    #expect(Pinyin.syllables(latin: "xian").count == 2)
    for text in ["smith", "", "华信", "zh", "a1", String(repeating: "a", count: 500)] { #expect(Pinyin.syllables(latin: text).isEmpty) }
    #expect(Pinyin.syllables(latin: String(repeating: "xian", count: 11)).count <= 8)
  }

  @Test("southern mergers are one")
  func merged() throws {
    let pairs = [("zhang", "zan"), ("shi", "si"), ("nan", "lan"), ("ling", "lin")]
    for (one, other) in pairs {
      let left = try #require(Pinyin.syllable(one.unicodeScalars))
      let right = try #require(Pinyin.syllable(other.unicodeScalars))
      #expect(left != right && Pinyin.merged(left) == Pinyin.merged(right))
    }
  }
}
