/// A set of words that is asked about scalars, without making text of them.
struct WordSet: Sendable {
  private let words: Set<String>
  private let trie: WordTrie

  init(_ words: Set<String>) {
    self.words = words
    trie = WordTrie(words.sorted().map { Array($0.unicodeScalars) })
  }

  func contains(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
    for scalar in text where !Folding.isPlain(scalar) { return words.contains(CompanyText.string(text)) }
    return trie.number(of: text) != nil
  }
}
