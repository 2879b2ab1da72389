import Connecting
import Foundation
import Hub
import Logging
import Mapping
import Matching
import Model
import TestDigests
import Testing

/// A hub in a temporary folder with the shipped model and mappings.
struct TestHub {
  let hub: Hub
  let folder: String

  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  static func settings(match: MatchModel = MatchModel(), trust: [String] = ["erp", "crm", "wechat"]) throws -> Hub.Settings {
    let reading = Home(folder: repository, shared: repository).read(digests: .quick)
    let loaded = try #require(reading.loaded, "the repository's own home does not load: \(reading.diagnostics)")
    var settings = loaded.settings
    settings.match = match
    settings.trust = trust
    return settings
  }

  static var logger: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

  init(folder: String? = nil, settings: Hub.Settings? = nil) throws {
    self.folder = folder ?? NSTemporaryDirectory() + "kindred-hub-\(UUID().uuidString)"
    hub = try Hub(folder: self.folder, settings: settings ?? Self.settings(), logger: Self.logger)
  }

  func remove() {
    hub.close()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Accepts one delivery and waits until it is applied.
  @discardableResult
  func deliver(_ delivery: Delivery) async throws -> DeliveryOutcome {
    let receipts = try await hub.sink.accept([delivery], checkpoint: nil)
    return await hub.sink.outcomes(receipts, within: .seconds(20))[0]
  }

  func canonical() throws -> [String] {
    var lines: [String] = []
    try hub.export.canonical { lines.append($0) }
    return lines
  }

  func customer(of key: String) throws -> CustomerID? {
    try hub.customers.find(.record(try #require(RecordKey(parsing: key))), limit: 1).ids.first
  }
}

extension Delivery {
  static func crm(_ rows: [String], dedupe: String? = nil) -> Delivery {
    let header = "客户编号,记录类型,客户名称,联系人,职务,手机,电话,邮箱,地址,统一社会信用代码,行业,客户来源,创建时间"
    return Delivery(
      stream: StreamName(connector: "crm", stream: "customers"), body: .bytes(Array(([header] + rows).joined(separator: "\r\n").utf8)),
      contentType: "text/csv; charset=utf-8", dedupeKey: dedupe.map { Array($0.utf8) })
  }

  static func stock(_ json: String) -> Delivery {
    Delivery(stream: StreamName(connector: "erp", stream: "stock"), body: .bytes(Array(json.utf8)), contentType: "application/json")
  }
}
