import Formats
import Foundation
import Model
import Synchronization

extension Object {
  /// The member of that name by exact scalars. (`String ==` would also accept canonically equivalent spellings, and is
  /// slower for text beyond ASCII.)
  func member(_ name: String) -> Value? {
    for member in members where sameText(member.name, name) { return member.value }
    return nil
  }
}

/// Where a member stood the last time: rows of a file have their columns in one order, so the first look mostly hits.
///
/// The place is only a guess that is checked, so threads may share it without further order.
final class MemberHint: Sendable {
  private let index = Atomic<Int>(0)

  func member(_ name: String, of object: Object) -> Value? {
    let guess = index.load(ordering: .relaxed)
    let members = object.members
    if guess < members.count, sameText(members[guess].name, name) { return members[guess].value }
    guard let found = members.firstIndex(where: { sameText($0.name, name) }) else { return nil }
    index.store(found, ordering: .relaxed)
    return members[found].value
  }

  func cell(_ name: String, of row: CSVItem) -> Value? {
    let guess = index.load(ordering: .relaxed)
    if guess < row.columnCount, sameText(row.name(of: guess), name) { return .string(row.text(at: guess)) }
    guard let found = row.names.firstIndex(where: { sameText($0, name) }) else { return nil }
    index.store(found, ordering: .relaxed)
    return .string(row.text(at: found))
  }
}

/// Equality by Unicode scalars.
func sameText(_ left: String, _ right: String) -> Bool {
  guard left.utf8.count == right.utf8.count else { return false }
  let same = left.utf8.withContiguousStorageIfAvailable { first in
    right.utf8.withContiguousStorageIfAvailable { second in
      guard let a = first.baseAddress, let b = second.baseAddress else { return first.isEmpty }
      return memcmp(a, b, first.count) == 0
    }
  }
  // Only text that bridges from elsewhere has no storage to look at.
  return (same ?? nil) ?? left.utf8.elementsEqual(right.utf8)
}
