/// How a component was clustered last time.
///
/// As long as no two groups join that did not join then, what joins next among those that say what they said is known: nothing has to be
/// compared for it. Only groups with something new in them, and those that lost what they joined with, have to be compared with others.
struct FormerJoins {
  /// Two groups that became one, known by their first members.
  struct Join: Hashable {
    var kept: Int32
    var gone: Int32
    /// What they were worth, in units.
    var weight: Int32
  }

  /// In their order; -1 for what is not there any more.
  var joins: [Join]
  /// By node: true when it was not there, or may be worth something else now.
  var isOther: [Bool]
}
