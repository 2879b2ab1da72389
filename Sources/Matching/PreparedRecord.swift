import Model
import Normalization

/// A record as the matcher sees it: typed, hashed and sorted features, made once. Comparing two of them parses and
/// allocates nothing.
public struct PreparedRecord: Hashable, Sendable {
  /// An id with its scope. Two records with equal exclusive ids are one thing; with different ones they are not.
  public struct Identifier: Hashable, Sendable, Comparable {
    public enum Scheme: UInt8, Hashable, Sendable, CaseIterable {
      /// A checked 统一社会信用代码.
      case creditCode
      /// The organisation code inside it, or on its own.
      case organisationCode
      /// A code that fails its check, or an older registration number: suggestive only.
      case uncheckedCode
      case openID, unionID, externalUserID
      case bankAccount
      case other
    }
    public var scheme: Scheme
    public var value: UInt64
    /// Up to eight letters and digits of an id that people type, packed; 0 for the others.
    public var packed: UInt64 = 0

    public static func < (left: Identifier, right: Identifier) -> Bool {
      (left.scheme.rawValue, left.value) < (right.scheme.rawValue, right.value)
    }
  }

  public struct PhoneFeature: Hashable, Sendable {
    public var value: UInt64
    /// The last digits, at most 15.
    public var digits: UInt64
    /// What neighbours dial, seven or eight digits; 0 for mobiles and service numbers.
    public var local: UInt64
    public var kind: Phone.Kind
  }

  public struct EmailFeature: Hashable, Sendable {
    public var value: UInt64
    public var domain: UInt64
    public var local: [UInt16]
    public var localHash: UInt64
    public var isFreeMail: Bool
    public var isRole: Bool
  }

  public struct OrganisationFeature: Hashable, Sendable {
    public var text: UInt64
    public var brand: [UInt16]
    public var brandHash: UInt64
    /// Toneless syllables of the brand; empty when it has none.
    public var sound: [UInt16]
    /// Western: hashes of the words of the brand, sorted.
    public var words: [UInt64]
    /// Hashes of the canonical industry words, sorted; empty when none.
    public var industries: [UInt64]
    public var divisions: [UInt32]
    /// 0 when it is not a branch.
    public var branch: UInt64
    public var ordinal: UInt64
    public var isMarked: Bool
    public var isChinese: Bool
  }

  public struct PersonFeature: Hashable, Sendable {
    public var textHash: UInt64
    /// 0 when it is not known.
    public var surname: UInt64
    /// 0 when only the surname is known (张总).
    public var given: UInt64
    public var surnameUnits: [UInt16]
    public var givenUnits: [UInt16]
    /// What a western given name may be short for (``Nicknames/classes(of:)``).
    public var nicknames: [UInt16]
    /// Hashes of how the surname, and the whole name, may sound in Mandarin; sorted.
    public var surnameSounds: [UInt64]
    public var sounds: [UInt64]
    public var gender: PersonName.Gender?
    public var isChinese: Bool
  }

  public struct AddressFeature: Hashable, Sendable {
    public var divisions: [UInt32]
    /// City or suburb as text, when it has a column or level of its own; folded.
    public var place: [UInt16]
    public var placeHash: UInt64
    /// Up to eight letters and digits, packed; 0 when there is none.
    public var postcode: UInt64
    public var road: UInt64
    /// How a Chinese road sounds, also of an address in Latin letters.
    public var roadSound: UInt64
    public var number: UInt64
    public var building: UInt64
    public var unit: UInt64
    /// Sorted.
    public var details: [UInt64]
    /// Hashes of the words of a western street, sorted.
    public var words: [UInt64]
    public var isChinese: Bool
  }

  /// A value of a table's column that is no attribute of a customer.
  public struct ColumnFeature: Hashable, Sendable {
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
      /// Words in no fixed order: titles, descriptions.
      case text
      /// Names of persons, in any order.
      case names
      /// A short value that is equal, nearly equal, or another one.
      case code
      /// A number that may be off a little: years, sizes.
      case number
      /// Where the row comes from: whether two rows of one source can be the same is learnt, nothing else.
      case source
    }
    /// 0 up to ``Aspect/columnCount``.
    public var column: UInt8
    public var kind: Kind
    public var hash: UInt64
    public var units: [UInt16]
    /// Hashes of the words or surnames, sorted.
    public var words: [UInt64]
    /// Thousandths, of a number.
    public var number: Int64
  }

  /// What the source says it is a record of.
  public enum Kind: UInt8, Hashable, Sendable { case unknown, privatePerson, company }

  public var kind: Kind = .unknown
  public var identifiers: [Identifier]
  public var phones: [PhoneFeature]
  public var emails: [EmailFeature]
  public var organisations: [OrganisationFeature]
  public var persons: [PersonFeature]
  public var addresses: [AddressFeature]
  /// Days as year × 10,000 + month × 100 + day.
  public var birthDates: [UInt32]
  /// At most one for each column, by column.
  public var columns: [ColumnFeature] = []
  /// The number of a source that holds every customer only once, and the record's place in it: two of its records are never one
  /// customer. 0 for sources that may hold duplicates.
  public var uniqueSource: UInt8 = 0
  public var uniquePlace: UInt32 = 0
  /// Equal for equal features, on every machine.
  public internal(set) var contentHash: UInt64

  /// True when the record says nothing that could be compared.
  public var isEmpty: Bool {
    identifiers.isEmpty && phones.isEmpty && emails.isEmpty && organisations.isEmpty && persons.isEmpty && addresses.isEmpty
      && birthDates.isEmpty
      && columns.isEmpty
  }

  /// What the record calls its subject, for counting how many different subjects hold a value.
  public var nameHash: UInt64 {
    organisations.first?.brandHash ?? persons.first { $0.given != 0 }?.textHash ?? persons.first?.textHash ?? 0
  }
}
