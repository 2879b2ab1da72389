import Matching
import Model
import Normalization

/// What the columns of a table are to the matcher.
struct ColumnUse {
  private let columns: [TableMatch.Column]
  /// True when the rows are persons: given names and surnames stand in columns of their own.
  let isPersonTable: Bool
  private let isCompanyTable: Bool

  init(_ columns: [TableMatch.Column]) {
    self.columns = columns
    let attributes = Set(columns.compactMap(\.type.attribute))
    isPersonTable = attributes.contains("surname") && !attributes.contains("name")
    isCompanyTable = columns.contains { $0.type.attribute == "name" && $0.type.kind == "company" }
  }

  /// How a column that is no attribute of a customer is compared; nil when it is not.
  static func kind(_ type: ColumnType) -> PreparedRecord.ColumnFeature.Kind? {
    switch type.attribute {
    case "source": return .source
    case "website", "fax": return .code
    case .some: return nil
    case nil: break
    }
    switch type.general {
    case .text: return .text
    case .names: return .names
    case .category, .code, .date: return .code
    case .number, .year: return .number
    case .ignored, nil: return nil
    }
  }

  /// What prepares the rows: one for each thread.
  func preparer() -> Preparer {
    let layout = columns.map { column -> Preparer.Column in
      if let number = column.number, let kind = Self.kind(column.type) { return .value(number: number, kind: kind) }
      guard !column.isID, let attribute = column.type.attribute.flatMap(PreparedAttribute.init(name:)) else { return .unused }
      return .attribute(attribute)
    }
    return Preparer(
      layout, source: columns.firstIndex { $0.type.attribute == "source" },
      defaultKind: isPersonTable ? "person" : isCompanyTable ? "company" : "", kindNames: Self.kinds)
  }

  /// What CRMs call the kinds of customers.
  private static let kinds: [String: String] = ["客户": "company", "企业客户": "company", "联系人": "contact", "个人客户": "person", "个人": "person"]
}
