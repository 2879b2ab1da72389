/// The words that names are made of. Everyday abbreviations are listed by hand; a test proves that no list has duplicates.
enum Lexicon {
  static let departments: Set<String> = [
    "仓库", "采购部", "采购", "财务部", "财务", "销售部", "人事部", "行政部", "市场部", "技术部", "项目部", "售后", "售后部", "客服部", "工程部", "物流部", "生产部", "总部", "仓储部", "后勤部",
  ]

  /// Titles and forms of address after a Chinese name.
  static let titles = words(
    """
    总经理 副总经理 客户经理 销售经理 项目经理 大堂经理 经理 副总 总监 总裁 董事长 董事 主管 主任 主席 书记 老板 老师 先生 医生 大夫 护士 师傅 师父 工程师 会计 出纳 财务 采购 销售 业务 业务员 店长 厂长 部长 处长 科长 局长 \
    院长 校长 所长 站长 队长 组长 行长 社长 会长 镇长 村长 律师 教授 博士 同学 助理 秘书 顾问 警官 教练 总 工 董 叔叔 大哥 大叔 哥 叔 伯伯 爷爷 老板娘 女士 小姐 太太 夫人 阿姨 大姐 姐 姐姐 妹 嫂 婶 \
    帅哥 美女 老总 总工 工长 对接人 联系人 负责人 经办人 收货人
    """)

  static let titleSet = Set(titles.map { String(String.UnicodeScalarView($0)) })

  /// Forms of address that tell the gender.
  static let maleTitles: Set<String> = ["先生", "叔叔", "大哥", "大叔", "哥", "叔", "伯伯", "爷爷", "帅哥"]
  static let femaleTitles: Set<String> = ["老板娘", "女士", "小姐", "太太", "夫人", "阿姨", "大姐", "姐", "姐姐", "妹", "嫂", "婶", "美女"]

  /// What follows a short trade name, not a surname.
  static let businessWords: Set<String> = [
    "公司", "集团", "有限", "科技", "贸易", "商贸", "实业", "股份", "商行", "超市", "食品", "服饰", "物流", "电子", "五金", "建材", "机械",
  ]

  /// Everyday words that begin with a rare surname: nicknames more often than names.
  static let nicknames: Set<String> = [
    "阳光", "平安", "安静", "幸福", "时光", "云端", "向阳", "向往", "白云", "花开", "高山", "高兴", "海洋", "大海", "时间", "简单", "安心", "安全", "明月", "明天", "成功", "成长",
    "方便", "万事", "温暖", "温柔", "宁静",
    "和平", "和气", "常来", "常胜", "金牌", "金色", "水手", "水晶", "晴天", "雷雨", "蓝天", "蓝海", "红尘", "古道", "乐天", "游客", "江湖", "江南", "云朵", "云游", "风云", "白白",
    "毛毛", "豆豆", "贝贝", "牛牛", "花花",
    "果果", "乐乐", "安安", "冰冰", "路人", "路过", "时尚", "易购", "公主", "王子", "王者", "王牌", "国王", "后来", "于是", "何必", "何时", "何处", "何妨", "全部", "全家", "向前",
    "莫名", "莫问", "随缘", "天空", "经理",
    "商务", "商行", "项目", "家居", "店主", "封面", "开心", "快乐", "农家", "农民", "车主", "车队", "司机", "计划", "计算", "门面", "门店", "强大", "智慧", "石头", "木头", "麦田",
    "原来", "空间", "师傅",
  ]

  /// Legal forms at the end of Western names, by their canonical spelling.
  static var westernForms: [String: String] { WesternForms.canonical }

  static let westernTitles: Set<String> = [
    "mr", "mrs", "ms", "miss", "dr", "prof", "sir", "madam", "jr", "sr", "ii", "iii", "phd", "md", "esq",
  ]

  static let compoundSurnames: Set<String> = [
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "宇文", "司徒", "夏侯", "轩辕", "端木", "独孤", "南宫", "西门", "百里", "呼延", "钟离",
    "闻人", "澹台", "公冶", "太叔", "申屠",
    "仲孙", "鲜于", "闾丘", "万俟", "赫连", "完颜", "第五",
  ]

  static func isSurname(_ scalar: Unicode.Scalar) -> Bool { surnameRank(scalar) != nil }

  /// Roughly the most common first.
  static let surnamesByFrequency: [Unicode.Scalar] = Array(
    """
    王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤\
    常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦\
    戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练\
    廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由洪萧傅阎荀钮竺郦濮蒯桓莘贡郗隗宓糜牧仰巢习元昌贝诸钭宦暨沃
    """.unicodeScalars.filter(Folding.isHan))

  /// Place of a surname by frequency; nil for what is none.
  static func surnameRank(_ scalar: Unicode.Scalar) -> Int? {
    let index = Int(scalar.value) - 0x4E00
    guard index >= 0, index < surnameRanks.count, surnameRanks[index] >= 0 else { return nil }
    return Int(surnameRanks[index])
  }

  /// By character from U+4E00 on; −1 for what is no surname.
  private static let surnameRanks: [Int16] = {
    var ranks = [Int16](repeating: -1, count: 0x9FFF - 0x4E00 + 1)
    for (rank, surname) in surnamesByFrequency.enumerated() {
      let index = Int(surname.value) - 0x4E00
      if ranks[index] < 0 { ranks[index] = Int16(rank) }
    }
    return ranks
  }()

  // MARK: For scalars

  static let departmentWords = WordSet(departments)
  static let titleWords = WordSet(titleSet)
  static let nicknameWords = WordSet(nicknames)
  static let companyWords = WordSet(businessWords)
  static let compoundSurnameWords = WordSet(compoundSurnames)

  private static func words(_ text: String) -> [[Unicode.Scalar]] {
    text.split(whereSeparator: \.isWhitespace).map { Array($0.unicodeScalars) }.sorted { $0.count > $1.count }
  }
}
