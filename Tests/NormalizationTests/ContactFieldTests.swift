import Normalization
import Testing

@Suite("E-mail, days, web sites, accounts, codes")
struct ContactFieldTests {
  @Test(
    "addresses of one mailbox",
    arguments: [
      ("j.ohn+crm@gmail.com", "john@gmail.com"), ("john@googlemail.com", "John@Gmail.com"), ("anna+news@acme.cn", "anna@acme.cn"),
      ("\"张伟\" <zhangwei@huaxin.com>", "zhangwei@huaxin.com"),
    ])
  func mailbox(left: String, right: String) {
    let (mine, other) = (Email.all(in: left).first, Email.all(in: right).first)
    #expect(mine != nil && mine?.mailbox == other?.mailbox)
  }

  @Test("dots count everywhere but at Gmail, and other providers are others")
  func otherMailboxes() {
    #expect(Email.all(in: "a.b@acme.cn").first?.mailbox != Email.all(in: "ab@acme.cn").first?.mailbox)
    #expect(Email.all(in: "zhangwei@163.com").first?.mailbox != Email.all(in: "zhangwei@126.com").first?.mailbox)
    #expect(Email.all(in: "+@acme.cn").first?.mailbox == "+@acme.cn")
  }

  @Test("domains have a class", arguments: [("a1@qq.com", Email.DomainClass.free), ("a1@huaxin.com", .own), ("a1@mailinator.com", .none)])
  func domains(text: String, expected: Email.DomainClass) { #expect(Email.all(in: text).first?.domainClass == expected) }

  @Test(
    "days in many forms",
    arguments: [
      ("1971-06-24", 19_710_624), ("19460902", 19_460_902), ("1985年3月4日", 19_850_304), ("1985/3/4", 19_850_304), ("24/06/1971", 19_710_624),
      ("06/24/1971", 19_710_624), ("04.03.1985", 19_850_304), ("4 Mar 1985", 19_850_304), ("March 4, 1985", 19_850_304),
      ("1985-03-04T00:00:00Z", 19_850_304), ("1985-03-04 10:20", 19_850_304), ("１９８５-０３-０４", 19_850_304), ("2000-02-29", 20_000_229),
      ("24-Jun-71", 19_710_624), ("24/06/71", 19_710_624),
    ])
  func days(text: String, expected: UInt32) { #expect(DateReading.day(text) == expected) }

  @Test(
    "days that do not exist or mean nothing",
    arguments: [
      "1900-01-01", "1970-01-01", "0000-00-00", "1985-02-30", "2001-02-29", "1985-13-01", "", "hello", "12", "1985", "13/13/1985",
    ])
  func noDays(text: String) { #expect(DateReading.day(text) == nil) }

  @Test("a column says which number is the day")
  func order() {
    #expect(DateReading.order(of: ["03/04/1985", "12/25/1990"]) == .monthFirst)
    #expect(DateReading.order(of: ["03/04/1985", "25/12/1990"]) == .dayFirst)
    #expect(DateReading.day("03/04/1985", order: .monthFirst) == 19_850_304)
    #expect(DateReading.day("03/04/1985", order: .dayFirst) == 19_850_403)
  }

  @Test(
    "web sites by host",
    arguments: [
      ("http://www.Acme.com/about?x=1", "acme.com"), ("acme.com", "acme.com"), ("https://acme.com:8080", "acme.com"),
      ("www.chicagocommons.org", "chicagocommons.org"), ("https://facebook.com/acme", "facebook.com/acme"),
      ("shop123.taobao.com", "shop123.taobao.com"),
    ])
  func sites(text: String, expected: String) { #expect(Website(text)?.page == expected) }

  @Test("no web sites", arguments: ["", "none", "a@b.com", "1.5", "www", "two words.com"])
  func noSites(text: String) { #expect(Website(text) == nil) }

  @Test("bank accounts: digits, or an IBAN that passes its check")
  func accounts() {
    #expect(BankAccount("DE89 3704 0044 0532 0130 00")?.number == "DE89370400440532013000")
    #expect(BankAccount("DE89 3704 0044 0532 0130 01") == nil)
    #expect(BankAccount("工行 6222 0212 3456 7890 123")?.number == "6222021234567890123")
    #expect(BankAccount("6222****7890") == nil && BankAccount("0000000000") == nil && BankAccount("123") == nil)
  }

  @Test("credit codes: look-alikes are corrected, masks refused, older codes found inside")
  func codes() throws {
    let code = try #require(CreditCode("913301067042881614"))
    #expect(CreditCode.read("913301067042881614") == .checked(code))
    #expect(CreditCode.read("9133O1067042881614") == .corrected(code))
    #expect(CreditCode.read("9111********ABCD5T") == nil && CreditCode.read("9111XXXXXXXXABCD5T") == nil)
    let other = try #require(CreditCode("913101155997421304"))
    #expect(CreditCode.read("310115599742130") == .oldTaxNumber(other.oldTaxNumber))
    #expect(CreditCode.read("91320594MA1N3K4T72") == .unchecked("91320594MA1N3K4T72"))
    #expect(CreditCode.read("无") == nil && CreditCode.read("000000000000000000") == nil)
  }
}
