import Configuration
import Formats
import Model
import TestDigests
import Testing

@testable import Connecting

@Suite struct AlertDeskTests {
  private static let minute: Int64 = 60_000_000
  private let tripped = Incident(.tripped, connector: "crm", message: "It failed 8 times in a row.")
  private let overdue = Incident(.overdue, connector: "crm", stream: "orders", message: "Nothing has come on orders for 3 h.")

  @Test func anIncidentIsToldOnceAndOnceWhenItIsOver() {
    var desk = AlertDesk(settling: .seconds(120))
    #expect(desk.update([tripped], at: 0) == [Alert(incident: tripped, isOver: false, began: 0)])
    for minute in 1...5 as ClosedRange<Int64> { #expect(desk.update([tripped], at: minute * Self.minute) == []) }
    #expect(desk.update([], at: 6 * Self.minute) == [])
    #expect(
      desk.update([], at: 7 * Self.minute) == [Alert(incident: tripped, isOver: true, began: 0, ended: 5 * Self.minute)])
    #expect(desk.update([], at: 9 * Self.minute) == [])
  }

  @Test func oneThatComesAndGoesIsOne() {
    var desk = AlertDesk(settling: .seconds(120))
    var told = 0
    for minute in 0..<60 as Range<Int64> { told += desk.update(minute % 2 == 0 ? [overdue] : [], at: minute * Self.minute).count }
    #expect(told == 1)
  }

  @Test func theSameEventOfOthersIsAnother() {
    var desk = AlertDesk()
    var other = overdue
    other.key.stream = "customers"
    #expect(desk.update([overdue, other, tripped], at: 0).count == 3)
    // The sentence changes with the time; the incident is the same.
    var later = overdue
    later.message = "Nothing has come on orders for 4 h."
    #expect(desk.update([later, other, tripped], at: Self.minute) == [])
  }

  @Test func aRestartTellsNobodyTwice() {
    var desk = AlertDesk(settling: .seconds(120))
    _ = desk.update([overdue, tripped], at: 0)
    var again = AlertDesk(document: desk.document, settling: .seconds(120))
    #expect(again == desk)
    #expect(again.update([overdue, tripped], at: Self.minute) == [])
    #expect(again.update([overdue], at: 3 * Self.minute).map(\.isOver) == [true])
    #expect(AlertDesk(document: ["nonsense", ["event": "overdue"]]).document == [])
  }
}

@Suite struct AlertQueueTests {
  private func alerts(_ count: Int) -> [Alert] {
    (0..<count).map { Alert(incident: Incident(.overdue, connector: "c\($0)", message: "Late."), isOver: false, began: 0) }
  }

  @Test func oneMessageAMinuteTakesAllThatWaits() {
    var queue = AlertQueue()
    queue.add(alerts(1))
    #expect(queue.due(at: 0).count == 1)
    queue.sent(1, at: 0)
    queue.add(alerts(5))
    #expect(queue.due(at: 59_000_000) == [])
    #expect(queue.due(at: 60_000_000).count == 5)
  }

  @Test func aFailureIsTriedAgainLaterAndNothingIsLost() {
    var queue = AlertQueue()
    queue.add(alerts(2))
    queue.failed(at: 0)
    #expect(queue.due(at: 500_000) == [])
    #expect(queue.due(at: 17_000_000).count == 2)
  }

  @Test func theOldestGoWhenTooManyWait() {
    var queue = AlertQueue()
    queue.add(alerts(AlertQueue.capacity + 3))
    #expect(queue.lost == 3)
    #expect(queue.waiting.first?.incident.key.connector == "c3")
  }
}
