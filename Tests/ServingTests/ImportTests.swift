import Connecting
import Foundation
import Model
import Testing

@testable import Serving

@Suite struct ImportTests {
  private let table = "客户编号,记录类型,客户名称\nKH1,客户,海龙化工有限公司\n,客户,没有编号\n"

  @Test func aFileIsAcceptedAndAccountedFor() async throws {
    let api = try TestAPI()
    let reply = try await api.send("POST", "/v1/imports?name=a.csv&mapping=crm-customers", body: table)
    #expect(reply.status == 200, "\(reply.text)")
    #expect(reply.json["source"] == "crm")
    #expect(reply.json["stream"] == "customers")
    #expect(reply.json["size"]?.text == String(table.utf8.count))
    #expect(reply.json["deliveries"] == 1)
    #expect(reply.json["duplicates"] == 0)
    let again = try await api.send("POST", "/v1/imports?name=b.csv&mapping=crm-customers", body: table)
    #expect(again.json["known"] == true)
    #expect(again.json["positions"] == reply.json["positions"])
    #expect(try await api.hub.settle(within: .seconds(30)))
    let accounting = try await api.get("/v1/accounting").json
    #expect(accounting["settled"] == true)
    #expect(accounting["balanced"] == true)
    let stream = accounting["streams"]?.elements.first
    #expect(stream?["deliveries"]?["received"] == 2)
    #expect(stream?["deliveries"]?["duplicate"] == 1)
    #expect(stream?["items"]?["applied"] == 1)
    #expect(stream?["items"]?["dead_lettered"] == 1)
  }

  @Test(arguments: [
    ("name=a.csv", 400, "source"), ("name=a&source=crm", 400, "format"), ("name=a.csv&source=nobody", 422, "nobody"),
    ("name=a.csv&mapping=crm-customer", 422, "Did you mean \"crm-customers\"?"), ("name=a.json&source=crm", 422, "json"),
    ("name=a.csv&source=crm&format=xlsx", 400, "csv, json"), ("name=a.csv&source=crm&encoding=klingon", 400, "klingon"),
    ("name=a.json&source=kindred&stream=decisions", 400, "cannot be a source"), ("source=crm", 400, "\"name\" is missing"),
    ("name=a.xml&mapping=crm-customers&format=xml", 422, "reads csv"),
  ]) func whatCannotBeReadIsNotTaken(query: String, status: Int, hint: String) async throws {
    let api = try TestAPI()
    let (_, items) = try PercentEncoding.target("/?" + query)
    let reply = await api.api.handle(
      InboundRequest(
        method: "POST", path: "/v1/imports", query: items, headers: [NamedValue("Authorization", "Bearer \(api.key)")],
        body: Array(table.utf8)))
    #expect(reply.status == status, "\(reply.text)")
    #expect(reply.json["detail"]?.text?.contains(hint) == true, "\(reply.text)")
    #expect(try await api.get("/v1/accounting").json["streams"] == [])
  }

  @Test func whatIsPackedWrongSaysWhatIsWrong() async throws {
    let api = try TestAPI()
    let rows = Array(table.utf8)
    let zip = Packed.zip(("crm.csv", rows))
    let reply = try await api.send("POST", "/v1/imports?name=crm.zip&mapping=crm-customers", bytes: zip)
    #expect(reply.status == 200, "\(reply.text)")
    for (bytes, status, code, word) in [
      (Packed.zip(("crm.csv", rows), flags: 1), 422, "zip-encrypted", "crm.zip/crm.csv"),
      (Packed.zip(("crm.csv", rows), method: 12), 422, "zip-method", "crm.csv"),
      (Array(zip.dropLast(30)), 422, "zip-damaged", "crm.zip"), (Packed.zip(("a/", [])), 422, "zip-empty", "no files"),
      (Packed.zip(("orders.json", Array("{}".utf8))), 422, "format-differs", "takes csv"),
      (
        Packed.zip(("[Content_Types].xml", []), ("xl/workbook.xml", Array("<workbook>".utf8))), 422, "xml-malformed",
        "crm.zip/xl/workbook.xml:1:11"
      ),
      ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF], 422, "unpack-damaged", "crm.zip"),
      (Packed.bomb, 413, "unpack-ratio", "crm.zip"),
    ] {
      let reply = try await api.send("POST", "/v1/imports?name=crm.zip&mapping=crm-customers", bytes: bytes)
      #expect(reply.status == status, "\(code): \(reply.text)")
      #expect(reply.code == code, "\(reply.text)")
      #expect(reply.json["detail"]?.text?.contains(word) == true, "\(reply.text)")
      #expect(reply.json["detail"]?.text?.contains("[\(code)]") == false, "\(reply.text)")
    }
  }

  @Test func aSheetIsNamed() async throws {
    let api = try TestAPI()
    let book = """
      <?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
       xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="old"><Table><Row><Cell><Data ss:Type="String">x</Data></Cell>
      </Row></Table></Worksheet><Worksheet ss:Name="客户"><Table>\(Self.row("客户编号", "记录类型", "客户名称"))
      \(Self.row("KH7", "客户", "海龙化工有限公司"))</Table></Worksheet></Workbook>
      """
    let path = "/v1/imports?name=book.xls&mapping=crm-customers&sheet="
    let missing = try await api.send("POST", path + "nowhere", body: book)
    #expect(missing.status == 422 && missing.code == "sheet-missing", "\(missing.text)")
    #expect(missing.json["detail"]?.text?.contains("客户") == true, "\(missing.text)")
    for sheet in ["2", "%E5%AE%A2%E6%88%B7"] {
      let reply = try await api.send("POST", path + sheet, body: book)
      #expect(reply.status == 200, "\(reply.text)")
    }
    #expect(try await api.hub.settle(within: .seconds(30)))
    #expect(try await api.get("/v1/records/crm/customer/KH7").status == 200)
    // The end of the name says that it is a table.
    let unnamed = try await api.send("POST", "/v1/imports?name=book.xls&source=crm&sheet=2", body: book)
    #expect(unnamed.status == 200 && unnamed.json["format"] == "csv", "\(unnamed.text)")
  }

  private static func row(_ cells: String...) -> String {
    "<Row>" + cells.map { "<Cell><Data ss:Type=\"String\">\($0)</Data></Cell>" }.joined() + "</Row>"
  }

  @Test func aFileOverTheLimitIsRefusedWhileItComes() async throws {
    let api = try TestAPI(maxImport: 100_000)
    var request = InboundRequest(
      method: "POST", path: "/v1/imports", query: [NamedValue("name", "a.csv"), NamedValue("source", "crm")])
    request.headers = [NamedValue("Authorization", "Bearer \(api.key)")]
    let asked = Counter()
    let chunks = Generated(count: 1_000, asked: asked)
    let answer = await api.api.answer(try api.api.admit(request), body: chunks)
    #expect(answer.reply.status == 413)
    #expect(asked.value == 11, "read on after the limit")
    #expect(try await api.get("/v1/accounting").json["streams"] == [])
  }

  @Test func anImportIsNotHeldToTheLimitOfOtherBodies() async throws {
    let api = try TestAPI(maxBody: 1_000)
    let rows = (0..<200).map { "KH\($0),客户,海龙化工有限公司,,,\n" }.joined()
    try await api.importCRM([rows.trimmingCharacters(in: .newlines)])
    #expect(try await api.get("/v1/records/crm/customer/KH199").status == 200)
  }

  @Test func exportsAreTables() async throws {
    let api = try TestAPI()
    try await api.importCRM(companies)
    let crosswalk = try await api.get("/v1/export/crosswalk")
    #expect(crosswalk.header("Content-Type")?.hasPrefix("text/csv") == true)
    let lines = crosswalk.text.split(separator: "\r\n")
    #expect(lines.first == "source,type,key,customer")
    #expect(lines.count == 4)
    #expect(lines.contains("crm,customer,KH3,\(try await api.customer(ofCRM: "KH3"))"))
    let canonical = try await api.get("/v1/export/canonical")
    #expect(canonical.text.split(separator: "\n").count == 2)
    let head = try await api.send("HEAD", "/v1/export/canonical")
    #expect(head.header("Content-Length") == String(canonical.body.count))
    #expect(head.body.isEmpty)
  }
}

/// Files that were packed by hand.
private enum Packed {
  /// A zip (PKWARE APPNOTE 4.3.6) whose files are not packed, or said to be packed or encrypted in another way.
  static func zip(_ files: (name: String, bytes: Bytes)..., flags: Int = 0, method: Int = 0) -> Bytes {
    var (local, central): (Bytes, Bytes) = ([], [])
    for (name, bytes) in files {
      let common =
        little(flags, 2) + little(method, 2) + little(0, 4) + little(Int(crc32(bytes)), 4) + little(bytes.count, 4)
        + little(bytes.count, 4) + little(name.utf8.count, 2) + little(0, 2)
      let place = local.count
      local += Array("PK\u{3}\u{4}".utf8) + little(20, 2) + common + Array(name.utf8) + bytes
      central += Array("PK\u{1}\u{2}".utf8) + little(20, 2) + little(20, 2) + common + little(0, 10) + little(place, 4) + Array(name.utf8)
    }
    return local + central + Array("PK\u{5}\u{6}".utf8) + little(0, 4) + little(files.count, 2) + little(files.count, 2)
      + little(central.count, 4) + little(local.count, 4) + little(0, 2)
  }

  private static func little(_ number: Int, _ width: Int) -> Bytes {
    (0..<width).map { $0 < 8 ? UInt8(truncatingIfNeeded: number >> (8 * $0)) : 0 }
  }

  private static func crc32(_ bytes: Bytes) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }

  /// 80 MB: `yes xxxxxxx | head -c 83886080 | gzip -9n | gzip -9n | base64`.
  static let bomb: Bytes = Array(
    Data(
      base64Encoded: """
        H4sIAAAAAAACA+3dsUqbYRiG4SRaqrQKiuCimKCDm5S2IGRQdNCtHkEcpJM4uLgIjbRCwIAGOnTOEYhD4lDEKegZKLoFxzjoILGk+cr/H0Hnj+viPoJ3fYZ3\
        pjqUSeQGOq0PI5nM+8H6xdGXbz9vsu8+/9q5b0qSJEmSJEmSpJj622kVssk0UAun0/VuAAAAAAAAYnNbXc0lY0A+bBZXntwDAAAAAACiczZZGUzGgOX+5d5h\
        2z0AAAAAACA6Wwujw8kYcNArPw613AMAAAAAAKJzVZoaT/8Jv4a7sSP3AAAAAACA6JxcLM6lY8BzaMxOuAcAAAAAAERnZn93PR0DHsL22nzfQQAAAAAAIDZL\
        L+1aOgZch5vjjZ6DAAAAAABAbMqdViGbjAG1cDpd7zoIAAAAAABE57a6mkvGgHzYLK48uQcAAAAAAETnbLIymIwBy/3LvcO2ewAAAAAAQHS2FkaHkzHgoFd+\
        HGq5BwAAAAAAROeqNDWefhB+DXdjR+4BAAAAAADROblYnEvHgOfQmJ1wDwAAAAAAiM7M/u56OgY8hO21+b6DAAAAAABAbJZe2rV0DLgON8cbPQcBAAAAAIDY\
        lDutQjYZA2rhdLredRAAAAAAAIjObXU1l4wB+bBZXHlyDwAAAAAAiE5j8upTMgZ8/3PerPx4e9/ckSRJkiRJkqT/6vfAyNePpUwm8+YfNzgDLXDdAQA=
        """) ?? Data())
}

/// Chunks of 10,000 bytes, made when they are asked for.
private struct Generated: AsyncSequence, Sendable {
  typealias Failure = any Error
  let count: Int
  let asked: Counter

  func makeAsyncIterator() -> Iterator { Iterator(left: count, asked: asked) }

  struct Iterator: AsyncIteratorProtocol {
    var left: Int
    let asked: Counter

    mutating func next() async throws -> Bytes? {
      guard left > 0 else { return nil }
      left -= 1
      asked.increment()
      return Bytes(repeating: UInt8(ascii: "x"), count: 9_999) + [UInt8(ascii: "\n")]
    }
  }
}
