/// Words of trades in company names, and the canonical atoms they stand for: 信息科技 and 信息技术 are both 信息 + 科技.
enum Industry {
  /// Everyday words of company names beside the generated list.
  private static let common = """
    信息技术 信息科技 网络科技 网络技术 电子商务 电商 电子科技 电子技术 生物科技 生物技术 环保科技 智能科技 软件技术 软件 科技发展 科技 技术 进出口贸易 国际贸易 国际商贸 商贸 贸易 进出口 \
    实业发展 实业 工贸 化工 精细化工 建材 建筑装饰 建筑工程 建筑 装饰工程 装饰 机械设备 机械制造 机械 机电设备 机电 设备 电气 电器 电子 物流 供应链管理 供应链 运输 货运 国际货运代理 货运代理 \
    食品 餐饮管理 餐饮服务 餐饮 农业科技 农业发展 农业 医疗器械 医疗 医药 药业 文化传媒 文化传播 文化 传媒 传播 广告传媒 广告 教育科技 教育咨询 教育 企业管理咨询 企业管理 管理咨询 咨询 \
    投资管理 投资 资产管理 家具 家居 服饰 服装 纺织品 纺织 塑料制品 塑料 塑胶 五金制品 五金机电 五金 金属制品 金属材料 金属 新材料 材料 能源科技 新能源 能源 汽车零部件 汽车配件 汽车服务 \
    汽车销售 汽车 包装制品 包装材料 包装 印刷 印务 玩具 日用品 化妆品 烟酒 副食 水产 果蔬 茶业 酒业 房地产开发 房地产 地产 置业 物业管理 物业 园林绿化 园林 市政工程 工程 制造 仪器仪表 仪器 \
    仪表 照明 光电 半导体 自动化 通信 通讯 数码 安防 消防 环境工程 环保 旅游 酒店管理 酒店 人力资源 劳务 保安服务 保洁服务 服务 体育 健身 美容 珠宝 工艺品 礼品 办公用品 图书 文具 钢铁 钢材 \
    石化 石油 燃气 电力 水务 模具 精密 橡胶 玻璃 陶瓷 木业 纸业 造纸 制品 饲料 种业 粮油 大药房 药房 大数据 数据 云计算 智能 汽修 汽车维修 发展 国际 股权投资 创业投资 基金管理 私募基金管理 基金 \
    证券 保险 期货 信托 租赁 融资租赁 典当 担保 小额贷款 人工智能 机器人 区块链 物联网 互联网 信息 网络 数字 系统集成 集成电路 微电子 电子元件 传感器 芯片 光学 激光 电缆 线缆 电线 电池 锂电 \
    光伏 太阳能 风电 新能源汽车 轨道交通 航空 航天 船舶 重工 重型机械 机床 轴承 阀门 泵业 管业 铝业 铜业 钢构 钢结构 幕墙 门窗 防水 防腐 涂料 油漆 颜料 染料 化肥 农药 农资 种子 畜牧 牧业 养殖 渔业 \
    海产 肉类 乳业 饮料 啤酒 白酒 糖业 粮食 面粉 米业 油脂 调味品 烘焙 糕点 茶叶 咖啡 餐饮连锁 火锅 小吃 快餐 酒楼 百货 商场 购物中心 超市 连锁 零售 批发 商业 商务 会展 展览 展示 策划 设计 \
    影视 影业 动漫 游戏 音乐 艺术 出版 印染 针织 丝绸 皮革 鞋业 制衣 时装 童装 箱包 眼镜 钟表 首饰 黄金 玉器 母婴 宠物 家电 家纺 家政 家装 装修 装潢 卫浴 洁具 厨具 灯饰 灯具 地板 石材 矿业 煤炭 \
    煤业 焦化 冶金 铸造 锻造 热处理 电镀 表面处理 注塑 吹塑 橡塑 包装机械 印刷机械 食品机械 农业机械 工程机械 建设工程 建设 路桥 水利 水电 公路 勘察 测绘 监理 检测 检验 认证 测量 环境 节能 水处理 \
    生态 林业 苗木 花卉 景观 绿化 医疗科技 医疗设备 医药科技 制药 生物医药 中药 药材 保健品 健康管理 健康 养老 康复 口腔 眼科 体检 教育培训 培训 留学 职业技能培训 财务咨询 财税 税务 会计 审计 法律咨询 \
    知识产权 商标 专利代理 翻译 速递 快递 快运 配送 仓储 冷链 航运 海运 船务 客运 出租车 租车 驾校 二手车 汽贸 汽配 轮胎 摩托车 电动车 自行车 零部件 标准件 紧固件 气动 液压 电梯 空调 制冷 暖通 \
    调味 调料 锅炉 净化 过滤 消毒 清洁 保洁 保安 安保 安全 门业 锁业 床垫 窗帘 布艺 地毯 文体 乐器 户外 体育用品 俱乐部 旅行社 票务 资源 再生资源 废旧物资回收 物资 商品 产业 控制 技术服务 技术开发 技术咨询 \
    电脑 计算机 资讯 软件开发 系统工程 广播 电视 融媒体 新媒体 直播 供销 土特产 特产 农产品 果业 果品 蔬菜 水果 生鲜 冷冻食品 预制菜 面馆 餐饮企业 管理 科教 文旅 康养 美业 美发 理发 按摩 洗浴 烟草 \
    纤维 化纤 无纺布 薄膜 包装印刷 彩印 纸制品 纸品 胶粘 胶带 树脂 助剂 气体 工业气体 试剂 工业 手机 器材 器械 用品 日化 洗涤 消防器材 体育文化 科贸 经贸 外贸 企业 \
    劳务派遣 建筑劳务 电力工程 安装工程 安装 机电安装 装饰材料 电子材料 高分子材料 复合材料 磁性材料 保温材料 耐火材料 陶瓷材料 建筑材料 网络信息 云科技 信息服务 信息咨询 商务咨询 商务服务 经济 经营 销售
    """

  /// Atoms that say little beside another one and are then left out of the comparison.
  private static let weak: Set<String> = ["发展", "国际", "服务", "管理", "企业", "综合", "连锁", "经营", "销售", "产业"]

  /// What is written in two ways, by the atoms of the plain one.
  private static let synonyms: [String: [String]] = [
    "电子商务": ["电商"], "电脑": ["计算机"], "资讯": ["信息"], "通讯": ["通信"], "服饰": ["服装"], "家俱": ["家具"], "大药房": ["药房"], "超级市场": ["超市"], "茶业": ["茶叶"],
    "餐饮企业": ["餐饮"], "纺织品": ["纺织"], "水产品": ["水产"], "海产品": ["水产"], "海产": ["水产"], "副食品": ["副食"], "零配件": ["零部件"], "保健品": ["保健"],
    "日用百货": ["日用品"], "新型材料": ["新材料"], "新型建材": ["建材"], "建筑材料": ["建材"], "建工": ["建筑", "工程"], "建设工程": ["建筑", "工程"], "汽贸": ["汽车", "贸易"],
    "汽配": ["汽车", "配件"], "汽修": ["汽车", "维修"], "科贸": ["科技", "贸易"], "钢构": ["钢结构"], "互联网": ["网络"], "快运": ["快递"], "速递": ["快递"], "家装": ["装饰"],
    "装修": ["装饰"],
    "装潢": ["装饰"], "广告传媒": ["广告", "传媒"], "文化传播": ["文化", "传媒"], "高科技": ["科技"], "生物制药": ["生物", "制药"], "劳务派遣": ["劳务"], "房产": ["房地产"],
    "地产": ["房地产"],
    "化学工业": ["化工"], "石油化工": ["石化"], "对外贸易": ["外贸"], "进出口贸易": ["进出口", "贸易"], "国际贸易": ["贸易"], "国际商贸": ["商贸"], "人力": ["人力资源"],
    "货代": ["货运", "代理"], "乳品": ["乳业"], "酿酒": ["酒业"], "机器": ["机械"], "五金机电": ["五金", "机电"],
  ]

  fileprivate static let list: [[Unicode.Scalar]] = {
    var seen: Set<String> = []
    let words = (common + " " + trades).split(whereSeparator: \.isWhitespace).map(String.init) + synonyms.keys.sorted()
    return words.filter { seen.insert($0).inserted }.map { Array($0.unicodeScalars) }
  }()

  private static let trie = WordTrie(list)

  /// For every word of the list its atoms.
  private static let atomsByWord: [[String]] = list.map { word in atoms(ofWord: word) }

  private static func atoms(ofWord word: [Unicode.Scalar]) -> [String] {
    let text = String(String.UnicodeScalarView(word))
    if let plain = synonyms[text] { return plain }
    guard word.count == 4, trie.number(of: word[..<2]) != nil, trie.number(of: word[2...]) != nil else { return [text] }
    return [word[..<2], word[2...]].flatMap { half -> [String] in
      let part = String(String.UnicodeScalarView(half))
      return synonyms[part] ?? [part]
    }
  }

  /// Every way to read the end of a text as trade words with as few words as possible.
  struct Readings {
    /// For each place in the text the number of words from there to its end, 255 where there is no reading.
    fileprivate(set) var counts: [UInt8]
    fileprivate var first: [Int32]
    private let base: Int

    fileprivate init(count: Int, base: Int) {
      counts = [UInt8](repeating: 255, count: count + 1)
      first = [Int32](repeating: -1, count: count + 1)
      counts[count] = 0
      self.base = base
    }

    /// The numbers of the words from a place of the text on.
    func words(from start: Int) -> [Int] {
      var words: [Int] = []
      var index = start - base
      while index < counts.count - 1, first[index] >= 0 {
        words.append(Int(first[index]))
        index += Industry.list[Int(first[index])].count
      }
      return words
    }
  }

  /// The readings of at most five words.
  static func readings(endOf text: ArraySlice<Unicode.Scalar>) -> Readings {
    var readings = Readings(count: text.count, base: text.startIndex)
    var index = text.count - 2
    while index >= 0 {
      trie.forEachWord(in: text, from: text.startIndex + index) { length, number in
        let rest = readings.counts[index + length]
        if rest < 5, rest + 1 < readings.counts[index] {
          readings.counts[index] = rest + 1
          readings.first[index] = Int32(number)
        }
      }
      index -= 1
    }
    return readings
  }

  /// The atoms to compare: synonyms made one, 技术 after another word as 科技, weak words left out beside others, no doubles.
  static func atoms(of words: [Int]) -> [String] {
    let table = atomTable
    var atoms: [Int] = []
    var hasStrong = false
    for word in words {
      for atom in table.byWord[word] {
        let plain = atom == table.technique && !atoms.isEmpty ? table.technology : atom
        if !atoms.contains(plain) {
          atoms.append(plain)
          hasStrong = hasStrong || !table.isWeak[plain]
        }
      }
    }
    return atoms.compactMap { hasStrong && table.isWeak[$0] ? nil : table.names[$0] }
  }

  /// Atoms by number: comparing them as texts would take most of the time of reading a name.
  private struct AtomTable: Sendable {
    var names: [String] = []
    var isWeak: [Bool] = []
    /// For every word of the list the numbers of its atoms.
    var byWord: [[Int]] = []
    /// 技术 and 科技.
    var technique = 0
    var technology = 0
  }

  private static let atomTable: AtomTable = {
    var table = AtomTable()
    var numbers: [String: Int] = [:]
    func number(_ atom: String) -> Int {
      if let number = numbers[atom] { return number }
      numbers[atom] = table.names.count
      table.names.append(atom)
      table.isWeak.append(weak.contains(atom))
      return table.names.count - 1
    }
    table.technique = number("技术")
    table.technology = number("科技")
    table.byWord = atomsByWord.map { $0.map(number) }
    return table
  }()

  /// True when a trade word of two characters or more ends at `end`.
  static func isTradeBefore(_ end: Int, in text: ArraySlice<Unicode.Scalar>) -> Bool {
    for length in 2...4 where end - length > text.startIndex && trie.number(of: text[(end - length)..<end]) != nil { return true }
    return false
  }

  /// Takes a trade in pinyin off the end, leaving at least two syllables, and gives its atoms.
  static func takeSpoken(from syllables: inout [Pinyin.Syllable]) -> [String] {
    for length in [4, 2] where syllables.count >= length + 2 {
      guard let word = spoken[Array(syllables.suffix(length))] else { continue }
      syllables.removeLast(length)
      return atoms(of: [word])
    }
    return []
  }

  /// The numbers of everyday trade words by their sound; the first of those that sound alike.
  private static let spoken: [[Pinyin.Syllable]: Int] = {
    var spoken: [[Pinyin.Syllable]: Int] = [:]
    for (number, word) in list.enumerated().prefix(common.split(whereSeparator: \.isWhitespace).count)
    where word.count == 2 || word.count == 4 {
      let sound = Pinyin.reading(of: word)
      if spoken[sound] == nil { spoken[sound] = number }
    }
    return spoken
  }()

  /// Without the weak atoms, unless there are no others.
  static func plain(_ atoms: [String]) -> [String] {
    let strong = atoms.filter { !weak.contains($0) }
    return strong.isEmpty ? atoms : strong
  }
}
