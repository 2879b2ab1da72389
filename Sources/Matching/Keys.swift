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
    for phone in phones { keys.append(MatchKey(.phone, phone.value)) }
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
      for person in persons where person.given != 0 { keys.append(pair(name.brandHash, person.textHash)) }
      for person in persons { keys.append(pair(name.brandHash, person.surname)) }
      // Brands with one character more, less or other meet at their deletions (SymSpell's idea), from three characters on.
      guard name.brand.count >= 3, name.brand.count <= 12 else { continue }
      addDeletions(of: name.brand, kind: .brandPart, to: &keys)
    }
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
      if !person.isChinese, person.text.count >= 5, person.text.count <= 24 { addDeletions(of: person.text, kind: .personPart, to: &keys) }
    }
  }

  private func addPlaceKeys(to keys: inout [MatchKey]) {
    for address in addresses {
      if address.road != 0, address.number != 0 { keys.append(MatchKey(.address, mix(address.road, address.number))) }
      if !address.words.isEmpty {
        var hash = StableHash(seed: 0xAD)
        for word in address.words { hash.combine(word) }
        keys.append(MatchKey(.address, hash.value))
      }
      for name in organisations {
        if address.road != 0 { keys.append(pair(name.brandHash, address.road)) }
        for word in address.words where address.words.count <= 12 { keys.append(pair(name.brandHash, word)) }
      }
    }
  }

  private func pair(_ one: UInt64, _ other: UInt64) -> MatchKey { MatchKey(.pair, mix(one, other)) }

  private func mix(_ one: UInt64, _ other: UInt64) -> UInt64 {
    var hash = StableHash(seed: 0x2A)
    hash.combine(one)
    hash.combine(other)
    return hash.value
  }
}
