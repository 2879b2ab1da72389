import Model
import Seeding
import Testing

@testable import Formats

@Suite struct JSONTests {
  private func code(_ text: String) -> String { code(Array(text.utf8)) }

  private func code(_ bytes: [UInt8]) -> String {
    do {
      return "fine: \(CanonicalJSON.text(try JSON.parse(bytes)))"
    } catch {
      return "\(error.code)@\(error.location?.line ?? 0):\(error.location?.column ?? 0)"
    }
  }

  @Test func readsEveryKindOfValue() throws {
    let value = try JSON.parse(Array(#"{"a":[1,-2.50,1e3,true,false,null,"é\n𠮷\ud842\udfb7"],"空":{},"b":[]}"#.utf8))
    #expect(
      value == [
        "a": [1, .number(try #require(Number(parsing: "-2.5"))), 1000, true, false, nil, "é\n𠮷𠮷"], "空": [:], "b": [],
      ])
  }

  @Test func numbersKeepEveryDigit() throws {
    let text = "[0.1234567890123456789,12345678901234567890123,1e-30,-0,9007199254740993,999999999999999999,1E400,1e-401]"
    let numbers = try JSON.parse(Array(text.utf8)).elements.compactMap(\.text)
    #expect(numbers[0] == "0.1234567890123456789")
    #expect(numbers[1] == "12345678901234567890123")
    #expect(numbers[2] == "0.000000000000000000000000000001")
    #expect(numbers[3...5] == ["0", "9007199254740993", "999999999999999999"])
    #expect(numbers.count == 8)
  }

  @Test func scalarRootsAndMarks() {
    #expect(code("12") == "fine: 12")
    #expect(code(" \"x\" ") == "fine: \"x\"")
    #expect(code("null") == "fine: null")
    #expect(code([0xEF, 0xBB, 0xBF] + Array("[1]".utf8)) == "fine: [1]")
  }

  @Test(arguments: [
    ("", "json-empty@1:1"), (" \n ", "json-empty@2:2"), ("{} {}", "json-trailing@1:4"), ("[1]]", "json-trailing@1:4"),
    ("1 2", "json-trailing@1:3"), (#"{"a":1,"b":{"c":1,"c":2}}"#, "json-duplicate-key@1:19"),
    (#"{"a":1,"\u0061":2}"#, "json-duplicate-key@1:8"), (#"["\ud800"]"#, "json-surrogate@1:3"), (#"["\udc00x"]"#, "json-surrogate@1:3"),
    (#"["\ud800\u0041"]"#, "json-surrogate@1:3"), (#"{"\ud83d":1}"#, "json-surrogate@1:3"), ("[01]", "json-syntax@1:2"),
    ("[1.]", "json-syntax@1:4"),
    ("[+1]", "json-syntax@1:2"), ("[.5]", "json-syntax@1:2"), ("[1e]", "json-syntax@1:4"), ("[1,]", "json-syntax@1:4"),
    ("{\"a\":1,}", "json-syntax@1:8"), ("{a:1}", "json-syntax@1:2"), ("{\n \"名\" 1}", "json-syntax@2:6"), ("[tru]", "json-syntax@1:2"),
    ("[nulll]", "json-syntax@1:6"), ("[\"a", "json-syntax@1:2"), ("{\"a\":[1,2", "json-syntax@1:10"), ("[\"a\nb\"]", "json-syntax@1:4"),
    ("[\"\\x\"]", "json-syntax@1:3"), ("[1e99999999999]", "json-number@1:2"), ("\u{0}[1]", "json-syntax@1:1"),
    ("[1]\u{0}", "json-trailing@1:4"),
    ("[NaN]", "json-syntax@1:2"), ("['a']", "json-syntax@1:2"), ("[1 /* c */]", "json-syntax@1:4"),
  ])
  func refusesWithThePlace(text: String, expected: String) {
    #expect(code(text) == expected)
  }

  @Test func invalidBytesAreLocated() {
    #expect(code(Array("[\"a\", \"b".utf8) + [0xC3, 0x28] + Array("\"]".utf8)) == "json-encoding@1:9")
    #expect(code(Array("[\"".utf8) + [0xED, 0xA0, 0x80] + Array("\"]".utf8)) == "json-encoding@1:3")
  }

  @Test func depthIsLimited() {
    let deep = { (count: Int) in String(repeating: "[", count: count) + String(repeating: "]", count: count) }
    #expect(code(deep(256)).hasPrefix("fine"))
    #expect(code(deep(257)) == "json-too-deep@1:257")
    #expect(code(deep(10_000)) == "json-too-deep@1:257")
    #expect(code(String(repeating: "{\"a\":", count: 10_000)) == "json-too-deep@1:1281")
  }

  @Test func theNumberOfValuesIsLimited() {
    let text = "[" + String(repeating: "0,", count: JSON.maximumTokens) + "0]"
    #expect(code(text) == "json-too-large@1:\(2 * JSON.maximumTokens)")
  }

  @Test func manyKeysAreComparedToo() {
    let keys = (0..<500).map { "\"k\($0)\":\($0)" }
    #expect(code("{\(keys.joined(separator: ","))}").hasPrefix("fine"))
    #expect(code("{\(keys.joined(separator: ",")),\"k7\":1}").hasPrefix("json-duplicate-key"))
  }

  @Test func aReaderIsReusable() throws {
    let reader = JSONReader()
    for round in 0..<3 {
      let text = "{\"a long key of more than 15 bytes \(round / 2)\":\"a long value of more than 15 bytes \(round)\"}"
      let value = try reader.parse(Array(text.utf8)[...])
      #expect(CanonicalJSON.text(value) == text)
      #expect(throws: Fault.self) { try reader.parse(Array("{\"a\":".utf8)[...]) }
    }
  }

  /// C8: the fast reader and the obvious one agree on documents that are almost right.
  @Test func fastAndSlowAgreeOnMutatedDocuments() {
    let seed: UInt64 = 20_240_607
    var random = SeededGenerator(seed: seed)
    let sources = [
      #"{"openid":"oGMD","nickname":"王国强","sex":1,"tags":["a",2.5e-3,null,true],"deep":{"x":[{"y":"\u4e2d\ud83d\ude00\\\""}]}}"#,
      #"[ {"a" : -0.10 , "b":[ ] , "c" : { } } , "\/\b\f\n\r\t" , 18446744073709551616, false ]"#,
    ]
    let pieces = ["{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "d800", "0", "1e5", "-", ".", "true", "nul", " ", "\n", "\u{1}", "é"]
    let reader = JSONReader()
    var accepted = 0
    for _ in 0..<40_000 {
      var bytes = Array(sources[Int.random(in: 0..<sources.count, using: &random)].utf8)
      for _ in 0..<Int.random(in: 1...2, using: &random) {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.remove(at: at)
        case 1: bytes.insert(contentsOf: Array(pieces[Int.random(in: 0..<pieces.count, using: &random)].utf8), at: at)
        case 2: bytes[at] = UInt8.random(in: 0...255, using: &random)
        default: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...8, using: &random)))
        }
        if bytes.isEmpty { bytes = [0x20] }
      }
      var slow = SlowJSONParser(bytes[...])
      let expected = Result { () throws(Fault) in try slow.document() }
      let fast = bytes.withUnsafeBufferPointer { reader.fastValue($0) }
      if case .success(let value) = expected {
        accepted += 1
        if fast == nil, case .object = value {
          Issue.record("seed \(seed): only the slow parser accepts \(String(decoding: bytes, as: UTF8.self))")
        }
        if let fast { #expect(fast == value, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))") }
      } else if fast != nil {
        Issue.record("seed \(seed): only the fast reader accepts \(String(decoding: bytes, as: UTF8.self))")
      }
    }
    #expect(accepted > 1_000)
  }
}
