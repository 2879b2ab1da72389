import Matching
import Model

/// The history of a customer as the API gives it.
struct HowDocument {
  private let customer: CustomerID
  private let count: Int
  private let history: ClusterHistory
  private let keys: [Int64: RecordKey]

  init(_ customer: CustomerID, _ count: Int, _ history: ClusterHistory, keys: [Int64: RecordKey]) {
    self.customer = customer
    self.count = count
    self.history = history
    self.keys = keys
  }

  var value: Value {
    var object: Object = [
      "customer": .string(customer.description), "records": .number(Number(count)), "threshold": WhyDocument.weight(history.threshold),
      "equal": .array(history.equal.map(records)), "steps": .array(history.steps.enumerated().map { step($0.offset + 1, $0.element) }),
      "vetoed": .bool(history.isVetoed), "oversized": .bool(history.isOversized),
    ]
    if let weakest = history.weakest, let place = history.steps.firstIndex(of: weakest) {
      object["weakest"] = ["step": .number(Number(place + 1)), "weight": WhyDocument.weight(weakest.weight)]
    }
    if let against = history.contradiction {
      object["contradiction"] = [
        "feature": .string(against.feature.name), "weight": WhyDocument.weight(against.weight), "first": record(against.first),
        "second": record(against.second),
      ]
    }
    return .object(object)
  }

  private func step(_ number: Int, _ step: ClusterHistory.Step) -> Value {
    [
      "step": .number(Number(number)), "first": records(step.first), "second": records(step.second),
      "weight": WhyDocument.weight(step.weight),
      "probability": WhyDocument.probability(step.weight), "must_link": .bool(step.isDecided),
      "parts": .array([["feature": "prior", "weight": WhyDocument.weight(history.prior)]] + step.parts.map(Self.part)),
    ]
  }

  private static func part(_ part: ClusterHistory.Part) -> Value {
    var object: Object = ["feature": .string(part.feature.name), "weight": WhyDocument.weight(part.weight)]
    if part.agreement != .zero, part.contradiction != .zero {
      object["agreement"] = WhyDocument.weight(part.agreement)
      object["contradiction"] = WhyDocument.weight(part.contradiction)
    }
    return .object(object)
  }

  private func records(_ ids: [Int64]) -> Value { .array(ids.compactMap { keys[$0] }.sorted().map { .string($0.description) }) }
  private func record(_ id: Int64) -> Value { keys[id].map { .string($0.description) } ?? .null }
}
