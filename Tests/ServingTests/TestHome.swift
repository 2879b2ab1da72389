import Configuration
import Connecting
import Foundation
import Hub
import Mapping
import Model
import Testing

@testable import Serving

/// A home in a folder of its own, with an ERP that pushes, a WeChat account, and the shipped mappings.
final class TestHome: Sendable {
  let folder: String
  let loaded: Home.Loaded

  var data: String { folder + "/data" }

  static let wechatToken = "weixintoken"

  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// - Parameter maxBody: in bytes.
  init(maxBody: Int = 64 << 10) throws {
    folder = FileManager.default.temporaryDirectory.path + "/kindred-serving-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder + "/connectors", withIntermediateDirectories: true)
    let files = [
      "hub.yaml": "language: 1\nlisten: 127.0.0.1:0\nmax_body: \(maxBody)\n",
      "token": Self.wechatToken,
      "connectors/erp.yaml": "language: 1\nconnector: erp\nkind: erp-push\nstreams:\n  customers: {format: xml}\n  stock: {}\n",
      "connectors/wechat.yaml": """
      language: 1
      connector: wechat
      kind: wechat
      options: {app_id: wx0123456789abcdef, token: '${file:token}'}
      streams:
        messages: {format: xml}

      """,
    ]
    for (name, text) in files { try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8) }
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder + "/token")
    let reading = Home(folder: folder, shared: Self.repository.path).read(digests: CryptoDigests.standard)
    loaded = try #require(reading.loaded, "\(reading.diagnostics)")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func connectors() -> [String: LiveConnector] { LiveConnector.all(of: loaded, in: home()) }

  func home(_ registry: Registry = .standard) -> Home { Home(folder: folder, shared: Self.repository.path, registry: registry) }

  /// A daemon on the home as its files are now.
  func daemon(
    _ registry: Registry = .standard, connectors: [ConnectorFile]? = nil, isSignalled: Bool = false, isWatching: Bool = false,
    healthInterval: Duration = .seconds(15)
  ) throws -> Daemon {
    let reading = home(registry).read(digests: CryptoDigests.standard)
    var loaded = try #require(reading.loaded, "\(reading.diagnostics)")
    if let connectors { loaded.connectors = connectors }
    return Daemon(
      home: home(registry), data: data, loaded: loaded, isSignalled: isSignalled, isWatching: isWatching, healthInterval: healthInterval)
  }
}

/// An API on a hub of its own, with a key.
final class TestAPI: Sendable {
  let home: TestHome
  let hub: Hub
  let keys: KeyRing
  let api: API
  let key: String

  /// A source that says when somebody is gone.
  private static let leavers = """
    language: 1
    mapping: leavers
    from: {connector: club, stream: members, format: jsonl}
    outputs:
      - to: customer
        key: $.id
        write: replace
        delete: $.gone == 'yes'
        set: {name: $.name}
    tests: []

    """

  init(maxBody: Int = 64 << 10, maxImport: Int = 1 << 20) throws {
    home = try TestHome()
    var settings = home.loaded.settings
    let leavers = try #require(
      MappingLoader.load(text: Self.leavers, file: "leavers.yaml", model: settings.definition, digests: CryptoDigests.standard).0)
    settings.catalog = MappingCatalog(settings.catalog.programs + [leavers])
    hub = try Hub(folder: home.data, settings: settings)
    keys = KeyRing(folder: home.data)
    key = try keys.create("support-tool")
    api = API(hub: hub, keys: keys, connectors: home.connectors(), maxBody: maxBody, maxImport: maxImport)
  }

  deinit { hub.close() }

  /// Sends with the key.
  /// - Parameter target: path and query, percent-encoded.
  func send(_ method: String, _ target: String, headers: [NamedValue] = [], body: String = "") async throws -> Reply {
    try await send(method, target, headers: headers, bytes: Array(body.utf8))
  }

  func send(_ method: String, _ target: String, headers: [NamedValue] = [], bytes: Bytes) async throws -> Reply {
    let (path, query) = try PercentEncoding.target(target)
    return await api.handle(
      InboundRequest(
        method: method, path: path, query: query, headers: [NamedValue("Authorization", "Bearer \(key)")] + headers,
        body: bytes))
  }

  func get(_ target: String, headers: [NamedValue] = []) async throws -> Reply { try await send("GET", target, headers: headers) }

  /// Imports a table of the CRM and waits until it is applied. The columns: number, kind, name, contact, mobile, mail.
  func importCRM(_ rows: [String]) async throws {
    let table = (["客户编号,记录类型,客户名称,联系人,手机,邮箱"] + rows).joined(separator: "\n") + "\n"
    let reply = try await send("POST", "/v1/imports?name=crm.csv&source=crm", body: table)
    #expect(reply.status == 200, "\(reply.text)")
    #expect(try await hub.settle(within: .seconds(30)))
  }

  /// The customer of a CRM record.
  func customer(ofCRM number: String) async throws -> String {
    let reply = try await get("/v1/customers?source=crm&key=\(number)")
    return try #require(reply.json["customers"]?.elements.first?["id"]?.text, "\(reply.text)")
  }
}

/// Two rows that are one company, and one that is another.
let companies = [
  "KH1,客户,杭州科锦食品有限公司,凌晓梅,18184294310,jason.ling@kejin.example", "KH2,客户,杭州科锦食品有限公司,凌晓梅,18184294310,",
  "KH3,客户,宁波海龙化工有限公司,朱阳,13911112222,zhu@hailong.example",
]
