import Connecting
import Foundation
import Model
import Testing

@testable import Serving

@Suite struct KeyRingTests {
  private func folder() -> String { FileManager.default.temporaryDirectory.path + "/kindred-keys-\(UUID().uuidString)" }

  @Test func aKeyIsShownOnceAndStoredAsAHash() throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let keys = KeyRing(folder: folder)
    let key = try keys.create("support")
    #expect(key.hasPrefix("kdr_"))
    #expect(key.count == 4 + 52)
    #expect(try keys.create("other") != key)
    let path = folder + "/keys.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(!text.contains(key.dropFirst(4)))
    #expect(text.contains(Hex.text(CryptoDigests.standard.sha256(Array(key.utf8)))))
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(try keys.list().map(\.name) == ["support", "other"])
    #expect(try keys.authenticate(key, author: "forged")?.name == "support")
    #expect(try keys.authenticate(String(key.dropLast()) + "!", author: nil) == nil)
    #expect(try keys.authenticate("", author: nil) == nil)
  }

  @Test func anotherProcessIsNoticed() throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (daemon, command) = (KeyRing(folder: folder, daemonToken: "secret"), KeyRing(folder: folder))
    #expect(try daemon.list() == [])
    let key = try command.create("a")
    #expect(try daemon.authenticate(key, author: nil)?.name == "a")
    try command.revoke("a")
    #expect(try daemon.authenticate(key, author: nil) == nil)
    #expect(try daemon.authenticate("secret", author: "li")?.name == "li")
    #expect(try command.authenticate("secret", author: "li") == nil)
  }

  @Test func keysMadeAtTheSameTimeAreAllKept() async throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<20 { group.addTask { _ = try KeyRing(folder: folder).create("key-\(number)") } }
      try await group.waitForAll()
    }
    #expect(try Set(KeyRing(folder: folder).list().map(\.name)) == Set((0..<20).map { "key-\($0)" }))
  }

  @Test func namesAreCheckedAndUnique() throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let keys = KeyRing(folder: folder)
    _ = try keys.create("客服-1")
    for (name, code) in [
      ("客服-1", "key-exists"), ("", "key-name"), ("a b", "key-name"), ("a/b", "key-name"), (String(repeating: "x", count: 65), "key-name"),
    ] {
      let fault = #expect(throws: Fault.self) { try keys.create(name) }
      #expect(fault?.code == code, "\(name)")
    }
    let fault = #expect(throws: Fault.self) { try keys.revoke("nobody") }
    #expect(fault?.code == "unknown-key-name")
  }

  @Test func aBrokenFileLetsNobodyIn() async throws {
    let api = try TestAPI()
    #expect(try await api.get("/v1/accounting").status == 200)
    try "{".write(toFile: api.home.data + "/keys.json", atomically: true, encoding: .utf8)
    let reply = try await api.get("/v1/accounting")
    #expect(reply.status == 503)
    #expect(reply.header("Retry-After") != nil)
  }

  @Test func withoutAKeyThereIsNothingToSee() async throws {
    let api = try TestAPI()
    for route in Route.all where route.pattern.text != "/v1/ingest/{connector}" {
      let path = route.pattern.text.replacing(/\{[a-z]+\}/, with: "x")
      let reply = await api.api.handle(InboundRequest(method: route.method, path: path))
      switch route.access {
      case .open: #expect(reply.status != 401, "\(path)")
      case .key, .connector:
        #expect(reply.status == 401, "\(route.method) \(path)")
        #expect(reply.code == "key-missing")
        #expect(reply.header("WWW-Authenticate")?.hasPrefix("Bearer") == true)
      }
    }
    let open = Set(Route.all.filter { if case .open = $0.access { true } else { false } }.map(\.pattern.text))
    #expect(open == ["/live", "/ready", "/openapi.json", "/problems/{code}"])
  }

  @Test(arguments: ["Bearer kdr_wrong", "bearer", "Basic abc", "Bearer "]) func aWrongKeyIsRefused(header: String) async throws {
    let api = try TestAPI()
    let reply = await api.api.handle(
      InboundRequest(method: "GET", path: "/v1/accounting", headers: [NamedValue("authorization", header)]))
    #expect(reply.status == 401)
    #expect(reply.code == "key-wrong")
    #expect(reply.header("WWW-Authenticate") != nil)
  }
}
