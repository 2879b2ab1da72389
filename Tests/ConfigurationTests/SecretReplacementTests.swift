import Foundation
import Model
import Testing

@testable import Configuration

@Suite struct SecretReplacementTests {
  @Test func aNewValueTakesThePlaceOfTheOldOne() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "secret-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let secret = try #require(Secret("secret://file/token"))
    #expect(secret.isReplaceable)
    // Values of secrets are masked in all that this process prints or answers: they must be no words that other tests expect.
    for value in ["renewed-token-7f3a1c", "renewed-token-90be42"] {
      try secret.replace(with: value, relativeTo: folder)
      #expect(try secret.resolve(relativeTo: folder) == value)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["token"])
    let permissions = try FileManager.default.attributesOfItem(atPath: folder + "/token")[.posixPermissions] as? Int
    #expect(permissions == 0o600)
    #expect(#expect(throws: Fault.self) { try secret.replace(with: "x", relativeTo: folder + "/none") }?.code == "secret-unwritable")
  }

  @Test(arguments: ["secret://env/TOKEN", "secret://exec/bin/echo x"]) func onlyAFileTakesOne(_ reference: String) throws {
    let secret = try #require(Secret(reference))
    #expect(!secret.isReplaceable)
    #expect(#expect(throws: Fault.self) { try secret.replace(with: "x", relativeTo: "/tmp") }?.code == "secret-unwritable")
  }
}
