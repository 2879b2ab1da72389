import Normalization

// A feature together with the record it lies in: what comparisons read. The members are those of the features of `PreparedRecord`.

struct OrganisationView {
  private let feature: RecordLayout.Organisation
  private let record: RecordView

  @inline(__always)
  init(_ feature: RecordLayout.Organisation, _ record: RecordView) {
    self.feature = feature
    self.record = record
  }

  @inline(__always) var brandHash: UInt64 { feature.brandHash }
  @inline(__always) var branch: UInt64 { feature.branch }
  @inline(__always) var ordinal: UInt64 { feature.ordinal }
  @inline(__always) var rarity: Int16 { feature.rarity }
  @inline(__always) var isMarked: Bool { feature.isMarked != 0 }
  @inline(__always) var isChinese: Bool { feature.isChinese != 0 }
  @inline(__always) var brand: UnsafeBufferPointer<UInt16> { record.units(feature.brand) }
  @inline(__always) var sound: UnsafeBufferPointer<UInt16> { record.units(feature.sound) }
  @inline(__always) var words: UnsafeBufferPointer<UInt64> { record.hashes(feature.words) }
  @inline(__always) var wordRarities: UnsafeMutableBufferPointer<Int16> { record.rarities(feature.wordRarities) }
  @inline(__always) var industries: UnsafeBufferPointer<UInt64> { record.hashes(feature.industries) }
  @inline(__always) var divisions: UnsafeBufferPointer<UInt64> { record.hashes(feature.divisions) }
}

struct PersonView {
  private let feature: RecordLayout.Person
  private let record: RecordView

  @inline(__always)
  init(_ feature: RecordLayout.Person, _ record: RecordView) {
    self.feature = feature
    self.record = record
  }

  @inline(__always) var surname: UInt64 { feature.surname }
  @inline(__always) var given: UInt64 { feature.given }
  @inline(__always) var surnameRarity: Int16 { feature.surnameRarity }
  @inline(__always) var givenRarity: Int16 { feature.givenRarity }
  @inline(__always) var isChinese: Bool { feature.isChinese != 0 }
  /// 0 when it is not known.
  @inline(__always) var gender: UInt16 { feature.gender }
  @inline(__always) var surnameUnits: UnsafeBufferPointer<UInt16> { record.units(feature.surnameUnits) }
  @inline(__always) var givenUnits: UnsafeBufferPointer<UInt16> { record.units(feature.givenUnits) }
  @inline(__always) var nicknames: UnsafeBufferPointer<UInt16> { record.units(feature.nicknames) }
  @inline(__always) var surnameSounds: UnsafeBufferPointer<UInt64> { record.hashes(feature.surnameSounds) }
  @inline(__always) var sounds: UnsafeBufferPointer<UInt64> { record.hashes(feature.sounds) }
}

struct AddressView {
  private let feature: RecordLayout.Address
  private let record: RecordView

  @inline(__always)
  init(_ feature: RecordLayout.Address, _ record: RecordView) {
    self.feature = feature
    self.record = record
  }

  @inline(__always) var placeHash: UInt64 { feature.placeHash }
  @inline(__always) var postcode: UInt64 { feature.postcode }
  @inline(__always) var road: UInt64 { feature.road }
  @inline(__always) var roadSound: UInt64 { feature.roadSound }
  @inline(__always) var number: UInt64 { feature.number }
  @inline(__always) var building: UInt64 { feature.building }
  @inline(__always) var unit: UInt64 { feature.unit }
  @inline(__always) var placeRarity: Int16 { feature.placeRarity }
  @inline(__always) var postcodeRarity: Int16 { feature.postcodeRarity }
  @inline(__always) var streetRarity: Int16 { feature.streetRarity }
  @inline(__always) var isChinese: Bool { feature.isChinese != 0 }
  @inline(__always) var place: UnsafeBufferPointer<UInt16> { record.units(feature.place) }
  @inline(__always) var divisions: UnsafeBufferPointer<UInt64> { record.hashes(feature.divisions) }
  @inline(__always) var details: UnsafeBufferPointer<UInt64> { record.hashes(feature.details) }
  @inline(__always) var words: UnsafeBufferPointer<UInt64> { record.hashes(feature.words) }
  @inline(__always) var wordRarities: UnsafeMutableBufferPointer<Int16> { record.rarities(feature.wordRarities) }
}

struct ColumnView {
  private let feature: RecordLayout.Column
  private let record: RecordView

  @inline(__always)
  init(_ feature: RecordLayout.Column, _ record: RecordView) {
    self.feature = feature
    self.record = record
  }

  @inline(__always) var column: UInt8 { feature.column }
  @inline(__always) var kind: PreparedRecord.ColumnFeature.Kind { .init(rawValue: feature.kind) ?? .code }
  @inline(__always) var hash: UInt64 { feature.hash }
  @inline(__always) var number: Int64 { feature.number }
  @inline(__always) var rarity: Int16 { feature.rarity }
  @inline(__always) var units: UnsafeBufferPointer<UInt16> { record.units(feature.units) }
  @inline(__always) var words: UnsafeBufferPointer<UInt64> { record.hashes(feature.words) }
  @inline(__always) var wordRarities: UnsafeMutableBufferPointer<Int16> { record.rarities(feature.wordRarities) }
}
