import Normalization
import Testing

@Suite("Types of columns")
struct ColumnTypingTests {
  private func table(_ text: String) -> [String] {
    let rows = text.split(separator: "\n").map { $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init) }
    let types = ColumnTyping.types(headers: rows[0], samples: rows[0].indices.map { column in rows.dropFirst().map { $0[column] } })
    return types.map { $0.attribute ?? "." + ($0.general?.rawValue ?? "") }
  }

  @Test("persons with split names and addresses")
  func persons() {
    let types = table(
      """
      rec|data_source|vorname|nachname|house_no|address_1|address_2|suburb|plz|state|dob|ssn|score
      r1|a|Hanna|Weber|12|wade street|tarwyn park|brighton|5074|nsw|19460902|6532949|1.5
      r2|b|Karl|Meier|4|terewah circuit||crib point|6167|vic|19140715|1597495|2.5
      r3|a|Ruth|Fuchs|238|berne crescent||carnegie|3059|sa|19941118|6385642|0.25
      """)
    #expect(
      types == [
        "key", "source", "given_name", "surname", "address.street", "address.street", "address.street", "address.city", "postcode",
        "address.province", "birth_date", "identifier", ".number",
      ])
  }

  @Test("places: names are companies, a fax is no phone, seven digits are a phone")
  func places() {
    let types = table(
      """
      nr|shop name|addr|zip|phone|fax|owner_email|homepage|executive_director|cuisine
      1|Blue Door Cafe|12 Main St.|60302|3865286|3865287|a@crm.example|www.bluedoor.com|Dan Valle|thai
      2|Trattoria Roma|221 E. 51st St.|60615|2859902||b@crm.example|trattoria-roma.com|Ann Lee|italian
      3|Golden Palace|5 Oak Ave|60616|5346361|5346362|a@crm.example|goldenpalace.net|Joe Park|chinese
      """)
    #expect(
      types == ["key", "organisation", "address", "postcode", "phone", "fax", ".ignored", "website", "contact_name", ".category"])
  }

  @Test("papers and products have no customer's name")
  func things() {
    let papers = table(
      """
      id|title|authors|venue|year
      p1|Semantic Integration of Environmental Models|D. Scott Mackay|SIGMOD Record|1999
      p2|Estimation of Query-Result Distribution|Viswanath Poosala, Yannis E. Ioannidis|VLDB|1996
      p3|Incremental Maintenance for Aggregate Functions|Themistoklis Palpanas, Richard Sidle|VLDB|2002
      """)
    #expect(papers == ["key", ".text", ".names", ".category", ".year"])
    let products = table(
      """
      id|name|description|manufacturer|price
      b1|Bose Acoustimass 5 Speaker System|black, 4 cubes|Bose|399.00
      b2|Sony Turntable PSLX350H|belt drive, 33 and 45|Sony|149.00
      b3|Linksys EtherFast 8-Port Switch EZXS88W|10/100 dual speed|Linksys|44.00
      """)
    #expect(products == ["key", ".text", ".text", ".category", ".number"])
  }

  @Test("a Chinese customer table, and one whose headers were shifted")
  func chinese() {
    let right = table(
      """
      客户编号|客户名称|联系人|联系电话1|电子邮箱|收货地址|统一社会信用代码|备注
      K01|广东耐信进出口贸易有限公司|李强|0760-3940193|a@naixin.com|广东省中山市天河大道129号|91350100M000100Y43|要发票
      K02|上海澜汀新材料有限公司|王国强|13812345679|b@qq.com|上海市浦东新区世纪大道100号||
      K03|徐州恒达机械厂|陈燕|0516-83920193|c@163.com|徐州市人民路8号||老客户
      """)
    #expect(
      right
        == ["key", "name", "contact_name", "phone", "email", "address", "credit_code", ".ignored"].map {
          $0 == "name" ? "organisation" : $0
        })
    let shifted = table(
      """
      姓名|公司|电话|邮箱
      13812345679|李强|lq@naixin.com|北京市朝阳区建国路88号
      13912345670|王国强|wgq@qq.com|上海市浦东新区世纪大道100号
      18612345671|陈燕|cy@163.com|徐州市人民路8号
      """)
    #expect(shifted[0] == "phone" && shifted[2] == "email" && shifted[3] == "address")
  }

  @Test(
    "headers in many languages and styles",
    arguments: [
      ("MailingCity", ["Berlin"], "address.city"), ("primary_address_postalcode", ["10115"], "postcode"),
      ("correo electrónico", ["a@b.es"], "email"), ("Téléphone", ["01 42 68 53 00"], "phone"), ("客户手机号码", ["13812345679"], "phone"),
      ("fecha_de_nacimiento", ["1980-02-03"], "birth_date"), ("phone_home", ["5346361"], "phone"),
      ("Firma", ["Weber GmbH"], "organisation"),
    ])
  func headers(header: String, values: [String], expected: String) {
    #expect(ColumnTyping.type(header: header, values: values).attribute == expected)
  }

  @Test("row numbers, constants and times of writing say nothing")
  func ignored() {
    let rows = (1...12).map { "x\($0 * 7)|\($0)|CNY|2024-05-0\($0 % 9 + 1) 10:00:00" }.joined(separator: "\n")
    #expect(table("code|line|currency|updated_at\n" + rows) == ["key", ".ignored", ".ignored", ".ignored"])
  }

  @Test("a table of nothing has types too")
  func nothing() {
    #expect(ColumnTyping.types(headers: [], samples: []).isEmpty)
    #expect(table("foo|bar\n|").count == 2)
  }
}
