/// Western addresses: number, street, unit, place, postcode.
extension Address {
  init?(western scalars: [Unicode.Scalar]) {
    self.init()
    var folded = CompanyText.string(scalars)
    let isAddress = folded.withUTF8 { folded in
      Self.withReading(folded) { reading in read(reading) }
    }
    guard isAddress else { return nil }
    readRoman()
  }

  /// Reads a folded text; false when nothing of it can be an address.
  /// - Parameter folded: UTF-8 after `Folding.fold`.
  private static func withReading(_ folded: UnsafeBufferPointer<UInt8>, _ body: (WesternReading) -> Void) -> Bool {
    let room = WesternReading.room(folded.count)
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: room.bytes) { bytes in
      withUnsafeTemporaryAllocation(of: WesternReading.Token.self, capacity: room.tokens) { tokens in
        guard let reading = WesternReading(folded, bytes: bytes, tokens: tokens) else { return false }
        body(reading)
        return true
      }
    }
  }

  /// Reads an address that is ASCII after folding and names no place in China, which is most western ones, and calls `body` unless it is
  /// no address at all.
  /// - Parameter source: UTF-8.
  /// - Returns: false for other texts, which ``Address`` reads; `body` has not been called then.
  package static func readWestern(_ source: UnsafeBufferPointer<UInt8>, _ body: (WesternReading) -> Void) -> Bool {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: source.count) { buffer in
      guard let count = Folding.ascii(source, into: buffer) else { return false }
      var isRead = true
      if count >= 3 {
        _ = withReading(UnsafeBufferPointer(rebasing: buffer[..<count])) { reading in
          if reading.mayBeRoman { isRead = false } else { body(reading) }
        }
      }
      return isRead
    }
  }

  private mutating func read(_ reading: WesternReading) {
    func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
    words = (0..<reading.count).map { text(reading.word($0)) }
    postcode = text(reading.postcode)
    unit = reading.units.indices.map { text(reading.unit($0)) }.joined(separator: " ")
    number = text(reading.number)
    streetWords = reading.street.map { reading.spelling($0)?.description ?? words[$0] }
    road = streetWords.filter { !StreetWords.isDirection($0) && !StreetWords.isSuffix($0) }.joined(separator: " ")
    if road.isEmpty { road = streetWords.joined(separator: " ") }
    rest = reading.rest.map { words[$0] }
    details = reading.details.map { words[$0] }
  }
}
