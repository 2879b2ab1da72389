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
  public static func classes(of given: String) -> [UInt16] {
    var given = given
    return given.withUTF8 { classes(of: $0) }
  }

  /// As above.
  static func classes(of given: UnsafeBufferPointer<UInt8>) -> [UInt16] {
    let name = names.value(given)
    return name < 0 ? [] : classes[Int(name)]
  }

  /// True for an English given name or nickname.
  public static func isGiven(_ word: String) -> Bool {
    var word = word
    return word.withUTF8 { names.contains($0) }
  }

  private static let table: [(name: String, classes: [UInt16])] = {
    var table: [String: [UInt16]] = [:]
    for (number, group) in source.split(separator: ";").enumerated() {
      for name in group.split(separator: " ") { table[String(name), default: []].append(UInt16(number)) }
    }
    return table.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }()

  /// Every word that has classes.
  static var words: [String] { table.map(\.name) }

  private static let names = WordTable(set: words)
  /// By the number of the name.
  private static let classes = table.map(\.classes)
}
