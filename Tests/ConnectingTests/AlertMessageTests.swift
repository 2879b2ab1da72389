import Configuration
import Formats
import Foundation
import Model
import Synchronization
import TestDigests
import Testing

@testable import Connecting

@Suite struct AlertMessageTests {
  private static let now: Int64 = 1_700_000_000_000_000
  /// Of the time and the secret below.
  private static let sign = "F55vlsAdc0a3mVDx%2F8L2Nr6l%2Bp28jgN7eSHFXdvW9I4%3D"
  private let hmac = Cryptography.reference.hmacSHA256

  private func message(_ count: Int = 1, lost: Int = 0) -> AlertMessage {
    let alerts = (0..<count).map { number in
      Alert(
        incident: Incident(.overdue, connector: "crm\(number)", stream: "订单", message: "Nothing has come on 订单 for 3 h."),
        isOver: number % 2 == 1, began: Self.now - 3_600_000_000, ended: number % 2 == 1 ? Self.now - 60_000_000 : nil)
    }
    return AlertMessage(id: "m1", alerts: alerts, lost: lost, now: Self.now)
  }

  private func body(_ request: WebRequest) throws -> Value {
    guard case .bytes(let bytes) = request.body else { throw Fault("test", "The body is no bytes.") }
    return try JSON.parse(bytes)
  }

  @Test func robotsGetAText() throws {
    let request = try message(2).request(to: .wecom, url: "https://robot.example/send?key=k", secret: nil, hmacSHA256: hmac)
    #expect(request.method == "POST" && request.url == "https://robot.example/send?key=k")
    let body = try body(request)
    #expect(body["msgtype"] == "text")
    let lines = (body["text"]?["content"]?.text ?? "").split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[1] == "⚠️ crm0/订单 overdue: Nothing has come on 订单 for 3 h. Since 2023-11-14T21:13:20Z.")
    #expect(lines[2] == "✅ crm1/订单 overdue: over after 59 min. Since 2023-11-14T21:13:20Z.")
  }

  @Test func dingtalkIsSigned() throws {
    let request = try message().request(
      to: .dingtalk, url: "https://robot.example/send?access_token=t", secret: "SECret", hmacSHA256: hmac)
    // Computed with Python's hmac and base64 as open.dingtalk.com shows it.
    #expect(
      request.url
        == "https://robot.example/send?access_token=t&timestamp=1700000000000&sign=\(Self.sign)")
    let plain = try message().request(to: .dingtalk, url: "https://robot.example/send?access_token=t", secret: nil, hmacSHA256: hmac)
    #expect(plain.url == "https://robot.example/send?access_token=t")
  }

  @Test func webhooksAreSignedAsOurOwnReceiverChecksThem() async throws {
    let secret = "whsec_" + Base64.text(Array("a secret of 24 bytes....".utf8))
    let request = try message(3, lost: 2).request(to: .webhook, url: "https://hook.example/", secret: secret, hmacSHA256: hmac)
    let body = try body(request)
    #expect(body["lost"] == 2)
    #expect(body["alerts"]?.elements.map { $0["state"]?.text } == ["begun", "over", "begun"])
    #expect(body["alerts"]?.elements.first?["connector"] == "crm0")
    let headers = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value) })
    #expect(headers["webhook-id"] == "m1" && headers["webhook-timestamp"] == "1700000000")
    guard case .bytes(let bytes) = request.body else { return }
    let expected = hmac(Array("m1.1700000000.".utf8) + bytes, Array("a secret of 24 bytes....".utf8))
    #expect(headers["webhook-signature"] == "v1,\(Base64.text(expected))")
    #expect(throws: Fault.self) { try message().request(to: .webhook, url: "https://x.example", secret: "%%", hmacSHA256: hmac) }
  }

  @Test func aLongListIsCut() throws {
    let text = message(200, lost: 7).text
    #expect(text.utf8.count <= AlertMessage.longest)
    let shown = text.split(separator: "\n").count - 2
    #expect(shown > 5)
    #expect(text.hasSuffix("… and \(200 - shown + 7) more"))
  }

  @Test func aRobotsRefusalInsideOfA200IsSeen() {
    let request = WebRequest("POST", "https://robot.example/")
    func fault(_ status: Int, _ body: String, _ kind: AlertChannel.Kind) -> String? {
      AlertMessage.fault(in: WebAnswer(status: status, body: Array(body.utf8)), to: request, kind)?.code
    }
    #expect(fault(200, #"{"errcode":0,"errmsg":"ok"}"#, .wecom) == nil)
    #expect(fault(200, #"{"errcode":93000,"errmsg":"invalid webhook url"}"#, .wecom) == "alert-refused")
    #expect(fault(200, "<html>", .dingtalk) == "alert-refused")
    #expect(fault(204, "", .webhook) == nil)
    #expect(fault(500, "", .webhook) == "web-server-error")
  }
}

@Suite struct AlertSenderTests {
  /// Answers in order; notes where it was asked.
  private final class Robot: WebExchange {
    let asked = Mutex<[String]>([])
    private let answers: Mutex<[Int]>

    init(_ answers: [Int]) { self.answers = Mutex(answers) }

    func answer(_ request: WebRequest) async throws(WebFailure) -> WebAnswer {
      asked.withLock { $0.append(request.url) }
      return WebAnswer(status: answers.withLock { $0.isEmpty ? 200 : $0.removeFirst() }, body: Array(#"{"errcode":0}"#.utf8))
    }
  }

  private func channels(_ yaml: String) throws -> [AlertChannel] {
    let (file, diagnostics) = HubFile.load(text: "language: 1\nalerts:\n" + yaml, file: "hub.yaml")
    return try #require(file, "\(diagnostics)").alerts
  }

  private func alert(_ event: AlertChannel.Event) -> Alert {
    Alert(incident: Incident(event, connector: "crm", message: "Something."), isOver: false, began: 0)
  }

  @Test func tellsEachChannelWhatItWantsAndTriesAgain() async throws {
    try await withFolder { home in
      try write("https://a.example/?key=a", to: home + "/a")
      try write("https://b.example/?key=b", to: home + "/b")
      let robot = Robot([500])
      let sender = AlertSender(home: home, web: robot, cryptography: .reference)
      sender.configure(
        try channels("  - {to: wecom, url: secret://file/a}\n  - {to: wecom, url: secret://file/b, on: [disk-nearly-full]}\n"))
      sender.add([alert(.overdue)])
      let faults = await sender.send(at: 0)
      #expect(faults.map(\.code) == ["web-server-error"])
      #expect(!"\(faults)".contains("key=a"))
      #expect(await sender.send(at: 100) == [])
      #expect(await sender.send(at: 20_000_000) == [])
      #expect(robot.asked.withLock { $0 } == ["https://a.example/?key=a", "https://a.example/?key=a"])
      sender.add([alert(.diskNearlyFull)])
      #expect(await sender.send(at: 120_000_000) == [])
      #expect(Set(robot.asked.withLock { $0 }.suffix(2)) == ["https://a.example/?key=a", "https://b.example/?key=b"])
      #expect(await sender.send(at: 240_000_000) == [])
      #expect(robot.asked.withLock { $0 }.count == 4)
    }
  }

  @Test func aSecretThatIsGoneIsAFaultAndNothingIsLost() async throws {
    try await withFolder { home in
      let robot = Robot([])
      let sender = AlertSender(home: home, web: robot, cryptography: .reference)
      sender.configure(try channels("  - {to: wecom, url: secret://file/a}\n"))
      sender.add([alert(.overdue)])
      #expect(await sender.send(at: 0).map(\.code) == ["secret-unreadable"])
      try write("https://a.example/", to: home + "/a")
      #expect(await sender.send(at: 60_000_000) == [])
      #expect(robot.asked.withLock { $0 }.count == 1)
    }
  }
}
