/// Tells which attribute of a customer a column holds, from its header and a sample of its values.
public enum ColumnTyping {
  /// - Parameters:
  ///   - header: as it stands in the table.
  ///   - values: some values of the column; they decide when the header says nothing.
  /// - Returns: an attribute name of `mappings/model.yaml`, or one of `given_name`, `surname`, `identifier`, which only
  ///   tables have; nil for a column that says nothing about who the customer is.
  public static func attribute(header: String, values: [String]) -> String? {
    let words = Folding.fold(header).split(whereSeparator: { " _-.:/()（）".contains($0) }).joined(separator: "_")
    if let known = headers[words] { return fits(known, values) ? known : nil }
    return byValues(values)
  }

  /// A column called phone that holds no phone numbers is no phone column.
  private static func fits(_ attribute: String, _ values: [String]) -> Bool {
    let filled = values.filter { !$0.isEmpty }
    guard !filled.isEmpty else { return true }
    switch attribute {
    case "email": return filled.contains { Email.normalise($0) != nil || $0.contains("@") || $0.contains("＠") }
    case "birth_date": return filled.contains { $0.utf8.count(where: { $0 >= 0x30 && $0 <= 0x39 }) >= 6 }
    default: return true
    }
  }

  /// Only what cannot be mistaken: e-mail addresses, mobile numbers, checked credit codes.
  private static func byValues(_ values: [String]) -> String? {
    let filled = values.filter { !$0.isEmpty }
    guard filled.count >= 5 else { return nil }
    func share(_ isOne: (String) -> Bool) -> Double { Double(filled.count(where: isOne)) / Double(filled.count) }
    if share({ Email.normalise($0) != nil }) > 0.6 { return "email" }
    if share({ CreditCode($0) != nil }) > 0.5 { return "credit_code" }
    if share({ Phone.all(in: $0).first?.kind == .mobile }) > 0.6 { return "phone" }
    return nil
  }

  private static let headers: [String: String] = {
    var table: [String: String] = [:]
    let groups: [(String, String)] = [
      (
        "name",
        "name customer customer_name account account_name company_name site_name full_name fullname title_name 客户名称 名称 客户 公司名称 企业名称 单位名称 单位 姓名 会员名 店名"
      ),
      ("contact_name", "contact contact_name contact_person executive_director 联系人 联系人姓名 联系人名称"),
      ("given_name", "given_name first_name firstname forename fname 名 名字"),
      ("surname", "surname last_name lastname family_name lname 姓 姓氏"),
      ("organisation", "company organisation organization employer corp_name 公司 工作单位 所属公司"),
      (
        "phone",
        "phone telephone tel mobile mobile_phone cell cellphone phone_number fax_phone contact_phone 电话 手机 手机号 手机号码 联系电话 电话号码 固定电话 移动电话"
      ),
      ("email", "email e_mail mail email_address e_mail_address 邮箱 邮件 电子邮箱 电子邮件 邮箱地址"),
      ("address", "address addr street_address full_address address_line address_1 地址 联系地址 详细地址 通讯地址 收货地址"),
      ("address.city", "city town suburb 城市 市"),
      ("address.province", "province state 省 省份"),
      ("postcode", "postcode postal_code zip zip_code zipcode 邮编 邮政编码"),
      ("birth_date", "dob birth_date birthday date_of_birth birthdate 生日 出生日期 出生年月"),
      ("credit_code", "credit_code uscc 统一社会信用代码 信用代码 社会信用代码"),
      ("tax_id", "tax_id vat vat_id tax_number 税号 纳税人识别号"),
      ("identifier", "soc_sec_id ssn national_id social_security_number"),
      ("wechat_openid", "openid wechat_openid open_id"),
      ("wechat_unionid", "unionid wechat_unionid union_id"),
      ("wecom_external_userid", "external_userid wecom_external_userid"),
      ("nickname", "nickname nick 昵称 微信昵称 买家昵称"),
      ("remark", "remark wechat_remark 备注名 微信备注"),
      ("kind", "kind 记录类型 客户类型"),
    ]
    for (attribute, names) in groups {
      for name in names.split(separator: " ") { table[Folding.fold(String(name))] = attribute }
    }
    return table
  }()
}
