import Normalization
import Testing

@Suite("Person names")
struct PersonNameTests {
  @Test(
    "know surname, given name and title",
    arguments: [
      ("王建国", "王", "建国"), ("张总", "张", ""), ("李先生", "李", ""), ("欧阳娜娜", "欧阳", "娜娜"), ("王玉华老师", "王", "玉华"), ("任俊欣", "任", "俊欣"),
      ("John Smith", "smith", "john"), ("Smith, John", "smith", "john"), ("Dr. Mary Jones", "jones", "mary"), ("Alice付", "付", ""),
    ])
  func parts(text: String, surname: String, given: String) throws {
    let name = try #require(PersonName(text))
    #expect(name.surname == surname && name.given == given)
  }

  @Test("are not made of things that are no names", arguments: ["", ".", "12345", "深圳市恒达科技有限公司", "阳光灿烂", "🚚"])
  func refused(text: String) { #expect(PersonName(text) == nil) }

  @Test(
    "are found in labels",
    arguments: [
      ("徐州老赵-陈女士", [NameLabel.Part.organisation("徐州老赵"), .person("陈女士")]),
      ("孙总 １５９５０４０７８１２", [.person("孙总")]),
      ("山东员泽新材料刘芳", [.organisation("山东员泽新材料"), .person("刘芳")]),
      ("老客户王学欣", [.person("王学欣")]),
      ("Cai Junhua", [.person("cai junhua")]),
      ("欧美格陈经理", [.organisation("欧美格"), .person("陈经理")]),
      ("华信-张伟-经理", [.organisation("华信"), .person("张伟")]),
      ("A 张伟 华信", [.person("张伟"), .organisation("华信")]),
      ("张伟 Zhang Wei", [.person("张伟"), .person("zhang wei")]),
      ("小雨🌸", []),
      ("淘宝HUANG ZHENWU", [.person("huang zhenwu")]),
      ("福建省新羣科技有限責 任公司", [.organisation("福建省新群科技有限责任公司")]),
      ("润农材 料-刘家辉", [.organisation("润农材料"), .person("刘家辉")]),
      ("恒达科技有限公司尚总", [.organisation("恒达科技有限公司尚总"), .person("尚总")]),
      ("神园科技老板", [.organisation("神园科技")]),
      ("李**", [.person("李**")]),
      ("张伟 恒达科技", [.person("张伟"), .organisation("恒达科技")]),
    ])
  func labels(text: String, parts: [NameLabel.Part]) { #expect(NameLabel.parts(of: text) == parts) }
}
