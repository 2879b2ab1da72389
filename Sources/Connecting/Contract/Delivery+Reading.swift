import Formats
import Model

/// How to read a delivery again, from what the kinds of this module write into it.
extension Delivery {
  /// The format that `contentType` stands for; nil when it says nothing about it.
  public var format: Format? { mediaType?.format }

  /// The encoding's label; nil leaves it to the reader.
  public var charset: String? { mediaType?.charset }

  public var readContext: ReadContext { ReadContext(deliveryMeta: meta) }

  private var mediaType: MediaType? { contentType.flatMap { MediaType(parsing: $0) } }
}

extension ReadContext {
  /// Where a delivery's body lies in its file, from what ``FileImport`` writes into `meta`: the header row or what goes around a part of an
  /// XML document, the first row and line, the file's name, whether it was a sheet.
  public init(deliveryMeta meta: [String: String]) {
    let headers = meta["header"]?.split(separator: " ").map { Hex.bytes($0) } ?? []
    self.init(
      header: headers.first ?? nil, beginning: headers.count > 1 ? headers[1] : nil, ending: meta["ending"].flatMap { Hex.bytes($0) },
      firstRow: meta["row"].flatMap { Int($0) } ?? 1, firstLine: meta["line"].flatMap { Int($0) } ?? 1, file: meta["file"],
      isSheet: meta["sheet"] != nil)
  }
}
