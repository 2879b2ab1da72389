import Model
import Testing

@testable import Mapping

private func number(_ text: String) -> Value { .number(Number(parsing: text)!) }

@Suite struct TextFunctionTests {
  @Test func partsOfText() throws {
    #expect(try evaluate("$ | substring(-2)", "KH42") == "42")
    #expect(try evaluate("$ | substring(1, 2)", "客户编号") == "户编")
    #expect(try evaluate("$ | substring(9)", "abc") == "")
    #expect(try evaluate("$ | after(':')", "no colon") == nil)
    #expect(try evaluate("$ | before(':')", "no colon") == "no colon")
    #expect(try evaluate("$ | pad_left(3, 'x')", "abcd") == "abcd")
    #expect(try evaluate("$ | null_if('none', '无')", " NONE ") == .null)
    #expect(try evaluate("$ | null_if('none')", "one") == "one")
    #expect(try evaluate("$ | squeeze", "　a\u{200B}\tb ") == "a b")
  }

  @Test func htmlBecomesText() throws {
    for (html, plain) in [
      ("a<br>b<BR/>c", "a\nb\nc"), ("<style>p{}</style><p title='x > y'>hi", "y'>hi"), ("1 < 2 && 3 > 2", "1 < 2 && 3 > 2"),
      ("<!-- <p>no</p> -->yes", "yes"), ("&#x674E;&#26126;&unknown;", "李明&unknown;"), ("<script>x</script", ""), ("", ""), ("&", "&"),
      ("<", "<"),
    ] {
      #expect(try evaluate("$ | html_text", .string(html)) == .string(plain), "\(html)")
    }
  }
}

@Suite struct PatternTests {
  @Test func capturesByNumberAndName() throws {
    #expect(try evaluate("$ | extract('([0-9]+)-([0-9]+)', '2') else null", "a 12-34") == "34")
    #expect(try evaluate("$ | extract('[0-9]+') else null", "a 12-34") == "12")
    #expect(try evaluate("$ | extract('(x)?a') else null", "a") == .null)
    #expect(try evaluate("$ | extract_all('(?P<n>[0-9])', 'n')", "1a2") == ["1", "2"])
    #expect(try evaluate("$ | extract_all('x')", "1a2") == nil)
    #expect(try evaluate("$ | found('^$')", "") == true)
  }

  @Test func emptyMatchesEndBetweenCharacters() throws {
    #expect(try evaluate("$ | replace_pattern('x*', '-')", "李x明") == "-李-明-")
    #expect(try evaluate("$ | replace_pattern('(.)(.)', '\\2\\\\\\1')", "ab") == "b\\a")
    #expect(try evaluate("$ | split_pattern('')", "ab") == ["ab"])
  }

  @Test func mistakesInPatternsAreNamed() {
    for (expression, code) in [
      ("$.a | found('(')", "regexp-syntax"), ("$.a | found('(?=a)')", "regexp-syntax"),
      ("$.a | extract('(a)', '2') else null", "regexp-group"),
      ("$.a | extract('(a)', 'n') else null", "regexp-group"), ("$.a | replace_pattern('a', '\\1')", "regexp-replacement"),
      ("$.a | replace_pattern('a', 'b\\')", "regexp-replacement"), ("$.a | found('((a{1000}){1000}){1000}')", "regexp-size"),
    ] {
      #expect(mistakes(expression) == [code], "\(expression): \(mistakes(expression))")
    }
  }

  @Test func timeIsLinear() throws {
    let text = Value.string(String(repeating: "a", count: 100_000))
    #expect(try evaluate("$ | found('(a*)*(a|aa)*b')", text) == false)
  }
}

@Suite struct NumberFunctionTests {
  @Test(arguments: [
    ("1.234,50", "de", "1234.5"), ("1 234,50", "fr", "1234.5"), ("1\u{202F}234,50", "fr", "1234.5"), ("1'234.50", "de-CH", "1234.5"),
    ("12,34,567.8", "en-IN", "1234567.8"), ("1,234.50", "en-GB", "1234.5"), ("-3,5", "es", "-3.5"), ("3,5-", "de", "-3.5"),
    ("(1.000)", "de", "-1000"),
    ("3.5万", "zh", "35000"), ("1,200万", "zh", "12000000"), ("一千二百三十四", "zh", "1234"), ("三万零五", "zh", "30005"), ("十二点五", "zh", "12.5"),
    ("二〇二四", "zh", "2024"), ("壹仟贰佰元叁角整", "zh", "1200.3"), ("两亿三千万", "zh", "230000000"), ("０", "zh", "0"),
  ]) func localesAreRead(text: String, locale: String, result: String) throws {
    #expect(try evaluate("$ | decimal('\(locale)') else null", .string(text)) == number(result), "\(text)")
  }

  @Test(arguments: [
    ("1,234.50", "de"), ("1.23,5", "de"), ("1.2345", "de"), ("12,345,67", "en-IN"), ("", "de"), ("-", "de"), ("1,,2", "en"), ("万", "zh"),
    ("3.万", "zh"), ("3..5万", "zh"), ("九千亿亿", "zh"),
    ("一百元五", "zh"),
    ("1e5", "en"), (",", "de"),
  ]) func otherWritingsFail(text: String, locale: String) throws {
    #expect(try evaluate("$ | decimal('\(locale)') else 'no'", .string(text)) == "no", "\(text)")
  }

  @Test func moneyAndRounding() throws {
    for (text, result) in [("¥ 12.00", "12"), ("US$1,299", "1299"), ("-5 EUR", "-5"), ("人民币100元", "100"), ("12", "12")] {
      #expect(try evaluate("$ | money else null", .string(text)) == number(result), "\(text)")
    }
    #expect(try evaluate("$ | money('de') else null", "1.299,00 €") == 1299)
    for (mode, result) in [("half-even", "0.12"), ("half-up", "0.13"), ("down", "0.12"), ("up", "0.13")] {
      #expect(try evaluate("($ | decimal else null) | round(2, '\(mode)')", "0.125") == number(result), "\(mode)")
    }
    #expect(try evaluate("($ | decimal else null) | round(0, 'up')", "0.001") == 1)
    #expect(try evaluate("($ | decimal else null) | round(0, 'up')", "-0.001") == -1)
    #expect(try evaluate("$ | fixed(2)", number("-0.005")) == "0.00")
    #expect(try evaluate("$ | fixed(0)", number("1e3")) == "1000")
    #expect(try evaluate("$ | fixed(3)", number("0.01")) == "0.010")
    #expect(mistakes("$.a | decimal('xx') else null") == ["unknown-locale"])
    #expect(mistakes("$.a | round(2, 'half-upp')") == ["bad-rounding"])
  }
}

@Suite struct CalendarFunctionTests {
  @Test func datesOfManyKinds() throws {
    #expect(try evaluate("$ | date('yyyy/M/d', 'd MMM yyyy') else null", "6 may 2024") == "2024-05-06")
    #expect(try evaluate("$ | date('MMMM d, yyyy') else null", "September 9, 2024") == "2024-09-09")
    #expect(try evaluate("$ | date('yyyy/M/d', 'yyyyMMdd') else null", "2024-5-6") == .null)
    #expect(try evaluate("$ | any_date('month-first') else null", "03/04/2024") == "2024-03-04")
    #expect(try evaluate("$ | any_date else null", "03/04/2024") == "2024-04-03")
    for (serial, day) in [("1", "1900-01-01"), ("59", "1900-02-28"), ("61", "1900-03-01"), ("45418.75", "2024-05-06")] {
      #expect(try evaluate("$ | excel_date else null", .string(serial)) == .string(day), "\(serial)")
    }
    #expect(try evaluate("$ | excel_date else null", "60") == .null)
    #expect(try evaluate("$ | date_of('America/New_York') else null", "1969-12-31T23:59:59.5Z") == "1969-12-31")
    #expect(try evaluate("$ | add_days(-1) else null", "2024-03-01") == "2024-02-29")
    #expect(mistakes("$.a | date('yyyy-MM-dd', 'q') else null") == ["bad-format"])
    #expect(mistakes("$.a | any_date('dmy') else null") == ["bad-format"])
  }

  @Test(arguments: [
    ("2024-03-05 14:03", "06:03:00"), ("2024-03-05T14:03:09.25", "06:03:09.25"), ("2024/3/5 9:07:01", "01:07:01"),
    ("20240305140309", "06:03:09"), ("202403051403", "06:03:00"), ("20240305T140309Z", "14:03:09"), ("2024年3月5日 14:03", "06:03:00"),
    ("2024年3月5日下午2时3分9秒", "06:03:09"), ("２０２４年３月５日 １４：０３", "06:03:00"), ("2024年3月5日 下午2点半", "06:30:00"),
    ("2024-03-05 上午12:03", "-04T16:03:00"), ("2024-03-05 中午12点", "04:00:00"), ("2024-03-05 晚上8点整", "12:00:00"),
    ("5/3/2024 2:03 PM", "06:03:00"), ("05.03.2024 14:03:09", "06:03:09"), ("Mar  5 2024  2:03PM", "06:03:00"),
    ("Tue, 5 Mar 2024 14:03:09 +0100", "13:03:09"), ("Tue Mar  5 14:03:09 2024", "06:03:09"), ("Tue Mar  5 14:03:09 UTC 2024", "14:03:09"),
    ("Tue Mar 05 2024 14:03:09 GMT+0800 (China Standard Time)", "06:03:09"), ("2024-03-05 14:03:09+05:30", "08:33:09"),
    ("2024-03-05 14:03 UTC+8", "06:03:00"), ("2024-03-05", "-04T16:00:00"), ("5 March 2024", "-04T16:00:00"),
  ]) func timesOfManyKinds(text: String, time: String) throws {
    let result = time.hasPrefix("-") ? "2024-03\(time)Z" : "2024-03-05T\(time)Z"
    #expect(try evaluate("$ | any_datetime('Asia/Shanghai') else null", .string(text)) == .string(result))
  }

  @Test func timesThatAreNone() throws {
    for text in [
      "", "14:03", "2024-03-05 25:03", "2024-03-05 14:60", "2024-02-30 14:03", "2024-03-05 14:03 bis 15:00", "2024-03-05 14:03 CST",
      "2024-03-05 上午14:03", "2024-03-05 晚上12点", "1709618580", "morgen um 14:03", "2024-03-05 :03", "2024-03-05 1:", "时", "20240230140309",
      "2024-03-05 14:03:09.", "2024-03-05 14:03 +", "14点", "2024年3月5日 14时3分9",
    ] {
      #expect(try evaluate("$ | any_datetime('Asia/Shanghai') else null", .string(text)) == .null, "\(text)")
    }
    #expect(try evaluate("$ | any_datetime('UTC', 'month-first') else null", "3/5/2024 14:03") == "2024-03-05T14:03:00Z")
    // The clock went from 2 to 3 that night.
    #expect(try evaluate("$ | any_datetime('Europe/Berlin') else null", "2024-03-31 03:00") == "2024-03-31T01:00:00Z")
    #expect(mistakes("$.a | any_datetime('Asia/Shangai') else null") == ["unknown-zone"])
    #expect(mistakes("$.a | any_datetime('Asia/Shanghai', 'dmy') else null") == ["bad-format"])
    #expect(mistakes("$.a | any_datetime else null") == ["argument-count"])
    #expect(mistakes("$.a | any_datetime('UTC')") == [])
  }

  @Test func datesAreWritten() throws {
    for (format, zone, result) in [
      ("dd.MM.yy", "UTC", "31.12.69"), ("h:mm a", "Europe/Berlin", "12:59 AM"),
      ("yyyy-MM-dd''T''HH:mm:ss.SSSXXX", "Asia/Shanghai", "1970-01-01T07:59:59.500+08:00"),
      ("d MMM yyyy X", "UTC", "31 Dec 1969 Z"), ("MMMM", "UTC", "December"),
    ] {
      #expect(try evaluate("$ | format_date('\(format)', '\(zone)') else null", "1969-12-31T23:59:59.5Z") == .string(result), "\(format)")
    }
    #expect(try evaluate("$ | format_date('yyyyMMdd', 'America/New_York') else null", "2024-05-06") == "20240506")
  }
}

@Suite struct NameFunctionTests {
  @Test(arguments: [
    ("上海市浦东新区世纪大道100号", "上海市", "上海市", "浦东新区"), ("广东深圳市南山区", "广东", "深圳市", "南山区"), ("内蒙古自治区呼和浩特市", "内蒙古自治区", "呼和浩特市", ""),
    ("新疆维吾尔自治区伊犁哈萨克自治州伊宁市", "新疆维吾尔自治区", "伊犁哈萨克自治州", "伊宁市"), ("吉林市船营区", "", "吉林市", "船营区"), ("北京市北京市海淀区", "北京市", "北京市", "海淀区"),
    ("江苏省 苏州市 昆山市 前进路1号", "江苏省", "苏州市", "昆山市"), ("江苏省/苏州市/昆山市", "江苏省", "苏州市", "昆山市"),
    ("安徽省-合肥市", "安徽省", "合肥市", ""), ("上海市 > 浦东新区", "上海市", "上海市", "浦东新区"),
  ]) func divisionsAsWritten(text: String, province: String, city: String, county: String) {
    let divisions = WrittenDivisions(text)
    #expect((divisions.province ?? "") == province)
    #expect((divisions.city ?? "") == city)
    #expect((divisions.county ?? "") == county)
  }

  @Test func partsOfNames() throws {
    #expect(try evaluate("$ | company('form') else null", "澜汀贸易有限公司") == "有限公司")
    #expect(try evaluate("$ | company('branch') else null", "澜汀贸易有限公司") == nil)
    #expect(try evaluate("$ | person('gender') else null", "张女士") == "female")
    #expect(try evaluate("$ | credit_code else null", "91350100M000100Y44") == .null)
    #expect(try evaluate("$ | bank_account else null", "DE88370400440532013000") == .null)
    #expect(try evaluate("$ | email_domain else null", "someone@gmail.com") == nil)
    #expect(mistakes("$.a | company('brnd') else null") == ["unknown-part"])
  }

  @Test func signaturesAreRead() throws {
    let english = Value.string(
      "Hello,\nsee the offer from 2024-05-06.\n\nBest regards\nAnna Berg\nHead of Purchasing | Berg Maschinen GmbH\nTel. +49 30 5550 1234\nanna@berg.example\nwww.berg.example\n\nFrom: Li\n> old"
    )
    for (part, result) in [
      ("name", "Anna Berg"), ("title", "Head of Purchasing"), ("company", "Berg Maschinen GmbH"), ("phone", "+493055501234"),
      ("email", "anna@berg.example"),
      ("website", "berg.example"),
    ] {
      #expect(try evaluate("$ | signature('\(part)') else null", english) == .string(result), "\(part)")
    }
    let chinese = Value.string("您好，请报价。\n\n此致\n敬礼\n李明\n采购经理\n上海澜汀贸易有限公司\n电话：138 0013 8000\n地址：上海市浦东新区世纪大道100号")
    for (part, result) in [
      ("name", "李明"), ("title", "采购经理"), ("company", "上海澜汀贸易有限公司"), ("phone", "+8613800138000"), ("address", "上海市浦东新区世纪大道100号"),
    ] {
      #expect(try evaluate("$ | signature('\(part)') else null", chinese) == .string(result), "\(part)")
    }
    #expect(try evaluate("$ | signature('name') else null", "just one line") == .null)
  }

  /// Where no word says what a line is, its place does.
  @Test(arguments: [
    ("--\nEric Ma  IT经理\nHongfu Trading\n手机：17686401997", "Eric Ma", "IT经理", "Hongfu Trading"),
    ("--\n王芳 销售经理\n腾飞源\n电话：13800138000", "王芳", "销售经理", "腾飞源"),
    ("--\n老辉\n浙江虎视　教育咨询有限公司\n电话/微信：13800138000", "老辉", nil, "浙江虎视　教育咨询有限公司"),
    ("Regards\nLi Ming\nSales Manager\nBlue Harbour\n+49 30 5550 1234", "Li Ming", "Sales Manager", "Blue Harbour"),
    ("--\n姓名：李明\n公司：恒达\n职务：负责人\nQQ：123456789", "李明", "负责人", "恒达"),
    ("--\nLi Ming\nMiyuan Consulting Co., Ltd\n+49 30 5550 1234", "Li Ming", nil, "Miyuan Consulting Co., Ltd"),
    ("--\nLiu, Yang\n西宁市图易化工有限公司-1\n138****8000", "Liu, Yang", nil, "西宁市图易化工有限公司-1"),
    ("Mit freundlichen Grüßen\nAnna Berg\nBlauhafen\n+49 30 5550 1234", "Anna Berg", nil, "Blauhafen"),
    ("--\nLi Ming\n+49 30 5550 1234\nWe never sleep.", "Li Ming", nil, nil), ("--\nLi Ming\n发自我的iPhone", "Li Ming", nil, nil),
  ])
  func signaturesAreReadByPlace(_ text: String, _ name: String?, _ title: String?, _ company: String?) throws {
    let signature = try #require(Signature("Hello\n\n\(text)"))
    #expect(signature.name == name && signature.title == title && signature.company == company, "\(signature)")
    #expect(signature.text == text.split(separator: "\n").dropFirst().joined(separator: "\n"))
  }
}

@Suite struct EncodingFunctionTests {
  @Test func jsonAndXMLInsideText() throws {
    #expect(try evaluate("$ | json('$[*].a') else null", #"[{"a": 1}, {"a": 2}]"#) == [1, 2])
    #expect(try evaluate("$ | json('$.a') else null", #"{"b": 1}"#) == nil)
    #expect(try evaluate("$ | json else null", "{") == .null)
    #expect(try evaluate("$ | xml('a/@id') | first else null", "<r><a id='7'/></r>") == "7")
    #expect(try evaluate("$ | xml('a') else null", "<r>") == .null)
    #expect(mistakes("$.a | json('$.') else null") == ["jsonpath-syntax"])
    #expect(mistakes("$.a | xml('a[') else null") == ["xpath-syntax"])
    #expect(mistakes("$.a | json('$[*]') | trim else null") == [])
  }

  @Test func hashesAreThoseOfTheStandard() throws {
    // FIPS 180-4's examples, and one of two blocks.
    #expect(try evaluate("$ | sha256", "") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      try evaluate("$ | sha256", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(try evaluate("sha256($.a, $.b)", ["a": "x", "b": "y"]) != evaluate("sha256($.a, $.b)", ["a": "xy", "b": ""]))
  }
}
