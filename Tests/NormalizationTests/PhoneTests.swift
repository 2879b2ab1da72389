import Normalization
import Testing

@Suite("Telephone numbers")
struct PhoneTests {
  @Test("the common shapes of twelve regions are read as libphonenumber reads them")
  func oracle() {
    var wrong: [String] = []
    for line in PhoneOracle.lines.split(separator: "\n") {
      let fields = line.split(separator: "|").map(String.init)
      let read = Phone.normalise(fields[1], region: fields[0])
      if read != fields[2] { wrong.append("\(line) read as \(read ?? "nothing")") }
    }
    #expect(wrong.isEmpty, "\(wrong.count) differ, first \(wrong.prefix(5))")
  }

  @Test(
    "extensions are kept apart",
    arguments: [
      ("0577-24823531*8260", "+8657724823531", "8260"), ("0411-5778981-1291", "+864115778981", "1291"),
      ("010-62345678-801", "+861062345678", "801"), ("010-62345678转801", "+861062345678", "801"),
      ("(010)62345678 ext. 12", "+861062345678", "12"), ("310-246-1501 x 44", "+13102461501", "44"),
    ])
  func extensions(text: String, number: String, ext: String) {
    let phones = Phone.all(in: text)
    #expect(phones.map(\.number) == [number])
    #expect(phones.first?.extension == ext)
  }

  @Test(
    "one number, however it is written",
    arguments: [
      ["13912345678", "86-13912345678", "013912345678", "'13912345678", "13912345678.0", "0086 139 1234 5678"],
      ["0755-23456789", "8675523456789", "+86 (0755) 2345 6789", "(0755)23456789"],
      ["310/246-1501", "310-246-1501", "(310) 246-1501", "+1 310 246 1501", "1-310-246-1501", "310.246.1501"],
    ])
  func same(texts: [String]) {
    #expect(Set(texts.map { Phone.normalise($0, region: nil) }).count == 1)
    #expect(Phone.normalise(texts[0], region: nil) != nil)
  }

  @Test("a number without its area code shares the local digits of the full one")
  func local() throws {
    let short = try #require(Phone.all(in: "62345678").first)
    let full = try #require(Phone.all(in: "010-62345678").first)
    #expect(short.kind == .local && full.kind == .landline)
    #expect(short.number != full.number && short.local == full.local)
    #expect(Phone.all(in: "5346361").first?.kind == .local)
    #expect(Phone.all(in: "+852 9123 4567").first?.local == Phone.all(in: "91234567").first?.local)
    #expect(Phone.all(in: "13912345678").first?.local == "")
  }

  @Test(
    "what is unreadable, hidden or made up is no number",
    arguments: [
      "1.39E+10", "138****8000", "138xxxx8000", "139-****-5678", "0755-1234567", "010-12345678", "88888888", "1234567890",
    ])
  func nothing(text: String) { #expect(Phone.all(in: text).isEmpty) }

  @Test("several numbers in a field")
  func several() {
    #expect(Phone.all(in: "13912345670、13812345679;021-55667788").count == 3)
    #expect(Phone.all(in: "0755-23456789/13800138001 张三").map(\.kind) == [.landline, .mobile])
    #expect(Phone.all(in: "13912345670 13912345671").count == 2)
  }

  @Test("service numbers are known as such")
  func service() {
    #expect(Phone.all(in: "400-820-1234").first?.kind == .service)
    #expect(Phone.all(in: "1-800-555-0142", region: "US").first?.kind == .service)
  }

  @Test("the number of every example can be called, but says nothing about who is called")
  func example() {
    let phones = Phone.all(in: "13800138000 / 13800138001")
    #expect(phones.map(\.number) == ["+8613800138000", "+8613800138001"])
    #expect(phones.map(\.isExample) == [true, false])
  }
}
