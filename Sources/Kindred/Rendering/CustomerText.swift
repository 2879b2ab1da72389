import Model

/// A customer document for people.
enum CustomerText {
  static func lines(_ customer: Value) -> [String] {
    var lines = ["\(customer["id"]?.text ?? "")  \(Table.plain(customer["name"]))"]
    lines += section("golden record", golden(customer["golden"]))
    lines += section("contacts", (customer["contacts"]?.elements ?? []).map(contact))
    lines += section(
      "records", (customer["records"]?.elements ?? []).map { "\(Table.plain($0["record"]))  version \(Table.plain($0["version"]))" })
    lines += section("relations", relations(customer["relations"]))
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

  private static func relations(_ relations: Value?) -> [String] {
    let others = (relations?["relations"]?.elements ?? []).map { relation in
      let evidence = (relation["evidence"]?.elements ?? []).map { Table.plain($0["words"]) }.joined(separator: "; ")
      return "\(Table.plain(relation["words"])) \(Table.plain(relation["customer"])) \(Table.plain(relation["name"]))  [\(evidence)]"
    }
    let names = (relations?["former_names"]?.elements ?? []).map {
      "also or formerly called \(Table.plain($0["name"]))  [\(Table.plain($0["record"]))]"
    }
    return others + names
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
