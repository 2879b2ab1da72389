import Model
import Testing

@testable import Formats

@Suite struct EncodingTests {
  private static let samples: [(String, [String])] = [
    (
      "GB18030",
      [
        "张伟", "王小明", "客户编号", "上海", "李娜,女", "广州市天河区体育东路120号", "有限公司", "姓名\t电话\n赵六\t13800138000\n",
        "编号,客户名称,联系人,手机\n1,北京中关村科技有限公司,刘洋,13900001111\n", "備註", "，", "深圳市腾讯计算机系统有限公司",
      ]
    ),
    (
      "BIG5",
      [
        "王小明", "陳怡君", "台北市中正區重慶南路一段122號", "客戶編號", "股份有限公司", "姓名,電話\n林志豪,0912345678\n", "臺灣積體電路製造股份有限公司",
        "編號\t公司名稱\t地址\n1\t鴻海精密工業\t新北市土城區自由街2號\n",
      ]
    ),
    (
      "SHIFT_JIS",
      ["田中太郎", "株式会社サンプル", "東京都千代田区丸の内", "お客様番号,氏名\n1,ヤマダ タロウ\n", "鈴木一郎,すずきいちろう", "顧客コード\t住所\n"]
    ),
  ]

  @Test func chineseAndJapaneseTextIsToldApart() throws {
    let names = ["GB18030": "GB18030", "BIG5": "BIG5-HKSCS", "SHIFT_JIS": "CP932"]
    for (encoding, texts) in Self.samples {
      for sample in texts {
        let bytes = try encoded(sample, encoding)
        let found = detectEncoding(bytes).encoding
        #expect(found.name == names[encoding], "\(sample) in \(encoding)")
        #expect(decodeText(bytes, encoding: found).text == sample)
      }
    }
  }

  @Test func utf16WithoutAMark() throws {
    for sample in ["编号,名称\n1,张伟\n", "id,name\n1,Anna\n", "客户编号\t客户名称\r\nKH001\t北京中关村科技有限公司\r\n"] {
      #expect(detectEncoding(try encoded(sample, "UTF-16LE")).encoding == .utf16LittleEndian)
      #expect(detectEncoding(try encoded(sample, "UTF-16BE")).encoding == .utf16BigEndian)
    }
    #expect(detectEncoding(Array("a,b\n1,\0\n".utf8)).encoding == .utf8)
    #expect(detectEncoding(Array("\0\0\0\0".utf8)).encoding == .utf8)
  }

  @Test func gb18030IsWhatIconvSays() throws {
    let slow = TextDecoder(.gb18030)
    let fast = TextDecoder(.gb18030)
    for lead in 0x80...0xFF {
      for trail in 0x00...0xFF {
        for bytes in [[UInt8(lead), UInt8(trail)], [0x41, UInt8(lead), UInt8(trail), 0x81, 0x30]] {
          let expected = bytes.withUnsafeBufferPointer { slow.decodeSlowly($0) }
          let found = bytes.withUnsafeBufferPointer { fast.decode($0) }
          #expect(found.map { Array($0.utf8) } == expected, "\(bytes)")
        }
      }
    }
    // Characters of four bytes, among others.
    let text = "a中𠀀b€Ω" + String(repeating: "张abc𠮷", count: 50)
    #expect(decodeText(try encoded(text, "GB18030"), encoding: .gb18030).text == text)
  }
}
