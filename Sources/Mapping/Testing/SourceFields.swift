import Formats
import Model

/// The fields of a sample, and those among them that a mapping never reads.
///
/// Fields of JSON and CSV are paths with `[*]` for the elements of arrays (`$['lines'][*]['sku']`), those of XML are paths of elements
/// without children and of attributes (`/orders/order/@id`). What only a filter or a condition looks at is read, too.
public struct SourceFields: Sendable {
  /// In the order in which the sample first has them.
  public private(set) var all: [String] = []
  public private(set) var unused: [String] = []

  init() {}

  /// - Parameter items: what was read in the mapping's format.
  public init(_ program: MappingProgram, _ items: [Item]) {
    var values = ValueFields()
    var elements = ElementFields(program)
    for item in items {
      switch item.content {
      case .value(let value): values.follow(program, value)
      case .xml(let node): elements.follow(program, node)
      }
    }
    all = values.known + elements.known
    unused = all.filter { !values.read.contains($0) && !elements.read.contains($0) }
  }
}

/// What an expression reads of an item.
enum SourceRead: Sendable {
  case path(JSONPath, from: PathRoot)
  case xpath(String, namespaces: [String: String])

  var isMeta: Bool { if case .path(_, .meta) = self { true } else { false } }
}

extension OutputProgram {
  /// What it reads of the item; its children's rows read for themselves.
  var reads: [SourceRead] {
    let own = [when, key, version, delete].compactMap(\.self)
    return (own + attributes.programs.map(\.expression)).flatMap(\.reads) + includedReads
  }
}

extension OutputProgram.ChildrenProgram {
  var reads: [SourceRead] { ([when, key].compactMap(\.self) + attributes.programs.map(\.expression)).flatMap(\.reads) }
}
