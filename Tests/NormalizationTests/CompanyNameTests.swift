import Normalization
import Testing

@Suite("Company names")
struct CompanyNameTests {
  @Test(
    "are taken apart into trade name, industry and form",
    arguments: [
      ("招商银行有限公司", "招商银行", "", "有限公司"),
      ("阿里巴巴集团控股有限公司", "阿里巴巴", "", "集团控股有限公司"),
      ("阿里巴巴集团", "阿里巴巴", "", "集团"),
      ("阿里巴巴（中国）有限公司", "阿里巴巴", "", "有限公司"),
      ("阅文", "阅文", "", ""),
      ("北京华信科技有限公司", "华信", "科技", "有限公司"),
      ("华信科技（北京）有限公司", "华信", "科技", "有限公司"),
      ("华信（北京）科技有限公司", "华信", "科技", "有限公司"),
      ("北 京 华 信 科 技 有 限 公 司", "华信", "科技", "有限公司"),
      ("深圳市洛世奇商贸有限责任公司", "洛世奇", "商贸", "有限责任公司"),
      ("克康家具(合肥)公司", "克康", "家具", "公司"),
      ("山东员泽新材料有限责任公司", "员泽", "新材料", "有限责任公司"),
      ("A-北京欣惠烟酒商行", "欣惠", "烟酒", "商行"),
      ("A北京欣惠烟酒商行", "欣惠", "烟酒", "商行"),
      ("恒信&amp;泰达商贸有限公司", "恒信&泰达", "商贸", "有限公司"),
      ("中山市东凤镇恒远五金厂", "恒远", "五金", "厂"),
      ("中国银行", "中国银行", "", ""),
      ("中国人民银行", "中国人民银行", "", ""),
      ("青岛啤酒股份有限公司", "青岛", "啤酒", "股份有限公司"),
      ("三一重工", "三一", "重工", ""),
      ("7-11便利店", "7-11", "", "便利店"),
      ("Acme Trading Co., Ltd.", "acme trading", "", "co"),
      ("The Smith & Sons Limited", "smith and sons", "", "ltd"),
      ("Foo GmbH & Co. KG", "foo", "", "gmbh"),
    ])
  func parts(text: String, brand: String, industry: String, form: String) throws {
    let name = try #require(CompanyName(text))
    #expect(name.brand == brand)
    #expect(name.industry == industry)
    #expect(name.form == form)
  }

  @Test(
    "keep the division apart, reading it only where a trade name is left",
    arguments: [
      ("山西安健堂", [140_000], "安健堂"), ("北京华颜", [110_000], "华颜"), ("兰州壹玖壹玖", [620_100], "壹玖壹玖"),
      ("广东省惠州同利贸易有限公司", [440_000, 441_300], "同利"), ("深圳南山科技有限公司", [440_300], "南山"), ("杭州西湖恒远贸易有限公司", [330_100, 330_106], "恒远"),
      ("上海南京路百货有限公司", [310_000], "南京路"), ("南京上海路百货有限公司", [320_100], "上海路"), ("上海交通大学", [310_000], "交通"),
      ("株洲市青柳区小欧商行", [430_200], "小欧"), ("江酥省贝润服饰有限公司", [320_000], "贝润"), ("西安恒华", [610_100], "恒华"),
      ("河南洛阳市林永餐饮店", [410_000, 410_300], "林永"), ("中山东凤镇大花幼儿园", [442_000], "大花"), ("苏州工业园区华信科技有限公司", [320_500], "华信"),
      ("华信科技(北京有限公司", [110_000], "华信"), ("南京大学", [320_100], "南京"),
    ] as [(String, [UInt32], String)])
  func divisions(text: String, codes: [UInt32], brand: String) throws {
    let name = try #require(CompanyName(text))
    #expect(name.divisions.map(\.code) == codes)
    #expect(name.brand == brand)
  }

  @Test("of a place and a shop keep the trade name whole: 邢台 + 万生 + 大药房")
  func shop() throws {
    let name = try #require(CompanyName("邢台万生大药房"))
    #expect(name.brand == "万生" && name.industries == ["药房"])
    #expect(name.divisions.contains { $0.code == 130_500 })
  }

  @Test(
    "are the same with notes, departments, contacts and typing mistakes in them",
    arguments: [
      "北京华信科技有限公司采购部", "【VIP】北京华信科技有限公司", "北京华信科技有限公司-张总", "北京华信科技有限公司/李四", "北京华信科技有限公司（已注销）", "(新)北京华信科技有限公司", "北京华信科技有限公可",
      "北京华信科技有县公司", "北京华信科技有限公司有限公司", "北京华信科技有限公", "北京华信科技有限限公司", "北京\u{200B}华信科技有限公司", "A-北京华信科技有限公司", "北京華信科技有限公司", "北京华信科技有限公司张三",
      "★北京华信科技有限公司", "北京华信科技有有限公司", "北京华信科技（有限公司", "北京华信科技有限公司2",
    ])
  func noise(text: String) throws {
    let plain = try #require(CompanyName("北京华信科技有限公司"))
    let name = try #require(CompanyName(text))
    #expect(name.text == plain.text && name.brand == plain.brand && name.form == plain.form && name.divisions == plain.divisions)
  }

  @Test("keep who was added to the name as contact")
  func contact() throws {
    #expect(try #require(CompanyName("北京华信科技有限公司-张总")).contact == "张总")
    #expect(try #require(CompanyName("北京华信科技有限公司/李四")).contact == "李四")
    #expect(try #require(CompanyName("北京华信科技有限公司财务李姐")).contact == "李姐")
  }

  @Test("know a branch from its head office")
  func branches() throws {
    let head = try #require(CompanyName("广东省九木软件有限公司"))
    let branch = try #require(CompanyName("广东省九木软件有限公司湛江分公司"))
    #expect(head.branch == nil && branch.branch == "湛江分公司")
    #expect(head.brand == branch.brand && head.form == branch.form)
    #expect(try #require(CompanyName("盛港实业九江营业部")).branch == "九江营业部")
    #expect(try #require(CompanyName("招商银行股份有限公司上海分行徐汇支行")).branch == "上海分行徐汇支行")
    #expect(try #require(CompanyName("中国建设银行北京分行")).brand == "中国建设银行")
    #expect(try #require(CompanyName("麦当劳（人民路店）")).branch == "人民路店")
    #expect(try #require(CompanyName("北京华信科技有限公司人民路店")).branch == "人民路店")
  }

  @Test(
    "tell sisters apart by their number",
    arguments: [
      ("市第一人民医院", "1", "人民"), ("宁波远见一号股权投资合伙企业（有限合伙）", "1", "远见"), ("恒达机械二厂", "2", "恒达"), ("老王便利店3店", "3", "老王"), ("沈阳第一机床厂", "1", "沈阳"),
      ("三一重工", "", "三一"),
      ("兰州壹玖壹玖", "", "壹玖壹玖"),
    ])
  func ordinals(text: String, ordinal: String, brand: String) throws {
    let name = try #require(CompanyName(text))
    #expect(name.ordinal == ordinal && name.brand == brand)
  }

  @Test("have industries as canonical words")
  func industries() throws {
    #expect(try #require(CompanyName("北京华信电子商务有限公司")).industries == ["电商"])
    #expect(try #require(CompanyName("北京华信电商")).industries == ["电商"])
    #expect(try #require(CompanyName("恒远信息技术有限公司")).industries == ["信息", "科技"])
    #expect(try #require(CompanyName("恒远信息科技有限公司")).industries == ["信息", "科技"])
    #expect(try #require(CompanyName("广州联盛进出口贸易有限公司")).industries == ["进出口", "贸易"])
  }

  @Test("sound alike in Chinese and in pinyin")
  func sounds() throws {
    for (chinese, latin) in [
      ("苏州瑞丰食品有限公司", "Suzhou Ruifeng Food Co., Ltd"), ("深圳市腾盛电子有限公司", "Shenzhen Teng Sheng Electronics Co., Ltd."),
      ("光塔机械", "Guang Ta Ji Xie"), ("朗鑫服装店", "Lang Xin Fu Zhuang Dian"), ("富新文化传媒有限公司", "Fu Xin Culture Media Co.,Ltd"),
      ("江苏省泰里新材料有限公司", "Jiangsu Tai Li New Materials Co.Ltd."),
      ("爱牌电子商务有限公司", "AIPAI E-COMMERCE CO.,LTD"),
    ] {
      let one = try #require(CompanyName(chinese))
      let other = try #require(CompanyName(latin))
      #expect(!one.sound.isEmpty && one.sound == other.sound && one.industries == other.industries)
      #expect(one.divisions.allSatisfy(other.divisions.contains))
    }
    #expect(try #require(CompanyName("HANG SHUN (HONG KONG) LIMITED")).divisions.map(\.code) == [810_000])
  }

  @Test(
    "have a form though it is mistyped",
    arguments: [
      ("恒达贸易限责任公司", "有限责任公司"), ("恒达贸易集团股份有公司", "集团股份有限公司"), ("恒达服饰有层责任公司", "有限责任公司"), ("恒达服饰有有限责任公司", "有限责任公司"), ("恒达服饰工司", "公司"),
      ("恒达服饰责任有限公", "责任有限公司"), ("合肥公司", "公司"), ("万有公司", "公司"), ("恒达网络科技有公司", "有限公司"), ("恒达网络科技有公限司", "有限公司"), ("恒达工程布限公司", "有限公司"),
      ("恒达科技有爬公司", "有限公司"),
    ])
  func mistypedForms(text: String, form: String) throws { #expect(try #require(CompanyName(text)).form == form) }

  @Test("have branches in English")
  func englishBranch() throws {
    let name = try #require(CompanyName("Xingfei Decoration Engineering Co., Ltd. Yueyang Branch"))
    #expect(name.brand == "xingfei" && name.branch == "yueyang branch" && name.industries == ["装饰", "工程"])
  }

  @Test("know a group, former names and two companies in one field")
  func more() throws {
    #expect(try #require(CompanyName("华泰（集团）有限公司")).isGroup)
    #expect(try #require(CompanyName("华泰（集团）有限公司")).text == CompanyName("华泰集团有限公司")?.text)
    #expect(try !#require(CompanyName("华泰有限公司")).isGroup)
    #expect(try #require(CompanyName("北京恒远科技有限公司（原北京恒大贸易有限公司）")).aliases == ["北京恒大贸易有限公司"])
    #expect(try #require(CompanyName("北京恒远科技有限公司曾用名：北京恒大贸易有限公司")).aliases == ["北京恒大贸易有限公司"])
    #expect(CompanyName.all(in: "北京华信科技有限公司/北京华信软件有限公司").map(\.industry) == ["科技", "软件"])
    #expect(CompanyName.all(in: "北京华信科技有限公司").count == 1)
    #expect(CompanyName.all(in: " ").isEmpty)
  }

  @Test(
    "are abbreviated by characters in order",
    arguments: [
      ("中石化", "中国石油化工", true), ("东航", "中国东方航空", true), ("交大", "交通大学", true), ("中行", "中国银行", true), ("工行", "工商银行", true),
      ("华信", "恒信", false), ("化石", "中国石油化工", false),
      ("中", "中国银行", false), ("远恒", "恒远贸易", false),
    ])
  func abbreviations(short: String, long: String, expected: Bool) {
    #expect(CompanyName.isAbbreviation(Array(short.utf16), of: Array(long.utf16)) == expected)
  }

  @Test("fold traditional characters, width and case")
  func folding() throws {
    #expect(CompanyName("廣州恒達機械設備有限公司") == CompanyName("广州恒达机械设备有限公司"))
    #expect(CompanyName("北京ＡＢＣ科技有限公司") == CompanyName("北京abc科技有限公司"))
  }

  @Test(
    "survive any text",
    arguments: ["", "(", ")", "()", "((((", "-", "公司", "有限公司", "分公司", "第", "第一", "(北京)", "&amp;", "北京", "市", "a", "银行", "1", "有限有限有限"])
  func odd(text: String) {
    if let name = CompanyName(text) { #expect(!name.brand.isEmpty || !name.industry.isEmpty) }
  }
}
