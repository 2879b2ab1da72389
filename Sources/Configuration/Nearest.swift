/// The word of `candidates` that someone who wrote `word` most likely meant, for "Did you mean …?".
///
/// By the number of insertions, deletions, replacements and swaps of neighbours, ignoring case and `_` against `-`;
/// at most a third of the word may differ (one letter in a short word). Among equals the first candidate wins.
public func nearest(_ word: String, among candidates: some Sequence<String>) -> String? {
  let wanted = folded(word)
  guard !wanted.isEmpty else { return nil }
  var best: (word: String, distance: Int)?
  for candidate in candidates {
    let other = folded(candidate)
    let limit = max(1, max(wanted.count, other.count) / 3)
    guard abs(wanted.count - other.count) <= limit else { continue }
    let distance = editDistance(wanted, other)
    guard distance <= limit, distance < max(wanted.count, other.count) else { continue }
    if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
  }
  return best?.word
}

/// A hint for ``Diagnostic/hint`` that names the nearest candidate, or lists them when none is near and they are few.
public func suggestion(_ word: String, among candidates: some Sequence<String>) -> String? {
  if let near = nearest(word, among: candidates) { return "Did you mean \"\(near)\"?" }
  let all = Array(candidates)
  return all.isEmpty || all.count > 12 ? nil : "Possible here: \(all.joined(separator: ", "))."
}

private func folded(_ word: String) -> [Character] {
  word.lowercased().map { $0 == "_" ? "-" : $0 }
}

/// The restricted Damerau–Levenshtein distance (optimal string alignment), with three rolling rows.
private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for (row, leftCharacter) in left.enumerated() {
    var current = [row + 1]
    for (column, rightCharacter) in right.enumerated() {
      var cost = min(last[column + 1], current[column]) + 1
      cost = min(cost, last[column] + (leftCharacter == rightCharacter ? 0 : 1))
      if row > 0, column > 0, leftCharacter == right[column - 1], left[row - 1] == rightCharacter {
        cost = min(cost, beforeLast[column - 1] + 1)
      }
      current.append(cost)
    }
    (beforeLast, last) = (last, current)
  }
  return last[right.count]
}
