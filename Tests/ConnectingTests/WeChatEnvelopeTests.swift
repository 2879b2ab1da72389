import Model
import Testing

@testable import Connecting

@Suite struct WeChatEnvelopeTests {
  private static let receiver = Array("wx1".utf8)

  /// 16 random bytes, length, message and receiver, padded to 32.
  static func plain(_ message: Bytes, receiver: Bytes = receiver, length: Int? = nil) -> Bytes {
    let count = length ?? message.count
    let head = Bytes(repeating: 0x72, count: 16) + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
    let text = head + message + receiver
    let padding = 32 - text.count % 32
    return text + Bytes(repeating: UInt8(padding), count: padding)
  }

  /// Lengths from nothing to more than one block, so that every padding of 1 to 32 bytes occurs.
  @Test func messagesOfEveryLengthComeOut() throws {
    for length in 0...100 {
      let message = Bytes(repeating: UInt8(length), count: length)
      #expect(try WeChatEnvelope.message(in: Self.plain(message), for: Self.receiver) == message)
    }
    #expect(try WeChatEnvelope.message(in: Self.plain([1, 2], receiver: []), for: []) == [1, 2])
  }

  @Test func whatWasMeantForAnotherIsNotBelieved() {
    for other in ["wx2", "wx12", "wx", ""] {
      let plain = Self.plain([1], receiver: Array(other.utf8))
      #expect(throws: WeChatEnvelope.Flaw.receiver) { try WeChatEnvelope.message(in: plain, for: Self.receiver) }
    }
  }

  @Test(arguments: [2, 4, 5, 1_000, 1 << 24, 0xFFFF_FFFF]) func aLengthThatLiesIsNamed(_ length: Int) {
    let plain = Self.plain([1], length: length)
    let flaw: WeChatEnvelope.Flaw = length <= 4 ? .receiver : .length
    #expect(throws: flaw) { try WeChatEnvelope.message(in: plain, for: Self.receiver) }
  }

  @Test(arguments: [0, 33, 64, 255] as [UInt8]) func aPaddingThatCannotBeIsNamed(_ last: UInt8) {
    let plain = Self.plain([1]).dropLast() + [last]
    #expect(throws: WeChatEnvelope.Flaw.padding) { try WeChatEnvelope.message(in: Array(plain), for: Self.receiver) }
    #expect(throws: WeChatEnvelope.Flaw.padding) { try WeChatEnvelope.message(in: [], for: Self.receiver) }
    #expect(throws: WeChatEnvelope.Flaw.length) { try WeChatEnvelope.message(in: [1], for: Self.receiver) }
  }

  @Test(arguments: ["", "short", String(repeating: "a", count: 42), String(repeating: "a", count: 44), String(repeating: "*", count: 43)])
  func aKeyThatIsNoneIsRefused(_ key: String) throws {
    let fault = #expect(throws: Fault.self) { try WeChatEnvelope(encodingKey: key, receiver: "wx1", cryptography: .reference) }
    #expect(fault?.code == "wechat-aes-key")
    #expect(!(fault?.description.contains("aaaa") ?? true), "the key is a secret")
  }
}
