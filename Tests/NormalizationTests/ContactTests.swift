import Normalization
import Testing

@Suite("Phones, e-mail, codes, addresses")
struct ContactTests {
  @Test(
    "a number has one form however it is written",
    arguments: [
      ("13800138001", "+8613800138001"), ("138 0013 8001", "+8613800138001"), ("+86-138-0013-8001", "+8613800138001"),
      ("(+86)13800138001", "+8613800138001"), ("008613800138001", "+8613800138001"), ("8613800138001", "+8613800138001"),
      ("013800138001", "+8613800138001"), ("１３８００１３８００１", "+8613800138001"), ("13800138001.0", "+8613800138001"),
      ("'13800138001", "+8613800138001"), ("手机13800138001", "+8613800138001"), ("0755-35210173", "+8675535210173"),
      ("+86-755-35210173", "+8675535210173"), ("TEL:0451-21828204", "+8645121828204"), ("(0533)5921132", "+865335921132"),
      ("+44 20 7946 0011", "+442079460011"), ("400-820-1234", "+864008201234"),
    ])
  func forms(text: String, expected: String) { #expect(Phone.normalise(text, region: "CN") == expected) }

  @Test(
    "placeholders and masked numbers are no numbers",
    arguments: ["11111111111", "13800000000", "138****8000", "1351434", "12345678", "", "无"])
  func none(text: String) { #expect(Phone.normalise(text, region: "CN") == nil) }

  @Test("a field may hold several, with extensions")
  func several() {
    #expect(Phone.all(in: "18524263483、(0533)5921132").map(\.number) == ["+8618524263483", "+865335921132"])
    #expect(Phone.all(in: "+86 187-1324-2452 / 0752-6923692#2764").map(\.extension) == [nil, "2764"])
    #expect(Phone.all(in: "０７５２-６９２３６９２ ext.2764").first?.extension == "2764")
  }

  @Test("e-mail addresses fold case and width, and say whether the domain is an employer's")
  func emails() {
    #expect(Email.normalise("pengyl2557＠163.com") == "pengyl2557@163.com")
    #expect(Email.normalise(" 1413162821@QQ.COM ") == "1413162821@qq.com")
    #expect(Email.normalise("a***@b.com") == nil)
    #expect(Email.all(in: "sales@hengda.cn").first?.isRole == true)
    #expect(Email.all(in: "x@hengda.cn").first?.isFreeMail == false)
  }

  /// The standard's own example, and codes whose remainder is 0, on which several libraries fail.
  @Test("credit codes are checked as GB 32100-2015 says", arguments: ["91350100M000100Y43", "91350100m000100y43", "税号:91350100M000100Y43"])
  func code(text: String) {
    #expect(CreditCode(text)?.text == "91350100M000100Y43")
    #expect(CreditCode(text)?.organisationCode == "M000100Y4")
  }

  @Test("a wrong digit is noticed")
  func wrongCode() {
    #expect(CreditCode("91350100M000100Y34") == nil)
    #expect(CreditCode("9135O100M000100Y43") == nil)
    let zeroRemainders = (0..<2_000).compactMap { number -> String? in
      let body = Array(String(91_350_100_000_000_000 + number).utf8)
      return CreditCode.checkCharacter(of: body) == UInt8(ascii: "0") ? String(decoding: body, as: UTF8.self) + "0" : nil
    }
    #expect(!zeroRemainders.isEmpty)
    #expect(zeroRemainders.allSatisfy { CreditCode($0) != nil })
  }

  @Test("addresses agree on place, road and number")
  func addresses() throws {
    let full = try #require(Address("江苏省常州市天宁区人民路719号"))
    let short = try #require(Address("常州天宁人民路７１９号"))
    #expect(full.road == "人民路" && full.number == "719")
    #expect(short.road == full.road && short.number == full.number)
    #expect(short.divisions.contains { $0.isCompatible(with: full.divisions[0]) })
    #expect(try #require(Address("淄博黄河大道719号")).road == "黄河大道")
    #expect(try #require(Address("12 High Street, London")).words.contains("st"))
  }
}
