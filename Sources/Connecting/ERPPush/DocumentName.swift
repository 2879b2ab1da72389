import Formats
import Model

/// What names a document within its sender, so that the same one is known when it comes again.
enum DocumentName: Hashable, Sendable {
  /// SAP: a DOCNUM is unique per sender and client only (EDI_DC40: MANDT, SNDPRT, SNDPRN, DOCNUM); a body may hold several IDocs.
  case idoc
  /// cXML: the payloadID is unique for ever (cXML User's Guide, "payloadID").
  case cxml
  /// UBL: the UUID of the document, else its type and ID.
  case ubl
  /// RFC 6901, for JSON.
  case pointer(String)
  /// XPath 1.0, for XML.
  case path(String)

  private static let ublNamespace = ["cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"]

  /// A path that begins with one slash is a JSON Pointer, and an XPath where the body is XML.
  init(_ text: String) {
    switch text {
    case "idoc": self = .idoc
    case "cxml": self = .cxml
    case "ubl": self = .ubl
    default: self = text.hasPrefix("/") && !text.hasPrefix("//") ? .pointer(text) : .path(text)
    }
  }

  /// What is wrong with the option; nil when it can be used.
  var fault: Fault? {
    guard case .path(let path) = self else { return nil }
    return XMLNode.checkXPath(path)
  }

  /// The name of the document in a body.
  /// - Returns: nil when it has none, or cannot be read: that is found out, and told, when it is mapped.
  func name(in body: Bytes, format: Format, charset: String?) -> String? {
    switch format {
    case .json:
      guard case .pointer(let pointer) = self else { return nil }
      return (try? JSON.parse(body)).flatMap { Self.value(at: pointer, in: $0)?.text }
    case .xml: return (try? XMLNode.parse(body, encoding: charset)).flatMap(name)
    case .csv, .jsonl, .mail: return nil
    }
  }

  private func name(in root: XMLNode) -> String? {
    switch self {
    case .idoc:
      let records = nodes(root, "//EDI_DC40")
      let names = records.map { record in
        ["MANDT", "SNDPRT", "SNDPRN", "DOCNUM"].map { texts(record, $0).first ?? "" }.joined(separator: "\u{1F}")
      }
      return records.isEmpty || records.contains { texts($0, "DOCNUM").isEmpty } ? nil : names.joined(separator: "\u{1E}")
    case .cxml: return root.attribute("payloadID")
    case .ubl:
      return texts(root, "cbc:UUID", Self.ublNamespace).first ?? texts(root, "cbc:ID", Self.ublNamespace).first.map { "\(root.name) \($0)" }
    case .pointer(let path), .path(let path):
      let found = texts(root, path)
      return found.isEmpty ? nil : found.joined(separator: "\u{1E}")
    }
  }

  private func nodes(_ node: XMLNode, _ path: String) -> [XMLNode] {
    ((try? node.xpath(path)) ?? []).compactMap { if case .node(let node) = $0 { node } else { nil } }
  }

  private func texts(_ node: XMLNode, _ path: String, _ namespaces: [String: String] = [:]) -> [String] {
    let found = (try? node.xpath(path, namespaces: namespaces)) ?? []
    return found.map { selection in
      switch selection {
      case .node(let node): node.text
      case .text(let text): text
      }
    }.filter { !$0.isEmpty }
  }

  /// RFC 6901: `~1` is a slash, `~0` a tilde.
  private static func value(at pointer: String, in document: Value) -> Value? {
    var found: Value? = document
    for part in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      let name = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
      if case .array(let elements)? = found {
        found = Int(name).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
      } else {
        found = found?[name]
      }
    }
    return found
  }
}
