import Formats
import Foundation
import Model

private typealias Function = FunctionDeclaration

extension FunctionDeclaration {
  static let encodingFunctions: [FunctionDeclaration] = [
    Function(
      "json", [Parameter("value", .text), Parameter("path", .literal, optional: true)], .always(.any), canFail: true,
      "What a text holds as JSON, or what a path (RFC 9535) selects from it: a list when the path can select several.",
      Example(["payload": "{\"buyer\": {\"id\": 7}}"], "$.payload | json('$.buyer.id') else null", gives: 7),
      .unary { binding in
        let path = boundPath(&binding)
        return { (value) throws(Cause) in
          let text = try scalarText(value)
          do throws(Fault) { return select(path, from: try JSON.parse(Array(text.utf8))) } catch {
            throw Cause("is not JSON: \(error.message)", value)
          }
        }
      }),
    Function(
      "at", [Parameter("value", .any), Parameter("path", .literal)], .always(.any),
      "What a path (RFC 9535) selects from a value: a list when the path can select several.",
      Example(["rows": [["n": 1], ["n": 2]]], "$ | at('$.rows[*].n')", gives: [1, 2]),
      .bound { binding in
        let path = boundPath(&binding)
        return { values in select(path, from: values[0]) }
      }),
    Function(
      "xml", [Parameter("value", .text), Parameter("path", .literal)], .always(.list(.text)), canFail: true,
      "What an XPath (1.0, with the prefixes of namespaces) selects from a text that holds XML; missing when it selects nothing.",
      Example("<c><n>1</n><n>2</n></c>", "$ | xml('n') else null", gives: ["1", "2"]),
      .unary { binding in
        let path = binding.literals[1] ?? ""
        let namespaces = binding.namespaces
        if let fault = XMLNode.checkXPath(path, namespaces: namespaces) {
          binding.complain(1, fault.code, "In the path: \(fault.message)", hint: fault.hint)
        }
        return { (value) throws(Cause) in
          let text = try scalarText(value)
          do throws(Fault) {
            let found = try XMLNode.parse(Array(text.utf8)).xpath(path, namespaces: namespaces)
            guard !found.isEmpty else { return nil }
            return .array(found.map { .string($0.content) })
          } catch {
            throw Cause("is not XML: \(error.message)", value)
          }
        }
      }),
    Function(
      "base64", [Parameter("value", .text)], .always(.text), canFail: true,
      "The UTF-8 text behind Base64 (RFC 4648, also its URL alphabet).",
      Example("5p2O5piO", "$ | base64 else null", gives: "李明"),
      .unary { _ in
        { (value) throws(Cause) in
          var text = trimmed(try scalarText(value)).replacing("-", with: "+").replacing("_", with: "/")
          text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
          guard let data = Data(base64Encoded: text), let decoded = String(validating: data, as: UTF8.self) else {
            throw Cause("is not Base64 of UTF-8 text", value)
          }
          return .string(decoded)
        }
      }),
    Function(
      "url_decode", [Parameter("value", .text)], .always(.text), canFail: true, "The text behind percent-encoding (RFC 3986); + stays +.",
      Example("%E6%9D%8E%20A", "$ | url_decode else null", gives: "李 A"),
      .unary { _ in
        { (value) throws(Cause) in
          guard let decoded = try scalarText(value).removingPercentEncoding else { throw Cause("is not percent-encoded UTF-8", value) }
          return .string(decoded)
        }
      }),
    Function(
      "html_text", [Parameter("value", .text)], .always(.text),
      "The text of HTML: without tags, comments, scripts and styles, entities as characters, a line for each block.",
      Example("<p>Fish &amp; chips</p><p>&#26446;</p>", "$ | html_text", gives: "Fish & chips\n李"), text { HTMLText.plain($0) }),
    Function(
      "sha256", [Parameter("value", .text, repeated: true)], .always(.text),
      "The SHA-256 hash of the texts in hexadecimal digits; a unit separator (U+001F) stands between several.",
      Example("abc", "$ | sha256", gives: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      .bound { binding in
        let sha256 = binding.digests.sha256
        return { (values) throws(Cause) in
          var texts: [String] = []
          for value in values { texts.append(try scalarText(value)) }
          let digits = Array("0123456789abcdef".utf8)
          let hash = sha256(Array(texts.joined(separator: "\u{1F}").utf8))
          return .string(String(decoding: hash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self))
        }
      }),
  ]

  /// The path of the second argument; it also says what the function gives.
  private static func boundPath(_ binding: inout Binding) -> JSONPath? {
    guard let text = binding.literals[1] else { return nil }
    do {
      let path = try JSONPath(text)
      if !path.isSingular { binding.result = .list(.any) }
      return path
    } catch {
      let column = error.location?.column.map { " (character \($0))" } ?? ""
      binding.complain(1, error.code, "In the path\(column): \(error.message)", hint: error.hint)
      return nil
    }
  }

  private static func select(_ path: JSONPath?, from value: Value) -> Value? {
    guard let path else { return value }
    if path.isSingular { return path.selectOne(in: value) }
    let found = path.select(in: value)
    guard !found.isEmpty else { return nil }
    return .array(found)
  }
}
