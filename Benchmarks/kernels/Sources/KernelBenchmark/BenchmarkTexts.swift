import Seeding

/// Seeded texts like those that the matcher compares.
enum BenchmarkTexts: String, CaseIterable {
  /// Given name and surname, about 13 characters.
  case names
  /// A street with number, a town and its code, about 35.
  case addresses
  /// Chinese companies with place, trade and legal form, about 12.
  case companies

  func make(_ count: Int) -> [String] {
    var random = SeededGenerator(seed: 5)
    return (0..<count).map { _ in make(&random) }
  }

  private func make(_ random: inout SeededGenerator) -> String {
    func pick(_ words: [Substring]) -> Substring { words.randomElement(using: &random) ?? "" }
    func number(_ range: ClosedRange<Int>) -> String { String(Int.random(in: range, using: &random)) }
    switch self {
    case .names:
      return pick(Self.given) + " " + pick(Self.surnames)
    case .addresses:
      let street = number(1...2400) + " " + pick(Self.surnames) + " " + pick(Self.streets)
      return street + " " + pick(Self.given) + pick(Self.towns) + " " + number(10_000...99_999)
    case .companies:
      let brand = (0..<Int.random(in: 2...4, using: &random)).map { _ in Self.brand.randomElement(using: &random) ?? "恒" }
      return pick(Self.cities) + String(brand) + pick(Self.trades) + pick(Self.forms)
    }
  }

  private static let given = """
    James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas Karen \
    Christopher Sarah Charles Lisa Daniel Nancy Matthew Sandra Anthony Betty Mark Ashley Donald Emily Steven Kimberly Andrew Margaret \
    Paul Donna Joshua Michelle Kenneth Carol Kevin Amanda Brian Melissa Timothy Deborah Ronald Stephanie Jason Rebecca George Sharon \
    Edward Laura Ryan Cynthia Jacob Dorothy Nicholas Amy Gary Kathleen Eric Angela Jonathan Shirley Stephen Emma Larry Brenda Justin \
    Pamela Scott Nicole Ana Zoe Ian Uma Xavier Quinn Yvonne Vera Otto Ivy Fay Hugo
    """.split(separator: " ")
  private static let surnames = """
    Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas Taylor Moore \
    Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen \
    Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards \
    Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox \
    Ward Richardson Watson Brooks Chavez Wood James Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross \
    Foster Jimenez O'Brien Quigley Zhang Iverson Upton Eastman Vance Xiong
    """.split(separator: " ")
  private static let streets = "Street Avenue Road Lane Drive Boulevard Court Place Square Terrace Parkway Trail".split(separator: " ")
  private static let towns = "ville town berg port mouth view fort stad side bury ton haven chester land shire".split(separator: " ")
  private static let cities = "北京 上海 广州 深圳 杭州 南京 苏州 成都 武汉 重庆 西安 天津 青岛 大连 宁波 厦门 福州 济南 长沙 郑州 昆明 合肥".split(separator: " ")
  private static let brand = Array(
    "恒达华信盛天海宏兴瑞嘉德润丰泰安科創新中联合创维美佳博远通力大同金银龙凤云星辰光明日月山河江湖春秋东南西北鑫源隆昌顺康宁福禄寿喜祥和平正义仁智礼诚立本思源启迪未来飞翔腾越卓超凡优品质量衡")
  private static let trades: [Substring] = ["", "电子", "贸易", "食品", "机械", "实业", "网络", "建材"]
  private static let forms: [Substring] = ["有限公司", "科技有限公司", "股份有限公司"]
}
