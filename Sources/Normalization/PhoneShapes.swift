/// The shapes that most fields with Chinese mobiles and North American numbers have, read without taking the field apart.
extension Phone {
  /// A number where it stands: valid as long as the memory it was given.
  package struct Reading {
    /// See ``Phone/number``.
    package let number: UnsafeBufferPointer<UInt8>
    package let kind: Kind
    /// See ``Phone/local``.
    package let local: UnsafeBufferPointer<UInt8>

    /// See ``Phone/isExample``.
    package var isExample: Bool { number.count == 14 && Phone.examples.contains(number) }
  }

  private static let examples = WordTable(set: ["+8613800138000", "+8613812345678", "+8613800000000", "+8613900000000"])

  init(_ reading: Reading) {
    self.init(
      number: String(decoding: reading.number, as: UTF8.self), kind: reading.kind, local: String(decoding: reading.local, as: UTF8.self))
  }

  func withReading<Answer>(_ body: (Reading) -> Answer) -> Answer {
    var (number, local) = (number, local)
    return number.withUTF8 { number in local.withUTF8 { local in body(Reading(number: number, kind: kind, local: local)) } }
  }

  /// Calls `body` with every number that ``all(in:region:)`` finds where no region is known.
  /// - Parameter source: UTF-8.
  package static func read(_ source: UnsafeBufferPointer<UInt8>, _ body: (Reading) -> Void) {
    if readShape(source, body) { return }
    for phone in several(Folding.scalars(source), region: nil) { phone.withReading(body) }
  }

  /// Reads a field that has one of the shapes, which may still hold no number.
  /// - Returns: false for other fields.
  static func readShape(_ source: UnsafeBufferPointer<UInt8>, _ body: (Reading) -> Void) -> Bool {
    isPlainMobile(source) ? readMobile(source, body) : readAmerican(source, body)
  }

  /// Most Chinese fields hold the eleven digits of a mobile number and nothing else.
  private static func isPlainMobile(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.count == 11 && bytes[0] == 0x31 && bytes[1] >= 0x33 && bytes.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
  }

  private static func readMobile(_ digits: UnsafeBufferPointer<UInt8>, _ body: (Reading) -> Void) -> Bool {
    if isPlaceholder(digits) { return true }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 14) { number in
      for (place, byte) in "+86".utf8.enumerated() { number[place] = byte }
      for place in 0..<11 { number[3 + place] = digits[place] }
      body(Reading(number: UnsafeBufferPointer(number), kind: .mobile, local: UnsafeBufferPointer(rebasing: number[..<0])))
    }
    return true
  }

  /// `2579838744`, `958.691.1025`, `(613) 402-5694`, `+16609565366`, `+1 697 417 8741`: the ten digits of a national number, in groups
  /// that are customary there or behind the country code. Gives what the general reading of such a field gives, where no other country's
  /// plan can claim the digits.
  /// - Returns: false for everything else.
  static func readAmerican(_ source: UnsafeBufferPointer<UInt8>, _ body: (Reading) -> Void) -> Bool {
    guard source.count >= 10, source.count <= 20 else { return false }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 12) { number in
      // `+1` and the digits, as they are written in the end.
      number[0] = 0x2B
      number[1] = 0x31
      var count = 0
      var group = 0
      // The lengths of the groups, one in four bits.
      var groups = 0
      var isAbroad = false
      for (place, byte) in source.enumerated() {
        switch byte {
        case 0x30...0x39:
          if isAbroad, count == 0, groups == 0, group == 0 {
            guard byte == 0x31 else { return false }
            groups = 1
            continue
          }
          guard count < 10 else { return false }
          number[count + 2] = byte
          count += 1
          group += 1
        case 0x2B:
          guard place == 0 else { return false }
          isAbroad = true
        case 0x20, 0x28, 0x29, 0x2D, 0x2E:
          // `.0` at the end may be the fraction of a spreadsheet's number.
          if byte == 0x2E, place + 2 >= source.count || source[place + 1] == 0x30 && !isDigit(source[place + 2]) { return false }
          if group > 0 { groups = groups << 4 | group }
          group = 0
        default: return false
        }
      }
      guard count == 10 else { return false }
      if group > 0 { groups = groups << 4 | group }
      let national = UnsafeBufferPointer(rebasing: number[2...])
      // 400 and 800 are service numbers of China; from other groups than these nothing follows about the country.
      if !isAbroad {
        guard number[2] >= 0x32, number[5] >= 0x32, groups == 0xA || groups == 0x334 || groups == 0x37 || groups == 0x64,
          !(number[3] == 0x30 && number[4] == 0x30 && (number[2] == 0x34 || number[2] == 0x38))
        else { return false }
        guard !isPlaceholder(UnsafeBufferPointer(rebasing: national[2...])), !isPlaceholder(UnsafeBufferPointer(rebasing: national[3...]))
        else { return false }
      } else if isPlaceholder(UnsafeBufferPointer(rebasing: number[1...])) {
        return false
      }
      guard !isPlaceholder(national) else { return false }
      let isService = americanServices.contains(Int(number[2] & 0x0F) * 100 + Int(number[3] & 0x0F) * 10 + Int(number[4] & 0x0F))
      body(
        Reading(
          number: UnsafeBufferPointer(number), kind: isService ? .service : .other,
          local: UnsafeBufferPointer(rebasing: isService ? national[..<0] : national[3...])))
      return true
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private static let americanServices = [800, 888, 877, 866, 855, 844, 833, 900]
}
