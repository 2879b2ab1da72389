import Configuration
import Foundation
import Model
import Synchronization
import TestDigests
import Testing

@testable import Connecting

/// A mail server on a free port of this machine that takes one mail and remembers what was said.
private final class PostBox: Sendable {
  let port: Int
  private let said = Mutex<[String]>([])
  private let answers: [String: String]

  /// What clients said, line by line.
  var lines: [String] { said.withLock { $0 } }

  /// - Parameter answers: instead of the usual ones, by the first word of a command.
  init(_ answers: [String: String] = [:]) throws {
    self.answers = answers
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(listener, pointer, length) == 0 && listen(listener, 4) == 0 && getsockname(listener, pointer, &length) == 0
      }
    }
    guard isBound else { throw Fault("test-setup", "No port is free.") }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [self] in
      let client = accept(listener, nil, nil)
      serve(FileHandle(fileDescriptor: client, closeOnDealloc: true))
      close(listener)
    }
  }

  private func serve(_ client: FileHandle) {
    func say(_ text: String) { try? client.write(contentsOf: Data("\(text)\r\n".utf8)) }
    say("220 localhost")
    var buffer = Data()
    var isBody = false
    while let chunk = try? client.read(upToCount: 1), !chunk.isEmpty {
      buffer += chunk
      guard buffer.suffix(2) == Data("\r\n".utf8) else { continue }
      let line = String(decoding: buffer.dropLast(2), as: UTF8.self)
      buffer = Data()
      said.withLock { $0.append(line) }
      if isBody {
        guard line == "." else { continue }
        isBody = false
        say("250 taken")
        continue
      }
      let word = String(line.split(separator: " ").first ?? "").uppercased()
      let usual = ["EHLO": "250 localhost", "DATA": "354 go on", "QUIT": "221 bye"]
      let answer = answers[word] ?? usual[word] ?? "250 ok"
      isBody = word == "DATA" && answer.hasPrefix("354")
      say(answer)
      if word == "QUIT" { return }
    }
  }
}

@Suite(.timeLimit(.minutes(1))) struct MailTests {
  private static let now: Int64 = 1_700_000_000_000_000

  private func send(to box: PostBox, recipients: String = "it@example.com", encryption: String = "none") async throws -> [Fault] {
    let yaml = """
      language: 1
      alerts:
        - to: mail
          server: smtp://127.0.0.1:\(box.port)
          from: kindred@example.com
          recipients: [\(recipients)]
          encryption: \(encryption)

      """
    let (file, diagnostics) = HubFile.load(text: yaml, file: "hub.yaml")
    let sender = AlertSender(home: "/", web: Nobody(), cryptography: .reference)
    sender.configure(try #require(file, "\(diagnostics)").alerts)
    sender.add([Alert(incident: Incident(.overdue, connector: "店", message: "Nothing has come."), isOver: false, began: Self.now)])
    return await sender.send(at: Self.now)
  }

  /// Asks nobody.
  private struct Nobody: WebExchange {
    func answer(_ request: WebRequest) async throws(WebFailure) -> WebAnswer {
      throw WebFailure(Fault("web-unreachable", "There is no web."))
    }
  }

  @Test func aMailIsHandedInWithEnvelopeAndText() async throws {
    let box = try PostBox()
    #expect(try await send(to: box, recipients: "it@example.com, boss@example.com") == [])
    let lines = box.lines
    #expect(lines.contains { $0.hasPrefix("MAIL FROM:<kindred@example.com>") })
    #expect(lines.filter { $0.hasPrefix("RCPT TO:") } == ["RCPT TO:<it@example.com>", "RCPT TO:<boss@example.com>"])
    #expect(lines.contains("Subject: Kindred: 1 alert"))
    #expect(lines.contains("Date: Tue, 14 Nov 2023 22:13:20 +0000"))
    let body = lines.drop { !$0.isEmpty }.dropFirst().prefix { $0 != "." }.joined()
    let text = String(decoding: try #require(Data(base64Encoded: body)), as: UTF8.self)
    #expect(text == "Kindred\n⚠️ 店 overdue: Nothing has come. Since 2023-11-14T22:13:20Z.\n")
  }

  @Test func refusalsAreFaults() async throws {
    #expect(try await send(to: try PostBox(["RCPT": "550 no such user"])).map(\.code) == ["mail-refused"])
    // A server that speaks no TLS gets nothing, unless that is wanted.
    let plain = try PostBox()
    #expect(try await send(to: plain, encryption: "required").map(\.code) == ["mail-unreachable"])
    #expect(!plain.lines.contains { $0.hasPrefix("MAIL") })
    #expect(try await send(to: try PostBox(), recipients: "'it@example.com>\\r\\nDATA'").map(\.code) == ["mail-address"])
  }

  @Test(arguments: [
    ("it@example.com", true), ("it", false), ("a@b@c", false), ("a b@c", false), ("a@b>\r\nRCPT", false), ("李@example.com", false),
    ("@b", false), ("a@", false),
  ]) func addressesCannotChangeTheEnvelope(_ text: String, _ isAddress: Bool) { #expect(MailMessage.isAddress(text) == isAddress) }
}
