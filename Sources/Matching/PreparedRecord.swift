import Model

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

    public static func < (left: Identifier, right: Identifier) -> Bool {
      (left.scheme.rawValue, left.value) < (right.scheme.rawValue, right.value)
    }
  }

  public struct PhoneFeature: Hashable, Sendable {
    public var value: UInt64
    public var isMobile: Bool
    public var isService: Bool
  }

  public struct EmailFeature: Hashable, Sendable {
    public var value: UInt64
    public var domain: UInt64
    public var isFreeMail: Bool
    public var isRole: Bool
  }

  public struct OrganisationFeature: Hashable, Sendable {
    public var text: UInt64
    public var brand: [UInt16]
    public var brandHash: UInt64
    /// UTF-16 units of the industry words, for containment; empty when none.
    public var industry: [UInt16]
    public var divisions: [UInt32]
    /// 0 when it is not a branch.
    public var branch: UInt64
    public var ordinal: UInt64
    public var isMarked: Bool
    public var isChinese: Bool
  }

  public struct PersonFeature: Hashable, Sendable {
    public var text: [UInt16]
    public var textHash: UInt64
    public var surname: UInt64
    /// 0 when only the surname is known (张总).
    public var given: UInt64
    public var isChinese: Bool
  }

  public struct AddressFeature: Hashable, Sendable {
    public var divisions: [UInt32]
    public var road: UInt64
    public var number: UInt64
    /// Sorted.
    public var details: [UInt64]
    /// Sorted; western addresses only.
    public var words: [UInt64]
  }

  public var identifiers: [Identifier]
  public var phones: [PhoneFeature]
  public var emails: [EmailFeature]
  public var organisations: [OrganisationFeature]
  public var persons: [PersonFeature]
  public var addresses: [AddressFeature]
  /// Days as year × 10,000 + month × 100 + day.
  public var birthDates: [UInt32]
  /// Equal for equal features, on every machine.
  public internal(set) var contentHash: UInt64

  /// True when the record says nothing that could be compared.
  public var isEmpty: Bool {
    identifiers.isEmpty && phones.isEmpty && emails.isEmpty && organisations.isEmpty && persons.isEmpty && addresses.isEmpty
  }

  /// What the record calls its subject, for counting how many different subjects hold a value.
  public var nameHash: UInt64 {
    organisations.first?.brandHash ?? persons.first { $0.given != 0 }?.textHash ?? persons.first?.textHash ?? 0
  }
}
