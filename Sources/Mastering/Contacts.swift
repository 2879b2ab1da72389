import Matching
import Model

/// A person inside a customer that is an organisation, joined from the records that name them.
public struct Contact: Hashable, Sendable {
  /// The fullest name that the records give: rather a full one than a form of address, rather in Chinese characters than
  /// their rendering in Latin letters, the most frequent, the longest, without a form of address.
  public var name: String
  /// Titles, phones and e-mail addresses, each once, in the order of their bytes.
  public var titles: [String]
  public var phones: [String]
  public var emails: [String]
  /// The records that name this person, in the order of their keys.
  public var sources: [RecordKey]

  public init(name: String, titles: [String], phones: [String], emails: [String], sources: [RecordKey]) {
    self.name = name
    self.titles = titles
    self.phones = phones
    self.emails = emails
    self.sources = sources
  }

  /// For the API and for comparing.
  public var document: Value {
    [
      "name": .string(name), "titles": .array(titles.map { .string($0) }), "phones": .array(phones.map { .string($0) }),
      "emails": .array(emails.map { .string($0) }), "sources": .array(sources.map { .string($0.description) }),
    ]
  }
}

/// The persons in a customer's records: those that `contact_name` names, and those whose own record says in which
/// `organisation` they work.
///
/// Two mentions are one person when their names are equal without forms of address, case, width and spaces; when one is the
/// other in Latin letters (Zhang Wei and 张伟) and the customer has no second name that sounds so; or when they share a phone or
/// e-mail address. Equal names are one person even with different mobiles: inside one customer a second number is more usual
/// than a namesake, and the contact shows both. Two things stop a shared number or address: Chinese names with different surnames are never joined, and
/// a line or mailbox that a company shares (a landline, `info@…`) only joins a full name with a form of address of the same
/// surname (李海波 and 李先生). Masked values join nothing.
///
/// - Returns: the contacts that most records name first, then by the bytes of their names; the order of `records` does not
///   matter.
public func contacts(in records: [RecordState]) -> [Contact] {
  var mentions = records.compactMap(Mention.init)
  mentions.sort { $0.key < $1.key }
  readRenderings(&mentions)
  var groups = Groups(count: mentions.count)
  var holders: [String: [Int]] = [:]
  for (index, mention) in mentions.enumerated() {
    for handle in mention.handles {
      for other in holders[handle, default: []] where mention.isSamePerson(as: mentions[other], sharing: handle) {
        groups.join(index, other)
      }
      holders[handle, default: []].append(index)
    }
  }
  let persons = Dictionary(grouping: mentions.indices) { groups.root(of: $0) }.values.map { contact(from: $0.map { mentions[$0] }) }
  return persons.sorted { left, right in
    if left.sources.count != right.sources.count { return left.sources.count > right.sources.count }
    if left.name != right.name { return utf8Precedes(left.name, right.name) }
    return left.sources.lexicographicallyPrecedes(right.sources)
  }
}

/// Finds the Chinese name that each name in Latin letters spells; one that could spell two of the customer's is left alone.
private func readRenderings(_ mentions: inout [Mention]) {
  let names = Set(mentions.map(\.person).filter(\.isFull))
  guard names.contains(where: \.isChinese), names.contains(where: { !$0.isChinese }) else { return }
  var nameOfSound: [UInt64: Set<String>] = [:]
  for name in names where name.isChinese {
    for sound in sounds(name.normalised) { nameOfSound[sound, default: []].insert(name.normalised) }
  }
  for place in mentions.indices where !mentions[place].person.isChinese && mentions[place].person.isFull {
    let spelt = sounds(mentions[place].name).reduce(into: Set<String>()) { $0.formUnion(nameOfSound[$1] ?? []) }
    if spelt.count == 1 { mentions[place].rendered = spelt.first }
  }
}

/// How a full name may sound in Mandarin; empty when it is no Chinese name, nor one in Latin letters.
private func sounds(_ name: String) -> [UInt64] {
  Preparation.prepare(["kind": "person", "name": .string(name)], source: "").persons.first?.sounds ?? []
}

private func contact(from mentions: [Mention]) -> Contact {
  let spellings = Dictionary(grouping: mentions, by: \.name)
  let names = spellings.keys.sorted { left, right in
    let (one, other) = (PersonName(left), PersonName(right))
    if one.isFull != other.isFull { return one.isFull }
    if one.isChinese != other.isChinese { return one.isChinese }
    let (count, otherCount) = (spellings[left]?.count ?? 0, spellings[right]?.count ?? 0)
    if count != otherCount { return count > otherCount }
    let (length, otherLength) = (one.normalised.count, other.normalised.count)
    if length != otherLength { return length > otherLength }
    if left.count != right.count { return left.count < right.count }
    return utf8Precedes(left, right)
  }
  return Contact(
    name: names.first ?? "", titles: distinct(mentions.flatMap(\.titles)), phones: distinct(mentions.flatMap(\.phones)),
    emails: distinct(mentions.flatMap(\.emails)), sources: Set(mentions.map(\.key)).sorted())
}

private func distinct(_ texts: [String]) -> [String] { Set(texts).sorted(by: utf8Precedes) }

/// One record's word about a person.
private struct Mention {
  var key: RecordKey
  var name: String
  var person: PersonName
  var titles: [String]
  var phones: [String]
  var emails: [String]
  /// For a name in Latin letters: the Chinese name that it spells, normalised.
  var rendered: String?

  init?(_ record: RecordState) {
    let values = record.values
    let texts: (String) -> [String] = { name in
      (values[name] ?? .null).elements.compactMap(\.text).map(trimmed).filter { !$0.isEmpty }
    }
    let isMember = !texts("organisation").isEmpty
    guard let name = texts("contact_name").first ?? (isMember ? texts("name").first : nil) else { return nil }
    let person = PersonName(name)
    guard !person.normalised.isEmpty else { return nil }
    key = record.key
    self.name = name
    self.person = person
    titles = texts("title")
    phones = texts("phone")
    emails = texts("email")
  }

  /// What other mentions of the same person may share: the name, phones, e-mail addresses.
  var handles: Set<String> {
    let numbers = phones.filter { !isMasked(.string($0)) }.map { "p:" + dialled($0) }
    let mailboxes = emails.filter { !isMasked(.string($0)) }.map { "e:" + $0.lowercased() }
    return Set(["n:" + person.normalised] + [rendered].compactMap { $0.map { "n:" + $0 } } + numbers + mailboxes)
  }

  func isSamePerson(as other: Mention, sharing handle: String) -> Bool {
    if person.normalised == other.person.normalised || handle.hasPrefix("n:") { return true }
    return isShared(handle) ? person.isAddressed(as: other.person) : !person.contradicts(other.person)
  }
}

/// A landline or a mailbox of a role. Numbers from outside China count as personal: their plans do not tell.
private func isShared(_ handle: String) -> Bool {
  let content = handle.dropFirst(2)
  guard handle.hasPrefix("e:") else {
    return content.hasPrefix("+86") && !(content.hasPrefix("+861") && content.count == 14)
  }
  let role = content.prefix { $0 != "@" }
  return ["info", "sales", "service", "support", "office", "contact", "admin", "hr", "hello", "mail", "kefu", "market"].contains(role)
}

/// A phone number by its digits; Chinese ones in international form, whether or not they were written so.
private func dialled(_ phone: String) -> String {
  let text = folded(phone)
  var digits = text.filter { ("0"..."9").contains($0) }
  if digits.hasPrefix("00") {
    digits.removeFirst(2)
  } else if !text.hasPrefix("+"), digits.hasPrefix("0") {
    return "+86" + digits.dropFirst()
  }
  if digits.count == 11, digits.hasPrefix("1"), !text.hasPrefix("+") { return "+86" + digits }
  return "+" + digits
}

/// Mentions that belong together, however they are joined. The root of a group is its lowest index, whatever the order.
private struct Groups {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  mutating func root(of index: Int) -> Int {
    var root = index
    while parents[root] != root {
      parents[root] = parents[parents[root]]
      root = parents[root]
    }
    return root
  }

  mutating func join(_ one: Int, _ other: Int) {
    let (left, right) = (root(of: one), root(of: other))
    parents[max(left, right)] = min(left, right)
  }
}
