/// How organisation names end: legal forms, everyday forms and marks of a branch.
enum CompanyForms {
  /// Legal forms, which may follow one another: 集团 + 控股 + 有限公司.
  private static let legal = """
    股份有限公司 有限责任公司 责任有限公司 有限公司 集团股份有限公司 集团有限责任公司 集团有限公司 集团公司 股份公司 控股集团有限公司 控股有限公司 控股集团 集团控股有限公司 集团控股 无限公司 两合公司 责任公司 \
    总公司 子公司 公司 有限合伙企业 有限合伙 普通合伙 特殊普通合伙 合伙企业 个人独资企业 独资企业 个体工商户 集团 控股 有限责任 股份有限 有限 股份 专业合作社 合作社 联合社 联社 责任
    """

  /// Forms of those who are no company: one of them ends a name.
  private static let everyday = """
    工作室 事务所 律师事务所 会计师事务所 税务师事务所 研究院 研究所 设计院 研究中心 经营部 经销部 销售部 商行 营业部 商店 门市部 门市 便利店 批发部 服务部 维修部 加工部 加工厂 超市 工厂 厂 店 中心 \
    医院 卫生院 诊所 门诊部 学校 大学 学院 中学 小学 幼儿园 酒店 宾馆 饭店 餐厅 餐馆 面馆 酒楼 茶楼 酒家 会所 书店 药店 花店 银行 信用社 协会 学会 商会 基金会 委员会 经销处 供应站 服务站 养殖场 农场 种植园 \
    服务中心 咨询中心 会展中心 生活馆 艺术馆 旅行社 网吧 工作站
    """

  private static let branch = "分公司 支公司 分厂 分店 分行 支行 分理处 分社 分院 分所 分部 分校 分中心 门店 办事处 代表处 联络处 营业部 营业厅 营业所 旗舰店 专卖店 直营店 加盟店 经营部 项目部 服务部 服务站"

  static let legalWords = words(legal)
  static let everydayWords = words(everyday)
  static let branchWords = words(branch)
  static let legalTrie = WordTrie(legalWords, backwards: true)
  static let everydayTrie = WordTrie(everydayWords, backwards: true)
  static let branchTrie = WordTrie(branchWords, backwards: true)
  static let legalNames = legalWords.map { String(String.UnicodeScalarView($0)) }
  /// True for the legal forms of groups and holdings, by their number.
  static let isGroupForm = legalNames.map { $0.contains("集团") || $0.contains("控股") }
  static let everydayNames = everydayWords.map { String(String.UnicodeScalarView($0)) }

  static let company = Array("公司".unicodeScalars)
  static let group = Array("集团".unicodeScalars)
  static let bank = Array("银行".unicodeScalars)

  private static func words(_ text: String) -> [[Unicode.Scalar]] {
    text.split(whereSeparator: \.isWhitespace).map { Array($0.unicodeScalars) }
  }

  struct Ending {
    /// The forms from left to right, doubled ones once, spelling mistakes corrected.
    var form = ""
    /// Scalars the forms take at the end of the text.
    var length = 0
    var isLegal = false
    var isGroup = false
  }

  /// Takes a form in pinyin off the end (Men Zhen Bu, Dian), leaving at least two syllables.
  static func takeSpoken(from syllables: inout [Pinyin.Syllable]) -> String? {
    for length in [4, 3, 2, 1] where syllables.count >= length + (length == 1 ? 4 : 2) {
      guard let form = spoken[Array(syllables.suffix(length))] else { continue }
      syllables.removeLast(length)
      return form
    }
    return nil
  }

  private static let spoken: [[Pinyin.Syllable]: String] = Dictionary(
    zip(everydayWords.map { Pinyin.reading(of: $0) }, everydayNames).filter { !$0.0.isEmpty }, uniquingKeysWith: { first, _ in first })

  /// The forms at the end of a text, leaving at least one scalar before them.
  static func ending(of text: ArraySlice<Unicode.Scalar>) -> Ending {
    var rest = text
    var ending = Ending()
    var parts: [String] = []
    while rest.count > 1, parts.count < 6 {
      let exact = legalTrie.longestSuffix(of: rest)
      // 有限公可 ends in no form, 有县公司 only in 公司, 限责任公司 in 责任公司: the longer one wins.
      let mistaken = mistakenForm(rest, longerThan: exact?.length ?? 0)
      if let mistaken, mistaken.length < rest.count {
        parts.insert(mistaken.form, at: 0)
        rest = rest.dropLast(mistaken.length)
      } else if let exact, exact.length < rest.count {
        let word = legalNames[exact.number]
        if parts.first != word { parts.insert(word, at: 0) }
        if isGroupForm[exact.number] { ending.isGroup = true }
        rest = rest.dropLast(exact.length)
      } else {
        break
      }
    }
    ending.isLegal = !parts.isEmpty
    if parts.isEmpty, let match = everydayTrie.longestSuffix(of: rest), match.length < rest.count {
      parts = [everydayNames[match.number]]
      rest = rest.dropLast(match.length)
    }
    ending.form = parts.count == 1 ? parts[0] : parts.joined()
    ending.length = text.count - rest.count
    return ending
  }

  private static let limited = Array("有限公司".unicodeScalars)
  private static let liability = Array("有限责任公司".unicodeScalars)

  private static let stock = Array("股份有限公司".unicodeScalars)

  /// The common forms with one character missing or doubled, and 公司 misread.
  private static let mistakes: [(words: [Unicode.Scalar], form: String)] = {
    var mistakes: [(words: [Unicode.Scalar], form: String)] = ["工司", "公可", "公同"].map { (Array($0.unicodeScalars), "公司") }
    for form in [liability, stock, limited] {
      let name = String(String.UnicodeScalarView(form))
      for index in form.indices {
        var word = form
        word.insert(form[index], at: index)
        mistakes.append((word, name))
        word = form
        word.remove(at: index)
        if index > 0 {
          var swapped = form
          swapped.swapAt(index - 1, index)
          mistakes.append((swapped, name))
        }
        // 份有限公司 is no form.
        if index == 0, form == stock { continue }
        mistakes.append((word, name))
      }
    }
    return mistakes
  }()

  private static let mistakesTrie = WordTrie(mistakes.map(\.words), backwards: true)

  /// 有限公司, 有限责任公司 or 股份有限公司 with one wrong, missing or doubled character at the end of the text.
  private static func mistakenForm(_ text: ArraySlice<Unicode.Scalar>, longerThan least: Int) -> (form: String, length: Int)? {
    var found: (form: String, length: Int)?
    if let match = mistakesTrie.longestSuffix(of: text), match.length > least, match.length < text.count {
      // 网络科技有公司 lacks a 限; 万有公司 does not.
      let isSure =
        match.length > 3 || mistakes[match.number].words != shortLimited || Industry.isTradeBefore(text.endIndex - match.length, in: text)
      if isSure { found = (mistakes[match.number].form, match.length) }
    }
    for (form, name) in [(liability, "有限责任公司"), (stock, "股份有限公司"), (limited, "有限公司")]
    where text.count > form.count && form.count > Swift.max(least + 1, found?.length ?? 0) {
      let start = text.endIndex - form.count
      var wrong = -1
      for (offset, scalar) in form.enumerated() where text[start + offset] != scalar {
        if wrong >= 0 {
          wrong = -2
          break
        }
        wrong = offset
      }
      // 合肥公司 and 万有公司 are no mistakes of 有限公司: what stands for 限 must sound or look like it, or follow a trade.
      if wrong >= 0, form.count > 4 || wrong != 1 || isNear(text[start + 1]) || Industry.isTradeBefore(start, in: text) {
        return (name, form.count)
      }
    }
    return found
  }

  private static let shortLimited = Array("有公司".unicodeScalars)

  /// Characters that stand for 限 by sound or shape.
  private static func isNear(_ scalar: Unicode.Scalar) -> Bool {
    Pinyin.readings(of: scalar).overlaps(Pinyin.readings(of: "限")) || "很根恨银艰眼跟良".unicodeScalars.contains(scalar)
  }
}
