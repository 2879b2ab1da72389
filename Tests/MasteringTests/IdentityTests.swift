import Mastering
import Model
import Testing

private func id(_ number: Int64) -> CustomerID { CustomerID(number) }

private func member(_ record: Int64, home: Int64?, customer: Int64? = nil) -> Member {
  Member(record: record, home: home.map(id), customer: (customer ?? home).map(id), acceptedOrder: record)
}

private func assign(
  _ parts: [[Member]], touched: Set<Int64>, elsewhere: Set<Int64> = [], next: Int64 = 100
) -> IdentityAssignment {
  var number = next
  return assignIdentities(parts: parts, touched: Set(touched.map(id)), elsewhere: Set(elsewhere.map(id))) {
    defer { number += 1 }
    return id(number)
  }
}

@Suite struct IdentityTests {
  @Test func aNewRecordGetsAnIdAndIsAtHomeThere() {
    let outcome = assign([[member(1, home: nil)], [member(2, home: nil)]], touched: [])
    #expect(outcome.customers == [id(100), id(101)])
    #expect(outcome.homes == [1: id(100), 2: id(101)])
    #expect(outcome.redirects.isEmpty && outcome.revived.isEmpty && outcome.retired.isEmpty)
  }

  @Test func newPartsAreNumberedByTheirEarliestRecordWhateverTheirPlace() {
    let outcome = assign([[member(4, home: nil), member(7, home: nil)], [member(9, home: nil), member(2, home: nil)]], touched: [])
    #expect(outcome.customers == [id(101), id(100)])
  }

  @Test func aRecordThatJoinsACustomerIsAtHomeThere() {
    let outcome = assign([[member(1, home: 5), member(2, home: nil)]], touched: [5])
    #expect(outcome.customers == [id(5)])
    #expect(outcome.homes == [2: id(5)])
  }

  @Test func aMergeKeepsTheOldestEvenWhenItIsSmaller() {
    let outcome = assign([[member(1, home: 5), member(2, home: 7), member(3, home: 7)]], touched: [5, 7])
    #expect(outcome.customers == [id(5)])
    #expect(outcome.redirects == [id(7): id(5)])
    #expect(outcome.homes.isEmpty, "the records remember where they come from")
    #expect(outcome.retired.isEmpty)
  }

  @Test func anUnmergeRevives() {
    let outcome = assign([[member(1, home: 5)], [member(2, home: 7, customer: 5), member(3, home: 7, customer: 5)]], touched: [5])
    #expect(outcome.customers == [id(5), id(7)])
    #expect(outcome.revived == [id(7)])
    #expect(outcome.redirects.isEmpty && outcome.homes.isEmpty && outcome.retired.isEmpty)
  }

  @Test func afterASplitTheIdGoesToTheMajority() {
    let outcome = assign([[member(1, home: 5)], [member(2, home: 5), member(3, home: 5)]], touched: [5])
    #expect(outcome.customers == [id(100), id(5)])
    #expect(outcome.homes == [1: id(100)])
  }

  @Test func aTieGoesToTheEarliestAcceptedRecord() {
    let outcome = assign([[member(2, home: 5), member(3, home: 5)], [member(1, home: 5), member(4, home: 5)]], touched: [5])
    #expect(outcome.customers == [id(100), id(5)])
    #expect(outcome.homes == [2: id(100), 3: id(100)])
  }

  @Test func onlyRecordsAtHomeCountForTheMajority() {
    let parts = [
      [member(1, home: 5), member(2, home: 5)], [member(3, home: 5), member(4, home: 7, customer: 5), member(6, home: 7, customer: 5)],
    ]
    let outcome = assign(parts, touched: [5])
    #expect(outcome.customers == [id(5), id(7)])
    #expect(outcome.homes == [3: id(7)])
    #expect(outcome.revived == [id(7)])
  }

  @Test func anIdThatLivesElsewhereIsNotGivenTwice() {
    let outcome = assign([[member(1, home: 5, customer: nil)]], touched: [], elsewhere: [5])
    #expect(outcome.customers == [id(100)])
    #expect(outcome.homes == [1: id(100)])
    #expect(outcome.revived.isEmpty)
  }

  @Test func aCustomerWithoutRecordsRetiresAndLivesAgainWithThem() {
    #expect(assign([], touched: [5]).retired == [id(5)])
    let back = assign([[Member(record: 1, home: id(5), acceptedOrder: 1)]], touched: [])
    #expect(back.customers == [id(5)])
    #expect(back.revived == [id(5)])
  }

  @Test func anIdWhoseOwnRecordsAreGoneLeadsToWhatIsLeftOfItsCustomer() {
    let outcome = assign([[member(2, home: 7, customer: 5)]], touched: [5])
    #expect(outcome.customers == [id(7)])
    #expect(outcome.redirects == [id(5): id(7)])
    #expect(outcome.revived == [id(7)])
    #expect(outcome.retired.isEmpty)
  }

  @Test func theOrderOfPartsAndMembersDoesNotMatter() {
    let parts = [[member(1, home: 5), member(6, home: nil)], [member(2, home: 5), member(3, home: 7)], [member(4, home: nil)]]
    let one = assign(parts, touched: [5, 7])
    let other = assign(parts.reversed().map { $0.reversed() }, touched: [7, 5])
    #expect(one.customers == other.customers.reversed())
    #expect(one.homes == other.homes)
    #expect(one.redirects == other.redirects)
  }
}
