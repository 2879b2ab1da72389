import Mastering
import Model
import Testing

private let key = RecordKey(source: "crm", type: "customer", key: "KH1")

private func patch(_ version: Int64, _ attributes: [String: Value]) -> Statement {
  Statement(key: key, version: Version(version), write: .patch, attributes: attributes)
}

private func replace(_ version: Int64, _ attributes: [String: Value]) -> Statement {
  Statement(key: key, version: Version(version), write: .replace, attributes: attributes)
}

private func delete(_ version: Int64, generation: Int64 = 0) -> Statement {
  Statement(key: key, version: Version(version, generation: generation), write: .replace, isDelete: true)
}

/// Applies all and returns the last state with the results.
private func run(_ statements: [Statement]) -> (state: RecordState?, results: [ItemOutcome.Result], conflicts: [Bool]) {
  var state: RecordState?
  var results: [ItemOutcome.Result] = []
  var conflicts: [Bool] = []
  for (index, statement) in statements.enumerated() {
    let step = apply(statement, at: Int64(index + 1), to: state)
    state = step.state
    results.append(step.result)
    conflicts.append(step.isConflict)
  }
  return (state, results, conflicts)
}

@Suite struct VersioningTests {
  @Test func aNewerReplaceTakesOverAndAnOlderOneIsStale() {
    let outcome = run([replace(5, ["name": "乙", "phone": "1"]), replace(7, ["name": "甲"]), replace(6, ["name": "丙", "phone": "2"])])
    #expect(outcome.results == [.applied, .applied, .stale])
    #expect(outcome.conflicts == [false, false, false])
    #expect(outcome.state?.values == ["name": "甲"])
    #expect(outcome.state?.version == Version(7))
  }

  @Test func equalContentIsUnchangedAndTheVersionStillRises() {
    let outcome = run([replace(5, ["name": "甲"]), replace(9, ["name": "甲"]), replace(7, ["name": "乙"])])
    #expect(outcome.results == [.applied, .unchanged, .stale])
    #expect(outcome.state?.version == Version(9))
    #expect(outcome.state?.values == ["name": "甲"])
  }

  @Test func theSameStatementTwiceIsUnchanged() {
    for statement in [replace(5, ["name": "甲"]), patch(5, ["name": "甲", "phone": nil]), delete(5)] {
      let once = run([statement])
      let twice = run([statement, statement])
      #expect(twice.results[1] == .unchanged)
      #expect(twice.conflicts[1] == false)
      #expect(once.state == twice.state)
    }
  }

  @Test func ofEqualVersionsTheGreaterContentHashWins() {
    let one = replace(5, ["name": "甲"])
    let other = replace(5, ["name": "乙"])
    let winner = contentHash(of: one) > contentHash(of: other) ? one : other
    let loser = winner == one ? other : one
    let lost = run([winner, loser])
    #expect(lost.results == [.applied, .stale])
    #expect(lost.conflicts == [false, true])
    let won = run([loser, winner])
    #expect(won.results == [.applied, .applied])
    #expect(won.conflicts == [false, true])
    #expect(lost.state == won.state)
    #expect(lost.state?.values == winner.attributes)
  }

  @Test func withoutADeclaredVersionTheJournalPositionIsIt() {
    var statement = replace(0, ["name": "甲"])
    statement.version = nil
    let first = apply(statement, at: 41, to: nil)
    #expect(first.state.version == Version(41))
    statement.attributes = ["name": "乙"]
    #expect(apply(statement, at: 40, to: first.state).result == .stale)
    #expect(apply(statement, at: 42, to: first.state).state.values == ["name": "乙"])
  }

  @Test func anOlderPatchSetsWhatNoNewerOneTouched() {
    let outcome = run([patch(5, ["name": "甲"]), patch(3, ["name": "旧", "phone": "1"]), patch(2, ["phone": "0"])])
    #expect(outcome.results == [.applied, .applied, .stale])
    #expect(outcome.state?.values == ["name": "甲", "phone": "1"])
    #expect(outcome.state?.version == Version(5))
    #expect(outcome.state?.attributes["phone"]?.version == Version(3))
  }

  @Test func nullClearsAndWhatIsClearedDoesNotReturn() {
    let outcome = run([patch(1, ["name": "甲", "phone": "1"]), patch(5, ["phone": nil]), patch(4, ["phone": "2"])])
    #expect(outcome.results == [.applied, .applied, .stale])
    #expect(outcome.state?.values == ["name": "甲"])
  }

  @Test func patchesOlderThanTheLastReplaceDoNotCount() {
    let outcome = run([replace(5, ["name": "甲"]), patch(4, ["phone": "1"]), patch(6, ["phone": "2"]), replace(3, ["phone": "3"])])
    #expect(outcome.results == [.applied, .stale, .applied, .stale])
    #expect(outcome.state?.values == ["name": "甲", "phone": "2"])
  }

  @Test func aLateReplaceStandsUnderNewerPatches() {
    let outcome = run([patch(3, ["fax": "9"]), patch(6, ["phone": "2"]), replace(5, ["name": "甲", "phone": "1"])])
    #expect(outcome.results == [.applied, .applied, .applied])
    #expect(outcome.state?.values == ["name": "甲", "phone": "2"])
    #expect(outcome.state?.version == Version(6))
  }

  @Test func deletesCarryVersions() {
    let late = run([replace(5, ["name": "甲"]), delete(4)])
    #expect(late.results == [.applied, .stale])
    #expect(late.state?.isDeleted == false)
    let gone = run([replace(5, ["name": "甲"]), delete(6), replace(5, ["name": "甲"]), patch(6, ["name": "乙"])])
    #expect(gone.results.prefix(3) == [.applied, .applied, .stale])
    #expect(gone.state?.baseline == Version(6))
    let back = run([replace(5, ["name": "甲"]), delete(6), patch(7, ["phone": "1"])])
    #expect(back.results == [.applied, .applied, .applied])
    #expect(back.state?.values == ["phone": "1"])
    #expect(back.state?.isDeleted == false)
  }

  @Test func aDeleteInferredFromASnapshotFollowsWhatItDeletesAndPrecedesTheNextStatement() {
    let outcome = run([replace(5, ["name": "甲"]), delete(5, generation: 3), replace(6, ["name": "乙"])])
    #expect(outcome.results == [.applied, .applied, .applied])
    #expect(outcome.state?.values == ["name": "乙"])
    #expect(outcome.state?.isDeleted == false)
  }

  @Test func aDeleteOfTheUnknownKeepsItsOlderStatementsOut() {
    let outcome = run([delete(6), replace(5, ["name": "甲"]), patch(4, ["phone": "1"])])
    #expect(outcome.results == [.unchanged, .stale, .stale])
    #expect(outcome.state?.isDeleted == true)
    #expect(outcome.state?.values == [:])
  }

  @Test func patchesOfOneVersionThatTouchDifferentAttributesBothCount() {
    let outcome = run([patch(5, ["name": "甲"]), patch(5, ["phone": "1"])])
    #expect(outcome.results == [.applied, .applied])
    #expect(outcome.conflicts == [false, false])
    #expect(outcome.state?.values == ["name": "甲", "phone": "1"])
  }

  @Test func twoSpellingsOfOneTextInUnicodeAreDifferentContent() {
    let outcome = run([replace(1, ["name": "Caf\u{E9}"]), replace(2, ["name": "Cafe\u{301}"])])
    #expect(outcome.results == [.applied, .applied])
  }
}
