#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A part of an XML document that becomes a document of its own when `header` and `ending` are put around it.
public struct XMLRange: Hashable, Sendable {
  /// Bytes from the start of the file, and how many.
  public var offset: Int
  public var length: Int
  /// The number of the first element in it of those between which the document is cut, counted from 1.
  public var firstRow: Int
  /// The line of the file on which it starts, counted from 1.
  public var firstLine: Int
  /// The XML declaration and the start tags of the elements around it, where they are not in the part itself.
  public var header: [UInt8]?
  /// The end tags, likewise.
  public var ending: [UInt8]?
}

/// Finds where a large XML document, fed in chunks of any size, can be cut: between the elements of its longest list, whose parents have
/// a place of their own in each part. What stands in front of the list is in the first part only.
///
/// It only looks for tags; whether the document is well-formed, the parser says of each part.
public struct XMLSplitter {
  /// A list of elements with the same parent.
  private struct List {
    var start: Int
    var count = 0
    /// What stands around it, once it has a place to be cut.
    var header: [UInt8] = []
    var ending: [UInt8] = []
    /// Ends of elements at about equal distances.
    var places: [Place] = []

    /// The longest piece that cutting there leaves.
    func longest(of size: Int) -> Int {
      var (longest, last) = (0, 0)
      for place in places {
        longest = max(longest, place.offset - last)
        last = place.offset
      }
      return max(longest, size - last)
    }
  }

  private struct Place {
    var offset: Int
    var line: Int
    var row: Int
  }

  private let rangeSize: Int
  private let smallest: Int
  /// What was not looked at, from the start of a tag that is not complete.
  private var rest: [UInt8] = []
  /// Offset and line of its first byte.
  private var offset = 0
  private var line = 1
  private var depth = 0
  private var declaration: [UInt8] = []
  /// Start tags of the elements that are open, as far in as lists are cut.
  private var open: [[UInt8]] = []
  /// By depth, the list that is being read, and the longest of all that were.
  private var lists: [List?] = Array(repeating: nil, count: deepest + 1)
  private var best: [List?] = Array(repeating: nil, count: deepest + 1)
  private var isGivenUp = false

  /// Lists further inside are not cut.
  private static let deepest = 4
  private static let longestTag = 16 << 20

  /// A document not longer than this is not cut, unless somebody says so, because its parts may need each other.
  public static let smallestDocument = 64 << 20

  /// - Parameters:
  ///   - rangeSize: about as long are the parts, in bytes.
  ///   - smallest: a document not longer than this is not cut.
  public init(rangeSize: Int = 1 << 20, smallest: Int = smallestDocument) {
    self.rangeSize = rangeSize
    self.smallest = smallest
  }

  public mutating func feed(_ chunk: [UInt8]) {
    guard !isGivenUp else { return }
    let bytes = rest + chunk
    // UTF-16 and UTF-32 have tags that this does not see.
    if offset == 0, bytes.prefix(4).contains(where: { $0 == 0 || $0 == 0xFF || $0 == 0xFE }) { return isGivenUp = true }
    let used = bytes.withUnsafeBufferPointer { look(through: $0) }
    rest = Array(bytes[used...])
    if rest.count > Self.longestTag { isGivenUp = true }
  }

  /// - Parameter size: of the document, in bytes.
  /// - Returns: the parts, which make up the document; nil when it is short or cannot be cut.
  public func finish(size: Int) -> [XMLRange]? {
    guard !isGivenUp, size > smallest else { return nil }
    let cut = best.compactMap { $0 }.filter { !$0.places.isEmpty }.min { $0.longest(of: size) < $1.longest(of: size) }
    guard let cut, cut.longest(of: size) <= smallest else { return nil }
    let start = Place(offset: 0, line: 1, row: 1)
    return zip([start] + cut.places, cut.places + [Place(offset: size, line: 0, row: 0)]).map { from, to in
      XMLRange(
        offset: from.offset, length: to.offset - from.offset, firstRow: from.row, firstLine: from.line,
        header: from.offset == 0 ? nil : cut.header, ending: to.offset == size ? nil : cut.ending)
    }
  }

  /// - Returns: how many bytes need not be looked at again.
  private mutating func look(through bytes: UnsafeBufferPointer<UInt8>) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    var at = 0
    let start = offset
    func advance(to place: Int) {
      for index in at..<place where bytes[index] == 0x0A { line += 1 }
      at = place
      offset = start + place
    }
    while at < bytes.count {
      guard let found = memchr(base + at, Int32(UInt8(ascii: "<")), bytes.count - at) else {
        advance(to: bytes.count)
        break
      }
      let tag = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - base
      guard let end = Self.end(of: tag, in: bytes) else {
        advance(to: tag)
        break
      }
      advance(to: end)
      take(bytes[tag..<end])
      if isGivenUp { break }
    }
    return at
  }

  /// Behind a tag, a comment or the like; nil when it is cut off.
  private static func end(of tag: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    let rest = bytes[tag...]
    if rest.starts(with: "<!--".utf8) { return end(of: "-->", in: bytes, from: tag + 4) }
    if rest.starts(with: "<![CDATA[".utf8) { return end(of: "]]>", in: bytes, from: tag + 9) }
    if rest.starts(with: "<?".utf8) { return end(of: "?>", in: bytes, from: tag + 2) }
    // The beginning of one of these may be all that has come.
    if rest.count < 9, rest.starts(with: "<!".utf8) { return nil }
    var quote: UInt8 = 0
    for at in tag..<bytes.count {
      let byte = bytes[at]
      if quote != 0 {
        if byte == quote { quote = 0 }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: ">") {
        return at + 1
      }
    }
    return nil
  }

  private static func end(of mark: StaticString, in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    let mark = UnsafeBufferPointer(start: mark.utf8Start, count: mark.utf8CodeUnitCount)
    var at = start
    while at + mark.count <= bytes.count {
      if bytes[at] == mark[0], bytes[at..<at + mark.count].elementsEqual(mark) { return at + mark.count }
      at += 1
    }
    return nil
  }

  private mutating func take(_ tag: Slice<UnsafeBufferPointer<UInt8>>) {
    switch tag.dropFirst().first {
    case UInt8(ascii: "?"):
      if depth == 0, tag.starts(with: "<?xml ".utf8) { declaration = Array(tag) }
    case UInt8(ascii: "!"):
      // A DOCTYPE is refused by the parser.
      if tag.starts(with: "<!D".utf8) { isGivenUp = true }
    case UInt8(ascii: "/"): endElement()
    default:
      let isEmpty = tag.dropLast().last == UInt8(ascii: "/")
      startElement(tag)
      if isEmpty { endElement() }
    }
  }

  private mutating func startElement(_ tag: Slice<UnsafeBufferPointer<UInt8>>) {
    if depth < Self.deepest {
      open.append(Array(tag))
      lists[depth + 1] = List(start: offset)
    }
    depth += 1
  }

  private mutating func endElement() {
    guard depth > 0 else { return isGivenUp = true }
    depth -= 1
    if depth < Self.deepest {
      open.removeLast()
      if let list = lists[depth + 1], list.places.count > best[depth + 1]?.places.count ?? 0 { best[depth + 1] = list }
      lists[depth + 1] = nil
    }
    guard depth > 0, depth <= Self.deepest, var list = lists[depth] else { return }
    lists[depth] = nil
    list.count += 1
    if offset - (list.places.last?.offset ?? list.start) >= rangeSize {
      if list.places.isEmpty { (list.header, list.ending) = (declaration + open.flatMap { $0 }, open.reversed().flatMap(Self.endTag)) }
      list.places.append(Place(offset: offset, line: line, row: list.count + 1))
    }
    lists[depth] = list
  }

  private static func endTag(_ tag: [UInt8]) -> [UInt8] {
    let name = tag.dropFirst().prefix { $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ">") }
    return Array("</".utf8) + name + [UInt8(ascii: ">")]
  }
}
