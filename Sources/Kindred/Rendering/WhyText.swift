import Model

/// Explanations for people: the parts as a sum.
enum WhyText {
  // MARK: A pair

  static func pair(_ why: Value) -> [String] {
    var lines = ["\(plain(why["first"])) and \(plain(why["second"])): \(plain(why["verdict"]))"]
    for part in why["parts"]?.elements ?? [] { lines += self.part(part) }
    lines.append("  \(bits(why["weight"]))  in all; \(bits(why["threshold"])) is needed")
    lines.append("  by the model they are the same with probability \(probability(why["probability"]))")
    if why["veto"] == "uniqueSource" {
      lines.append("  vetoed: their source holds every customer only once")
    } else if why["vetoed"] == true {
      lines.append("  vetoed: their exclusive ids contradict each other")
    }
    if why["must_link"] == true { lines.append("  a person said that they are the same") }
    if why["cannot_link"] == true { lines.append("  a person said that they are not the same") }
    lines += keys(why)
    for change in why["would_change"]?.elements ?? [] { lines.append("  → \(plain(change))") }
    if let together = why["together"] { lines.append("  \(together == true ? "one customer" : "two customers") today") }
    return lines + chain(why)
  }

  private static func part(_ part: Value) -> [String] {
    let line = "  \(bits(part["weight"]))  \(plain(part["words"] ?? part["feature"]))"
    var notes: [String] = []
    if let rarity = part["rarity"] { notes.append("rarity \(short(rarity))") }
    if let discount = part["discount"] { notes.append("held by \(plain(part["held_by_names"])) names \(short(discount))") }
    let values = [part["first"], part["second"]].map { ($0?.elements ?? []).map { plain($0) }.joined(separator: ", ") }
    let note = notes.isEmpty ? "" : " [\(notes.joined(separator: "; "))]"
    guard !values.allSatisfy(\.isEmpty) else { return [line + note] }
    return [line + note + (values[0] == values[1] ? "   \(values[0])" : "   \(values[0]) | \(values[1])")]
  }

  private static func keys(_ why: Value) -> [String] {
    let shared = why["shared_keys"]?.elements ?? []
    guard !shared.isEmpty else {
      let features = (why["features"]?.elements ?? []).map { ($0.elements).map { plain($0) }.joined(separator: ", ") }
      guard features.count == 2 else { return ["  never compared: they share no key"] }
      return [
        "  never compared: they share no key", "    the first has \(features[0].isEmpty ? "nothing to compare" : features[0])",
        "    the second has \(features[1].isEmpty ? "nothing to compare" : features[1])",
      ]
    }
    let words = shared.map { key in
      let isActive = key["active"] == true
      return "\(plain(key["kind"])) (held by \(plain(key["holders"]))\(isActive ? "" : ", too common: more than \(plain(key["cap"]))"))"
    }
    if why["compared"] == true { return ["  found by: \(words.joined(separator: ", "))"] }
    return ["  never compared: all that they share is too common: \(words.joined(separator: ", "))"]
  }

  private static func chain(_ why: Value) -> [String] {
    guard why["together"] == true, why["verdict"] != "same" else { return [] }
    let links = why["chain"]?.elements ?? []
    guard links.count > 2 else { return ["  joined by the evidence of whole groups: see kindred how"] }
    return ["  tied by a chain of records:", "    \(plain(links[0]["record"]))"]
      + links.dropFirst().map { link in
        "    \(link["must_link"] == true ? "a decision" : bits(link["weight"]))  \(plain(link["record"]))"
      }
  }

  // MARK: A customer

  static func how(_ how: Value) -> [String] {
    let steps = how["steps"]?.elements ?? []
    var lines = ["\(plain(how["customer"])): \(plain(how["records"])) records, \(steps.count) join\(steps.count == 1 ? "" : "s")"]
    for group in how["equal"]?.elements ?? [] { lines.append("  equal content: \(list(group))") }
    for step in steps { lines += self.step(step) }
    if how["oversized"] == true { lines.append("  too many records hang together: only equal exclusive ids joined") }
    if let weakest = how["weakest"] {
      lines.append("  the weakest join is step \(plain(weakest["step"])) with \(short(weakest["weight"]))")
    }
    if let against = how["contradiction"] {
      lines.append(
        "  against it: \(plain(against["feature"])) of \(plain(against["first"])) and \(plain(against["second"])) \(short(against["weight"]))"
      )
    } else {
      lines.append("  nothing in it stands against it")
    }
    if how["vetoed"] == true { lines.append("  a decision joined records whose exclusive ids contradict each other") }
    return lines
  }

  private static func step(_ step: Value) -> [String] {
    let decided = step["must_link"] == true ? ", by a decision" : ""
    return [
      "  \(plain(step["step"])). \(list(step["first"])) + \(list(step["second"])): \(short(step["weight"]))\(decided)"
    ]
      + (step["parts"]?.elements ?? []).map { part in
        let both = part["contradiction"].map { " (for it \(short(part["agreement"])), against it \(short($0)))" } ?? ""
        return "    \(bits(part["weight"]))  \(plain(part["feature"]))\(both)"
      }
  }

  /// The first records of a group, and how many more there are.
  private static func list(_ group: Value?) -> String {
    let records = (group?.elements ?? []).map { plain($0) }
    let more = records.count > 4 ? " and \(records.count - 4) more" : ""
    return records.prefix(4).joined(separator: ", ") + more
  }

  // MARK: Neighbours

  static func nearest(_ nearest: Value) -> [String] {
    let neighbours = nearest["neighbours"]?.elements ?? []
    let title =
      "\(plain(nearest["record"])) is \(plain(nearest["customer"])); other customers that share a key with it: \(plain(nearest["candidates"]))"
    return [title]
      + neighbours.map { neighbour in
        let why =
          neighbour["cannot_link"] == true ? ", a decision" : neighbour["vetoed"] == true ? ", exclusive ids contradict each other" : ""
        let closest = (neighbour["closest"]?.elements ?? []).map { plain($0) }.joined(separator: " and ")
        return "  \(bits(neighbour["weight"]))  \(plain(neighbour["verdict"]))\(why)  \(plain(neighbour["customer"])) "
          + "\(plain(neighbour["name"]))  [\(closest)]"
      }
  }

  // MARK: Words

  private static func plain(_ value: Value?) -> String { Table.plain(value) }

  private static func probability(_ value: Value?) -> String {
    switch plain(value) {
    case "0": "below 0.001"
    case "1": "above 0.999"
    case let text: text
    }
  }

  private static func short(_ value: Value?) -> String {
    let rounded = ((Double(value?.text ?? "") ?? 0) * 100).rounded() / 100
    return "\(rounded < 0 ? "" : "+")\(rounded)"
  }

  private static func bits(_ value: Value?) -> String {
    let text = short(value)
    return String(repeating: " ", count: max(0, 8 - text.count)) + text
  }
}
