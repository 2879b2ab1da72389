import Formats
import Model
import Storing

/// The ordered change feed, and what could not be processed.
public struct Feeds: Sendable {
  let hub: Hub

  /// Changes behind a sequence number, in order.
  public func changes(after sequence: Int64, limit: Int) throws -> [Value] {
    try hub.store.read { try $0.changes(after: sequence, limit: limit) }.map { change in
      var document: Object = ["sequence": .number(Number(change.sequence)), "kind": .string(change.kind)]
      if let customer = change.customer { document["customer"] = .string(customer.description) }
      if let record = change.record { document["record"] = .string(record.description) }
      document["data"] = try JSON.parse(change.payload)
      return .object(document)
    }
  }

  /// Dead letters behind a number, oldest first.
  public func deadLetters(connector: String?, code: String?, after: Int64, limit: Int) throws -> [Value] {
    try hub.store.read { try $0.deadLetters(DeadLetterFilter(connector: connector, code: code), after: after, limit: limit) }
      .map { Self.document($0, isWhole: false) }
  }

  /// One dead letter with its raw bytes.
  public func deadLetter(_ id: Int64) throws -> (document: Value, raw: [UInt8])? {
    try hub.store.read { try $0.deadLetter(id) }.map { (Self.document($0, isWhole: true), $0.raw) }
  }

  private static func document(_ letter: DeadLetter, isWhole: Bool) -> Value {
    var document: Object = [
      "id": .number(Number(letter.id)), "stream": .string(letter.stream.description), "position": .number(Number(letter.position)),
    ]
    document["item"] = letter.item.map { .number(Number($0)) }
    document["code"] = .string(letter.fault.code)
    document["message"] = .string(letter.fault.message)
    document["location"] = letter.fault.location.map { .string($0.description) }
    document["hint"] = letter.fault.hint.map { .string($0) }
    document["at"] = .string(Moment.text(letter.at))
    document["bytes"] = .number(Number(letter.raw.count))
    if isWhole { document["raw"] = .string(String(decoding: letter.raw.prefix(64 << 10), as: UTF8.self)) }
    return .object(document)
  }
}

extension Hub {
  public var customers: CustomerView { CustomerView(hub: self) }
  public var why: WhyView { WhyView(hub: self) }
  public var relations: RelationsView { RelationsView(hub: self) }
  public var accounting: AccountingView { AccountingView(hub: self) }
  public var export: Export { Export(hub: self) }
  public var stock: StockView { StockView(hub: self) }
  public var feeds: Feeds { Feeds(hub: self) }
}
