/// Legal forms of many countries at the end of Western names, without points; after the PyPI package cleanco 2.3 (MIT licence), less
/// those that are everyday words or initials.
enum WesternForms {
  static let canonical: [String: String] = {
    var forms: [String: String] = [:]
    let lists = """
      ad adsitz ag aj amba aps as asa at ay bhd bv bvba cic cio corp cpt cvba cvoa doo dooel eg ehf ei eirl epe esv eurl ev fcp fkf fmba gbr gesbr \
      gie gmbh gte hf ik iks inc jtd kda kft kg kgaa khf koop ks kv ky lda llc llp lllp lp ltd ltda mbh mepe nv nyrt oaj oao od og ohf ohg ooo oy oyj \
      ood pllc plc pte pty pvt qmj rhf rt sa saa sab sae sal saoc saog sapa sapi sarl sas sasu sca sce scop scpa scra scrl scs sdn secs sem sgps sgr \
      shpk sia sicav ska sl sll slne smba snc spa spj spk spol sprl srl sro ste stg tov uab ug ultd vof vos vzw yoaj zao zat zrt ab
      """
    for form in lists.split(whereSeparator: \.isWhitespace) { forms[String(form)] = String(form) }
    let synonyms = [
      ("incorporated", "inc"), ("corporation", "corp"), ("co", "co"), ("company", "co"), ("comp", "co"), ("limited", "ltd"),
      ("limit", "ltd"), ("ltdtd", "ltd"),
      ("coltd", "ltd"), ("pteltd", "pte"), ("ptyltd", "pty"), ("limitada", "ltda"), ("unlimited", "ultd"), ("group", "group"),
      ("grp", "group"),
      ("holdings", "group"), ("holding", "group"), ("berhad", "bhd"), ("private", "pvt"), ("aktiengesellschaft", "ag"), ("spzoo", "spzoo"),
      ("zoo", "spzoo"),
      ("sp", "spzoo"), ("partnership", "lp"), ("gesellschaft", "gmbh"), ("societe", "sa"), ("sociedad", "sa"), ("kk", "kk"),
      ("srls", "srl"),
    ]
    for (form, plain) in synonyms { forms[form] = plain }
    // Short endings that are as often a word of the name.
    for word in ["at", "as", "ad", "ay", "ks", "sal", "sem", "ste"] { forms[word] = nil }
    return forms
  }()

  static func isGroup(_ word: String) -> Bool { word == "group" || word == "grp" || word == "holdings" || word == "holding" }
}

/// English words of trades with the Chinese atoms of `Industry` they render.
enum EnglishTrades {
  private static let words: [String: [String]] = {
    var words: [String: [String]] = [:]
    for entry in list.split(separator: ";") {
      let parts = entry.split(separator: "=")
      guard parts.count == 2 else { continue }
      let atoms = parts[1].split(separator: "+").map { String($0).trimmingSpaces() }
      for word in parts[0].split(whereSeparator: \.isWhitespace) { words[String(word)] = atoms == ["-"] ? [] : atoms }
    }
    return words
  }()

  /// The number of a trade word; -1 for other words.
  static func word(_ word: UnsafeBufferPointer<UInt8>) -> Int { Int(table.value(word)) }

  /// What ``take(from:)`` finds when it takes one word.
  static func atoms(ofWord number: Int) -> [String] { atomsOfWords[number] }

  private static let spellings = words.keys.sorted()
  private static let table = WordTable(set: spellings)
  private static let atomsOfWords: [[String]] = spellings.map { word in
    var core = ["", word][...]
    return take(from: &core).atoms
  }

  private static let list = """
    food foods foodstuff foodstuffs=食品;beverage beverages drinks=饮料;catering restaurant=餐饮;tech technology technologies technical technique=科技;\
    information info=信息;network networks=网络;internet=网络;software=软件;data=数据;digital=数码;ecommerce=电商;electronic electronics=电子;\
    electric electrical=电气;appliance appliances=电器;electromechanical=机电;machinery machine machines=机械;mechanical mechanics=机械;equipment equipments=设备;\
    instrument instruments=仪器;automation=自动化;intelligent smart=智能;trade trading=贸易;commerce commercial=商贸;business=商贸;\
    import imports export exports importexport impexp=进出口;industrial industry industries=实业;enterprise enterprises=实业;manufacturing manufacture manufacturer=制造;\
    chemical chemicals chem=化工;building=建材;construction=建筑;architecture architectural=建筑;decoration decorations=装饰;engineering=工程;\
    material materials=材料;metal metals=金属;hardware=五金;steel=钢铁;plastic plastics=塑料;rubber=橡胶;glass=玻璃;ceramic ceramics=陶瓷;paper=纸业;\
    packaging packing package=包装;printing=印刷;textile textiles=纺织;garment garments clothing apparel fashion=服装;shoes footwear=鞋业;leather=皮革;\
    furniture=家具;home household=家居;toy toys=玩具;gift gifts=礼品;craft crafts=工艺品;jewelry jewellery=珠宝;cosmetics cosmetic=化妆品;stationery=文具;\
    logistics logistic=物流;freight forwarding=货运;transport transportation=运输;shipping=航运;express=快递;supply=供应;chain=链;warehousing=仓储;\
    agriculture agricultural=农业;biotech biotechnology biological=生物+科技;bio=生物;pharmaceutical pharmaceuticals pharma medicine=医药;medical=医疗;\
    healthcare health=健康;education educational=教育;training=培训;culture cultural=文化;media=传媒;advertising=广告;film=影视;sports sport=体育;tourism travel=旅游;hotel=酒店;\
    consulting consultancy consultant consultants=咨询;management=管理;investment investments=投资;capital=投资;finance financial=金融;insurance=保险;fund=基金;\
    estate=房地产;property=物业;energy=能源;power=电力;oil petroleum=石油;gas=燃气;petrochemical=石化;environmental environment=环保;protection=环保;water=水务;\
    auto automobile automotive=汽车;parts=配件;lighting=照明;optoelectronic optoelectronics=光电;optical=光学;semiconductor semiconductors=半导体;\
    communication communications telecom=通信;mould mold molds=模具;precision=精密;cable=电缆;battery=电池;solar=太阳能;seafood=水产;tea=茶叶;wine=酒业;\
    supermarket=超市;pharmacy=药房;service services=服务;development=发展;international intl=国际;science=科技;products product=制品;design=设计;bank=银行;\
    factory plant works workshop store shop mall center centre studio=-;hospital=医院;engineering=工程;market=超市
    """

  /// True when not all words are trade words.
  static func leavesBrand(_ core: ArraySlice<String>) -> Bool { core.contains { words[$0] == nil } }

  /// Takes trade words off the end, leaving at least one word, and gives their atoms.
  static func take(from core: inout ArraySlice<String>) -> (text: String, atoms: [String]) {
    var taken: [String] = []
    while core.count > 1, let last = core.last {
      guard
        words[last] != nil || last == "new" && (taken.first == "energy" || taken.first?.hasPrefix("material") == true)
          || last == "e" && taken.first == "commerce" || last == "and" || last == "real" && taken.first == "estate"
      else { break }
      taken.insert(last, at: 0)
      core = core.dropLast()
    }
    var atoms: [String] = []
    for word in taken {
      for atom in words[word] ?? [] where !atoms.contains(atom) { atoms.append(atom) }
    }
    if taken.contains("new") { atoms = atoms.map { $0 == "材料" || $0 == "能源" ? "新" + $0 : $0 } }
    if taken.starts(with: ["e", "commerce"]) { atoms = atoms.map { $0 == "商贸" ? "电商" : $0 } }
    // 供应 + 链 is one word in Chinese.
    if let chain = atoms.firstIndex(of: "链") {
      atoms.remove(at: chain)
      if let supply = atoms.firstIndex(of: "供应") { atoms[supply] = "供应链" }
    }
    return (taken.joined(separator: " "), Industry.plain(atoms))
  }
}

extension String {
  fileprivate func trimmingSpaces() -> String { String(split(whereSeparator: \.isWhitespace).joined()) }
}
