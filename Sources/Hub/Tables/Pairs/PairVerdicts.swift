import Formats
import Matching
import Model
import Normalization

/// Judges hand-written pairs of values: `kindred match --pairs`. Values of one kind are compared alone, without a table around
/// them; the verdict is what a careful clerk would say with nothing else to go by.
public enum PairVerdicts {
  public typealias Verdict = Explanation.Verdict

  /// What the two values of a pair are.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case company, person, phone, address, email
    case creditCode = "credit_code"
    /// Several values between `|`, each recognised by what it looks like.
    case record
  }

  /// A pair of a table with the columns `pair`, `kind`, `context`, `a` and `b`; others are not read.
  public struct Pair: Hashable, Sendable {
    public var name: String
    public var verdict: Verdict
  }

  /// - Parameter bytes: a CSV file with a header row.
  /// - Throws: `pair-column-missing`, `pair-kind-unknown`, and `csv-…` faults.
  public static func read(_ bytes: [UInt8], encoding: String? = nil, file: String? = nil) throws -> [Pair] {
    var pairs: [Pair] = []
    try ItemReader.read(bytes, format: .csv, encoding: encoding, context: ReadContext(file: file)) { item in
      switch item {
      case .failure(let fault): throw fault.fault
      case .success(let item):
        guard case .value(.object(let row)) = item.content else { return }
        pairs.append(try pair(row, at: item.location))
      }
    }
    return pairs
  }

  private static func pair(_ row: Object, at location: Location) throws(Fault) -> Pair {
    func cell(_ name: String) throws(Fault) -> String {
      guard let member = row.members.first(where: { $0.name == name }) else {
        throw Fault(
          "pair-column-missing", "A table of pairs needs a column \(name).", at: location,
          hint: "Its columns are pair, kind, context, a and b.")
      }
      return member.value.text ?? ""
    }
    let name = try cell("kind")
    guard let kind = Kind(rawValue: name) else {
      throw Fault(
        "pair-kind-unknown", "There is no kind of pair called \"\(name)\".", at: location,
        hint: "Kinds are \(Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    let context = row.members.first { $0.name == "context" }?.value.text ?? ""
    return Pair(name: try cell("pair"), verdict: verdict(kind, try cell("a"), try cell("b"), context: context))
  }

  /// The same whichever of the two comes first.
  public static func verdict(_ kind: Kind, _ one: String, _ other: String, context: String = "") -> Verdict {
    let context = PairContext(context)
    guard !Placeholder.isOne(one), !Placeholder.isOne(other) else { return .different }
    switch kind {
    case .company: return CompanyVerdict.between(one, other, context)
    case .person: return PersonVerdict.between(one, other, context)
    case .phone: return PhoneVerdict.between(one, other, context)
    case .address: return AddressVerdict.between(one, other)
    case .email: return EmailVerdict.between(one, other)
    case .creditCode: return CreditCodeVerdict.between(one, other)
    case .record: return RecordVerdict.between(one, other, context)
    }
  }
}

extension Explanation.Verdict {
  /// The more favourable of the two.
  func or(_ other: Self) -> Self {
    if self == .same || other == .same { return .same }
    return self == .possible || other == .possible ? .possible : .different
  }

  /// The less favourable of the two.
  func and(_ other: Self) -> Self {
    if self == .different || other == .different { return .different }
    return self == .possible || other == .possible ? .possible : .same
  }
}

/// What people write to fill a field: two of them are never the same customer.
enum Placeholder {
  static func isOne(_ text: String) -> Bool {
    var folded = Folding.fold(text)
    folded.removeAll { " ()[]【】-_—.。/*'\"".contains($0) }
    if folded.isEmpty || words.contains(folded) { return true }
    // 测试1, test02, 散客3.
    while let last = folded.unicodeScalars.last, last.value >= 0x30 && last.value <= 0x39 { folded.removeLast() }
    if words.contains(folded) { return true }
    for kind in ["客户", "公司", "账户", "用户", "顾客", "会员", "customer", "company", "user", "account"] where folded.hasSuffix(kind) {
      if adjectives.contains(String(folded.dropLast(kind.count))) { return true }
    }
    return false
  }

  private static let words: Set<String> = [
    "无", "没有", "暂无", "未知", "不详", "不明", "未填", "未填写", "未提供", "待补", "待定", "待补充", "空", "同上", "略", "其他", "其它", "保密", "匿名",
    "散客", "散户", "零售", "个人", "客户", "顾客", "先生", "女士", "测试", "试用", "样品", "现金", "门店", "前台", "公司", "某公司", "某某公司", "某某",
    "某某有限公司", "xx公司", "xx有限公司", "xxx", "xxxx", "xxx公司", "xxx有限公司", "微信用户", "na", "n", "none", "null", "nil", "unknown", "test", "testing",
    "demo",
    "sample", "anonymous", "guest", "customer", "tbd", "tba", "asdf", "aaa", "abc", "noname", "undefined", "cash", "walkin",
    "walkincustomer",
    "无名氏", "佚名", "默认", "默认客户", "noemail", "noaddress", "无地址", "无电话", "地址不详", "自提", "上门自提", "到店自提",
  ]

  private static let adjectives: Set<String> = [
    "测试", "零售", "现金", "匿名", "临时", "普通", "默认", "其他", "其它", "未知", "散", "个人", "门店", "试用", "虚拟", "样品", "新", "老", "微信", "淘宝",
    "test", "cash", "walkin", "anonymous", "unknown", "dummy", "sample", "default", "retail", "demo", "other", "temp",
  ]
}
