import Normalization

/// How a prepared record lies in memory: one run of bytes, aligned to eight.
///
///     header | fixed-size features, kind by kind | lists of 64-bit hashes | lists of 16-bit units
///
/// Records of equal content have equal bytes (no padding is left unset), so a node is found by comparing bytes.
enum RecordLayout {
  /// A list inside a record: where it starts, counted in its elements from the start of the record, and how many there are.
  struct Run: BitwiseCopyable {
    var start: UInt16 = 0
    var count: UInt16 = 0
  }

  // Features with lists, which lie otherwise while a record is being prepared (``RecordDraft``).
  typealias Email = EmailOf<Run>
  typealias Organisation = OrganisationOf<Run>
  typealias Person = PersonOf<Run>
  typealias Address = AddressOf<Run>
  typealias Column = ColumnOf<Run>

  struct Header: BitwiseCopyable {
    var contentHash: UInt64 = 0
    var nameHash: UInt64 = 0
    /// Of the whole record, in 64-bit words.
    var wordCount: UInt16 = 0
    var kind: UInt8 = 0
    var uniqueSource: UInt8 = 0
    var uniquePlace: UInt32 = 0
    /// Features of each kind: identifiers, phones, emails, organisations, persons, addresses, birth dates, columns.
    var counts: SIMD8<UInt8> = .zero
  }

  struct Identifier: BitwiseCopyable {
    var value: UInt64
    var packed: UInt64
    var scheme: UInt64
  }

  struct Phone: BitwiseCopyable {
    var value: UInt64
    var digits: UInt64
    var local: UInt32
    var kind: UInt32
  }

  struct EmailOf<List: BitwiseCopyable & Sendable>: BitwiseCopyable {
    var value: UInt64
    var domain: UInt64
    var localHash: UInt64
    var local: List
    var isFreeMail: UInt16
    var isRole: UInt16
  }

  struct OrganisationOf<List: BitwiseCopyable & Sendable>: BitwiseCopyable {
    var text: UInt64
    var brandHash: UInt64
    var branch: UInt64
    var ordinal: UInt64
    var words: List
    var industries: List
    var divisions: List
    var brand: List
    var sound: List
    var wordRarities: List
    var rarity: Int16
    var isMarked: UInt16
    var isChinese: UInt32
  }

  struct PersonOf<List: BitwiseCopyable & Sendable>: BitwiseCopyable {
    var textHash: UInt64
    var surname: UInt64
    var given: UInt64
    var surnameSounds: List
    var sounds: List
    var surnameUnits: List
    var givenUnits: List
    var nicknames: List
    var surnameRarity: Int16
    var givenRarity: Int16
    /// 0 when it is not known.
    var gender: UInt16
    var isChinese: UInt16
    var reserved: UInt32 = 0
  }

  struct AddressOf<List: BitwiseCopyable & Sendable>: BitwiseCopyable {
    var placeHash: UInt64
    var postcode: UInt64
    var road: UInt64
    var roadSound: UInt64
    var number: UInt64
    var building: UInt64
    var unit: UInt64
    var divisions: List
    var details: List
    var words: List
    var wordRarities: List
    var place: List
    var placeRarity: Int16
    var postcodeRarity: Int16
    var streetRarity: Int16
    var isChinese: UInt16
    var reserved: UInt32 = 0
  }

  struct BirthDate: BitwiseCopyable {
    var day: UInt32
    var rarity: Int16
    var reserved: UInt16 = 0
  }

  struct ColumnOf<List: BitwiseCopyable & Sendable>: BitwiseCopyable {
    var hash: UInt64
    var number: Int64
    var words: List
    var wordRarities: List
    var units: List
    var rarity: Int16
    var column: UInt8
    var kind: UInt8
  }
}
