import Mastering
import Model
import Testing

@Suite struct StockLevelTests {
  private static let key = RecordKey(source: "erp", type: "stock", key: "A@1")

  private func statement(_ attributes: [String: Value]) -> Statement {
    Statement(key: Self.key, version: Version(5), write: .replace, attributes: attributes)
  }

  @Test func expectationsAreTakenOutOfTheStatement() throws {
    var said = statement(["quantity": 3, "if_version": 4, "if_quantity": 2])
    #expect(try said.takeExpectation() == StockExpectation(version: 4, quantity: Number(2)))
    #expect(said.attributes == ["quantity": 3])
    #expect(try said.takeExpectation() == nil)
    var empty = statement(["quantity": 3, "if_version": .null, "if_quantity": .null])
    #expect(try empty.takeExpectation() == nil)
    #expect(empty.attributes == ["quantity": 3])
  }

  @Test(arguments: [["if_version": "4"], ["if_version": .number(Number(normalised: "1.5"))], ["if_quantity": "many"]] as [[String: Value]])
  func whatCannotBeExpectedIsAFault(_ attributes: [String: Value]) {
    var said = statement(attributes)
    let fault = #expect(throws: Fault.self) { try said.takeExpectation() }
    #expect(fault?.code == "stock-expectation")
  }

  @Test func aLevelIsComparedAsItStands() {
    let standing = Standing(quantity: Number(7), version: Version(4))
    #expect(StockExpectation(version: 4, quantity: Number(7)).contradiction(of: standing) == nil)
    #expect(StockExpectation(version: 3).contradiction(of: standing) == .versionDiffers)
    #expect(StockExpectation(quantity: Number(8)).contradiction(of: standing) == .quantityDiffers)
    #expect(StockExpectation(version: 0).contradiction(of: nil) == nil)
    #expect(StockExpectation(version: 0).contradiction(of: standing) == .versionDiffers)
    #expect(StockExpectation(quantity: Number(0)).contradiction(of: nil) == .quantityDiffers)
  }

  @Test func aMovementCountsWhenItIsNewerThanTheCount() {
    let counted = apply(statement(["quantity": 3]), at: 1, to: nil).state
    #expect(!counted.isChanged(byMovementAt: Version(5)))
    #expect(counted.isChanged(byMovementAt: Version(6)))
    let renamed = apply(Statement(key: Self.key, version: Version(9), write: .patch, attributes: ["unit": "kg"]), at: 1, to: counted).state
    #expect(renamed.isChanged(byMovementAt: Version(6)), "who tells of the unit has not counted")
    let gone = apply(Statement(key: Self.key, version: Version(10), write: .replace, isDelete: true), at: 1, to: renamed).state
    #expect(!gone.isChanged(byMovementAt: Version(10)))
    #expect(gone.isChanged(byMovementAt: Version(11)))
    let unknown = apply(Statement(key: Self.key, version: Version(2), write: .patch, attributes: ["unit": "kg"]), at: 1, to: nil).state
    #expect(unknown.isChanged(byMovementAt: Version(1)))
  }
}
