import Foundation
import Matching
import Model

/// The rows of a table of persons, read once, prepared when they are asked for.
final class Rows {
  private let bytes: [UInt8]
  private var cells: [[Range<Int>]] = []
  private var preparer: Preparer

  /// Columns of the synthetic tables, by name.
  private static let attributes: [String: PreparedAttribute] = [
    "given_name": .givenName, "surname": .surname, "company": .organisation, "email": .email, "phone": .phone, "address": .address,
    "city": .city, "postcode": .postcode, "dob": .birthDate,
  ]

  init(path: String) throws {
    bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    preparer = Preparer([])
    var (row, start, isQuoted): ([Range<Int>], Int, Bool) = ([], 0, false)
    for (place, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      guard !isQuoted, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") else { continue }
      row.append(cell(start..<place))
      start = place + 1
      guard byte == UInt8(ascii: "\n") else { continue }
      if !row.allSatisfy(\.isEmpty) { cells.append(row) }
      row = []
    }
    guard !cells.isEmpty else { return }
    let header = cells.removeFirst().map { String(decoding: bytes[$0], as: UTF8.self) }
    preparer = Preparer(header.map { Self.attributes[$0].map { .attribute($0) } ?? .unused }, defaultKind: "person")
  }

  private func cell(_ range: Range<Int>) -> Range<Int> {
    var range = range
    if let last = range.last, bytes[last] == UInt8(ascii: "\r") { range.removeLastOne() }
    if range.count >= 2, bytes[range.lowerBound] == UInt8(ascii: "\"") { range = range.lowerBound + 1..<range.upperBound - 1 }
    return range
  }

  var count: Int { cells.count }

  func prepared(_ row: Int) -> PreparedRecord {
    bytes.withUnsafeBufferPointer { bytes in cells[row].withUnsafeBufferPointer { preparer.prepare(utf8: bytes, cells: $0) } }
  }

  func record(_ row: Int) -> MatchRecord {
    MatchRecord(id: Int64(row), keyHash: StableHash.mix(UInt64(row), 7), prepared: prepared(row))
  }
}

extension Range<Int> {
  fileprivate mutating func removeLastOne() { self = lowerBound..<upperBound - 1 }
}
