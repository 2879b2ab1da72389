/// Which records carry the keys of some of them.
struct KeyHolders: Sendable {
  private var numbers = NumberTable()
  /// By number of the key: places in the order; one more than the cap at most.
  private var holders: [[Int32]] = []
  private let model: MatchModel

  /// - Parameters:
  ///   - anchors: places in `order` of the records whose keys count.
  ///   - order: numbers of all records.
  init(of anchors: [Int], in order: [Int32], _ records: RecordTable, _ model: MatchModel, _ workers: Workers) {
    self.model = model
    var maker = KeyMaker()
    var caps: [Int] = []
    for anchor in anchors {
      maker.make(records[Int(order[anchor])])
      for key in maker.keys where numbers[key.value] == 0 {
        caps.append(model.cap(key.kind))
        numbers.add(key.value, Int32(caps.count))
      }
    }
    let numbers = numbers
    let limits = caps
    let parts = workers.map(order.count) { range in
      var maker = KeyMaker()
      var holders = Array(repeating: [Int32](), count: limits.count)
      for place in range {
        maker.make(records[Int(order[place])])
        for key in maker.keys {
          let number = Int(numbers[key.value]) - 1
          if number >= 0, holders[number].count <= limits[number] { holders[number].append(Int32(place)) }
        }
      }
      return holders
    }
    holders = parts[0]
    for part in parts.dropFirst() { for number in holders.indices { holders[number] += part[number] } }
  }

  /// The holders of a key, none when there are more than its cap.
  func active(_ key: MatchKey) -> [Int32] {
    let number = Int(numbers[key.value]) - 1
    guard number >= 0, holders[number].count <= model.cap(key.kind) else { return [] }
    return holders[number]
  }
}
