import Model

/// One thing read from a delivery: a CSV row, a JSON Lines line, a mail, or a whole JSON or XML document.
public struct Item: Sendable {
  public enum Content: Sendable {
    /// A JSON value; a CSV row is an object of strings by column name, a mail what ``MailReader`` says.
    case value(Value)
    /// An XML document; mappings select from it with XPath.
    case xml(XMLNode)
  }

  private enum Source: Sendable {
    case content(Content)
    case document(JSONDocument)
    case row(CSVItem)
  }

  /// Where an item is in its file, and its bytes. A row knows that itself.
  private struct Origin: Sendable {
    var location: Location
    var raw: [UInt8]
  }

  /// Counted from 0 within the delivery.
  public let index: Int
  private let source: Source
  private let origin: Origin?

  public init(index: Int, content: Content, location: Location, raw: [UInt8]) {
    self.index = index
    source = .content(content)
    origin = Origin(location: location, raw: raw)
  }

  init(index: Int, document: JSONDocument, location: Location, raw: [UInt8]) {
    self.index = index
    source = .document(document)
    origin = Origin(location: location, raw: raw)
  }

  init(index: Int, row: CSVItem) {
    self.index = index
    source = .row(row)
    origin = nil
  }

  /// Of a row or a line it is made when somebody asks for it: ``row`` and ``document`` are the shorter way to a few members.
  public var content: Content {
    switch source {
    case .content(let content): content
    case .document(let document): .value(document.value)
    case .row(let row): .value(row.value)
    }
  }

  /// The line, when the item is an object or array of JSON Lines.
  public var document: JSONDocument? { if case .document(let document) = source { document } else { nil } }

  /// The row, when the item is one of CSV.
  public var row: CSVItem? { if case .row(let row) = source { row } else { nil } }

  /// Where the item starts in its file.
  public var location: Location { if case .row(let row) = source { row.location } else { origin?.location ?? Location() } }

  /// The bytes of this item as they arrived, for dead letters.
  public var raw: [UInt8] { if case .row(let row) = source { row.raw } else { origin?.raw ?? [] } }
}

/// The formats that a mapping may name in `from.format`.
public enum Format: String, Hashable, Sendable, CaseIterable {
  case csv, json, jsonl, xml
  /// A mail (RFC 5322, MIME), or a mailbox file with many (RFC 4155).
  case mail
}
