import Normalization
import Testing

@Suite("Chinese person names")
struct ChineseNameTests {
  @Test(
    "have titles that are no part of them",
    arguments: [
      ("王老师", "王", ""), ("李医生", "李", ""), ("陈经理", "陈", ""), ("欧阳总", "欧阳", ""), ("诸葛老师", "诸葛", ""), ("王建国总", "王", "建国"), ("经理张伟", "张", "伟"),
      ("张伟（采购）", "张", "伟"),
      ("老王", "王", ""), ("小王总", "王", ""), ("王小工", "王", "小工"), ("萧峰", "萧", "峰"),
    ])
  func titles(text: String, surname: String, given: String) throws {
    let name = try #require(PersonName(text))
    #expect(name.surname == surname && name.given == given)
  }

  @Test("tell the gender by the form of address")
  func gender() throws {
    #expect(try #require(PersonName("张先生")).gender == .male)
    #expect(try #require(PersonName("张女士")).gender == .female)
    #expect(try #require(PersonName("王芳姐姐")).gender == .female)
    #expect(try #require(PersonName("张总")).gender == nil)
    #expect(try #require(PersonName("张伟")).gender == nil)
  }

  @Test("may be masked", arguments: [("张*", "张", ""), ("张**", "张", ""), ("张某某", "张", ""), ("王*国", "王", ""), ("*伟", "", "伟")])
  func masked(text: String, surname: String, given: String) throws {
    let name = try #require(PersonName(text))
    #expect(name.isMasked && !name.isFull && name.surname == surname && name.given == given)
  }

  @Test("are no nicknames", arguments: ["小雨🌸", "阳光", "海阔天空", "平安", "豆豆"])
  func nicknames(text: String) { #expect(PersonName(text) == nil) }

  @Test(
    "meet their Latin spelling",
    arguments: [
      ("张伟", "Zhang Wei"), ("张伟", "Wei Zhang"), ("张伟", "zhangwei"), ("吕倩", "Lv Qian"), ("吕倩", "Lyu Qian"), ("曾毅", "Ceng Yi"),
      ("曾毅", "Zeng Yi"), ("欧阳娜娜", "Ouyang Nana"), ("蔡俊华", "Cai Junhua"),
      ("李旺", "Li Wang"), ("王莉", "Li Wang"), ("王莉", "WANG, Li"), ("陈大文", "Chen Da-wen"),
    ])
  func sounds(chinese: String, latin: String) throws {
    let one = try #require(PersonName(chinese)).sounds
    let other = try #require(PersonName(latin)).sounds
    #expect(one.contains { other.contains($0) })
  }

  @Test("have a surname only beside a western given name, and none in a western name")
  func western() throws {
    let kevin = try #require(PersonName("Kevin Wang")).sounds
    #expect(kevin.count == 1 && kevin.first?.given == [] && kevin.first?.surname == PersonName("王总")?.sounds.first?.surname)
    #expect(try #require(PersonName("Kevin Wong")).sounds.count == 2)
    #expect(try #require(PersonName("John Smith")).sounds.isEmpty)
  }

  @Test("have surnames that are spelt in two ways, but 于 and 於 are two")
  func spellings() throws {
    #expect(PersonName("萧峰")?.surnameClass == PersonName("肖峰")?.surnameClass)
    #expect(PersonName("傅军")?.surnameClass == PersonName("付军")?.surnameClass)
    #expect(PersonName("于波")?.surname == "于" && PersonName("於波")?.surname == "於")
    #expect(PersonName("于波")?.surnameClass != PersonName("於波")?.surnameClass)
  }
}
