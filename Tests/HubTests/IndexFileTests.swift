import Connecting
import Foundation
import Hub
import Logging
import Matching
import Model
import Synchronization
import Testing

/// The saved index: opened, it is what the store gives; and whatever is wrong with it, nobody notices but the log.
@Suite("The saved index")
struct IndexFileTests {
  /// Remembers why an index was made again.
  final class Reasons: LogHandler, @unchecked Sendable {
    private let reasons = Mutex<[String]>([])
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.notice

    var all: [String] { reasons.withLock { $0 } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      if event.message.description.contains("made again"), let reason = event.metadata?["reason"] {
        reasons.withLock { $0.append(reason.description) }
      }
    }
  }

  private static let names = ["恒达科技", "洛世奇商贸", "广达物流", "金桥电子", "四海食品"]

  private static func row(_ number: Int) -> String {
    let name = "深圳市\(names[number % names.count])有限公司"
    return "K\(number),客户,\(name),李娜\(number % 7),经理,1380013800\(number % 9),,,深圳市南山区科技路\(number % 11)号,,,,2024-01-02"
  }

  /// A hub that has applied some records and was closed.
  private static func folder(rows: Range<Int>) async throws -> String {
    let test = try TestHub()
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: 10) {
      await #expect(throws: Never.self) { try await test.deliver(.crm((start..<min(start + 10, rows.upperBound)).map(Self.row))) }
    }
    test.hub.close()
    return test.folder
  }

  /// Opens a folder and says what it holds and why its index was made again, if it was.
  private static func open(_ folder: String, match: MatchModel = MatchModel()) throws -> (lines: [String], reasons: [String]) {
    let reasons = Reasons()
    let hub = try Hub(folder: folder, settings: TestHub.settings(match: match), logger: Logger(label: "test") { _ in reasons })
    defer { hub.close() }
    #expect(try hub.verify() == [])
    var lines: [String] = []
    try hub.export.canonical { lines.append($0) }
    return (lines, reasons.all)
  }

  private static func indexPath(_ folder: String) -> String { folder + "/index/matching.index" }

  private static func change(_ path: String, _ body: (inout Data) -> Void) throws {
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    body(&bytes)
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  @Test("is opened, not made again, and gives the same customers")
  func opened() async throws {
    let folder = try await Self.folder(rows: 0..<40)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let saved = try Self.open(folder)
    #expect(saved.reasons == [])
    try FileManager.default.removeItem(atPath: Self.indexPath(folder))
    let made = try Self.open(folder)
    #expect(made.reasons == ["there is none"])
    #expect(made.lines == saved.lines && saved.lines.count > 3)
  }

  @Test("a damaged byte anywhere is found, and the index made again")
  func damaged() async throws {
    let folder = try await Self.folder(rows: 0..<30)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let sound = try Self.open(folder)
    let path = Self.indexPath(folder)
    let good = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(good.count > 2 << 12)
    let places = [0, 9, 17, 33, 41, 49, 57, 4_096, good.count / 3, good.count / 2, good.count - 20, good.count - 8, good.count - 1]
    for place in places {
      try good.write(to: URL(fileURLWithPath: path))
      try Self.change(path) { $0[place] ^= 0x10 }
      let result = try Self.open(folder)
      #expect(result.lines == sound.lines && result.reasons.count == 1, "byte \(place)")
    }
    for length in [0, 100, 4_096, good.count / 2, good.count - 1] {
      try good.prefix(length).write(to: URL(fileURLWithPath: path))
      #expect(try Self.open(folder).reasons.count == 1, "cut to \(length) bytes")
    }
  }

  @Test("of another configuration, it is made again")
  func configuration() async throws {
    let folder = try await Self.folder(rows: 0..<30)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(try Self.open(folder, match: MatchModel(cut: .automatic)).reasons == ["the configuration is another one"])
    #expect(try Self.open(folder, match: MatchModel(cut: .automatic)).reasons == [])
  }

  @Test("some commits behind the store, it catches up: records, deletions and decisions")
  func catchesUp() async throws {
    let folder = try await Self.folder(rows: 0..<40)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let old = try Data(contentsOf: URL(fileURLWithPath: Self.indexPath(folder)))
    let test = try TestHub(folder: folder)
    try await test.deliver(.crm((30..<60).map { Self.row($0 + 1) }))
    let keys = try (3..<5).map { try #require(RecordKey(parsing: "crm/customer/K\($0)")) }
    let id = try #require(try await test.hub.decide(.mustLink, keys[0], keys[1], author: "ada", reason: "same"))
    try await test.hub.decide(.cannotLink, keys[0], #require(RecordKey(parsing: "crm/customer/K9")), author: "ada", reason: "other")
    try await test.hub.undo(decision: id, author: "ada")
    try await test.deliver(.crm([Self.row(77)]))
    test.hub.close()
    let newest = try Self.open(folder)
    // As if the daemon had been killed before it saved.
    try old.write(to: URL(fileURLWithPath: Self.indexPath(folder)))
    let caughtUp = try Self.open(folder)
    #expect(caughtUp.reasons == [] && caughtUp.lines == newest.lines)
  }

  @Test("of a later store than this one, or of one that went on otherwise, it is made again")
  func otherStore() async throws {
    let folder = try await Self.folder(rows: 0..<20)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let backup = folder + "-backup"
    try FileManager.default.copyItem(atPath: folder, toPath: backup)
    defer { try? FileManager.default.removeItem(atPath: backup) }
    let test = try TestHub(folder: folder)
    try await test.deliver(.crm((20..<30).map(Self.row)))
    test.hub.close()
    let later = try Data(contentsOf: URL(fileURLWithPath: Self.indexPath(folder)))
    try later.write(to: URL(fileURLWithPath: Self.indexPath(backup)))
    #expect(try Self.open(backup).reasons == ["it is damaged: it is of another store"])
    let other = try TestHub(folder: backup)
    try await other.deliver(.crm((40..<50).map(Self.row)))
    try await other.deliver(.crm((50..<60).map(Self.row)))
    other.hub.close()
    try later.write(to: URL(fileURLWithPath: Self.indexPath(backup)))
    #expect(try Self.open(backup).reasons == ["it is damaged: it is of another store"])
  }

  @Test("search before create finds the customer, while records arrive")
  func similar() async throws {
    let test = try TestHub()
    defer { test.remove() }
    try await test.deliver(.crm((0..<30).map(Self.row)))
    let attributes: [String: Value] = ["kind": "company", "name": "深圳市金桥电子有限公司", "contact_name": "李娜3", "phone": "13800138003"]
    let expected = try test.customer(of: "crm/customer/K3")
    let hub = test.hub
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { for start in 3..<9 { try await test.deliver(.crm((start * 10..<start * 10 + 10).map(Self.row))) } }
      for _ in 0..<3 {
        group.addTask {
          for _ in 0..<50 {
            let found = try hub.customers.similar(to: attributes, limit: 5)
            #expect(found.customers.count <= 5 && found.customers.first?.isSame == true)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try hub.customers.similar(to: attributes, limit: 5).customers.map(\.customer).contains(#require(expected)))
    #expect(try hub.customers.similar(to: ["name": "Nobody Else Anywhere"], limit: 5).customers.isEmpty)
  }
}
