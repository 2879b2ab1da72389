/// What a column of a table holds, as far as it can tell whether two rows mean the same thing.
public struct ColumnType: Hashable, Sendable {
  /// Kinds of columns that are no attribute of a customer, but can be compared.
  public enum General: String, Hashable, Sendable, CaseIterable {
    /// Words: titles, descriptions, names of things.
    case text
    /// A list of person names: authors, directors.
    case names
    /// Few distinct values: type, venue, agency.
    case category
    /// Short values that are equal or not: article numbers, ISBN.
    case code
    /// A measure or an amount.
    case number
    /// A calendar year.
    case year
    /// A day, or a point in time that belongs to the thing itself.
    case date
    /// Row numbers, constant or empty columns, remarks, times at which the row was written.
    case ignored
  }

  /// An attribute of `mappings/model.yaml`, or one of `given_name`, `middle_name`, `surname`, `short_name`, `identifier`, `fax`,
  /// `source` and `key`, which only tables have.
  public var attribute: String?
  /// Set when `attribute` is nil.
  public var general: General?
  /// For names: `person` or `company` when the values are clearly one of them.
  public var kind: String?

  public init(attribute: String, kind: String? = nil) {
    self.attribute = attribute
    self.kind = kind
  }

  public init(general: General) { self.general = general }
}
