import Model
import Testing

@testable import Connecting

@Suite struct PlatformMessageTests {
  private func write(_ attributes: [String: Value], id: String = "w1", key: String = "oA", isDelete: Bool = false) -> Write {
    Write(id: id, key: RecordKey(source: "c", type: "message", key: key), isDelete: isDelete, attributes: attributes)
  }

  private func wechat(_ platform: PlayedPlatform) -> WeChat {
    WeChat(connector: "c", mapping: nil, callback: .test(account: "wx1", token: "t"), interface: platform.wechat())
  }

  private func wecom(_ platform: PlayedPlatform) -> WeCom {
    WeCom(connector: "c", mapping: nil, callback: .test(account: "ww1", token: "t"), parts: WeCom.Parts(interface: platform.wecom()))
  }

  @Test func messagesGoOutAsThePlatformsWantThem() async throws {
    let platform = PlayedPlatform()
    let outcomes = try await wechat(platform).write([
      write(["text": "您好"]), write(["to": "oB", "msgtype": "image", "image": ["media_id": "m1"]]),
      write([
        "template_id": "t1", "url": "https://a.example/", "data": ["thing1": "订单", "amount2": ["value": "3.00", "color": "#173177"]],
      ]),
    ])
    #expect(outcomes == [.written(nil), .written(nil), .written(nil)])
    let custom = "/cgi-bin/message/custom/send"
    #expect(platform.calls.map(\.path) == [custom, custom, "/cgi-bin/message/template/send"])
    #expect(platform.calls[0].body == ["touser": "oA", "msgtype": "text", "text": ["content": "您好"]])
    #expect(platform.calls[1].body == ["touser": "oB", "msgtype": "image", "image": ["media_id": "m1"]])
    let id = String(Hex.text(Digests.reference.sha256(Array("w1".utf8))).prefix(32))
    #expect(
      platform.calls[2].body == [
        "touser": "oA", "template_id": "t1", "url": "https://a.example/",
        "data": ["thing1": ["value": "订单"], "amount2": ["value": "3.00", "color": "#173177"]], "client_msg_id": .string(id),
      ])
    let service = PlayedPlatform()
    #expect(try await wecom(service).write([write(["text": "hi", "open_kfid": "wk1"], key: "wmA")]) == [.written(nil)])
    #expect(
      service.calls[0].body
        == ["touser": "wmA", "open_kfid": "wk1", "msgid": .string(id), "msgtype": "text", "text": ["content": "hi"]])
    #expect(service.calls[0].path == "/gateway/cgi-bin/kf/send_msg")
  }

  @Test func whatIsNoMessageIsRejected() async throws {
    let platform = PlayedPlatform()
    let writes = [
      write([:]), write(["text": ""]), write(["msgtype": "image"]), write(["msgtype": "image", "image": "m1"]),
      write(["to": "", "text": "a"]),
      write(["text": "a"], isDelete: true), write(["template_id": "t1"], isDelete: true),
    ]
    for outcome in try await wechat(platform).write(writes) {
      guard case .rejected(let fault) = outcome else {
        Issue.record("\(outcome)")
        continue
      }
      #expect(["message-incomplete", "message-not-deletable"].contains(fault.code))
    }
    guard case .rejected = try await wecom(platform).write([write(["text": "a"])])[0] else {
      Issue.record("no open_kfid")
      return
    }
    #expect(platform.calls.isEmpty)
  }

  /// 45015: somebody wrote more than 48 hours ago; 45047: too many messages.
  @Test func whatThePlatformSaysDecides() async throws {
    let platform = PlayedPlatform()
    for errcode in [45_015, 45_047, 40_003, 40_037, 43_004] {
      platform.refuse(errcode)
      guard case .rejected(let fault) = try await wechat(platform).write([write(["text": "a"])])[0] else {
        Issue.record("\(errcode) is final")
        continue
      }
      #expect(fault.code == "platform-refused" && fault.message.contains("\(errcode)"))
    }
    for errcode in [-1, 45_009, 45_011] {
      platform.refuse(errcode)
      guard case .retry = try await wechat(platform).write([write(["text": "a"])])[0] else {
        Issue.record("\(errcode) passes")
        continue
      }
    }
    platform.refuse(48_001)
    await #expect(throws: SourceError.self) { try await wechat(platform).write([write(["text": "a"])]) }
    let mute = WeChat(connector: "c", mapping: nil, callback: .test(account: "wx1", token: "t"))
    await #expect(throws: SourceError.self) { try await mute.write([write(["text": "a"])]) }
    let broken = WebStub { _ throws(WebFailure) in throw WebFailure(Fault("web-timeout", "No answer."), isTransient: true) }
    let silent = WeChat(
      connector: "c", mapping: nil, callback: .test(account: "wx1", token: "t"),
      interface: WeChat.interface(base: "https://api.example", account: "wx1", secret: fixed("s"), web: broken))
    guard case .retry = try await silent.write([write(["text": "a"])])[0] else {
      Issue.record("a timeout passes")
      return
    }
  }
}
