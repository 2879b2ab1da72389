import Normalization

/// A record while it is being prepared: features as they will lie in it (``RecordLayout``), with their lists in two common ones. It is used
/// again for the next record, so that preparing allocates nothing.
struct RecordDraft: Sendable {
  /// A part of `hashes` or of `units`.
  struct List: BitwiseCopyable {
    var start: UInt32 = 0
    var count: UInt32 = 0

    var range: Range<Int> { Int(start)..<Int(start) + Int(count) }

    /// The same list behind others.
    func behind(_ others: Int) -> List {
      count == 0 ? List() : List(start: start &+ UInt32(truncatingIfNeeded: others), count: count)
    }
  }

  typealias Email = RecordLayout.EmailOf<List>
  typealias Organisation = RecordLayout.OrganisationOf<List>
  typealias Person = RecordLayout.PersonOf<List>
  typealias Address = RecordLayout.AddressOf<List>
  typealias Column = RecordLayout.ColumnOf<List>

  var kind = PreparedRecord.Kind.unknown
  var contentHash: UInt64 = 0
  var identifiers: [RecordLayout.Identifier] = []
  var phones: [RecordLayout.Phone] = []
  var emails: [Email] = []
  var organisations: [Organisation] = []
  var persons: [Person] = []
  var addresses: [Address] = []
  /// Days as year × 10,000 + month × 100 + day.
  var birthDates: [UInt32] = []
  var columns: [Column] = []
  var hashes: [UInt64] = []
  private(set) var units: [UInt16] = []

  /// What the record calls its subject, for counting how many different subjects hold a value.
  var nameHash: UInt64 {
    if let name = organisations.first { return name.brandHash }
    return persons.first { $0.given != 0 }?.textHash ?? persons.first?.textHash ?? 0
  }

  /// Keeps the memory.
  mutating func removeAll() {
    kind = .unknown
    Self.clear(&identifiers)
    Self.clear(&phones)
    Self.clear(&emails)
    Self.clear(&organisations)
    Self.clear(&persons)
    Self.clear(&addresses)
    Self.clear(&birthDates)
    Self.clear(&columns)
    Self.clear(&hashes)
    Self.clear(&units)
  }

  private static func clear<Feature>(_ features: inout [Feature]) {
    if !features.isEmpty { features.removeAll(keepingCapacity: true) }
  }

  // MARK: Lists

  private func list(units start: Int) -> List { List(start: UInt32(start), count: UInt32(units.count - start)) }

  mutating func list(units values: [UInt16]) -> List {
    let start = units.count
    units += values
    return list(units: start)
  }

  /// The first letters of a text that is ASCII.
  mutating func list(ascii text: UnsafeBufferPointer<UInt8>, atMost most: Int) -> List {
    let start = units.count
    for place in 0..<min(text.count, most) { units.append(UInt16(text[place])) }
    return list(units: start)
  }

  /// The first UTF-16 units of a text.
  mutating func list(text: String, atMost most: Int) -> List {
    let start = units.count
    units += text.utf16.prefix(most)
    return list(units: start)
  }

  /// The hashes from a place on, as they are.
  func list(hashes start: Int) -> List { List(start: UInt32(start), count: UInt32(hashes.count - start)) }

  /// The hashes from a place on, sorted and without doubles.
  mutating func ordered(from start: Int) -> List {
    if hashes.count - start > 16 { hashes[start...].sort() }
    var end = start
    for place in start..<hashes.count {
      let hash = hashes[place]
      var before = end
      while before > start, hashes[before - 1] > hash { before -= 1 }
      if before > start, hashes[before - 1] == hash { continue }
      for moved in stride(from: end, to: before, by: -1) { hashes[moved] = hashes[moved - 1] }
      hashes[before] = hash
      end += 1
    }
    hashes.removeLast(hashes.count - end)
    return List(start: UInt32(start), count: UInt32(end - start))
  }

  // MARK: Parts

  /// How much is there: what is added later is a part by itself.
  struct Mark {
    fileprivate var organisations, persons, addresses, columns, hashes, units: Int
  }

  var mark: Mark {
    Mark(
      organisations: organisations.count, persons: persons.count, addresses: addresses.count, columns: columns.count, hashes: hashes.count,
      units: units.count)
  }

  /// The organisations, persons, addresses and columns that were added since.
  func part(since mark: Mark) -> RecordDraft {
    var part = RecordDraft()
    let (hashes, units) = (-mark.hashes, -mark.units)
    part.organisations = organisations[mark.organisations...].map { $0.behind(hashes, units) }
    part.persons = persons[mark.persons...].map { $0.behind(hashes, units) }
    part.addresses = addresses[mark.addresses...].map { $0.behind(hashes, units) }
    part.columns = columns[mark.columns...].map { $0.behind(hashes, units) }
    part.hashes = Array(self.hashes[mark.hashes...])
    part.units = Array(self.units[mark.units...])
    return part
  }

  mutating func add(_ part: RecordDraft) {
    let (hashes, units) = (hashes.count, units.count)
    for name in part.organisations { organisations.append(name.behind(hashes, units)) }
    for name in part.persons { persons.append(name.behind(hashes, units)) }
    for address in part.addresses { addresses.append(address.behind(hashes, units)) }
    for column in part.columns { columns.append(column.behind(hashes, units)) }
    self.hashes += part.hashes
    self.units += part.units
  }
}

// MARK: Features whose lists stand behind others

extension RecordLayout.OrganisationOf<RecordDraft.List> {
  fileprivate func behind(_ hashes: Int, _ units: Int) -> Self {
    var name = self
    name.words = words.behind(hashes)
    name.industries = industries.behind(hashes)
    name.divisions = divisions.behind(hashes)
    name.brand = brand.behind(units)
    name.sound = sound.behind(units)
    return name
  }
}

extension RecordLayout.PersonOf<RecordDraft.List> {
  fileprivate func behind(_ hashes: Int, _ units: Int) -> Self {
    var name = self
    name.surnameSounds = surnameSounds.behind(hashes)
    name.sounds = sounds.behind(hashes)
    name.surnameUnits = surnameUnits.behind(units)
    name.givenUnits = givenUnits.behind(units)
    name.nicknames = nicknames.behind(units)
    return name
  }
}

extension RecordLayout.AddressOf<RecordDraft.List> {
  fileprivate func behind(_ hashes: Int, _ units: Int) -> Self {
    var address = self
    address.divisions = divisions.behind(hashes)
    address.details = details.behind(hashes)
    address.words = words.behind(hashes)
    address.place = place.behind(units)
    return address
  }
}

extension RecordLayout.ColumnOf<RecordDraft.List> {
  fileprivate func behind(_ hashes: Int, _ units: Int) -> Self {
    var column = self
    column.words = words.behind(hashes)
    column.units = self.units.behind(units)
    return column
  }
}
