/// What a value says about a customer: the attributes of `mappings/model.yaml` that matching uses, and those that only tables have.
public enum PreparedAttribute: UInt8, Hashable, Sendable, CaseIterable {
  case kind, name, shortName, organisation, contactName, remark, givenName, surname
  case creditCode, taxID, openID, unionID, externalUserID, bankAccount, identifier
  case phone, email, address, street, province, city, district, postcode, birthDate

  /// The attribute's name in records.
  public var name: String { Self.names[Int(rawValue)] }

  /// Nil for attributes that matching does not use.
  public init?(name: String) {
    guard let place = Self.names.firstIndex(of: name) else { return nil }
    self = Self.allCases[place]
  }

  private static let names = [
    "kind", "name", "short_name", "organisation", "contact_name", "remark", "given_name", "surname", "credit_code", "tax_id",
    "wechat_openid", "wechat_unionid", "wecom_external_userid", "bank_account", "identifier", "phone", "email", "address",
    "address.street", "address.province", "address.city", "address.district", "postcode", "birth_date",
  ]
}
