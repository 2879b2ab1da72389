import Mastering
import Model
import Seeding
import Testing

/// Random lives of 14 records that join, separate, are deleted and come back, one change after the other. `World` applies
/// the assignments as the store will; `expectedNames` works the ids out again from the whole world, slowly.
@Suite struct IdentityPropertyTests {
  @Test(arguments: UInt64(1)...20) func idsStayPermanent(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<10 {
      var world = World()
      for step in 0..<60 {
        let before = world
        let next = anyPartition(after: world.partition, &random)
        world.move(to: next, shuffling: &random)
        let place: () -> Comment = { "seed \(seed), step \(step), \(before.partition) to \(next)" }
        #expect(world.named == expectedNames(after: next, from: before), place())
        checkInvariants(world, since: before, place)
      }
    }
  }

  /// Undo: whatever happens in between, when the earlier partition comes back with all its records, so do its ids, as long
  /// as nothing but merges took place.
  @Test(arguments: UInt64(201)...220) func undoingMergesRestoresEveryId(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var world = World()
    for _ in 0..<12 { world.move(to: anyPartition(after: world.partition, &random), shuffling: &random) }
    let before = world
    for _ in 0..<4 where world.partition.count > 1 {
      var parts = Array(world.partition).shuffled(using: &random)
      let joined = parts.removeLast()
      parts[0].formUnion(joined)
      world.move(to: Set(parts), shuffling: &random)
    }
    world.move(to: before.partition, shuffling: &random)
    #expect(world.named == before.named, "seed \(seed)")
    #expect(world.homes == before.homes, "seed \(seed)")
  }

  private func checkInvariants(_ world: World, since before: World, _ place: () -> Comment) {
    #expect(Set(world.named.values).count == world.named.count, place())
    for id in world.given {
      let end = world.resolve(id)
      #expect(end == nil || world.named.values.contains(end ?? id), place())
      #expect(world.redirects[id] == nil || !world.named.values.contains(id), "what lives is not redirected; \(place())")
    }
    for (part, name) in world.named {
      #expect(part.contains { world.homes[$0] == name }, "a customer has a record at home; \(place())")
    }
    let live = world.partition.reduce(into: Set<Int64>()) { $0.formUnion($1) }
    for (_, records) in Dictionary(grouping: live, by: { world.homes[$0] }) {
      #expect(world.partition.contains { $0.isSuperset(of: records) }, "who is at home together lives together; \(place())")
    }
    for id in before.named.values where !world.named.values.contains(id) {
      #expect(world.redirects[id] != nil || world.retired.contains(id), "no id is forgotten; \(place())")
    }
    for (part, name) in before.named where world.partition.contains(part) {
      #expect(world.named[part] == name, "a customer that stays as it is keeps its id; \(place())")
    }
  }

  /// Joins two parts, splits one, moves a record, deletes a record, or brings one (back).
  private func anyPartition(after partition: Set<Set<Int64>>, _ random: inout SeededGenerator) -> Set<Set<Int64>> {
    var parts = partition.sorted { ($0.min() ?? 0) < ($1.min() ?? 0) }
    for _ in 0...random.number(below: 3) {
      let live = parts.reduce(into: Set<Int64>()) { $0.formUnion($1) }
      let record = Int64(1 + random.number(below: 14))
      guard live.contains(record), !parts.isEmpty else {
        if parts.isEmpty || random.oneIn(2) { parts.append([record]) } else { parts[random.number(below: parts.count)].insert(record) }
        continue
      }
      let index = random.number(below: parts.count)
      switch random.number(below: 4) {
      case 0 where parts.count > 1:
        let joined = parts.remove(at: index)
        parts[0].formUnion(joined)
      case 1:
        let half = parts[index].filter { _ in random.oneIn(2) }
        parts[index].subtract(half)
        parts.append(half)
      default:
        for part in parts.indices { parts[part].remove(record) }
        if random.oneIn(2) { parts[index].insert(record) }
      }
      parts.removeAll(where: \.isEmpty)
    }
    return Set(parts)
  }

  /// The rules of C3, applied to everything at once, by looking everywhere for everything. A customer that stays as it is
  /// keeps what it holds: a record that comes back to find its home in there cannot take the id away.
  private func expectedNames(after partition: Set<Set<Int64>>, from before: World) -> [Set<Int64>: CustomerID] {
    var names: [Set<Int64>: CustomerID] = [:]
    for id in before.given.sorted() {
      var claims = partition.map { part in (part: part, records: part.filter { before.homes[$0] == id }) }.filter { !$0.records.isEmpty }
      if let holder = claims.first(where: { before.named[$0.part] != nil }) { claims = [holder] }
      let strongest = claims.map(\.records.count).max()
      let best = claims.filter { $0.records.count == strongest }.min { ($0.records.min() ?? 0) < ($1.records.min() ?? 0) }
      if let best, names[best.part] == nil { names[best.part] = id }
    }
    var number = before.next
    for part in partition.filter({ names[$0] == nil }).sorted(by: { ($0.min() ?? 0) < ($1.min() ?? 0) }) {
      names[part] = CustomerID(number)
      number += 1
    }
    return names
  }
}

/// What a store keeps about ids. A record's number is also the order in which it was accepted.
private struct World {
  var named: [Set<Int64>: CustomerID] = [:]
  var homes: [Int64: CustomerID] = [:]
  var redirects: [CustomerID: CustomerID] = [:]
  var retired: Set<CustomerID> = []
  var given: Set<CustomerID> = []
  var next: Int64 = 1

  var partition: Set<Set<Int64>> { Set(named.keys) }

  func resolve(_ id: CustomerID) -> CustomerID? {
    var (end, steps) = (id, 0)
    while let target = redirects[end], steps <= given.count { (end, steps) = (target, steps + 1) }
    #expect(steps <= given.count, "redirects run in a circle at \(id)")
    return retired.contains(end) ? nil : end
  }

  mutating func move(to partition: Set<Set<Int64>>, shuffling random: inout SeededGenerator) {
    let old = named
    let kept = old.filter { partition.contains($0.key) }
    let touched = old.filter { kept[$0.key] == nil }
    let customer = Dictionary(uniqueKeysWithValues: old.flatMap { part, name in part.map { ($0, name) } })
    let untouchedHomes = kept.keys.flatMap { $0.compactMap { homes[$0] } }
    let parts = partition.filter { kept[$0] == nil }.shuffled(using: &random).map { $0.shuffled(using: &random) }
    let assignment = assignIdentities(
      parts: parts.map { part in
        part.map { Member(record: $0, home: homes[$0], customer: customer[$0], acceptedOrder: $0) }
      }, touched: Set(touched.values), elsewhere: Set(kept.values).union(untouchedHomes)
    ) {
      defer { next += 1 }
      given.insert(CustomerID(next))
      return CustomerID(next)
    }
    named = kept
    for (part, name) in zip(parts, assignment.customers) { named[Set(part)] = name }
    homes.merge(assignment.homes) { _, new in new }
    for id in assignment.revived { redirects[id] = nil }
    retired.subtract(assignment.revived)
    redirects.merge(assignment.redirects) { _, new in new }
    retired.subtract(assignment.redirects.keys)
    retired.formUnion(assignment.retired)
  }
}
