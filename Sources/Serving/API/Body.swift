import Connecting

/// A body that is at hand as a sequence of one chunk.
struct OneChunk: AsyncSequence, Sendable {
  typealias Failure = any Error
  let bytes: Bytes

  func makeAsyncIterator() -> Iterator { Iterator(rest: bytes.isEmpty ? nil : bytes) }

  struct Iterator: AsyncIteratorProtocol {
    var rest: Bytes?

    mutating func next() async throws -> Bytes? {
      defer { rest = nil }
      return rest
    }
  }
}

/// Hands a body on and ends it with 413 as soon as it is larger than it may be, whatever length it declared.
struct LimitedBody<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable where Base.Element == Bytes {
  typealias Element = Bytes
  typealias Failure = any Error

  let base: Base
  /// In bytes.
  let limit: Int

  func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator(), limit: limit) }

  func collect() async throws -> Bytes {
    var bytes: Bytes = []
    for try await chunk in self { bytes += chunk }
    return bytes
  }

  struct Iterator: AsyncIteratorProtocol {
    var base: Base.AsyncIterator
    let limit: Int
    var size = 0

    mutating func next() async throws -> Bytes? {
      guard let chunk = try await base.next() else { return nil }
      size += chunk.count
      guard size <= limit else { throw API.tooLarge(nil, limit) }
      return chunk
    }
  }
}
