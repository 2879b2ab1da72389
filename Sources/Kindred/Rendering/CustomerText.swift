import Model

/// A customer document for people.
enum CustomerText {
  static func lines(_ customer: Value) -> [String] {
    var lines = ["\(customer["id"]?.text ?? "")  \(Table.plain(customer["name"]))"]
    lines += section("golden record", golden(customer["golden"]))
    lines += section("contacts", (customer["contacts"]?.elements ?? []).map(contact))
    lines += section(
      "records", (customer["records"]?.elements ?? []).map { "\(Table.plain($0["record"]))  version \(Table.plain($0["version"]))" })
    lines += section("timeline", (customer["timeline"]?.elements ?? []).map(entry))
    let former = customer["former_ids"]?.elements ?? []
    if !former.isEmpty { lines += section("formerly", [former.map { Table.plain($0) }.joined(separator: ", ")]) }
    return lines
  }

  private static func section(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["  \(title)"] + lines.map { "    \($0)" }
  }

  /// Each value with where it comes from, and how many other values lost.
  private static func golden(_ golden: Value?) -> [String] {
    guard case .object(let object)? = golden else { return [] }
    return object.members.map { name, attribute in
      let source =
        attribute["source"]?.text
        ?? (attribute["holders"]?.elements ?? []).flatMap { $0["records"]?.elements ?? [] }.map { Table.plain($0) }.joined(separator: ", ")
      let losers = attribute["others"]?.elements.count ?? 0
      let note = losers == 0 ? "" : ", \(losers) other\(losers == 1 ? "" : "s")"
      return "\(name): \(Table.plain(attribute["value"]))  [\(attribute["rule"]?.text ?? ""): \(source)\(note)]"
    }
  }

  private static func contact(_ contact: Value) -> String {
    let parts = [Table.plain(contact["name"])] + ["titles", "phones", "emails"].map { Table.plain(contact[$0]) }.filter { !$0.isEmpty }
    return parts.joined(separator: " · ")
  }

  private static func entry(_ entry: Value) -> String {
    let attributes = entry["attributes"]
    let what = ["direction", "subject", "text", "status"].map { Table.plain(attributes?[$0]) }.filter { !$0.isEmpty }.joined(
      separator: " · ")
    return "\(Table.plain(entry["at"]))  \(Table.plain(entry["type"]))  \(Table.plain(attributes?["channel"]))  \(what)"
  }
}

/// A product's stock for people.
enum StockText {
  static func lines(_ stock: Value) -> [String] {
    [
      "\(Table.plain(stock["sku"])): \(Table.plain(stock["available"])) available of \(Table.plain(stock["quantity"])), \(Table.plain(stock["reserved"])) reserved"
    ]
      + (stock["levels"]?.elements ?? []).map { level in
        "  \(Table.plain(level["warehouse"])): \(Table.plain(level["available"])) available of \(Table.plain(level["quantity"])) \(Table.plain(level["unit"]))  [version \(Table.plain(level["version"]))]"
      }
  }
}

/// An explanation for people: the parts as a sum.
enum WhyText {
  static func lines(_ why: Value) -> [String] {
    var lines = ["\(Table.plain(why["first"])) and \(Table.plain(why["second"])): \(Table.plain(why["verdict"]))"]
    for part in why["parts"]?.elements ?? [] { lines.append("  \(bits(part["weight"]))  \(Table.plain(part["feature"]))") }
    lines.append("  \(bits(why["weight"]))  in all; \(bits(why["threshold"])) is needed")
    if why["vetoed"] == true { lines.append("  vetoed: their exclusive ids contradict each other") }
    if why["must_link"] == true { lines.append("  a person said that they are the same") }
    if why["cannot_link"] == true { lines.append("  a person said that they are not the same") }
    if why["compared"] == false { lines.append("  never compared: they share no key that is still telling") }
    let shared = (why["shared_keys"]?.elements ?? []).map { key in
      "\(Table.plain(key["kind"])) (held by \(Table.plain(key["holders"]))\(key["active"] == true ? "" : ", too common"))"
    }
    if !shared.isEmpty { lines.append("  found by: \(shared.joined(separator: ", "))") }
    for change in why["would_change"]?.elements ?? [] { lines.append("  → \(Table.plain(change))") }
    if let together = why["together"] { lines.append("  \(together == true ? "one customer" : "two customers") today") }
    return lines
  }

  private static func bits(_ value: Value?) -> String {
    let text = Double(value?.text ?? "") ?? 0
    let rounded = (text * 100).rounded() / 100
    let sign = rounded < 0 ? "" : "+"
    let padded = "\(sign)\(rounded)"
    return String(repeating: " ", count: max(0, 8 - padded.count)) + padded
  }
}
