import Foundation
import Matching
import Model

/// The rows of a table of persons, read once, prepared when they are asked for.
final class Rows {
  private let bytes: [UInt8]
  /// Where the rows begin, and where the last one ends.
  private var starts: [Int] = []
  private var cells: [Range<Int>] = []
  private var preparer: Preparer

  /// Columns of the synthetic tables, by name.
  private static let attributes: [String: PreparedAttribute] = [
    "given_name": .givenName, "surname": .surname, "company": .organisation, "email": .email, "phone": .phone, "address": .address,
    "city": .city, "postcode": .postcode, "dob": .birthDate,
  ]

  init(path: String) throws {
    bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    preparer = Preparer([])
    var (start, isQuoted) = (0, false)
    for (place, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      guard !isQuoted, byte == UInt8(ascii: "\n") else { continue }
      starts.append(start)
      start = place + 1
    }
    starts.append(start)
    guard starts.count > 1 else { return }
    split(0)
    let header = cells.map { String(decoding: bytes[$0], as: UTF8.self) }
    preparer = Preparer(header.map { Self.attributes[$0].map { .attribute($0) } ?? .unused }, defaultKind: "person")
    starts.removeFirst()
  }

  /// Finds the cells of a row.
  private func split(_ row: Int) {
    cells.removeAll(keepingCapacity: true)
    var (start, isQuoted) = (starts[row], false)
    for place in starts[row]..<starts[row + 1] {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      guard !isQuoted, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") else { continue }
      cells.append(cell(start..<place))
      start = place + 1
    }
  }

  private func cell(_ range: Range<Int>) -> Range<Int> {
    var range = range
    if let last = range.last, bytes[last] == UInt8(ascii: "\r") { range.removeLastOne() }
    if range.count >= 2, bytes[range.lowerBound] == UInt8(ascii: "\"") { range = range.lowerBound + 1..<range.upperBound - 1 }
    return range
  }

  var count: Int { starts.count - 1 }

  func prepared(_ row: Int) -> PreparedRecord {
    split(row)
    return bytes.withUnsafeBufferPointer { bytes in cells.withUnsafeBufferPointer { preparer.prepare(utf8: bytes, cells: $0) } }
  }

  static func keyHash(_ row: Int) -> UInt64 { StableHash.mix(UInt64(row), 7) }

  func record(_ row: Int) -> MatchRecord { MatchRecord(id: Int64(row), keyHash: Self.keyHash(row), prepared: prepared(row)) }
}

extension Range<Int> {
  fileprivate mutating func removeLastOne() { self = lowerBound..<upperBound - 1 }
}
