extension PreparedRecord {
  /// The record with every rarity filled in: from what was counted, else from what the value's length suggests.
  public func weighed(by frequencies: Frequencies) -> PreparedRecord {
    var record = self
    for place in record.organisations.indices {
      let name = record.organisations[place]
      let counted = frequencies.rarity(.brand, name.brandHash)
      record.organisations[place].rarity = counted != 0 ? counted : Self.worth(ofBrand: name.brand.count, isChinese: name.isChinese)
      record.organisations[place].wordRarities = name.words.map { Self.wordRarity(frequencies, .brandWord, $0) }
    }
    for place in record.persons.indices {
      let name = record.persons[place]
      record.persons[place].surnameRarity = frequencies.rarity(.surname, name.surname)
      let given = frequencies.rarity(.given, name.given)
      record.persons[place].givenRarity = given != 0 ? given : Self.worth(ofGiven: name)
    }
    for place in record.addresses.indices {
      let address = record.addresses[place]
      record.addresses[place].placeRarity = frequencies.rarity(.place, address.placeHash)
      record.addresses[place].postcodeRarity = frequencies.rarity(.postcode, address.postcode)
      record.addresses[place].streetRarity = frequencies.rarity(.street, address.streetHash)
      record.addresses[place].wordRarities = address.words.map { Self.wordRarity(frequencies, .streetWord, $0) }
    }
    record.birthDateRarities = record.birthDates.map { frequencies.rarity(.birthDate, UInt64($0)) }
    for place in record.columns.indices {
      let value = record.columns[place]
      record.columns[place].rarity = frequencies.rarity(.column(value.column), value.hash)
      record.columns[place].wordRarities = value.words.map { Self.wordRarity(frequencies, .columnWord(value.column), $0) }
    }
    return record
  }

  /// Words are only compared with each other: without counts all weigh the same.
  private static func wordRarity(_ frequencies: Frequencies, _ kind: Frequencies.Kind, _ word: UInt64) -> Int16 {
    let counted = frequencies.rarity(kind, word)
    return counted == 0 ? 5 * 256 : counted
  }

  /// What agreeing on a brand is worth: 46 % of Chinese short names have two characters, and many companies share one.
  private static func worth(ofBrand length: Int, isChinese: Bool) -> Int16 {
    guard isChinese else { return Int16(min(11, 3.5 + Double(length) * 0.75) * 256) }
    switch length {
    case 0...1: return 2 * 256
    case 2: return 6 * 256 + 100
    case 3: return 9 * 256
    default: return 11 * 256
    }
  }

  private static func worth(ofGiven name: PersonFeature) -> Int16 {
    guard name.isChinese, name.given != 0 else { return 0 }
    return name.givenUnits.count >= 2 ? 5 * 256 : 2 * 256 + 128
  }

  /// Counts this record's values.
  public func count(into frequencies: inout Frequencies) {
    for name in organisations {
      frequencies.count(.brand, name.brandHash)
      for word in name.words { frequencies.count(.brandWord, word) }
    }
    for name in persons {
      frequencies.count(.surname, name.surname)
      frequencies.count(.given, name.given)
    }
    for address in addresses {
      frequencies.count(.place, address.placeHash)
      frequencies.count(.postcode, address.postcode)
      frequencies.count(.street, address.streetHash)
      for word in address.words { frequencies.count(.streetWord, word) }
    }
    for date in birthDates { frequencies.count(.birthDate, UInt64(date)) }
    for column in columns {
      frequencies.count(.column(column.column), column.hash)
      for word in column.words { frequencies.count(.columnWord(column.column), word) }
    }
  }
}
