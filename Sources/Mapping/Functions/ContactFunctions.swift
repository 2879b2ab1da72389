import Configuration
import Model
import Normalization

private typealias Function = FunctionDeclaration

extension FunctionDeclaration {
  static let contactFunctions: [FunctionDeclaration] = [
    Function(
      "phone", [Parameter("value", .text), Parameter("region", .literal, optional: true)], .always(.text), canFail: true,
      "The first telephone number of the text in E.164 form. The region (ISO 3166, CN unless given) tells how to read numbers without a country code.",
      Example("手机 138-0013-8000", "$ | phone('CN') else null", gives: "+8613800138000"),
      .unary { binding in
        let region = checkedRegion(&binding)
        return { (value) throws(Cause) in
          guard let number = Phone.normalise(try scalarText(value), region: region) else { throw Cause("is not a telephone number", value) }
          return .string(number)
        }
      }),
    Function(
      "phones", [Parameter("values", .list), Parameter("region", .literal, optional: true)], .always(.list(.text)),
      "Every telephone number of a field or of several, in E.164 form; a part that is not a number (masked, too short) stays as it was written.",
      Example("0571-50968583、138****8000", "$ | phones('CN')", gives: ["+8657150968583", "138****8000"]),
      .unary { binding in
        let region = checkedRegion(&binding)
        return { (value) throws(Cause) in try collect(value) { numbers(in: $0, region: region, keepsRest: true) } }
      }),
    Function(
      "phones_in", [Parameter("values", .list), Parameter("region", .literal, optional: true)], .always(.list(.text)),
      "Every telephone number that stands somewhere in free text, in E.164 form; missing when there is none.",
      Example("孙总 １５９５０４０７８１２ 售后", "$ | phones_in('CN')", gives: ["+8615950407812"]),
      .unary { binding in
        let region = checkedRegion(&binding)
        return { (value) throws(Cause) in try collect(value) { numbers(in: $0, region: region, keepsRest: false) } }
      }),
    Function(
      "email", [Parameter("value", .text)], .always(.text), canFail: true, "The first e-mail address of the text in lower case.",
      Example("<Jason.Ling@Kejin.com>", "$ | email else null", gives: "jason.ling@kejin.com"),
      .unary { _ in
        { (value) throws(Cause) in
          guard let address = Email.normalise(try scalarText(value)) else { throw Cause("is not an e-mail address", value) }
          return .string(address)
        }
      }),
    Function(
      "emails", [Parameter("values", .list)], .always(.list(.text)),
      "Every e-mail address of a field or of several, in lower case; a field without one stays as it was written.",
      Example("A@b.com; c＠d.cn", "$ | emails", gives: ["a@b.com", "c@d.cn"]),
      .unary { _ in
        { (value) throws(Cause) in
          try collect(value) { text in
            let found = Email.all(in: text).map(\.address)
            return found.isEmpty ? [text] : found
          }
        }
      }),
    Function(
      "email_domain", [Parameter("value", .text)], .always(.text), canFail: true,
      "The domain of the first e-mail address of the text, in lower case; missing for free mail, where everybody can have an address.",
      Example("Zhou@Lanting.Example", "$ | email_domain else null", gives: "lanting.example"),
      .unary { _ in
        { (value) throws(Cause) in
          guard let address = Email.all(in: try scalarText(value)).first else { throw Cause("is not an e-mail address", value) }
          return address.isFreeMail ? nil : .string(address.domain)
        }
      }),
  ]

  private static func checkedRegion(_ binding: inout Binding) -> String? {
    guard let region = binding.literals[1] else { return nil }
    let isCode = region.utf8.count == 2 && region.utf8.allSatisfy { (0x41...0x5A).contains($0) }
    if !isCode {
      binding.complain(
        1, "bad-region", "\"\(region)\" is not a region.", hint: "Use two capital letters of ISO 3166 such as 'CN'.")
    }
    return region
  }

  /// Applies `transform` to every text of a value, and keeps each distinct result once. Missing when nothing is left.
  private static func collect(_ value: Value, _ transform: (String) -> [String]) throws(Cause) -> Value? {
    var collected: [String] = []
    for element in value.elements where element != .null {
      let text = trimmed(try scalarText(element))
      for result in text.isEmpty ? [] : transform(text) where !collected.contains(result) { collected.append(result) }
    }
    guard !collected.isEmpty else { return nil }
    return .array(collected.map { .string($0) })
  }

  /// Separators that never occur inside one number. Extensions are kept as RFC 3966 readers and people know them.
  private static func numbers(in text: String, region: String?, keepsRest: Bool) -> [String] {
    var found: [String] = []
    for part in fields(text) {
      let phones = Phone.all(in: part, region: region)
      found += phones.map { phone in phone.extension.map { "\(phone.number) ext. \($0)" } ?? phone.number }
      let rest = trimmed(part)
      if keepsRest, phones.isEmpty, !rest.isEmpty { found.append(rest) }
    }
    return found
  }

  private static func fields(_ text: String) -> [String] {
    let scalars = text.unicodeScalars
    guard scalars.contains(where: isSeparator) else { return [text] }
    return scalars.split(whereSeparator: isSeparator).map { String($0) }
  }

  private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case ",", ";", "/", "|", "\n", "、", "，", "；", "／", "｜": true
    default: false
    }
  }
}
