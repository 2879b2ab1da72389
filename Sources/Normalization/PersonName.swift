/// A person's name as comparable parts.
public struct PersonName: Hashable, Sendable {
  public enum Gender: Hashable, Sendable { case male, female }

  /// Folded, without titles; for western names the words in the order written, joined by spaces.
  public var text: String
  /// Chinese: the surname; western: the last word.
  public var surname: String
  /// Empty for forms of address such as 张总, which name nobody fully.
  public var given: String
  public var isChinese: Bool
  /// What a Chinese form of address says: 先生 is male, 女士 female.
  public var gender: Gender?
  /// True for 张*, 张某 and *伟, of which a part was hidden.
  public var isMasked = false

  /// True when both surname and given name are known.
  public var isFull: Bool { !given.isEmpty && !surname.isEmpty && !isMasked }

  /// Takes a name apart. `nil` when nothing of it can be a person's name.
  public init?(_ source: String) {
    self.init(folded: Folding.scalars(source))
  }

  /// - Parameter folded: scalars after `Folding.fold`.
  init?(folded: [Unicode.Scalar]) {
    var scalars = folded
    if let open = scalars.firstIndex(of: "("), open > 0 { scalars.removeSubrange(open...) }
    while let last = scalars.last, last != "*", !Folding.isAlphabetic(last) { scalars.removeLast() }
    if scalars.contains(where: Folding.isHan) {
      self.init(ideographs: scalars)
    } else {
      self.init(western: scalars)
    }
  }
}
