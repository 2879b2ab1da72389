/// The DOCTYPE that some senders put in front of their documents (cXML's names a DTD on the web). It is blanked before the body is kept:
/// the parser takes none, and nothing would ever be loaded. One with declarations of its own stays, and has the body refused.
enum ExternalDoctype {
  /// How far from the start it may stand.
  private static let reach = 4_096

  static func blanked(_ body: Bytes) -> Bytes {
    guard let start = start(in: body), let end = end(in: body, from: start) else { return body }
    var blanked = body
    for place in start...end where body[place] != 0x0A && body[place] != 0x0D { blanked[place] = 0x20 }
    return blanked
  }

  /// Where `<!DOCTYPE` stands before the first element.
  private static func start(in body: Bytes) -> Int? {
    let word = Array("<!DOCTYPE".utf8)
    var place = body.startIndex
    let limit = min(body.count, reach)
    while place < limit {
      guard let opening = body[place..<limit].firstIndex(of: UInt8(ascii: "<")) else { return nil }
      let rest = body[opening...]
      if rest.starts(with: word) { return opening }
      guard rest.starts(with: Array("<?".utf8)) || rest.starts(with: Array("<!--".utf8)) else { return nil }
      let ending = Array((rest.starts(with: Array("<?".utf8)) ? "?>" : "-->").utf8)
      guard let end = (opening..<limit).first(where: { body[$0...].starts(with: ending) }) else { return nil }
      place = end + ending.count
    }
    return nil
  }

  /// Its last byte; nil when it has declarations or does not end.
  private static func end(in body: Bytes, from start: Int) -> Int? {
    var quote: UInt8?
    for place in start..<min(body.count, start + reach) {
      switch (quote, body[place]) {
      case (let open?, let byte): if byte == open { quote = nil }
      case (nil, UInt8(ascii: "\"")), (nil, UInt8(ascii: "'")): quote = body[place]
      case (nil, UInt8(ascii: "[")): return nil
      case (nil, UInt8(ascii: ">")): return place
      default: break
      }
    }
    return nil
  }
}
