import Model

extension Resolver {
  /// Rises whenever an image is laid out in another way, rows, lists and records included.
  public static let imageVersion: UInt64 = 4

  /// Hands out the whole index as bytes, in order. They can be read on machines of the same byte order only, and only by a resolver with
  /// the same model: whoever keeps them has to know that.
  public func writeImage(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    var image = IndexImageWriter()
    image.add(UInt64(nextCluster))
    let links = links.all
    image.add(links.count)
    for (link, count) in links {
      image.add(link.kind == .mustLink ? 1 : 0)
      image.add(link.first)
      image.add(link.second)
      image.add(count)
    }
    store.write(to: &image)
    rows.write(to: &image)
    postings.write(to: &image)
    edges.write(to: &image)
    try image.write(body)
  }

  /// An index as it was when ``writeImage(_:)`` wrote it.
  /// - Parameters:
  ///   - bytes: verified: numbers inside are trusted.
  ///   - threads: how many unpack it.
  /// - Returns: nil when the bytes are no image.
  public convenience init?(model: MatchModel, image bytes: UnsafeRawBufferPointer, threads: Int = 1) {
    self.init(model: model)
    guard var image = IndexImageReader(bytes, Workers(threads)), readLinks(&image), store.read(from: &image), rows.read(from: &image),
      postings.read(from: &image), edges.read(from: &image)
    else { return nil }
  }

  private func readLinks(_ image: inout IndexImageReader) -> Bool {
    guard let cluster = image.next(), let count = image.next(below: 1 << 32) else { return false }
    nextCluster = UInt32(truncatingIfNeeded: cluster)
    for _ in 0..<count {
      guard let kind = image.next(), let first = image.next(), let second = image.next(), let times = image.next(below: 1 << 32) else {
        return false
      }
      for _ in 0..<times { _ = links.set(MatchLink(kind == 1 ? .mustLink : .cannotLink, first, second), isInForce: true) }
    }
    return true
  }

  /// The decisions in force, as often as they were made.
  public var linksInForce: [MatchLink: Int] { Dictionary(links.all.map { ($0.link, $0.count) }) { one, _ in one } }
}
