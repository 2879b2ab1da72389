import Foundation
import Model
import Testing

@testable import Formats

/// Mails as they come: structure, header fields, charsets that lie.
@Suite struct MailTests {
  private func mail(_ header: String, _ body: String = "text\n") throws -> Value { try MailReader.read(Array("\(header)\n\n\(body)".utf8)) }

  private func mail(_ header: String, bytes: [UInt8]) throws -> Value { try MailReader.read(Array("\(header)\n\n".utf8) + bytes) }

  /// The value at a path such as `from.0.name`.
  private func at(_ value: Value, _ path: String) -> String? {
    var current: Value? = value
    for step in path.split(separator: ".") {
      if let index = Int(step) {
        let elements = current?.elements ?? []
        current = index < elements.count ? elements[index] : nil
      } else {
        current = current?[String(step)]
      }
    }
    return current?.text
  }

  @Test func whatAMailSays() throws {
    let value = try mail(
      """
      Received: from a by b; Mon, 03 Mar 2025 10:00:05 +0800
      From: "Li, Ming" <Li.Ming@acme.example>, Bob <bob@b.example>
      To: sales@hub.example, Team: a@x.example, b@x.example;
      Cc: =?UTF-8?B?5byg5LiJ?= <zhang@c.example>
      Subject: =?gb2312?B?suLK1A==?=
       =?gb2312?Q?_=B2=E2?=
      Date: Mon, 3 Mar 2025 10:00:00 +0800 (CST)
      Message-ID: <a.1@acme.example>
      In-Reply-To: <b@hub.example>
      References: <root@hub.example>
        <b@hub.example>
      X-Mailer: Foxmail 7
      """, "Hello\r\nworld\r\n")
    #expect(at(value, "from.0.name") == "Li, Ming" && at(value, "from.0.address") == "Li.Ming@acme.example")
    #expect(at(value, "from.1.name") == "Bob")
    #expect(value["to"]?.elements.map { $0["address"]?.text } == ["sales@hub.example", "a@x.example", "b@x.example"])
    #expect(at(value, "cc.0.name") == "张三")
    #expect(at(value, "subject") == "测试 测")
    #expect(at(value, "date") == "2025-03-03T10:00:00+08:00" && at(value, "received") == "2025-03-03T10:00:05+08:00")
    #expect(at(value, "message_id") == "a.1@acme.example" && at(value, "in_reply_to") == "b@hub.example")
    #expect(value["references"] == ["root@hub.example", "b@hub.example"])
    #expect(at(value, "thread") == "root@hub.example" && at(value, "thread_by") == "references")
    #expect(at(value, "text") == "Hello\nworld\n" && at(value, "text_new") == "Hello\nworld" && at(value, "text_from") == "plain")
    #expect(at(value, "headers.x-mailer.0") == "Foxmail 7")
    #expect(value["machine"] == nil && value["attachments"] == nil && value["problems"] == nil)
  }

  // MARK: Charsets

  @Test(arguments: [
    // The label says less than is written: 镕 and — are not in GB 2312.
    ("gb2312", "GBK", "朱镕基", nil), ("gb2312", "GB18030", "价格—含税 €5 𠮷", nil), ("gbk", "GB18030", "㐂 𠀀", nil),
    // Its pairs would be letters of UTF-8, too.
    ("gb18030", "GB18030", "叶耶", nil),
    // It lies.
    ("us-ascii", "GB18030", "您好，报价单请查收。", "charset-wrong: us-ascii"), ("iso-8859-1", "UTF-8", "Grüße, ¿qué?", "charset-wrong: iso-8859-1"),
    ("iso-8859-1", "GB18030", "您好，谢谢您的询价", "charset-wrong: iso-8859-1"), ("gb2312", "UTF-8", "您好，谢谢", "charset-wrong: gb2312"),
    ("utf-8", "GB18030", "您好，请报价：轴承六二〇五", "charset-wrong: utf-8"),
    ("utf-8", "WINDOWS-1252", "für Müller, geändert", "charset-wrong: utf-8"),
    // Nobody knows it.
    ("x-unknown", "GB18030", "请尽快回复，谢谢您", "charset-unknown: x-unknown"), ("foo", "UTF-8", "naïve café", "charset-unknown: foo"),
    ("8bit", "WINDOWS-1252", "Grüße aus Köln", "charset-unknown: 8bit"),
    // It is right.
    ("iso-8859-1", "WINDOWS-1252", "“Grüße” – Köln", nil), ("big5", "BIG5-HKSCS", "報價單請查收", nil),
    ("iso-2022-jp", "ISO-2022-JP", "見積書です", nil),
    ("shift_jis", "CP932", "①見積書", nil), ("euc-kr", "CP949", "견적서 똠", nil), ("utf-16le", "UTF-16LE", "您好 abc", nil),
    ("windows-1258", "WINDOWS-1258", "Viêt", nil), ("\"UTF-8\"", "UTF-8", "您好", nil), ("koi8-r", "KOI8-R", "Здравствуйте", nil),
  ])
  func labelsThatLie(_ label: String, _ encoding: String, _ text: String, _ problem: String?) throws {
    let bytes = try encoded(text, encoding)
    let body = Data(bytes).base64EncodedString()
    let value = try mail("From: a@b.example\nContent-Type: text/plain; charset=\(label)\nContent-Transfer-Encoding: base64", body)
    #expect(at(value, "text") == text)
    #expect(value["problems"]?.elements.first?.text == problem)
    // Words of the header take the same way.
    guard label != "\"UTF-8\"" else { return }
    #expect(at(try mail("From: a@b.example\nSubject: =?\(label)?B?\(body)?="), "subject") == text)
  }

  @Test func rawBytesInTheHeader() throws {
    let header = Array("From: ".utf8) + (try encoded("张伟", "GB18030")) + Array(" <zhang@a.example>\nSubject: ".utf8)
    let value = try MailReader.read(header + (try encoded("询价：轴承", "GB18030")) + Array("\n\nx".utf8))
    #expect(at(value, "subject") == "询价：轴承")
    #expect(at(value, "from.0.name") == "张伟" && at(value, "from.0.address") == "zhang@a.example")
    #expect(at(try mail("From: 王芳 <w@a.example>\nSubject: 您好"), "from.0.name") == "王芳")
  }

  @Test func sevenBits() throws {
    let value = try mail("From: a@b.example\nContent-Type: text/plain; charset=hz-gb-2312", "Hi ~{VPND~} ~~\n")
    #expect(at(value, "text") == "Hi 中文 ~\n")
    #expect(at(try mail("From: a@b.example\nContent-Type: text/plain; charset=utf-7", "a +YKhZfQ- b"), "text") == "a 您好 b")
  }

  @Test(arguments: [
    ("=?UTF-8?B?5L2g5Q==?= =?UTF-8?B?pb0=?=", "你好"), ("=?utf-8?q?a_b=3F?=", "a b?"), ("a =?UTF-8?Q?b?= c", "a b c"),
    ("=?UTF-8?Q?a?=   =?ISO-8859-1?Q?=FC?=", "aü"), ("=?UTF-8*de?Q?a?=", "a"), ("\"=?UTF-8?Q?in_quotes?=\"", "\"in quotes\""),
    ("=?UTF-8?Q?blanks in it?=", "blanks in it"), ("=?UTF-8?X?a?=", "=?UTF-8?X?a?="), ("=?UTF-8?B?", "=?UTF-8?B?"), ("a=?b", "a=?b"),
    ("=?gb18030?B?xOM=?=\n =?gb18030?B?usM=?=", "你好"),
  ])
  func encodedWords(_ raw: String, _ text: String) { #expect(HeaderText(Array(raw.utf8)).decoded == text) }

  @Test(arguments: [
    ("=?UTF-8?B?5p2OLCDmmI4=?= <a@b.example>", "李, 明", "a@b.example"), ("\"=?UTF-8?B?5p2O?=\" <a@b.example>", "李", "a@b.example"),
    ("a@b.example (Li Ming)", "Li Ming", "a@b.example"), ("<a@b.example>", "", "a@b.example"), ("a@b.example", "", "a@b.example"),
    ("'\"Li Ming\"' <a@b.example>", "Li Ming", "a@b.example"), ("王@公司 <w@a.example>", "王@公司", "w@a.example"),
    ("\"Li <Ming\" <a@b.example>", "Li <Ming", "a@b.example"), ("Li. Ming <a@b.example>", "Li. Ming", "a@b.example"),
    ("kEw0wEk <a@b.example>", "kEw0wEk", "a@b.example"),
  ])
  func addresses(_ raw: String, _ name: String, _ address: String) {
    #expect(MailAddress.all(in: Array(raw.utf8)) == [MailAddress(name: name, address: address)])
  }

  @Test func addressesThatAreNone() {
    for raw in ["", "undisclosed-recipients:;", "nobody", "<>", "@", ",,,"] {
      #expect(MailAddress.all(in: Array(raw.utf8)).isEmpty, "\(raw)")
    }
  }

  // MARK: Parts

  @Test func plainTextBeforeHTML() throws {
    let body = """
      --b
      Content-Type: text/html; charset=utf-8

      <p>html</p>
      --b
      Content-Type: text/plain; charset=utf-8

      plain
      --b--
      """
    let value = try mail("From: a@b.example\nContent-Type: multipart/alternative; boundary=b", body)
    #expect(at(value, "text") == "plain" && at(value, "text_from") == "plain" && value["attachments"] == nil)
    let blank = body.replacing("\nplain", with: "\n ")
    let html = try mail("From: a@b.example\nContent-Type: multipart/alternative; boundary=b", blank)
    #expect(at(html, "text_new") == "html" && at(html, "text_from") == "html")
  }

  @Test func htmlBecomesText() throws {
    let html = """
      <html><head><title>no</title><style>p {}</style></head><body><p>您好&nbsp;&amp; welcome</p><div>a<br>b</div><table><tr><td>x<td>y</table>
      <script>alert(1)</script><blockquote>old <b>text</b></blockquote></body></html>
      """
    let value = try mail("From: a@b.example\nContent-Type: text/html; charset=utf-8", html)
    #expect(at(value, "text_new") == "您好 & welcome\n\na\nb\n\nx y" && at(value, "text_quoted") == "> old text")
    let labelled = try mail(
      "From: a@b.example\nContent-Type: text/html", bytes: Array("<meta charset=gb2312><p>".utf8) + (try encoded("朱镕基", "GBK")))
    #expect(at(labelled, "text") == "朱镕基")
  }

  @Test func attachmentsAreDescribed() throws {
    let body = """
      preamble
      --o
      Content-Type: multipart/related; boundary=i

      --i
      Content-Type: text/html

      <p>see <img src="cid:p1"></p>
      --i
      Content-Type: image/png; name="=?gb2312?B?1tyxqC5wbmc=?="
      Content-Transfer-Encoding: base64
      Content-ID: <p1>
      Content-Disposition: inline

      AAECAwQF
      --i--
      --o
      Content-Type: application/pdf
      Content-Disposition: attachment; filename*0*=gb2312''%B1%A8; filename*1*=%BC%DB.pdf

      12345
      --o
      Content-Type: text/plain; name="../../etc/notes.txt"
      Content-Disposition: attachment

      not the text
      --o
      Content-Type: message/rfc822

      From: =?UTF-8?B?5byg5LiJ?= <z@c.example>
      Subject: old one
      Message-ID: <old@c.example>
      Date: Mon, 3 Mar 2025 10:00:00 +0000

      forwarded text
      --o--
      """
    let value = try mail("From: a@b.example\nContent-Type: multipart/mixed; boundary=o", body)
    #expect(at(value, "text") == "see")
    let list = value["attachments"]?.elements ?? []
    #expect(list.map { $0["content_type"]?.text } == ["image/png", "application/pdf", "text/plain", "message/rfc822"])
    #expect(list.map { $0["filename"]?.text } == ["周报.png", "报价.pdf", "notes.txt", nil])
    #expect(list.map { $0["size"]?.text } == ["6", "5", "12", nil])
    #expect(list[0]["content_id"]?.text == "p1" && list[0]["disposition"]?.text == "inline")
    #expect(list[3]["subject"]?.text == "old one" && list[3]["message_id"]?.text == "old@c.example")
    #expect(list[3]["date"]?.text == "2025-03-03T10:00:00Z" && list[3]["from"]?.elements.first?["name"]?.text == "张三")
  }

  @Test func flowedLinesAreWhole() throws {
    let value = try mail(
      "From: a@b.example\nContent-Type: text/plain; format=flowed", "one \nline\n\n> quoted \n> more\n  indented\n-- \nLi\n")
    #expect(at(value, "text") == "one line\n\n> quoted \n> more\n indented\n-- \nLi\n")
    #expect(at(value, "signature") == "Li")
  }

  // MARK: Machines and reports

  @Test(arguments: [
    ("Auto-Submitted: auto-replied", "auto-submitted"), ("Auto-Submitted: no", nil), ("List-Id: <l.example>", "list"),
    ("Precedence: bulk", "bulk"),
    ("List-Unsubscribe: <mailto:a@b>", "bulk"), ("X-Other: 1", nil),
  ])
  func machines(_ field: String, _ reason: String?) throws {
    #expect(at(try mail("From: a@b.example\n\(field)"), "machine") == reason)
  }

  @Test func bounces() throws {
    let body = """
      --r
      Content-Type: text/plain

      Sorry.
      --r
      Content-Type: message/delivery-status

      Reporting-MTA: dns; mx.example

      Final-Recipient: rfc822; nobody@x.example
      Action: failed
      Status: 5.1.1
      Diagnostic-Code: smtp; 550 no such
       user
      --r
      Content-Type: text/rfc822-headers

      Subject: s
      Message-ID: <sent@hub.example>
      --r--
      """
    let value = try mail("From: MAILER-DAEMON@mx.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=r", body)
    #expect(at(value, "machine") == "report" && at(value, "reported") == "sent@hub.example")
    let expected: Value = ["recipient": "nobody@x.example", "action": "failed", "status": "5.1.1", "diagnostic": "550 no such user"]
    #expect(value["reports"] == [expected])
    #expect(at(try mail("From: mailer-daemon@x.example"), "machine") == "sender")
  }
}
