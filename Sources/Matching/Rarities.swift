/// How rare the values of a record are, which stands beside them.
extension RecordView {
  /// Fills in every rarity: from what was counted, else from what the value's length suggests.
  func weigh(_ frequencies: inout Frequencies.Reader) {
    let organisations = organisations
    for place in organisations.indices {
      let name = organisations[place]
      let counted = frequencies.rarity(.brand, name.brandHash)
      organisations[place].rarity = counted != 0 ? counted : Self.worth(ofBrand: Int(name.brand.count), isChinese: name.isChinese != 0)
      weigh(name.words, name.wordRarities, .brandWord, &frequencies)
    }
    let persons = persons
    for place in persons.indices {
      let name = persons[place]
      persons[place].surnameRarity = frequencies.rarity(.surname, name.surname)
      let given = frequencies.rarity(.given, name.given)
      persons[place].givenRarity = given != 0 ? given : Self.worth(ofGiven: name)
    }
    let addresses = addresses
    for place in addresses.indices {
      let address = addresses[place]
      addresses[place].placeRarity = frequencies.rarity(.place, address.placeHash)
      addresses[place].postcodeRarity = frequencies.rarity(.postcode, address.postcode)
      addresses[place].streetRarity = frequencies.rarity(.street, streetHash(address))
      weigh(address.words, address.wordRarities, .streetWord, &frequencies)
    }
    let days = birthDates
    for place in days.indices { days[place].rarity = frequencies.rarity(.birthDate, UInt64(days[place].day)) }
    let columns = columns
    for place in columns.indices {
      let value = columns[place]
      columns[place].rarity = frequencies.rarity(.column(value.column), value.hash)
      weigh(value.words, value.wordRarities, .columnWord(value.column), &frequencies)
    }
  }

  /// Words are only compared with each other: without counts all weigh the same.
  private func weigh(
    _ words: RecordLayout.Run, _ rarities: RecordLayout.Run, _ kind: Frequencies.Kind, _ frequencies: inout Frequencies.Reader
  ) {
    let (words, rarities) = (hashes(words), self.rarities(rarities))
    for place in words.indices {
      let counted = frequencies.rarity(kind, words[place])
      rarities[place] = counted == 0 ? 5 * 256 : counted
    }
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

  private static func worth(ofGiven name: RecordLayout.Person) -> Int16 {
    guard name.isChinese != 0, name.given != 0 else { return 0 }
    return name.givenUnits.count >= 2 ? 5 * 256 : 2 * 256 + 128
  }

  /// Road and number, or all words; 0 when it names no street.
  func streetHash(_ address: RecordLayout.Address) -> UInt64 {
    guard address.road == 0 else { return address.number == 0 ? 0 : mixed(address.road, address.number) }
    let words = hashes(address.words)
    guard !words.isEmpty else { return 0 }
    return words.reduce(0xAD) { mixed($0, $1) }
  }

  /// Counts this record's values.
  func count(into frequencies: inout Frequencies) {
    for name in organisations {
      frequencies.count(.brand, name.brandHash)
      for word in hashes(name.words) { frequencies.count(.brandWord, word) }
    }
    for name in persons {
      frequencies.count(.surname, name.surname)
      frequencies.count(.given, name.given)
    }
    for address in addresses {
      frequencies.count(.place, address.placeHash)
      frequencies.count(.postcode, address.postcode)
      frequencies.count(.street, streetHash(address))
      for word in hashes(address.words) { frequencies.count(.streetWord, word) }
    }
    for date in birthDates { frequencies.count(.birthDate, UInt64(date.day)) }
    for column in columns {
      frequencies.count(.column(column.column), column.hash)
      for word in hashes(column.words) { frequencies.count(.columnWord(column.column), word) }
    }
  }
}
