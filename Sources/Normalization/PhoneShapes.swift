/// The shapes that most fields with North American numbers have, read without taking the field apart.
extension Phone {
  /// `2579838744`, `958.691.1025`, `(613) 402-5694`, `+16609565366`, `+1 697 417 8741`: the ten digits of a national number, in groups
  /// that are customary there or behind the country code. Gives what the general reading of such a field gives, where no other country's
  /// plan can claim the digits; nil for everything else.
  static func american(_ source: UnsafeBufferPointer<UInt8>) -> Phone? {
    guard source.count >= 10, source.count <= 20 else { return nil }
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
            guard byte == 0x31 else { return nil }
            groups = 1
            continue
          }
          guard count < 10 else { return nil }
          number[count + 2] = byte
          count += 1
          group += 1
        case 0x2B:
          guard place == 0 else { return nil }
          isAbroad = true
        case 0x20, 0x28, 0x29, 0x2D, 0x2E:
          // `.0` at the end may be the fraction of a spreadsheet's number.
          if byte == 0x2E, place + 2 >= source.count || source[place + 1] == 0x30 && !isDigit(source[place + 2]) { return nil }
          if group > 0 { groups = groups << 4 | group }
          group = 0
        default: return nil
        }
      }
      guard count == 10 else { return nil }
      if group > 0 { groups = groups << 4 | group }
      let national = UnsafeBufferPointer(rebasing: number[2...])
      // 400 and 800 are service numbers of China; from other groups than these nothing follows about the country.
      if !isAbroad {
        guard number[2] >= 0x32, number[5] >= 0x32, groups == 0xA || groups == 0x334 || groups == 0x37 || groups == 0x64,
          !(number[3] == 0x30 && number[4] == 0x30 && (number[2] == 0x34 || number[2] == 0x38))
        else { return nil }
        guard !isPlaceholder(UnsafeBufferPointer(rebasing: national[2...])), !isPlaceholder(UnsafeBufferPointer(rebasing: national[3...]))
        else { return nil }
      } else if isPlaceholder(UnsafeBufferPointer(rebasing: number[1...])) {
        return nil
      }
      guard !isPlaceholder(national) else { return nil }
      let isService = americanServices.contains(Int(number[2] & 0x0F) * 100 + Int(number[3] & 0x0F) * 10 + Int(number[4] & 0x0F))
      return Phone(
        number: String(decoding: number, as: UTF8.self), kind: isService ? .service : .other,
        local: isService ? "" : String(decoding: national[3...], as: UTF8.self))
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private static let americanServices = [800, 888, 877, 866, 855, 844, 833, 900]
}
