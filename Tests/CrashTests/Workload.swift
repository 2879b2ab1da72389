import Foundation
import Seeding

/// What the outside world sends in a crash test: a CRM's exports, one after the other, and an ERP's stock pushes, from
/// several senders at a time. The same for the same seed.
///
/// Whatever order a crash and a resending make of it, the end is the same:
/// - The CRM declares no versions, so its files are imported one after the other and resent in that order. Rows that were
///   revised come again in a later file; a file that was accepted is recognised by its content.
/// - Stock pushes declare a sequence, so they may come in any order: some are late, some come twice with the same
///   idempotency key, some again with another one. Some state a level, others move it: a movement that is lost, or counted twice, shows.
struct Workload: Sendable {
  struct File: Sendable {
    var name: String
    var bytes: [UInt8]
  }

  struct Push: Sendable {
    var idempotencyKey: String
    var contentType: String
    var body: String
  }

  private(set) var files: [File] = []
  /// What each sender posts, in its order.
  private(set) var senders: [[Push]] = []
  /// All pushes of all senders, without repetitions under the same idempotency key.
  var distinctPushes: [Push] {
    var seen: Set<String> = []
    return senders.joined().filter { seen.insert($0.idempotencyKey).inserted }
  }

  /// Two records that the decision joins; they are in the first ``filesBeforeDecision`` files.
  static let decided = ("crm/customer/K1", "crm/customer/K3")
  static let filesBeforeDecision = 2

  init(seed: UInt64, files: Int = 10, rowsPerFile: Int = 4, senders: Int = 2, pushesPerSender: Int = 34) {
    var random = SeededGenerator(seed: seed)
    self.files = (0..<files).map { Self.file($0, rows: rowsPerFile, &random) }
    let all = (0..<senders * pushesPerSender).map { Self.push($0, &random) }
    self.senders = (0..<senders).map { sender in
      Self.disordered(all.enumerated().filter { $0.offset % senders == sender }.map(\.element), &random)
    }
  }

  // MARK: The CRM

  private static let header = "客户编号,记录类型,客户名称,联系人,职务,手机,电话,邮箱,地址,统一社会信用代码,行业,客户来源,创建时间"
  private static let companies = ["深圳市恒达科技有限公司", "恒达科技", "上海远博贸易有限公司", "苏州瑞丰食品有限公司", "瑞丰食品"]
  private static let persons = ["王建国", "李娜", "张伟东", "陈思"]

  private static func file(_ index: Int, rows: Int, _ random: inout SeededGenerator) -> File {
    var lines = [header]
    for row in index * rows..<(index + 1) * rows { lines.append(line(row, revision: 0)) }
    // A later export tells of some rows again: a number that moved on may join and part customers.
    if index > 1 {
      for row in Set((0..<2).map { _ in Int.random(in: 0..<index * rows, using: &random) }).sorted() {
        lines.append(line(row, revision: index))
      }
    }
    return File(name: "export-\(index).csv", bytes: Array((lines.joined(separator: "\r\n") + "\r\n").utf8))
  }

  private static func line(_ row: Int, revision: Int) -> String {
    let phone = "1390000\(1_000 + (row + 4 * revision) / 3)"
    let email = row % 4 == 0 ? "\(row / 8)@example.com" : ""
    return
      "K\(row),客户,\(companies[row % companies.count]),\(persons[row % persons.count]),,\(phone),,\(email),,,,第\(revision)版,2020-01-\(10 + row % 19) 10:00:00"
  }

  // MARK: The ERP

  private static func push(_ index: Int, _ random: inout SeededGenerator) -> Push {
    let isXML = index % 4 == 3
    let count = index % 5 == 4 ? 2 : 1
    // Sequences rise from push to push, and no two items share one: late means stale, never a conflict.
    let items = (0..<count).map { item -> [(String, String)] in
      let place = Int.random(in: 0..<8, using: &random)
      var members = [
        ("sku", "S\(place / 2)"), ("warehouse", "W\(place % 2)"), ("quantity", "\(Int.random(in: 0...500, using: &random))"),
        ("reserved", "\(index % 3)"), ("unit", "箱"), ("sequence", "\(index * 2 + item + 1)"),
      ]
      if index % 7 == 5 {
        members[2] = ("change", "\(Int.random(in: -20...20, using: &random))")
        members.append(("id", "M\(index)-\(item)"))
      }
      if index % 6 == 0 { members.append(("name", "轴承 \(place / 2) 型号 \(index)")) }
      return members
    }
    let bodies = items.map { isXML ? xml($0) : json($0) }
    let body = isXML ? "<stock>\(bodies.joined())</stock>" : count == 1 ? bodies[0] : "{\"items\": [\(bodies.joined(separator: ", "))]}"
    return Push(idempotencyKey: "push-\(index)", contentType: isXML ? "application/xml" : "application/json", body: body)
  }

  private static func json(_ members: [(String, String)]) -> String {
    "{" + members.map { "\"\($0)\": \"\($1)\"" }.joined(separator: ", ") + "}"
  }

  private static func xml(_ members: [(String, String)]) -> String {
    "<item>" + members.map { "<\($0)>\($1)</\($0)>" }.joined() + "</item>"
  }

  /// Late ones, repeated ones, and some that come again under another key.
  private static func disordered(_ pushes: [Push], _ random: inout SeededGenerator) -> [Push] {
    var sent: [Push] = []
    for start in stride(from: 0, to: pushes.count, by: 5) {
      var window = Array(pushes[start..<min(start + 5, pushes.count)])
      if let twice = window.randomElement(using: &random) { window.append(twice) }
      if start % 2 == 0, var again = window.randomElement(using: &random) {
        again.idempotencyKey += "-again"
        window.append(again)
      }
      window.shuffle(using: &random)
      sent += window
    }
    return sent
  }
}
