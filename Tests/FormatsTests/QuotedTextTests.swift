import Testing

@testable import Formats

/// What somebody wrote, apart from what he quotes and from his signature.
@Suite struct QuotedTextTests {
  @Test(arguments: [
    "On Mon, 3 Mar 2025 at 10:00, Li Ming <li@a.example> wrote:\n> old\n> text",
    "On Mon, Mar 3, 2025 at 10:00 AM Li Ming\n<li@a.example> wrote:\n\nold\ntext",
    "-----Original Message-----\nFrom: Li Ming\nSent: Monday\nTo: Bob\nSubject: x\n\nold",
    "________________________________\nFrom: Li Ming <li@a.example>\nSent: Monday, March 3\nTo: Bob\nSubject: x\n\nold",
    "From: Li Ming\nDate: Monday\nTo: Bob\nSubject: x\n\nold",
    "*From:* Li Ming\n*Sent:* Monday\n*To:* Bob\n\nold",
    "发件人: 李明\n发送时间: 2025年3月3日\n收件人: 张三\n主题: 报价\n\n旧文",
    "发件人： 李明\n日期： 2025-03-03\n收件人： 张三\n\n旧文",
    "------------------ 原始邮件 ------------------\n发件人: \"李明\";\n发送时间: 2025年3月3日\n\n旧文",
    "------------------&nbsp;原始邮件&nbsp;------------------".replacing("&nbsp;", with: "\u{A0}") + "\n旧文",
    "-----原始邮件-----\n发件人:李明\n旧文",
    "---- 回复的原邮件 ----\n| 发件人 | 李明 |\n旧文",
    "在 2025-03-03 10:00:00，\"李明\" <li@163.example> 写道：\n旧文",
    "李明 <li@a.example> 于2025年3月3日周一 10:00写道：\n\n> 旧文",
    "在 2025年3月3日，10:00，李明 <li@a.example>\n写道：\n> 旧文",
    "Am 03.03.25 um 10:00 schrieb Li Ming:\n> alt",
    "Von: Li Ming\nGesendet: Montag\nAn: Bob\nBetreff: x\n\nalt",
    "---------- Forwarded message ---------\nFrom: a@b.example\nold", "Begin forwarded message:\n\nFrom: Li\nold",
    "Le lun. 3 mars 2025 à 10:00, Li <li@a.example> a écrit :\n> vieux",
  ])
  func announcedQuotes(_ quote: String) {
    let parts = QuotedText("好的，谢谢\n\n第二段 5: a\n\n\(quote)\n")
    #expect(parts.new == "好的，谢谢\n\n第二段 5: a")
    #expect(parts.quoted == quote)
  }

  @Test func answersBetweenQuotes() {
    let parts = QuotedText("Hi\n\nOn 3 March, Li <li@a.example> wrote:\n> one?\n\nYes.\n\n> two?\n\nNo.\n")
    #expect(parts.new == "Hi\n\n\nYes.\n\n\nNo.")
    #expect(parts.quoted == "On 3 March, Li <li@a.example> wrote:\n> one?\n> two?")
  }

  @Test(arguments: [
    "He wrote:\nsomething", "From: the beginning we were late.\nTo: be honest, yes.", "---\nPrices\n---", "I said on 3 May: yes", "发件人: 谁？",
    "在这里写道",
    "--------------------\nTable\n--------------------", "Date: tomorrow\nTo: the office",
  ])
  func whatOnlyLooksSo(_ text: String) {
    let parts = QuotedText(text)
    #expect(parts.new == text && parts.quoted.isEmpty)
  }

  @Test func signatures() {
    let parts = QuotedText("Hi\n\n-- \nLi Ming\nACME Ltd\n\nOn 3 March, Bob <b@a.example> wrote:\n> x\n> -- \n> Bob")
    #expect(parts.new == "Hi" && parts.signature == "Li Ming\nACME Ltd" && parts.own == "Hi\n\n-- \nLi Ming\nACME Ltd")
    let device = QuotedText("收到\n\n发自我的iPhone\n\n------------------ 原始邮件 ------------------\n旧文")
    #expect(device.new == "收到" && device.signature == "发自我的iPhone")
    // Far from the end, the mark is a line like any other.
    let long = "a\n--\n" + (1...40).map { "line \($0)" }.joined(separator: "\n")
    #expect(QuotedText(long).signature.isEmpty && QuotedText(long).new == long)
    #expect(QuotedText("") == QuotedText("\n \n"))
  }

  @Test(arguments: [
    ("Re: Angebot", "Angebot", true), ("AW: WG: Angebot", "Angebot", true), ("Fwd: x", "x", false), ("回复：答复: 报价", "报价", true),
    ("转发：报价", "报价", false),
    ("RE[2]: x", "x", true), ("Note: x", "Note: x", false), ("报价: 轴承", "报价: 轴承", false), ("re:", "", true), ("Re：  a   b ", "a b", true),
  ])
  func subjects(_ subject: String, _ base: String, _ isReply: Bool) { #expect(MailThread.base(of: subject) == (base, isReply)) }

  @Test func conversations() {
    func thread(_ references: [String], _ parent: [String], _ subject: String, _ people: [String] = ["B@x.example", "a@x.example"])
      -> MailThread?
    {
      MailThread(references: references, inReplyTo: parent, messageID: "m", subject: subject, participants: people)
    }
    #expect(thread(["r", "p"], ["p"], "Re: x")?.key == "r" && thread([], ["p"], "Re: x")?.key == "p" && thread([], [], "x")?.key == "m")
    let answer = thread([], [], "Re: Offer")
    #expect(answer?.key == "subject:offer|a@x.example,b@x.example" && answer?.evidence == .subject)
    #expect(thread([], [], "回复：offer", ["a@x.example", "b@x.example", "A@x.example"]) == answer)
    #expect(MailThread(references: [], inReplyTo: [], messageID: nil, subject: "x", participants: []) == nil)
    #expect(MailThread.ids(in: Array("Your message of \"Mon\" <a@b> <c@\n d> <a@b>".utf8)) == ["a@b", "c@d"])
  }
}
