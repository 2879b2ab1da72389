import Normalization

/// The values of one row, and which of them say what.
struct PreparationCells {
  /// Valid UTF-8.
  let bytes: UnsafeBufferPointer<UInt8>
  /// Of every cell its place in the bytes.
  let ranges: UnsafeBufferPointer<Range<Int>>

  /// A cell; empty when the row is too short.
  subscript(_ place: Int) -> UnsafeBufferPointer<UInt8> {
    place < ranges.count ? UnsafeBufferPointer(rebasing: bytes[ranges[place]]) : nothing
  }

  var nothing: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: bytes.baseAddress, count: 0) }

  static func string(_ cell: UnsafeBufferPointer<UInt8>) -> String { String(decoding: cell, as: UTF8.self) }
}
