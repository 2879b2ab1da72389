import CXML
import Model
import Synchronization

/// What an XPath expression selects.
public enum XMLSelection: Hashable, Sendable {
  case node(XMLNode)
  /// The value of an attribute or a text node, or the result of an expression that gives a string, number or boolean.
  case text(String)
}

extension XMLNode {
  /// Evaluates an XPath 1.0 expression with this element as its context.
  ///
  /// - Parameter namespaces: prefixes of the expression and what they stand for; the document's own prefixes do not count.
  /// - Returns: in document order. A string, number or boolean is one text; a number that is not one (`NaN`) is nothing.
  /// - Throws: `xpath-syntax`, `xpath-prefix`, `xpath-function` or `xpath-limit`.
  public func xpath(_ expression: String, namespaces: [String: String] = [:]) throws(Fault) -> [XMLSelection] {
    let result: Result<[XMLSelection], Fault> = document.queries.withLock { queries in
      Result { () throws(Fault) in try queries.select(expression, namespaces: namespaces, from: self) }
    }
    return try result.get()
  }

  /// What is wrong with an expression, without a document: its syntax, unknown functions and, when `namespaces` is given,
  /// prefixes that it lacks. The location's column counts Unicode scalars of the expression from 1.
  public static func checkXPath(_ expression: String, namespaces: [String: String]? = nil) -> Fault? {
    XMLLibrary.prepare()
    guard let context = kindred_xpath_new_context(nil) else { return nil }
    defer { xmlXPathFreeContext(context) }
    guard let compiled = xmlXPathCtxtCompile(context, expression) else { return XPathFault.make(expression, context.pointee.lastError) }
    xmlXPathFreeCompExpr(compiled)
    return XPathNames(expression).fault(namespaces: namespaces)
  }
}

/// The XPath context of one document and its compiled expressions; both are costlier to make than to use. Lives inside a lock.
struct XPathQueries: @unchecked Sendable {
  private var context: xmlXPathContextPtr?
  private var compiled: [String: xmlXPathCompExprPtr] = [:]
  private var registered: [String: String] = [:]

  mutating func select(_ expression: String, namespaces: [String: String], from node: XMLNode) throws(Fault) -> [XMLSelection] {
    let context = try prepare(node.document, namespaces)
    let query = try compile(expression, context)
    xmlResetError(&context.pointee.lastError)
    context.pointee.node = node.pointer
    context.pointee.opCount = 0
    guard let result = xmlXPathCompiledEval(query, context) else { throw XPathFault.make(expression, context.pointee.lastError) }
    defer { xmlXPathFreeObject(result) }
    return selections(result, node.document)
  }

  mutating func free() {
    for expression in compiled.values { xmlXPathFreeCompExpr(expression) }
    if let context { xmlXPathFreeContext(context) }
    compiled = [:]
    context = nil
  }

  private mutating func prepare(_ document: XMLDocument, _ namespaces: [String: String]) throws(Fault) -> xmlXPathContextPtr {
    if context == nil { context = kindred_xpath_new_context(document.pointer) }
    guard let context else { throw Fault("xpath-limit", "There is no memory for an XPath evaluation.") }
    if namespaces != registered {
      xmlXPathRegisteredNsCleanup(context)
      for (prefix, uri) in namespaces { xmlXPathRegisterNs(context, prefix, uri) }
      registered = namespaces
    }
    return context
  }

  private mutating func compile(_ expression: String, _ context: xmlXPathContextPtr) throws(Fault) -> xmlXPathCompExprPtr {
    if let known = compiled[expression] { return known }
    guard let query = xmlXPathCtxtCompile(context, expression) else { throw XPathFault.make(expression, context.pointee.lastError) }
    compiled[expression] = query
    return query
  }

  private func selections(_ result: xmlXPathObjectPtr, _ document: XMLDocument) -> [XMLSelection] {
    switch result.pointee.type {
    case XPATH_NODESET:
      guard let set = result.pointee.nodesetval, set.pointee.nodeNr > 0, let nodes = set.pointee.nodeTab else { return [] }
      xmlXPathNodeSetSort(set)
      return (0..<Int(set.pointee.nodeNr)).compactMap { nodes[$0].map { selection($0, document) } }
    case XPATH_NUMBER where result.pointee.floatval.isNaN: return []
    default:
      guard let text = xmlXPathCastToString(result) else { return [] }
      defer { kindred_xml_free(text) }
      return [.text(String(cString: text))]
    }
  }

  private func selection(_ node: xmlNodePtr, _ document: XMLDocument) -> XMLSelection {
    switch node.pointee.type {
    case XML_ELEMENT_NODE: return .node(XMLNode(document: document, pointer: node))
    case XML_DOCUMENT_NODE: return .node(XMLNode(document: document, pointer: document.root))
    default:
      guard let text = xmlXPathCastNodeToString(node) else { return .text("") }
      defer { kindred_xml_free(text) }
      return .text(String(cString: text))
    }
  }
}

enum XPathFault {
  /// libxml2 gives the number `XML_XPATH_EXPRESSION_OK` (1200) + xmlXPathError, and the byte offset in `int1`.
  static func make(_ expression: String, _ error: xmlError) -> Fault {
    let offset = min(max(Int(error.int1), 0), expression.utf8.count)
    let column = String(decoding: expression.utf8.prefix(offset), as: UTF8.self).unicodeScalars.count + 1
    let location = Location(file: "xpath", line: 1, column: column, offset: offset)
    switch Int(error.code) - Int(XML_XPATH_EXPRESSION_OK.rawValue) {
    case Int(XPATH_UNDEF_PREFIX_ERROR.rawValue):
      return Fault("xpath-prefix", "The XPath \(expression) uses a prefix that \"namespaces\" lacks.", at: location)
    case Int(XPATH_UNKNOWN_FUNC_ERROR.rawValue):
      return Fault("xpath-function", "The XPath \(expression) calls a function that XPath 1.0 lacks.", at: location)
    case Int(XPATH_OP_LIMIT_EXCEEDED.rawValue), Int(XPATH_RECURSION_LIMIT_EXCEEDED.rawValue), Int(XPATH_MEMORY_ERROR.rawValue):
      return Fault("xpath-limit", "The XPath \(expression) takes too many steps over this document.", at: location)
    default:
      return Fault("xpath-syntax", "\(expression) is not a valid XPath 1.0 expression.", at: location)
    }
  }
}
