import Model
import Normalization

/// A record as the matcher sees it: typed, hashed and sorted features, made once, in one run of bytes (``RecordLayout``). Comparing two of
/// them parses and allocates nothing.
public struct PreparedRecord: Hashable, Sendable {
  /// An id with its scope. Two records with equal exclusive ids are one thing; with different ones they are not.
  public struct Identifier: Hashable, Sendable {
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
  }

  public struct OrganisationFeature: Hashable, Sendable {
    /// 0 when it is not a branch.
    public var branch: UInt64
  }

  public struct PersonFeature: Hashable, Sendable {
    /// Hashes of how the whole name may sound in Mandarin; sorted.
    public var sounds: [UInt64]
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
    /// Thousandths, of a number.
    public var number: Int64
  }

  /// What the source says it is a record of.
  public enum Kind: UInt8, Hashable, Sendable { case unknown, privatePerson, company }

  /// The record's bytes, without rarities.
  let words: [UInt64]

  init(_ draft: borrowing RecordDraft) {
    let size = RecordSize(draft)
    words = [UInt64](unsafeUninitializedCapacity: size.wordCount) { words, count in
      count = size.wordCount
      if let base = words.baseAddress { draft.write(size, to: base) }
    }
  }

  func withView<Answer>(_ body: (RecordView) -> Answer) -> Answer {
    words.withUnsafeBytes { body(RecordView(base: UnsafeMutableRawPointer(mutating: $0.baseAddress!))) }
  }

  // MARK: What it says

  public var identifiers: [Identifier] {
    withView { view in
      view.identifiers.map {
        Identifier(scheme: Identifier.Scheme(rawValue: UInt8(truncatingIfNeeded: $0.scheme)) ?? .other, value: $0.value)
      }
    }
  }

  public var organisations: [OrganisationFeature] { withView { $0.organisations.map { OrganisationFeature(branch: $0.branch) } } }

  public var persons: [PersonFeature] { withView { view in view.persons.map { PersonFeature(sounds: Array(view.hashes($0.sounds))) } } }

  /// At most one for each column, by column.
  public var columns: [ColumnFeature] { withView { $0.columns.map { ColumnFeature(column: $0.column, number: $0.number) } } }

  /// What the record says anything about.
  public var features: [Feature] {
    let kinds: [Feature] = [.identifiers, .phones, .emails, .organisations, .persons, .addresses, .birthDates]
    let counts = withView { $0.header.counts }
    return kinds.enumerated().filter { counts[$0.offset] > 0 }.map(\.element) + columns.map { Aspect.column(Int($0.column)).feature }
  }

  /// True when the record says nothing that could be compared.
  public var isEmpty: Bool { withView { $0.header.counts == .zero } }

  /// Equal for equal features, on every machine.
  public var contentHash: UInt64 { withView(\.contentHash) }

  /// What the record calls its subject, for counting how many different subjects hold a value.
  public var nameHash: UInt64 { withView(\.nameHash) }

  /// The number of a source that holds every customer only once; 0 for sources that may hold duplicates.
  var uniqueSource: UInt8 { withView { $0.header.uniqueSource } }
}
