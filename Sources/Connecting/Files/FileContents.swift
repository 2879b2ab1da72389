import Formats
import Model
import Synchronization

/// What a file turned out to be, once its last byte was read.
struct FileFacets: Hashable, Sendable {
  var size: Int
  /// ``FileFingerprint``.
  var fingerprint: Bytes
  /// The label for `charset`; nil where the caller gave it, the format says it by itself (XML) or has only one (JSON).
  var encoding: String?
  /// The header row's bytes of a CSV file.
  var header: Bytes?
  /// All up to the header's end, when titles stand above it.
  var beginning: Bytes?
  /// Where the deliveries begin and end, in order, without gaps between items.
  var ranges: [FileRange]
}

/// A part of a file that holds whole items.
struct FileRange: Hashable, Sendable {
  /// In bytes from the start of the file.
  var offset: Int
  var length: Int
  /// Of the first item, counted from 1; for a document that is not cut there is only one.
  var row: Int
  /// On which the first item starts, counted from 1.
  var line: Int
  /// What goes around a part of an XML document: see ``XMLRange``.
  var header: Bytes?
  var ending: Bytes?
}

/// Watches a file's bytes on their way into the spool: fingerprint, encoding and item boundaries come from the very bytes
/// that are stored, in one pass and in memory bounded by a block and the list of ranges.
final class FileContents: Sendable {
  private struct State {
    var pending: Bytes = []
    var size = 0
    var fingerprint: FileFingerprint
    var encoding = EncodingVote()
    var cutter: RangeCutter
    var facets: FileFacets?
  }

  private let state: Mutex<State>
  private let tellsEncoding: Bool

  /// - Parameters:
  ///   - encoding: a label, when the caller knows it.
  ///   - isSheet: see ``ReadContext/isSheet``.
  init(format: Format, encoding: String?, isSheet: Bool = false, digests: Digests) {
    // XML says its encoding itself, and JSON has only one.
    tellsEncoding = encoding == nil && (format == .csv || format == .jsonl)
    let cutter = RangeCutter(format: format, encoding: encoding, isSheet: isSheet)
    state = Mutex(State(fingerprint: FileFingerprint(digests: digests), cutter: cutter))
  }

  /// Nil as long as the end was not seen.
  var facets: FileFacets? { state.withLock { $0.facets } }

  /// - Returns: how many bytes have been seen so far.
  func add(_ chunk: Bytes) -> Int {
    state.withLock { state in
      state.size += chunk.count
      // Blocks have a fixed size, whatever the chunks: the fingerprint and the ranges depend on the content only.
      state.pending += chunk
      var start = 0
      while state.pending.count - start >= FileFingerprint.blockSize {
        Self.take(Bytes(state.pending[start..<start + FileFingerprint.blockSize]), &state)
        start += FileFingerprint.blockSize
      }
      if start > 0 { state.pending.removeFirst(start) }
      return state.size
    }
  }

  func finish() {
    state.withLock { state in
      if !state.pending.isEmpty { Self.take(state.pending, &state) }
      state.pending = []
      let (header, beginning, ranges) = state.cutter.finish(size: state.size)
      state.facets = FileFacets(
        size: state.size, fingerprint: state.fingerprint.value, encoding: tellsEncoding ? state.encoding.label : nil,
        header: header, beginning: beginning, ranges: ranges)
    }
  }

  private static func take(_ block: Bytes, _ state: inout State) {
    state.fingerprint.add(block)
    state.encoding.add(block)
    state.cutter.add(block)
  }
}

/// Finds the encoding of a file that comes in blocks: each block that is not plain ASCII has a vote.
struct EncodingVote: Hashable, Sendable {
  private var marked: String?
  private var isFirst = true
  private var votes: [String: Int] = [:]
  private var first: String?

  /// How many blocks had something to say; a mark says all.
  var count: Int { marked == nil ? votes.values.reduce(0, +) : .max }

  mutating func add(_ block: Bytes) {
    defer { isFirst = false }
    if isFirst, case let found = detectEncoding(block.prefix(4)), found.markLength > 0 { marked = found.encoding.name }
    guard marked == nil else { return }
    // The parts of a character that the block's ends cut in two say nothing.
    var text = isFirst ? block[...] : block.drop { $0 & 0xC0 == 0x80 }
    if block.count == FileFingerprint.blockSize {
      for _ in 0..<3 {
        if let last = text.last, last >= 0x80 { text.removeLast() }
      }
    }
    guard !Self.isPlain(text) else { return }
    let found = detectEncoding(text).encoding
    let vote = found.name
    // Where later blocks begin within a character, they say nothing.
    if isFirst, found == .utf16LittleEndian || found == .utf16BigEndian { marked = vote }
    if first == nil { first = vote }
    votes[vote, default: 0] += 1
  }

  /// Whether it is ASCII without zeros, and so the same in most encodings.
  private static func isPlain(_ text: ArraySlice<UInt8>) -> Bool {
    text.withUnsafeBytes { bytes in
      var at = 0
      while at + 8 <= bytes.count {
        let eight = bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        // A byte that is zero borrows from its highest bit.
        if (eight | (eight &- 0x0101_0101_0101_0101)) & 0x8080_8080_8080_8080 != 0 { return false }
        at += 8
      }
      return bytes[at...].allSatisfy { $0 < 0x80 && $0 != 0 }
    }
  }

  /// The label of the winner; a tie goes to the earliest. A file of plain ASCII is UTF-8.
  var label: String {
    if let marked { return marked }
    guard let first else { return Encoding.utf8.name }
    return votes.max { left, right in left.value != right.value ? left.value < right.value : right.key == first }?.key ?? first
  }
}

/// Hands a sequence of chunks on and lets ``FileContents`` see them.
struct ObservedChunks<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable where Base.Element == Bytes {
  typealias Element = Bytes
  typealias Failure = any Error

  let base: Base
  let contents: FileContents
  let progress: @Sendable (Int) -> Void

  func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator(), contents: contents, progress: progress) }

  struct Iterator: AsyncIteratorProtocol {
    var base: Base.AsyncIterator
    let contents: FileContents
    let progress: @Sendable (Int) -> Void

    mutating func next() async throws -> Bytes? {
      guard let chunk = try await base.next() else {
        contents.finish()
        return nil
      }
      progress(contents.add(chunk))
      return chunk
    }
  }
}
