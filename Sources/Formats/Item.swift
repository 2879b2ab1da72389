import Model

/// One thing read from a delivery: a CSV row, a JSON Lines line, or a whole JSON or XML document.
public struct Item: Sendable {
  public enum Content: Sendable {
    /// A JSON value; a CSV row is an object of strings by column name.
    case value(Value)
    /// An XML document; mappings select from it with XPath.
    case xml(XMLNode)
  }

  /// Counted from 0 within the delivery.
  public var index: Int
  public var content: Content
  /// Where the item starts in its file.
  public var location: Location
  /// The bytes of this item as they arrived, for dead letters.
  public var raw: [UInt8]

  public init(index: Int, content: Content, location: Location, raw: [UInt8]) {
    self.index = index
    self.content = content
    self.location = location
    self.raw = raw
  }
}

/// The formats that a mapping may name in `from.format`.
public enum Format: String, Hashable, Sendable, CaseIterable {
  case csv, json, jsonl, xml
}
