import Model

/// What fields say about each other.
extension FieldGuesser {
  mutating func settle(_ guesses: inout [Guess?]) {
    settleKeys(&guesses)
    for target in ["ordered_at", "paid_at", "as_of", "at", "subject", "text", "birth_date"] { keepBest(target, &guesses) }
    settleLines(&guesses)
    settleNames(&guesses)
    settleAddress(&guesses)
  }

  /// The number that people use for an order is its key, and not the row's `id`. A document's `name` is its key when it has a name
  /// besides.
  private func settleKeys(_ guesses: inout [Guess?]) {
    let named = guesses.indices.filter { guesses[$0]?.target == "key" && !isPlainID($0) }
    if type == "order" && named.contains(where: { depth($0) == 0 }) || type == "product" && !named.isEmpty {
      for place in guesses.indices where guesses[place]?.target == "key" && isPlainID(place) { guesses[place] = nil }
    }
    if type == "customer", !guesses.contains(where: { $0?.target == "key" }) {
      let names = guesses.indices.filter { guesses[$0]?.target == "name" }
      if names.count > 1, let plain = names.first(where: { isPlainName($0) && shape($0).isUnique && shape($0).code > 0.8 }) {
        guesses[plain]?.target = "key"
      }
    }
    keepBest("key", &guesses)
  }

  /// One field at most; among equals the first, and the one that lies higher.
  private func keepBest(_ target: String, _ guesses: inout [Guess?]) {
    let places = guesses.indices.filter { guesses[$0]?.target == target }
    guard places.count > 1, let best = places.max(by: { rank($0, guesses) < rank($1, guesses) }) else { return }
    for place in places where place != best { guesses[place] = nil }
  }

  private func rank(_ place: Int, _ guesses: [Guess?]) -> Double {
    (guesses[place]?.confidence ?? 0) - Double(depth(place)) * 0.1 - Double(place) * 0.0001
  }

  /// The amount of an order is not that of one of its lines.
  private func settleLines(_ guesses: inout [Guess?]) {
    guard type == "order" else { return }
    for place in guesses.indices where guesses[place]?.target == "amount" && isPlural(place) { guesses[place] = nil }
    keepBest("amount", &guesses)
  }

  /// A person and a company in one table: in a table of people the company is where they work; in one of companies the person is whom
  /// to ask for.
  private func settleNames(_ guesses: inout [Guess?]) {
    guard type == "customer" else { return }
    let names = guesses.indices.filter { guesses[$0]?.target == "name" }
    // First and last names apart: the rows are people, and what is called a company is where they work.
    if names.contains(where: { isPartOfName($0) }) {
      for place in names where isCompany(place) { guesses[place]?.target = "organisation" }
      return
    }
    let companies = names.filter { shape($0).company > 0.4 }
    let people = names.filter { shape($0).company < 0.2 && shape($0).person > 0.4 }
    guard !companies.isEmpty, !people.isEmpty else { return }
    // First and last names apart, or a title, tell that the rows are people.
    let rowsArePeople =
      people.count > 1 || guesses.contains { $0?.target == "title" || $0?.target == "birth_date" || $0?.target == "gender" }
    for place in rowsArePeople ? companies : people { guesses[place]?.target = rowsArePeople ? "organisation" : "contact_name" }
  }

  /// A text with road and number beside a city of its own is the street.
  private func settleAddress(_ guesses: inout [Guess?]) {
    let targets = Set(guesses.compactMap { $0?.target })
    guard targets.contains("address.city") else {
      for place in guesses.indices where guesses[place]?.target == "address.street" && !targets.contains("address") {
        guesses[place]?.target = "address"
      }
      return
    }
    if type == "customer", !targets.contains("address.street") {
      for place in guesses.indices where guesses[place]?.target == "address" && shape(place).averageLength < 30 {
        guesses[place]?.target = "address.street"
      }
    }
  }
}
