import Configuration
import Model
import Normalization

private typealias Function = FunctionDeclaration

extension FunctionDeclaration {
  static let nameFunctions: [FunctionDeclaration] = [
    Function(
      "company", [Parameter("value", .text), Parameter("part", .literal)], .always(.text), canFail: true,
      "A part of an organisation's name: 'name' (without notes), 'brand' (the trade name), 'industry', 'form', 'branch', 'region' (GB/T 2260) or 'contact' (a person added to it). Parts are folded as fold() does; one that the name lacks is missing.",
      Example("上海澜汀贸易有限公司", "$ | company('brand') else null", gives: "澜汀"),
      part(of: "company", CompanyName.init, companyParts, "names no organisation")),
    Function(
      "person", [Parameter("value", .text), Parameter("part", .literal)], .always(.text), canFail: true,
      "A part of a person's name: 'name' (without titles), 'surname', 'given' or 'gender' (male or female, from a form of address). Parts are folded as fold() does; one that the name lacks is missing.",
      Example("欧阳明先生", "$ | person('surname') else null", gives: "欧阳"),
      part(of: "person", PersonName.init, personParts, "names no person")),
    Function(
      "address", [Parameter("value", .text), Parameter("part", .literal)], .always(.text), canFail: true,
      "A part of a postal address. As written: 'province', 'city', 'county'. Folded, for comparing: 'region' (GB/T 2260), 'zone', 'road', 'number', 'building', 'entrance', 'floor', 'room', 'postcode'. A part that the address lacks is missing.",
      Example("浙江省杭州市西湖区文三路 90 号 3 幢 501 室", "$ | address('city') else null", gives: "杭州市"),
      part(of: "address", PostalAddress.init, PostalAddress.parts, "is no address")),
    Function(
      "credit_code", [Parameter("value", .text)], .always(.text), canFail: true,
      "A unified social credit code (GB 32100) whose check character is right, without spaces and in capitals.",
      Example("91350100m000100y43", "$ | credit_code else null", gives: "91350100M000100Y43"),
      .unary { _ in
        { (value) throws(Cause) in
          guard let code = CreditCode(try scalarText(value)) else { throw Cause("is no valid credit code", value) }
          return .string(code.text)
        }
      }),
    Function(
      "bank_account", [Parameter("value", .text)], .always(.text), canFail: true,
      "An account number without spaces; an IBAN must have the right check digits (ISO 13616).",
      Example("DE89 3704 0044 0532 0130 00", "$ | bank_account else null", gives: "DE89370400440532013000"),
      .unary { _ in
        { (value) throws(Cause) in
          guard let account = BankAccount(try scalarText(value)) else { throw Cause("is no account number", value) }
          return .string(account.number)
        }
      }),
    Function(
      "website", [Parameter("value", .text)], .always(.text), canFail: true,
      "The host of a web address without www; on platforms with the first part of the path.",
      Example("https://www.Acme.example/en/", "$ | website else null", gives: "acme.example"),
      .unary { _ in
        { (value) throws(Cause) in
          guard let site = Website(try scalarText(value)) else { throw Cause("is no web address", value) }
          return .string(site.page)
        }
      }),
    Function(
      "signature", [Parameter("value", .text), Parameter("part", .literal)], .always(.text), canFail: true,
      "A part of the signature at the end of an e-mail: 'name', 'title', 'company', 'phone', 'email', 'website', 'address' or 'text', its lines. It fails when the text has no signature; a part that the signature lacks is missing.",
      Example(
        "Please send the offer.\n\n--\nAnna Berg\nHead of Purchasing\nBerg Maschinen GmbH\nTel. +49 30 5550 1234",
        "$ | signature('company') else null", gives: "Berg Maschinen GmbH"),
      part(of: "signature", Signature.read, Signature.parts, "has no signature")),
  ]

  /// A function that takes a text apart and gives one of its parts.
  private static func part<Whole>(
    of name: String, _ read: @escaping @Sendable (String) -> Whole?, _ parts: [String: @Sendable (Whole) -> String?], _ complaint: String
  ) -> Body {
    .unary { binding in
      let wanted = binding.literals[1] ?? ""
      guard let part = parts[wanted] else {
        binding.complain(
          1, "unknown-part", "\(name)() has no part \"\(wanted)\".", hint: suggestion(wanted, among: parts.keys.sorted()))
        return { _ in nil }
      }
      return { (value) throws(Cause) in
        guard let whole = read(try scalarText(value)) else { throw Cause(complaint, value) }
        return part(whole).flatMap { $0.isEmpty ? nil : .string($0) }
      }
    }
  }

  /// What to write instead of a function that there is not when a part is called so: `province` is `address('province')`.
  static func partNamed(_ name: String) -> String? {
    let parts = [
      ("company", Set(companyParts.keys)), ("person", Set(personParts.keys)), ("address", Set(PostalAddress.parts.keys)),
      ("signature", Set(Signature.parts.keys)),
    ]
    let calls = parts.filter { $0.1.contains(name) }.map { "\($0.0)('\(name)')" }
    return calls.isEmpty ? nil : "Write \(calls.joined(separator: " or "))."
  }

  private static let companyParts: [String: @Sendable (CompanyName) -> String?] = [
    "name": { $0.text }, "brand": { $0.brand }, "industry": { $0.industry }, "form": { $0.form }, "branch": { $0.branch },
    "region": { $0.divisions.first.map { String($0.code) } }, "contact": { $0.contact },
  ]

  private static let personParts: [String: @Sendable (PersonName) -> String?] = [
    "name": { $0.text }, "surname": { $0.surname }, "given": { $0.given },
    "gender": { name in name.gender.map { $0 == .male ? "male" : "female" } },
  ]
}

/// A postal address: its parts for comparison, and the names of its divisions as they were written.
struct PostalAddress: Sendable {
  private var address: Address
  private var divisions: WrittenDivisions

  init?(_ text: String) {
    guard let address = Address(text) else { return nil }
    self.address = address
    divisions = WrittenDivisions(text)
  }

  static let parts: [String: @Sendable (PostalAddress) -> String?] = [
    "province": { $0.divisions.province }, "city": { $0.divisions.city }, "county": { $0.divisions.county },
    "region": { $0.address.divisions.first.map { String($0.code) } }, "zone": { $0.address.zone }, "road": { $0.address.road },
    "number": { $0.address.number }, "building": { $0.address.building }, "entrance": { $0.address.entrance },
    "floor": { $0.address.floor }, "room": { $0.address.unit }, "postcode": { $0.address.postcode },
  ]
}

/// Province, city and county at the start of a Chinese address, as they were written: 浙江省杭州市西湖区, 上海市浦东新区, 广东深圳市.
struct WrittenDivisions: Sendable {
  var province: String?
  var city: String?
  var county: String?

  init(_ text: String) {
    var rest = Array(text.unicodeScalars).drop { isBlank($0) || ("0"..."9").contains($0) }
    rest = Self.dropped(rest, "中国")
    province = Self.province(&rest)
    if let name = province, Self.municipalities.contains(where: { name.hasPrefix($0) }) {
      city = name
      // 上海市上海市浦东新区 and 北京市市辖区 are written by forms that insist on a city.
      for again in [name, "市辖区"] { rest = Self.dropped(rest, again) }
    } else {
      city = Self.name(&rest, endingWith: ["市", "自治州", "地区", "盟"], within: 8)
    }
    county = Self.name(&rest, endingWith: ["区", "县", "市", "旗"], within: 8)
  }

  private static let municipalities = ["北京", "天津", "上海", "重庆"]
  /// Provinces, autonomous regions and special administrative regions without their kind (GB/T 2260).
  private static let provinces =
    municipalities + [
      "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "四川", "贵州", "云南", "西藏",
      "陕西", "甘肃", "青海", "宁夏", "新疆", "台湾", "香港", "澳门",
    ]
  private static let kinds = ["壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "特别行政区", "省", "市"]

  private static func province(_ rest: inout ArraySlice<Unicode.Scalar>) -> String? {
    guard let name = provinces.first(where: { rest.starts(with: $0.unicodeScalars) }) else { return nil }
    // 吉林 before 市 is the city of that name.
    let after = rest.dropFirst(name.unicodeScalars.count)
    let kind = kinds.first { after.starts(with: $0.unicodeScalars) } ?? ""
    if kind == "市", !municipalities.contains(name) { return nil }
    rest = after.dropFirst(kind.unicodeScalars.count).drop(while: isSeparator)
    return name + kind
  }

  private static func name(_ rest: inout ArraySlice<Unicode.Scalar>, endingWith kinds: [String], within limit: Int) -> String? {
    for length in 2...limit where length <= rest.count {
      let head = rest.prefix(length)
      guard
        kinds.contains(where: { kind in
          head.count > kind.unicodeScalars.count && head.reversed().starts(with: kind.unicodeScalars.reversed())
        }),
        head.allSatisfy({ Folding.isHan($0) })
      else { continue }
      rest = rest.dropFirst(length).drop(while: isSeparator)
      return FunctionDeclaration.string(head)
    }
    return nil
  }

  /// What stands between divisions in tables: 江苏省/苏州市, 安徽省-合肥市.
  private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool { isBlank(scalar) || "/-—,，、·>|\\".unicodeScalars.contains(scalar) }

  private static func dropped(_ rest: ArraySlice<Unicode.Scalar>, _ prefix: String) -> ArraySlice<Unicode.Scalar> {
    rest.starts(with: prefix.unicodeScalars) ? rest.dropFirst(prefix.unicodeScalars.count).drop(while: isSeparator) : rest
  }
}
