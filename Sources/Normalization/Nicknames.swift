/// Given names that the same person may go by: Robert, Rob and Bob.
public enum Nicknames {
  /// True when both can be the given name of one person: one is short for the other, or both are short for a third. Both are
  /// folded, of one word.
  public static func share(_ left: String, _ right: String) -> Bool {
    if left == right { return true }
    return share(classes(of: left), classes(of: right))
  }

  /// True when two sorted lists of classes meet.
  @inlinable
  public static func share<Classes: RandomAccessCollection<UInt16>>(_ left: Classes, _ right: Classes) -> Bool where Classes.Index == Int {
    var (i, j) = (0, 0)
    while i < left.count, j < right.count {
      if left[i] == right[j] { return true }
      if left[i] < right[j] { i += 1 } else { j += 1 }
    }
    return false
  }

  /// The names that a given name can stand for, as numbers in ascending order; empty for an unknown name. For a record that is
  /// compared many times.
  public static func classes(of given: String) -> [UInt16] { table[given] ?? [] }

  /// True for an English given name or nickname.
  public static func isGiven(_ word: String) -> Bool { table[word] != nil }

  private static let table: [String: [UInt16]] = {
    var table: [String: [UInt16]] = [:]
    for (number, group) in source.split(separator: ";").enumerated() {
      for name in group.split(separator: " ") { table[String(name), default: []].append(UInt16(number)) }
    }
    return table
  }()
}
