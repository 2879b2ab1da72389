import Connecting
import Hub
import Model

extension API {
  static let recordRoutes: [Route] = [
    Route(
      method: "GET", pattern: "/v1/records/{source}/{type}/{key*}", name: "readRecord",
      summary: "What one source says about one thing, and the customer that it belongs to.",
      successes: [Route.Success(200, "The record.")], problems: [.unknownRecord], handler: { try await $0.readRecord($1) }),
    Route(
      method: "GET", pattern: "/v1/stock/{sku*}", name: "readStock", summary: "The levels of a product in all warehouses, with totals.",
      successes: [Route.Success(200, "The levels.")], problems: [.unknownProduct], handler: { try await $0.readStock($1) }),
  ]

  private func readRecord(_ call: Call) async throws -> Answer {
    let key = RecordKey(source: call.part("source"), type: call.part("type"), key: call.part("key"))
    guard let document = try await Blocking.run({ try hub.recordDocument(key) }) else {
      throw Problem(.unknownRecord, "There is no live record \(key).")
    }
    return .json(document)
  }

  private func readStock(_ call: Call) async throws -> Answer {
    let sku = call.part("sku")
    guard let document = try await Blocking.run({ try hub.stock.levels(sku: sku) }) else {
      throw Problem(.unknownProduct, "No source has said anything about the stock of \(sku).")
    }
    return .json(document)
  }
}
