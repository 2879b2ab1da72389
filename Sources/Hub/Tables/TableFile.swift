import Formats

/// A file of rows, before anything is known about its columns.
public struct TableFile: Sendable {
  public var name: String
  public var bytes: [UInt8]
  /// `csv` (also with tabs) or `jsonl`.
  public var format: Format
  public var encoding: String?
  /// Whether it is the CSV of a sheet: see ``ReadContext/isSheet``.
  public var isSheet: Bool

  /// - Parameter format: nil goes by the name: `.jsonl` and `.ndjson` are JSON Lines, everything else is CSV.
  public init(name: String, bytes: [UInt8], format: Format? = nil, encoding: String? = nil, isSheet: Bool = false) {
    self.name = name
    self.bytes = bytes
    let lower = name.lowercased()
    self.format = format ?? (lower.hasSuffix(".jsonl") || lower.hasSuffix(".ndjson") ? .jsonl : .csv)
    self.encoding = encoding
    self.isSheet = isSheet
  }
}
