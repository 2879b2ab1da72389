import Model

/// One thing read from a delivery: a CSV row, a JSON Lines line, or a whole JSON or XML document.
public struct Item: Sendable {
  public enum Content: Sendable {
    /// A JSON value; a CSV row is an object of strings by column name.
    case value(Value)
    /// An XML document; mappings select from it with XPath.
    case xml(XMLNode)
  }

  private enum Source: Sendable {
    case content(Content)
    case document(JSONDocument)
  }

  /// Counted from 0 within the delivery.
  public var index: Int
  private var source: Source
  /// Where the item starts in its file.
  public var location: Location
  /// The bytes of this item as they arrived, for dead letters.
  public var raw: [UInt8]

  public init(index: Int, content: Content, location: Location, raw: [UInt8]) {
    self.index = index
    source = .content(content)
    self.location = location
    self.raw = raw
  }

  init(index: Int, document: JSONDocument, location: Location, raw: [UInt8]) {
    self.index = index
    source = .document(document)
    self.location = location
    self.raw = raw
  }

  /// Of a line of JSON Lines it is made when somebody asks for it: ``document`` is the shorter way to a few members.
  public var content: Content {
    get {
      switch source {
      case .content(let content): content
      case .document(let document): .value(document.value)
      }
    }
    set { source = .content(newValue) }
  }

  /// The line, when the item is an object or array of JSON Lines that is as it was read.
  public var document: JSONDocument? { if case .document(let document) = source { document } else { nil } }
}

/// The formats that a mapping may name in `from.format`.
public enum Format: String, Hashable, Sendable, CaseIterable {
  case csv, json, jsonl, xml
}
