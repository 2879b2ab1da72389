/// How a region writes its telephone numbers.
struct PhonePlan: Sendable {
  var region: String
  /// Country calling code.
  var code: [UInt8]
  /// What stands before a national number at home and not abroad: 0, 1, 8; empty when nothing does.
  var trunk: [UInt8]
  /// Lengths of national numbers without the trunk prefix.
  var lengths: [Int]

  static func of(_ region: String) -> PhonePlan? { byRegion[region] }

  /// The plan whose country calling code begins `digits`; codes are prefix-free (ITU-T E.164).
  static func abroad(_ digits: [UInt8]) -> PhonePlan? {
    var key = 0
    for digit in digits.prefix(3) {
      key = key * 10 + Int(digit - 0x30)
      if let plan = byCode[key] { return plan }
    }
    return nil
  }

  /// The national number without its trunk prefix; nil when the length is not one of this plan.
  func national(_ digits: some Collection<UInt8>) -> [UInt8]? {
    let whole = Array(digits)
    let without = Array(whole.dropFirst(trunk.count))
    if !trunk.isEmpty, whole.starts(with: trunk), lengths.contains(without.count), trunk == [0x30] || !lengths.contains(whole.count) {
      return without
    }
    return lengths.contains(whole.count) ? whole : nil
  }

  /// True for numbers that ring in a pocket, where the plan tells.
  func isMobile(_ national: [UInt8]) -> Bool {
    guard let starts = Self.mobiles[region] else { return false }
    return starts.contains { national.starts(with: $0.utf8) }
  }

  /// True for numbers that cost the caller nothing, or that one organisation has in many places.
  func isService(_ national: [UInt8]) -> Bool {
    if code == [0x31] { return ["800", "888", "877", "866", "855", "844", "833", "900"].contains { national.starts(with: $0.utf8) } }
    guard region != "CN", region != "HK" else { return false }
    return national.starts(with: "800".utf8) && national.count >= 9
  }

  /// Beginnings of mobile numbers by the national numbering plans.
  private static let mobiles: [String: [String]] = [
    "HK": ["5", "6", "7", "9"], "MO": ["6"], "TW": ["9"], "GB": ["71", "72", "73", "74", "75", "77", "78", "79"], "DE": ["15", "16", "17"],
    "JP": ["70", "80", "90"], "FR": ["6", "7"], "ES": ["6", "7"], "IT": ["3"], "AU": ["4"], "KR": ["10"], "SG": ["8", "9"], "NL": ["6"],
    "CH": ["7"], "AT": ["6"], "RU": ["9"], "IN": ["6", "7", "8", "9"], "BE": ["4"], "SE": ["7"], "PL": ["5", "6", "7", "88"],
  ]

  private static let byRegion: [String: PhonePlan] = Dictionary(all.map { ($0.plan.region, $0.plan) }) { first, _ in first }

  private static let byCode: [Int: PhonePlan] = Dictionary(
    all.filter(\.isMain).map { (Int(String(decoding: $0.plan.code, as: UTF8.self)) ?? 0, $0.plan) }
  ) { first, _ in first }

  private static let all: [(plan: PhonePlan, isMain: Bool)] = source.split(separator: ";").map { entry in
    let fields = entry.split(separator: " ")
    let plan = PhonePlan(
      region: String(fields[0]), code: Array(fields[1].utf8), trunk: fields[2] == "-" ? [] : Array(fields[2].utf8),
      lengths: fields[3].split(separator: ",").compactMap { Int($0) })
    return (plan, fields.count > 4)
  }
}
