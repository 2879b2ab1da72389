import Model
import Normalization

/// Ids, telephone numbers and mailboxes.
extension Preparer {
  mutating func addIdentifiers(_ cells: PreparationCells) {
    guard hasIdentifiers else { return }
    for attribute in [PreparedAttribute.creditCode, .taxID] {
      for place in self[attribute] where !cells[place].isEmpty { addCode(PreparationCells.string(cells[place])) }
    }
    let source = source(cells)
    add(.openID, cells, self[.openID], scope: source)
    add(.unionID, cells, self[.unionID], scope: UnsafeBufferPointer(rebasing: source[..<0]))
    add(.externalUserID, cells, self[.externalUserID], scope: source)
    for place in self[.bankAccount] where !cells[place].isEmpty {
      if let account = BankAccount(PreparationCells.string(cells[place])) { add(.bankAccount, account.number) }
    }
    for place in self[.identifier] where !cells[place].isEmpty {
      add(.other, Folding.fold(PreparationCells.string(cells[place])), packed: Self.packed(cells[place]))
    }
  }

  private mutating func addCode(_ text: String) {
    switch CreditCode.read(text) {
    case .checked(let code):
      add(.creditCode, code.text)
      add(.organisationCode, code.organisationCode)
      add(.uncheckedCode, code.oldTaxNumber)
    case .corrected(let code):
      add(.organisationCode, code.organisationCode)
      add(.uncheckedCode, code.text)
    case .organisationCode(let code): add(.organisationCode, code)
    case .oldTaxNumber(let text), .unchecked(let text): add(.uncheckedCode, text)
    case nil: break
    }
  }

  private mutating func add(
    _ scheme: PreparedRecord.Identifier.Scheme, _ cells: PreparationCells, _ places: [Int], scope: UnsafeBufferPointer<UInt8>
  ) {
    for place in places where !cells[place].isEmpty {
      var hash = ByteHash(seed: UInt64(scheme.rawValue))
      hash.combine(scope)
      hash.combine(0x1F as UInt8)
      hash.combine(cells[place])
      record.identifiers.append(.init(scheme: scheme, value: hash.ofText))
    }
  }

  private mutating func add(_ scheme: PreparedRecord.Identifier.Scheme, _ text: String, packed: UInt64 = 0) {
    record.identifiers.append(.init(scheme: scheme, value: ByteHash.of(text, seed: UInt64(scheme.rawValue)), packed: packed))
  }

  // MARK: Phones and e-mail

  mutating func addContacts(_ cells: PreparationCells) {
    for place in self[.phone] where !cells[place].isEmpty { addPhones(cells[place]) }
    for place in self[.remark] where Self.mayHoldNumber(cells[place]) { addPhones(cells[place], mobilesOnly: true) }
    for place in self[.email] where !cells[place].isEmpty {
      for email in Email.all(in: cells[place]) { addEmail(email) }
    }
  }

  private static func mayHoldNumber(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    text.count(where: { $0 >= 0x30 && $0 <= 0x39 }) >= 7 || text.contains { $0 >= 0x80 }
  }

  private mutating func addPhones(_ text: UnsafeBufferPointer<UInt8>, mobilesOnly: Bool = false) {
    for phone in Phone.all(in: text) where !phone.isExample && (!mobilesOnly || phone.kind == .mobile) {
      record.phones.append(
        .init(
          value: ByteHash.of(phone.number, seed: 0x70), digits: Self.lastDigits(phone.number), local: Self.lastDigits(phone.local),
          kind: phone.kind))
    }
  }

  static func lastDigits(_ number: String) -> UInt64 {
    var digits: UInt64 = 0
    for byte in number.utf8 where byte >= 0x30 && byte <= 0x39 { digits = digits % 100_000_000_000_000 * 10 + UInt64(byte - 0x30) }
    return digits
  }

  private mutating func addEmail(_ email: Email) {
    let domainClass = email.domainClass
    guard domainClass != .none else { return }
    record.emails.append(
      .init(
        value: email.mailboxHash(seed: 0x65), domain: ByteHash.of(email.domain, seed: 0x64),
        local: Array(email.local.utf16.prefix(32)), localHash: ByteHash.of(email.local, seed: 0x6C), isFreeMail: domainClass == .free,
        isRole: email.isRole))
  }
}
