import Matching
import Model
import Normalization

/// Turns rows of a table into what the matcher takes.
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

  func attributes(of cells: [String]) -> [String: Value] {
    var attributes: [String: Value] = [:]
    for (text, column) in zip(cells, columns) where !column.isID && column.number == nil && !text.isEmpty {
      guard let name = column.type.attribute else { continue }
      if let present = attributes[name] {
        attributes[name] = .array(present.elements + [.string(text)])
      } else {
        attributes[name] = .string(text)
      }
    }
    if case .string(let kind)? = attributes["kind"] {
      attributes["kind"] = .string(Self.kinds[kind] ?? kind)
    } else if isPersonTable || isCompanyTable {
      attributes["kind"] = .string(isPersonTable ? "person" : "company")
    }
    return attributes
  }

  func values(of cells: [String]) -> [ColumnValue] {
    zip(cells, columns).compactMap { text, column in
      guard let number = column.number, let kind = Self.kind(column.type), !text.isEmpty else { return nil }
      return ColumnValue(column: number, kind: kind, text: text)
    }
  }

  func source(of cells: [String]) -> String { zip(cells, columns).first { $1.type.attribute == "source" }?.0 ?? "" }

  /// What CRMs call the kinds of customers.
  private static let kinds: [String: String] = ["客户": "company", "企业客户": "company", "联系人": "contact", "个人客户": "person", "个人": "person"]
}
