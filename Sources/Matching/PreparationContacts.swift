import Model
import Normalization

/// Ids, telephone numbers and mailboxes.
extension Preparer {
  mutating func addIdentifiers(_ cells: PreparationCells) {
    guard hasIdentifiers else { return }
    for attribute in [PreparedAttribute.creditCode, .taxID] {
      for text in texts(attribute, cells) { addCode(text) }
    }
    add(.openID, .openID, cells, scope: source(cells))
    add(.unionID, .unionID, cells, scope: cells.nothing)
    add(.externalUserID, .externalUserID, cells, scope: source(cells))
    for text in texts(.bankAccount, cells) {
      if let account = BankAccount(text) { add(.bankAccount, account.number) }
    }
    for place in self[.identifier] {
      let cell = cell(place, cells)
      if !cell.isEmpty { add(.other, Folding.fold(PreparationCells.string(cell)), packed: Self.packed(cell)) }
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
    _ scheme: PreparedRecord.Identifier.Scheme, _ attribute: PreparedAttribute, _ cells: PreparationCells,
    scope: UnsafeBufferPointer<UInt8>
  ) {
    for place in self[attribute] {
      let cell = cell(place, cells)
      if cell.isEmpty { continue }
      var hash = ByteHash(seed: UInt64(scheme.rawValue))
      hash.combine(scope)
      hash.combine(0x1F as UInt8)
      hash.combine(cell)
      draft.identifiers.append(.init(value: hash.ofText, packed: 0, scheme: UInt64(scheme.rawValue)))
    }
  }

  /// - Parameter packed: up to eight letters and digits of an id that people type; 0 for the others.
  private mutating func add(_ scheme: PreparedRecord.Identifier.Scheme, _ text: String, packed: UInt64 = 0) {
    let hash = ByteHash.of(text, seed: UInt64(scheme.rawValue))
    draft.identifiers.append(.init(value: hash, packed: packed, scheme: UInt64(scheme.rawValue)))
  }

  // MARK: Phones and e-mail

  mutating func addContacts(_ cells: PreparationCells) {
    for place in self[.phone] {
      let cell = cell(place, cells)
      if !cell.isEmpty { addPhones(cell) }
    }
    for place in self[.remark] {
      let cell = cell(place, cells)
      if Self.mayHoldNumber(cell) { addPhones(cell, mobilesOnly: true) }
    }
    for place in self[.email] {
      let cell = cell(place, cells)
      if !cell.isEmpty { Email.read(cell) { addEmail($0) } }
    }
  }

  private static func mayHoldNumber(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    text.count(where: { $0 >= 0x30 && $0 <= 0x39 }) >= 7 || text.contains { $0 >= 0x80 }
  }

  private mutating func addPhones(_ text: UnsafeBufferPointer<UInt8>, mobilesOnly: Bool = false) {
    Phone.read(text) { phone in
      guard !phone.isExample, !mobilesOnly || phone.kind == .mobile else { return }
      draft.phones.append(
        .init(
          value: ByteHash.of(phone.number, seed: 0x70), digits: Self.lastDigits(phone.number),
          local: UInt32(truncatingIfNeeded: Self.lastDigits(phone.local)), kind: UInt32(phone.kind.rawValue)))
    }
  }

  /// The last 15.
  private static func lastDigits(_ number: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var digits: UInt64 = 0
    for byte in number where byte >= 0x30 && byte <= 0x39 {
      // Longer than 15 digits is no telephone number.
      if digits >= 100_000_000_000_000 { digits %= 100_000_000_000_000 }
      digits = digits * 10 + UInt64(byte - 0x30)
    }
    return digits
  }

  private mutating func addEmail(_ email: Email.Reading) {
    let domainClass = email.domainClass
    guard domainClass != .none else { return }
    draft.emails.append(
      .init(
        value: email.mailboxHash(seed: 0x65), domain: ByteHash.of(email.domain, seed: 0x64),
        localHash: ByteHash.of(email.local, seed: 0x6C), local: draft.list(ascii: email.local, atMost: 32),
        isFreeMail: domainClass == .free ? 1 : 0, isRole: email.isRole ? 1 : 0))
  }
}
