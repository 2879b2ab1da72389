import Model

/// A 64-bit hash made from features; records that share an active key are candidates of each other. The top four bits
/// are the kind, which has a cap of its own.
public struct MatchKey: Hashable, Sendable, Comparable {
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    case identifier, phone, email, domain
    case organisation, brand, brandPart
    case person, personPart
    case address
    case pair
    /// A value or word of a table's column.
    case column
    /// One value that says little by itself: a surname, a date, a postcode. Only rare ones bring candidates together.
    case single
  }

  public let value: UInt64

  public init(_ kind: Kind, _ hash: UInt64) { value = UInt64(kind.rawValue) << 60 | hash & 0x0FFF_FFFF_FFFF_FFFF }

  public var kind: Kind { Kind(rawValue: UInt8(value >> 60)) ?? .pair }

  public static func < (left: MatchKey, right: MatchKey) -> Bool { left.value < right.value }
}

extension PreparedRecord {
  /// Every key of this record, sorted, without repetition.
  public var keys: [MatchKey] {
    var keys: [MatchKey] = []
    keys.reserveCapacity(24)
    addContactKeys(to: &keys)
    addOrganisationKeys(to: &keys)
    addPersonKeys(to: &keys)
    addPlaceKeys(to: &keys)
    addColumnKeys(to: &keys)
    keys.sort()
    var last: MatchKey?
    keys.removeAll { key in
      defer { last = key }
      return key == last
    }
    return keys
  }

  private func addContactKeys(to keys: inout [MatchKey]) {
    for identifier in identifiers { keys.append(MatchKey(.identifier, identifier.value)) }
    for phone in phones {
      keys.append(MatchKey(.phone, phone.value))
      if phone.local != 0 { keys.append(MatchKey(.single, phone.local)) }
    }
    for email in emails {
      keys.append(MatchKey(.email, email.value))
      if !email.isFreeMail { keys.append(MatchKey(.domain, email.domain)) }
    }
  }

  private func addOrganisationKeys(to keys: inout [MatchKey]) {
    for name in organisations {
      keys.append(MatchKey(.organisation, name.text))
      keys.append(MatchKey(.brand, name.brandHash))
      for division in name.divisions { keys.append(pair(name.brandHash, UInt64(division / 100))) }
      if name.sound.count >= 2 { addSoundKeys(of: name, to: &keys) }
      for person in persons where person.given != 0 { keys.append(pair(name.brandHash, person.textHash)) }
      for person in persons { keys.append(pair(name.brandHash, person.surname)) }
      for word in name.words { keys.append(MatchKey(.brandPart, word)) }
      for (place, word) in name.words.enumerated() where name.words.count <= 10 {
        for other in name.words[(place + 1)...] { keys.append(pair(word, other)) }
      }
      // Brands with one character more, less or other meet at their deletions (SymSpell's idea), from three characters on.
      guard name.brand.count >= 3, name.brand.count <= 12 else { continue }
      addDeletions(of: name.brand, kind: .brandPart, to: &keys)
    }
  }

  /// 恒达, 恒大 and Hengda meet where they sound alike.
  private func addSoundKeys(of name: OrganisationFeature, to keys: inout [MatchKey]) {
    var hash = StableHash(seed: 0x50)
    for syllable in name.sound { hash.combine(UInt64(syllable)) }
    keys.append(MatchKey(.brandPart, hash.value))
    for division in name.divisions { keys.append(pair(hash.value, UInt64(division / 100))) }
  }

  private func addDeletions(of units: [UInt16], kind: MatchKey.Kind, to keys: inout [MatchKey]) {
    var whole = StableHash(seed: 0xDE)
    for unit in units { whole.combine(UInt64(unit)) }
    keys.append(MatchKey(kind, whole.value))
    for skipped in units.indices {
      var hash = StableHash(seed: 0xDE)
      for (index, unit) in units.enumerated() where index != skipped { hash.combine(UInt64(unit)) }
      keys.append(MatchKey(kind, hash.value))
    }
  }

  private func addPersonKeys(to keys: inout [MatchKey]) {
    for person in persons {
      if person.given != 0 { keys.append(MatchKey(.person, person.textHash)) }
      for sound in person.sounds { keys.append(MatchKey(.person, sound)) }
      for address in addresses {
        if address.road != 0 { keys.append(pair(person.surname, address.road)) }
        for division in address.divisions where division % 10_000 != 0 && person.given != 0 {
          keys.append(pair(person.textHash, UInt64(division / 100)))
        }
        for word in address.words where address.words.count <= 12 {
          if person.surname != 0 { keys.append(pair(person.surname, word)) }
          keys.append(pair(person.given, word))
        }
      }
      for date in birthDates {
        keys.append(pair(person.surname, UInt64(date)))
        keys.append(pair(person.given, UInt64(date)))
      }
      guard !person.isChinese else { continue }
      if person.surname != 0 { keys.append(MatchKey(.single, person.surname)) }
      if person.given != 0 { keys.append(MatchKey(.single, person.given)) }
      for place in addresses where place.placeHash != 0 {
        keys.append(pair(person.surname, place.placeHash))
        keys.append(pair(person.given, place.placeHash))
      }
      for units in [person.surnameUnits, person.givenUnits] where (4...16).contains(units.count) {
        addDeletions(of: units, kind: .personPart, to: &keys)
      }
    }
    for date in birthDates { keys.append(MatchKey(.single, StableHash.mix(0xDA, UInt64(date)))) }
  }

  private func addColumnKeys(to keys: inout [MatchKey]) {
    for column in columns {
      let seed = UInt64(column.column)
      switch column.kind {
      case .number, .source: break
      case .code: keys.append(MatchKey(.column, StableHash.mix(seed, column.hash)))
      case .text, .names:
        for word in column.words { keys.append(MatchKey(.column, StableHash.mix(seed, word))) }
        // Two words together are rare where each alone is not.
        let rarest = zip(column.words, column.wordRarities).sorted { ($0.1, $0.0) > ($1.1, $1.0) }.prefix(5).map(\.0).sorted()
        for (place, word) in rarest.enumerated() {
          for other in rarest[(place + 1)...] { keys.append(MatchKey(.column, StableHash.mix(word, other))) }
        }
      }
    }
  }

  private func addPlaceKeys(to keys: inout [MatchKey]) {
    for address in addresses {
      if address.road != 0, address.number != 0 { keys.append(MatchKey(.address, StableHash.mix(address.road, address.number))) }
      if !address.words.isEmpty {
        keys.append(MatchKey(.address, address.streetHash))
        if address.number != 0 {
          for word in address.words where address.words.count <= 12 { keys.append(pair(address.number, word)) }
        }
      }
      for name in organisations {
        if address.road != 0 { keys.append(pair(name.brandHash, address.road)) }
        if address.roadSound != 0, address.number != 0 { keys.append(pair(address.roadSound, address.number)) }
        for word in address.words where address.words.count <= 12 { keys.append(pair(name.brandHash, word)) }
      }
      if address.postcode != 0 {
        keys.append(MatchKey(.single, StableHash.mix(0x7A, address.postcode)))
        for word in address.words where address.words.count <= 12 { keys.append(pair(address.postcode, word)) }
        for name in organisations { for word in name.words where name.words.count <= 12 { keys.append(pair(address.postcode, word)) } }
      }
    }
  }

  private func pair(_ one: UInt64, _ other: UInt64) -> MatchKey { MatchKey(.pair, StableHash.mix(one, other)) }
}
