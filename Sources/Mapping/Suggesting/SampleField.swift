import Model

/// One field of a sample: where it is, what it is called, and what it holds.
struct SampleField: Sendable {
  /// RFC 9535, with `[*]` for the elements of arrays: `$['follow_user'][*]['remark']`.
  var path: String
  /// The member names on the way, from the outside to the inside.
  var names: [String]
  /// True when an array lies on the way: one item can have several of it.
  var isPlural: Bool
  /// What it holds in the items of the sample, without missing and empty values.
  var values: [String] = []
  /// True when it holds lists of texts itself.
  var endsInArray = false

  /// All fields of a sample in the order in which its items first have them.
  ///
  /// - Parameter isXML: members are called as in ``XMLSample``: prefixes and @ say nothing.
  static func all(in items: [Value], isXML: Bool = false) -> [SampleField] {
    var fields: [SampleField] = []
    var places: [String: Int] = [:]
    for item in items.prefix(200) { walk(item, "$", [], isPlural: false, endsInArray: false, &fields, &places) }
    if isXML { for place in fields.indices { fields[place].names = fields[place].names.map(local) } }
    // Some systems write false for nothing.
    for place in fields.indices where fields[place].values.contains(where: { $0 != "true" && $0 != "false" }) {
      fields[place].values.removeAll { $0 == "false" }
    }
    return fields
  }

  private static func local(_ name: String) -> String {
    String((name.split(separator: ":").last ?? "").drop { $0 == "@" })
  }

  private static func walk(
    _ value: Value, _ path: String, _ names: [String], isPlural: Bool, endsInArray: Bool, _ fields: inout [SampleField],
    _ places: inout [String: Int]
  ) {
    switch value {
    case .object(let object):
      for member in object.members {
        let name = normalised(member.name)
        walk(member.value, "\(path)['\(name)']", names + [member.name], isPlural: isPlural, endsInArray: false, &fields, &places)
      }
    case .array(let elements):
      if elements.isEmpty { add(path + "[*]", names, isPlural: true, endsInArray: true, nil, &fields, &places) }
      for element in elements { walk(element, path + "[*]", names, isPlural: true, endsInArray: true, &fields, &places) }
    default: add(path, names, isPlural: isPlural, endsInArray: endsInArray, value.text, &fields, &places)
    }
  }

  private static func add(
    _ path: String, _ names: [String], isPlural: Bool, endsInArray: Bool, _ text: String?, _ fields: inout [SampleField],
    _ places: inout [String: Int]
  ) {
    let place = places[path] ?? fields.count
    if place == fields.count {
      places[path] = place
      fields.append(SampleField(path: path, names: names, isPlural: isPlural, endsInArray: endsInArray))
    }
    if let text = text.map(trimmed), !text.isEmpty, fields[place].values.count < 200 { fields[place].values.append(text) }
  }

  /// A name as a path has it between single quotes (RFC 9535 §2.3.1.1), with what YAML takes for a line break escaped, too.
  private static func normalised(_ name: String) -> String {
    var output = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      switch scalar.value {
      case 0x27, 0x5C: output.append(contentsOf: "\\\(scalar)".unicodeScalars)
      case ..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF:
        let digits = String(scalar.value, radix: 16)
        output.append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".unicodeScalars)
      default: output.append(scalar)
      }
    }
    return String(output)
  }
}
