/// Words as a tree over scalars in flat arrays, for finding every word that begins (or, built backwards, ends) at a place.
struct WordTrie: Sendable {
  private var keys: [UInt64]
  private var targets: [Int32]
  /// For every node the number of the word that ends there, -1 for none.
  private var words: [Int32] = [-1]
  private var used = 0

  /// The words get their place in the list as number; with `backwards` they are looked up from their end.
  init(_ list: [[Unicode.Scalar]], backwards: Bool = false) {
    keys = [UInt64](repeating: 0, count: 64)
    targets = [Int32](repeating: 0, count: 64)
    for (number, word) in list.enumerated() {
      var node: Int32 = 0
      for scalar in backwards ? word.reversed() : word { node = child(of: node, scalar) ?? addChild(of: node, scalar) }
      if words[Int(node)] < 0 { words[Int(node)] = Int32(number) }
    }
  }

  /// Calls `visit` with length and number of every word that begins at `start`.
  @inline(__always)
  func forEachWord(in text: ArraySlice<Unicode.Scalar>, from start: Int, _ visit: (_ length: Int, _ number: Int) -> Void) {
    var node: Int32 = 0
    var index = start
    while index < text.endIndex, let next = child(of: node, text[index]) {
      node = next
      index += 1
      if words[Int(node)] >= 0 { visit(index - start, Int(words[Int(node)])) }
    }
  }

  /// True when the text begins with one of the words.
  func beginsWord(in text: ArraySlice<Unicode.Scalar>) -> Bool {
    var node: Int32 = 0
    for scalar in text {
      guard let next = child(of: node, scalar) else { return false }
      node = next
      if words[Int(node)] >= 0 { return true }
    }
    return false
  }

  /// Length and number of the longest word that the text ends with, for a backward tree.
  func longestSuffix(of text: ArraySlice<Unicode.Scalar>) -> (length: Int, number: Int)? {
    var node: Int32 = 0
    var index = text.endIndex
    var best: (length: Int, number: Int)?
    while index > text.startIndex, let next = child(of: node, text[index - 1]) {
      node = next
      index -= 1
      if words[Int(node)] >= 0 { best = (text.endIndex - index, Int(words[Int(node)])) }
    }
    return best
  }

  /// The number of the word that is the whole text.
  func number(of text: ArraySlice<Unicode.Scalar>) -> Int? {
    var node: Int32 = 0
    for scalar in text {
      guard let next = child(of: node, scalar) else { return nil }
      node = next
    }
    return words[Int(node)] < 0 ? nil : Int(words[Int(node)])
  }

  // MARK: Hash table of edges

  @inline(__always)
  private func slot(_ key: UInt64) -> Int { Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & (keys.count - 1) }

  @inline(__always)
  private func child(of node: Int32, _ scalar: Unicode.Scalar) -> Int32? {
    let key = UInt64(node) << 21 | UInt64(scalar.value)
    var slot = slot(key)
    while keys[slot] != 0 {
      if keys[slot] == key { return targets[slot] }
      slot = (slot + 1) & (keys.count - 1)
    }
    return nil
  }

  private mutating func addChild(of node: Int32, _ scalar: Unicode.Scalar) -> Int32 {
    if (used + 1) * 2 > keys.count { grow() }
    words.append(-1)
    let target = Int32(words.count - 1)
    insert(UInt64(node) << 21 | UInt64(scalar.value), target)
    used += 1
    return target
  }

  private mutating func insert(_ key: UInt64, _ target: Int32) {
    var slot = slot(key)
    while keys[slot] != 0 { slot = (slot + 1) & (keys.count - 1) }
    keys[slot] = key
    targets[slot] = target
  }

  private mutating func grow() {
    let old = zip(keys, targets).filter { $0.0 != 0 }
    keys = [UInt64](repeating: 0, count: keys.count * 2)
    targets = [Int32](repeating: 0, count: keys.count)
    for (key, target) in old { insert(key, target) }
  }
}
