import CXML
import Model

/// An element of a parsed XML document. A small value that keeps its document alive.
///
/// Safe on any thread: the tree never changes after parsing, and XPath evaluation, whose context does change, runs under
/// the document's lock.
public struct XMLNode: @unchecked Sendable {
  let document: XMLDocument
  let pointer: xmlNodePtr

  /// The local name, without a prefix.
  public var name: String { xmlString(pointer.pointee.name) ?? "" }

  public var namespaceURI: String? { pointer.pointee.ns.flatMap { xmlString($0.pointee.href) } }

  /// The text of the element and everything in it (XPath's string value), with white space as written.
  public var text: String { xmlText(pointer) }

  /// The attributes in the order of the document; namespace declarations are not among them.
  public var attributes: [XMLAttribute] {
    var result: [XMLAttribute] = []
    var next = pointer.pointee.properties
    while let attribute = next {
      let uri = attribute.pointee.ns.flatMap { xmlString($0.pointee.href) }
      let value = attribute.withMemoryRebound(to: xmlNode.self, capacity: 1) { xmlText($0) }
      result.append(XMLAttribute(name: xmlString(attribute.pointee.name) ?? "", namespaceURI: uri, value: value))
      next = attribute.pointee.next
    }
    return result
  }

  /// The value of the attribute `name` that has no namespace.
  public func attribute(_ name: String) -> String? {
    attributes.first { $0.name == name && $0.namespaceURI == nil }?.value
  }

  /// The child elements, without text and comments.
  public var children: [XMLNode] {
    var result: [XMLNode] = []
    var next = pointer.pointee.children
    while let child = next {
      if child.pointee.type == XML_ELEMENT_NODE { result.append(XMLNode(document: document, pointer: child)) }
      next = child.pointee.next
    }
    return result
  }

  /// The enclosing element; `nil` for the root.
  public var parent: XMLNode? {
    guard let parent = pointer.pointee.parent, parent.pointee.type == XML_ELEMENT_NODE else { return nil }
    return XMLNode(document: document, pointer: parent)
  }

  /// The line on which the element's start tag ends, counted from 1 (that is where libxml2 knows it).
  public var line: Int { max(1, xmlGetLineNo(pointer)) }

  /// The element as XML text, in UTF-8 and with the namespace declarations it has itself.
  public var markup: String {
    guard let buffer = xmlBufferCreate() else { return "" }
    defer { xmlBufferFree(buffer) }
    guard xmlNodeDump(buffer, document.pointer, pointer, 0, 0) >= 0 else { return "" }
    return xmlString(xmlBufferContent(buffer)) ?? ""
  }
}

extension XMLNode: Hashable {
  /// Two values are equal when they are the same element of the same parsed document.
  public static func == (left: XMLNode, right: XMLNode) -> Bool { left.pointer == right.pointer }
  public func hash(into hasher: inout Hasher) { hasher.combine(pointer) }
}

public struct XMLAttribute: Hashable, Sendable {
  public var name: String
  public var namespaceURI: String?
  public var value: String
}

func xmlString(_ pointer: UnsafePointer<xmlChar>?) -> String? { pointer.map { String(cString: $0) } }

private func xmlText(_ node: xmlNodePtr) -> String {
  // Most elements hold one text node: no copy by libxml2.
  if node.pointee.type == XML_ELEMENT_NODE, let child = node.pointee.children, child.pointee.next == nil,
    child.pointee.type == XML_TEXT_NODE || child.pointee.type == XML_CDATA_SECTION_NODE
  {
    return xmlString(child.pointee.content) ?? ""
  }
  guard let content = xmlNodeGetContent(node) else { return "" }
  defer { kindred_xml_free(content) }
  return String(cString: content)
}
