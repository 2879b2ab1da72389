import Model
import Normalization

/// Turns the attributes of a customer record into features. Attribute names are those of `mappings/model.yaml`.
public enum Preparation {
  /// Rises whenever the same attributes give other features than before: tables, normalisers, rules. Part of the
  /// configuration digest (C2).
  public static let version: UInt64 = 4

  /// One record by itself. For many rows of one shape there is ``Preparer``, which gives the same.
  /// - Parameters:
  ///   - attributes: live values by attribute name; several values are an array.
  ///   - source: the record's source: the scope of ids that are only unique there (a WeChat openid belongs to its app).
  public static func prepare(_ attributes: [String: Value], source: String) -> PreparedRecord {
    var cells: [String] = [source]
    var layout: [Preparer.Column] = [.unused]
    for attribute in PreparedAttribute.allCases {
      for text in (attributes[attribute.name]?.elements ?? []).compactMap(\.text) where !text.isEmpty {
        // Several kinds are none.
        if attribute == .kind, attributes[attribute.name]?.text == nil { continue }
        cells.append(text)
        layout.append(.attribute(attribute))
      }
    }
    var preparer = Preparer(layout, source: 0, remembers: 0)
    preparer.hasContact = attributes[PreparedAttribute.contactName.name] != nil
    return preparer.prepare(cells)
  }
}
