import Mastering
import Model
import Seeding
import Testing

private let key = RecordKey(source: "erp", type: "customer", key: "02.000001")

@Suite struct VersioningPropertyTests {
  /// 40 sets of statements for each of 10 seeds, each set in 30 orders with repeats: 12,000 orders in all.
  @Test(arguments: UInt64(1)...10) func theStateIsAFunctionOfTheSetOfStatements(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<40 {
      let statements = (0..<(1 + random.number(below: 9))).map { _ in anyStatement(&random) }
      let expected = Document(slowly: statements)
      var reference: RecordState?
      for order in 0..<30 {
        var deliveries = statements.map { statement in (statement: statement, position: Int64.random(in: 1...6, using: &random)) }
        // A repeat of what was sent, somewhere; declared versions make positions irrelevant.
        for _ in 0..<random.number(below: 4) { deliveries.append(deliveries[random.number(below: deliveries.count)]) }
        if order > 0 { deliveries.shuffle(using: &random) }
        let state = fold(deliveries)
        reference = reference ?? state
        #expect(state == reference, "seed \(seed), \(statements)")
        #expect(Document(state) == expected, "seed \(seed), \(statements)")
      }
    }
  }

  @Test(arguments: UInt64(101)...110) func resultsSayWhatHappened(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      var state: RecordState?
      for _ in 0..<12 {
        let statement = anyStatement(&random)
        let step = apply(statement, at: 1, to: state)
        let isVisible = Document(step.state) != Document(state)
        #expect((step.result == .applied) == isVisible, "seed \(seed), \(statement)")
        if step.result == .stale {
          #expect(step.state == state, "a stale statement changes nothing, not even a version; seed \(seed)")
          #expect(step.isConflict || statement.version.map { $0 < step.state.version } ?? false, "seed \(seed), \(statement)")
        }
        #expect(apply(statement, at: 9, to: step.state).state == step.state, "idempotent; seed \(seed)")
        #expect(apply(statement, at: 9, to: step.state).result != .applied)
        #expect(step.state.version >= state?.version ?? step.state.version)
        state = step.state
      }
    }
  }

  private func fold(_ deliveries: [(statement: Statement, position: Int64)]) -> RecordState? {
    var state: RecordState?
    for delivery in deliveries {
      state = apply(delivery.statement, at: delivery.position, to: state).state
    }
    return state
  }

  /// Few versions, few attributes and few values, so that every kind of collision is common.
  private func anyStatement(_ random: inout SeededGenerator) -> Statement {
    let version = Version(Int64(1 + random.number(below: 5)), generation: random.oneIn(8) ? 1 : 0)
    if random.oneIn(5) { return Statement(key: key, version: version, write: .replace, isDelete: true) }
    var attributes: [String: Value] = [:]
    for name in ["name", "phone", "address"] where random.oneIn(2) {
      let values: [Value] = [.null, "甲", "乙", ["1", "2"]]
      attributes[name] = values[random.number(below: values.count)]
    }
    return Statement(key: key, version: version, write: random.oneIn(3) ? .replace : .patch, attributes: attributes)
  }
}

/// What anyone can see of a record: nothing when it is gone.
private struct Document: Equatable {
  var values: [String: Value]?

  init(_ state: RecordState?) { values = state.flatMap { $0.isDeleted ? nil : $0.values } }

  /// The definition, read aloud: sort everything by version, then by content hash; start at the last whole statement, and
  /// let the patches after it speak one by one.
  init(slowly statements: [Statement]) {
    let sorted = statements.sorted { left, right in
      let (one, other) = (left.version ?? Version(0), right.version ?? Version(0))
      return one == other ? contentHash(of: left) < contentHash(of: right) : one < other
    }
    let start = sorted.lastIndex { $0.isDelete || $0.write == .replace } ?? sorted.startIndex
    var spoken: [String: Value] = [:]
    for statement in sorted[start...] {
      spoken.merge(statement.attributes) { _, new in new }
    }
    values = sorted.last?.isDelete == true ? nil : spoken.filter { $0.value != .null }
  }
}
