/// What the columns of one table say about each other.
extension ColumnTyping {
  /// The first column that can be the key is it; a second one is a code.
  static func keepOneKey(_ types: inout [ColumnType], _ shapes: [ColumnShape]) {
    var hasKey = false
    for place in types.indices where types[place].attribute == "key" {
      if hasKey { types[place] = ColumnType(general: .code) }
      hasKey = true
    }
    guard !hasKey, let first = types.first, first.attribute == nil, first.general == .ignored || first.general == .code,
      shapes[0].filled.count >= 2, shapes[0].distinctShare == 1
    else { return }
    types[0] = ColumnType(attribute: "key")
  }

  /// Without a street there are no parts of an address; with one, a whole address beside it is whole.
  static func settleAddress(_ types: inout [ColumnType]) {
    let streets = types.indices.filter { types[$0].attribute == "address.street" }
    let wholes = types.indices.filter { types[$0].attribute == "address" }
    let hasPlace = types.contains { ["address.city", "address.province", "address.district"].contains($0.attribute) }
    if streets.count == 1, wholes.isEmpty, !hasPlace { types[streets[0]] = ColumnType(attribute: "address") }
    // `address` + `address_2` + `city`: all of them are parts.
    if !streets.isEmpty, wholes.count == 1 { types[wholes[0]] = ColumnType(attribute: "address.street") }
  }

  private static let reachable: Set<String> = [
    "phone", "fax", "email", "address", "address.street", "address.city", "postcode", "birth_date", "credit_code", "tax_id",
    "wechat_openid",
    "wechat_unionid", "wecom_external_userid", "given_name", "surname", "identifier", "website", "bank_account", "contact_name", "gender",
  ]

  /// Things have names too. A name is a customer's when the table says how to reach or recognise the customer, or when the names
  /// themselves are those of companies or persons.
  static func settleNames(_ types: inout [ColumnType], _ shapes: [ColumnShape], _ headers: [String]) {
    let isReachable = types.contains { $0.attribute.map(reachable.contains) ?? false }
    let isPersonTable = types.contains { $0.attribute == "surname" || $0.attribute == "given_name" }
    let isThingTable =
      types.contains { $0.general == .names || $0.general == .code }
      || headers.contains { thingHeaders.contains(ColumnHeaders.normalise($0)) }
    for place in types.indices {
      switch types[place].attribute {
      case "name":
        if !isReachable, types[place].kind == nil || isThingTable {
          types[place] = ColumnType(general: .text)
        } else if types[place].kind == "company" || (types[place].kind == nil && isPersonTable) {
          types[place] = ColumnType(attribute: types[place].kind == "company" ? "organisation" : "name", kind: types[place].kind)
        }
      case "organisation" where !isReachable && isThingTable:
        types[place] = ColumnType(general: shapes[place].distinctShare < 0.5 ? .category : .text)
      default: break
      }
    }
    nameWithoutHeader(&types, shapes, isReachable: isReachable)
    titlesThatAreNames(&types, shapes, isReachable: isReachable && !isThingTable)
  }

  private static let thingHeaders: Set<String> = [
    "price", "description", "brand", "manufacturer", "sku", "isbn", "authors", "author", "venue", "album", "artist",
  ]

  /// A column of person or company names under a header that says nothing, in a table that can reach customers but has no name.
  private static func nameWithoutHeader(_ types: inout [ColumnType], _ shapes: [ColumnShape], isReachable: Bool) {
    for place in types.indices where types[place].general == .text || types[place].general == .names {
      let (persons, companies) = (shapes[place].share(ColumnShape.isPerson), shapes[place].share(ColumnShape.isCompany))
      if isReachable, shapes[place].share(ColumnShape.isAddress) > 0.6 {
        types[place] = ColumnType(attribute: "address")
      } else if isReachable, companies > 0.6, !types.contains(where: { $0.attribute == "organisation" }) {
        types[place] = ColumnType(attribute: "organisation", kind: "company")
      } else if isReachable, persons > 0.7, shapes[place].wordsPerValue < 3.5,
        !types.contains(where: { ["surname", "contact_name"].contains($0.attribute) || $0.attribute == "name" && $0.kind != "company" })
      {
        let hasCompany = types.contains { $0.kind == "company" }
        types[place] = ColumnType(attribute: hasCompany ? "contact_name" : "name", kind: "person")
      }
    }
  }

  /// `title`, the only thing that could name a row that has a telephone and an address: the name of a place.
  private static func titlesThatAreNames(_ types: inout [ColumnType], _ shapes: [ColumnShape], isReachable: Bool) {
    let names: Set<String> = ["name", "organisation", "surname", "contact_name", "nickname"]
    guard isReachable, !types.contains(where: { $0.attribute.map(names.contains) ?? false }) else { return }
    let texts = types.indices.filter { types[$0].general == .text && shapes[$0].distinctShare > 0.5 }
    guard let first = texts.min(by: { shapes[$0].wordsPerValue < shapes[$1].wordsPerValue }), shapes[first].wordsPerValue < 8 else {
      return
    }
    types[first] = ColumnType(attribute: "organisation", kind: "company")
  }

  /// A day long ago and different for everyone, in a table of persons, is a birthday.
  static func settleDates(_ types: inout [ColumnType], _ shapes: [ColumnShape]) {
    let isPersonTable = types.contains { $0.attribute == "surname" || $0.kind == "person" }
    guard isPersonTable, !types.contains(where: { $0.attribute == "birth_date" }) else { return }
    for place in types.indices where types[place].general == .date {
      let years = shapes[place].filled.compactMap { DateReading.day($0) }.map { $0 / 10_000 }.sorted()
      guard years.count >= 5, years[years.count / 2] <= 2005, years[years.count - 1] - years[0] >= 20 else { continue }
      types[place] = ColumnType(attribute: "birth_date")
    }
  }

  /// One value in all rows tells nobody apart.
  static func dropConstants(_ types: inout [ColumnType], _ shapes: [ColumnShape]) {
    for place in types.indices where shapes[place].filled.count >= 10 && shapes[place].distinctCount == 1 && types[place].attribute == nil {
      types[place] = ColumnType(general: .ignored)
    }
  }
}
