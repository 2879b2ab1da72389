/// The parts of an organisation's name, as 企业名称登记管理规定 (2020) article 6 orders them: division + trade name +
/// industry + organisation form. Western names have a trade name and a form.
public struct CompanyName: Hashable, Sendable {
  /// The whole name, folded, without spaces between ideographs and without notes such as `(新)`.
  public var text: String
  public var divisions: [Division]
  /// The trade name (字号): what carries identity.
  public var brand: String
  public var industry: String
  public var form: String
  /// What stands before 分公司, 支行, 门店 …: a branch is not its head office.
  public var branch: String?
  /// Digits and ordinals that tell sister companies apart: 第二 and 二号 are both `2`.
  public var ordinal: String
  /// True when something in the text says that it names an organisation: a form, an industry or a branch.
  public var isMarked: Bool
  /// True when the form names a group or a holding (集团, 控股, Group, Holdings).
  public var isGroup = false
  /// The industry as canonical Chinese words for comparison, also for English trade words: 电子商务 and E-commerce are 电商.
  public var industries: [String] = []
  /// Toneless syllables of the brand, in its most common reading, also of a brand written in pinyin. Empty when it has none.
  public var sound: [Pinyin.Syllable] = []
  /// Names that the text says the organisation had or also has: `(原…)`, `曾用名…`, `(简称…)`.
  public var aliases: [String] = []
  /// A person or title that somebody added to the name: 张总 in `…有限公司-张总`.
  public var contact: String?

  /// Takes a name apart. `nil` when nothing is left that could be a name.
  public init?(_ source: String) {
    self.init(scalars: CompanyText.scalars(source))
  }

  /// Every organisation that a field names: two for `甲有限公司/乙有限公司`, one for most.
  public static func all(in source: String) -> [CompanyName] {
    read(CompanyText.scalars(source))?.all ?? []
  }

  /// What a field names.
  struct Reading {
    /// As `CompanyName(_:)` takes it apart.
    var first: CompanyName
    var others: [CompanyName]

    var all: [CompanyName] {
      guard !others.isEmpty else { return [first] }
      var first = first
      if first.contact == nil { first.contact = others.lazy.compactMap(\.contact).first }
      return [first] + others.filter { $0.text != first.text }
    }
  }

  /// - Parameter scalars: a field after `CompanyText.scalars`. Nil when it names no organisation.
  static func read(_ scalars: [Unicode.Scalar]) -> Reading? {
    guard scalars.contains(where: Folding.isHan) else { return CompanyName(scalars: scalars).map { Reading(first: $0, others: []) } }
    let fields = CompanyFields(scalars)
    guard let first = CompanyName(fields: fields) else { return nil }
    return Reading(first: first, others: fields.others.compactMap { CompanyName(scalars: $0) })
  }

  init?(scalars: [Unicode.Scalar]) {
    guard !scalars.isEmpty else { return nil }
    if scalars.contains(where: Folding.isHan) {
      self.init(fields: CompanyFields(scalars))
    } else {
      self.init(western: scalars)
    }
  }

  private init?(fields: CompanyFields) {
    let (head, branch) = CompanyBranch.split(fields.main[...])
    let parts = CompanySegments(head)
    let place = fields.places.isEmpty ? [] : ["("] + fields.places + [")"]
    text = CompanyText.string(parts.text + (branch ?? []) + place)
    divisions = parts.divisions + fields.divisions.filter { !parts.divisions.contains($0) }
    brand = CompanyText.string(parts.brand)
    industry = CompanyText.string(parts.industry)
    industries = parts.industries
    form = parts.form
    self.branch = branch.map { CompanyText.string($0) } ?? fields.branch
    ordinal = parts.ordinal.isEmpty ? fields.ordinal : parts.ordinal
    isGroup = parts.isGroup || fields.isGroup
    isMarked = !form.isEmpty || !industries.isEmpty || self.branch != nil || parts.isBank
    aliases = fields.aliases
    contact = fields.contact
    if self.branch != nil, brand.isEmpty, industry.isEmpty { brand = self.branch ?? "" }
    sound = Pinyin.reading(of: Array(brand.unicodeScalars)[...])
    guard !brand.isEmpty || !industry.isEmpty else { return nil }
  }
}
