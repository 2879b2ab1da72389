import Model
import Normalization

/// Whether a table has a row with names at its head. Some programs export none, and the first customer stands in its place.
enum SampleHead {
  /// True when two names or more are what only a value can be: an e-mail address, a telephone number, a date, a credit code.
  static func isData(_ fields: [SampleField]) -> Bool {
    fields.count { field in field.names.count == 1 && isValue(field.names[0]) } > 1
  }

  /// Without names, e-mail addresses, mobile numbers and credit codes say that rows are customers; goods and orders look like any numbers.
  static func isCustomers(_ fields: [SampleField]) -> Bool {
    isData(fields)
      && fields.contains { field in
        let shape = FieldValues([field.names[0]])
        return shape.email > 0 || shape.mobile > 0 || shape.creditCode > 0
      }
  }

  private static func isValue(_ name: String) -> Bool {
    let shape = FieldValues([name])
    return shape.email > 0 || shape.mobile > 0 || shape.creditCode > 0 || shape.date > 0
  }

  /// A row of names for a table that has none: what each column was taken for, and `column_3` for what was not understood.
  static func names(_ fields: [SampleField], _ suggestion: MappingSuggestion) -> [String] {
    var used: [String: Int] = [:]
    return fields.enumerated().map { index, field in
      guard let target = suggestion.fields.first(where: { $0.path == field.path })?.target else { return "column_\(index + 1)" }
      let name = target == "key" ? "id" : target
      let count = (used[name] ?? 0) + 1
      used[name] = count
      return count == 1 ? name : "\(name)_\(count)"
    }
  }
}

extension SampleField {
  var withItsNameAsValue: SampleField {
    var field = self
    field.values.insert(contentsOf: names.filter { !$0.isEmpty }, at: 0)
    return field
  }
}
