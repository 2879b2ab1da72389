import Normalization
import Testing

@Suite("Characters taken for one another")
struct HanFormsTests {
  private func scalar(_ text: String) throws -> Unicode.Scalar { try #require(text.unicodeScalars.first) }

  @Test("look alike", arguments: ["未末", "己已", "余佘", "沈沉", "堃坤", "戊戌", "土士", "玮伟", "侯候", "晓哓"])
  func shapes(pair: String) throws {
    let one = try scalar(pair)
    let other = try #require(pair.unicodeScalars.last)
    #expect(HanForms.looksAlike(one, other) && HanForms.looksAlike(other, one))
  }

  @Test("do not look alike", arguments: ["王李", "华恒", "建国", "伟芳"])
  func others(pair: String) throws {
    #expect(!HanForms.looksAlike(try scalar(pair), try #require(pair.unicodeScalars.last)))
  }

  @Test(
    "sound alike",
    arguments: [
      ("信", "鑫", true), ("玮", "伟", true), ("腾", "藤", true), ("华", "花", true), ("王", "李", false), ("a", "b", false), ("a", "a", false),
    ])
  func sounds(one: String, other: String, expected: Bool) throws {
    #expect(HanForms.soundsAlike(try scalar(one), try scalar(other)) == expected)
  }

  @Test("are spelt in Hong Kong as the register does")
  func cantonese() throws {
    let chinese = try #require(CompanyName("恒信（香港）有限公司"))
    let latin = try #require(CompanyName("HANG SHUN (HONG KONG) LIMITED"))
    #expect(chinese.cantonese.contains { latin.cantonese.contains($0) })
    #expect(chinese.divisions == latin.divisions)
    #expect(try #require(CompanyName("Acme 99 Ltd")).cantonese.isEmpty)
  }
}
