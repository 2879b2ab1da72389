/// The pairs of every node that are at least possible: a node's list has the other node and the weight of each pair.
///
///     header | node, weight | node, weight …
final class EdgeLists: Sendable {
  private let pool = WordPool()

  /// A node's list; 0 when it has none.
  typealias List = UInt32

  struct Edge {
    var node: Int32
    var weight: MatchWeight
  }

  var byteCount: Int { pool.byteCount }

  func write(to image: inout IndexImageWriter) { pool.write(to: &image) }

  func read(from image: inout IndexImageReader) -> Bool { pool.read(from: &image) }

  @inline(__always)
  private func length(_ header: UInt32) -> Int { Int(header & 31) }

  @inline(__always)
  func count(_ list: List) -> Int { list == 0 ? 0 : Int(pool[list - 1].pointee >> 5) }

  @inline(__always)
  func word(_ list: List, _ place: Int) -> UInt32 { pool.word(list - 1, place).pointee }

  @inline(__always)
  func forEach(_ list: List, _ body: (Edge) -> Void) {
    for place in 0..<count(list) { body(self[list, place]) }
  }

  @inline(__always)
  subscript(_ list: List, _ place: Int) -> Edge {
    Edge(
      node: Int32(bitPattern: word(list, 1 + 2 * place)), weight: MatchWeight(units: Int32(bitPattern: word(list, 2 + 2 * place))))
  }

  /// The place of the pair with a node.
  func place(of node: Int32, _ list: List) -> Int? { (0..<count(list)).first { self[list, $0].node == node } }

  private func write(_ edge: Edge, _ list: List, _ place: Int) {
    pool.word(list - 1, 1 + 2 * place).pointee = UInt32(bitPattern: edge.node)
    pool.word(list - 1, 2 + 2 * place).pointee = UInt32(bitPattern: edge.weight.units)
  }

  /// - Parameter edge: its node is not in the list yet.
  /// - Returns: the list, which may lie elsewhere now.
  func insert(_ edge: Edge, _ list: List) -> List {
    guard list != 0 else {
      let made = pool.take(WordPool.smallestClass) + 1
      write(edge, made, 0)
      pool[made - 1].pointee = UInt32(WordPool.smallestClass) | 1 << 5
      return made
    }
    let length = length(pool[list - 1].pointee)
    let count = count(list)
    var target = list
    if 2 * count + 3 > 1 << length { target = moved(list, length, to: length + 1) }
    write(edge, target, count)
    pool[target - 1].pointee += 1 << 5
    return target
  }

  /// - Returns: the list, which may lie elsewhere now; 0 when nothing is left.
  func remove(at place: Int, _ list: List) -> List {
    let length = length(pool[list - 1].pointee)
    let count = count(list) - 1
    guard count > 0 else {
      free(list)
      return 0
    }
    write(self[list, count], list, place)
    pool[list - 1].pointee -= 1 << 5
    return length > WordPool.smallestClass && 2 * count + 1 <= 1 << (length - 2) ? moved(list, length, to: length - 1) : list
  }

  func setWeight(_ weight: MatchWeight, at place: Int, _ list: List) {
    pool.word(list - 1, 2 + 2 * place).pointee = UInt32(bitPattern: weight.units)
  }

  func free(_ list: List) { pool.giveBack(list - 1, length(pool[list - 1].pointee)) }

  private func moved(_ list: List, _ length: Int, to wanted: Int) -> List {
    let target = pool.take(wanted) + 1
    for place in 0..<count(list) { write(self[list, place], target, place) }
    pool[target - 1].pointee = UInt32(wanted) | pool[list - 1].pointee & ~31
    pool.giveBack(list - 1, length)
    return target
  }
}
