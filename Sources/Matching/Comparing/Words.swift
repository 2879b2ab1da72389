/// How much two sorted lists of words share, weighed by how rare the words are.
struct Words {
  var shared: Int32 = 0
  var sharedCount = 0
  var left: Int32 = 0
  var right: Int32 = 0

  init<Hashes: RandomAccessCollection<UInt64>, Rarities: RandomAccessCollection<Int16>>(
    _ left: Hashes, _ leftRarities: Rarities, _ right: Hashes, _ rightRarities: Rarities
  ) where Hashes.Index == Int, Rarities.Index == Int {
    var (i, j) = (0, 0)
    while i < left.count || j < right.count {
      if j >= right.count || i < left.count && left[i] < right[j] {
        self.left += Int32(leftRarities[i])
        i += 1
      } else if i >= left.count || right[j] < left[i] {
        self.right += Int32(rightRarities[j])
        j += 1
      } else {
        shared += Int32(leftRarities[i])
        sharedCount += 1
        i += 1
        j += 1
      }
    }
  }

  /// Shared weight in hundredths of all.
  var jaccard: Int32 { percent(of: shared + left + right) }
  /// Shared weight in hundredths of the lighter side.
  var containment: Int32 { percent(of: shared + min(left, right)) }

  private func percent(of whole: Int32) -> Int32 { whole == 0 ? 0 : shared * 100 / whole }
}
