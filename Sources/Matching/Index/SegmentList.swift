/// A part of a table that grows by itself: memory of its own, and how much of it is taken.
protocol TableSegment: BitwiseCopyable {
  /// Bytes of a unit of ``size``.
  static var unit: Int { get }
  var memory: UnsafeMutableRawPointer? { get set }
  var size: UInt32 { get }
  /// What it holds.
  var count: UInt32 { get }
  /// One without memory.
  init(size: UInt32, count: UInt32)
}

/// The segments of a table, each with memory of its own.
final class SegmentList<Segment: TableSegment>: @unchecked Sendable {
  let segments: UnsafeMutablePointer<Segment>
  private let number: Int

  init(_ number: Int) {
    self.number = number
    segments = .allocate(capacity: number)
    segments.initialize(repeating: Segment(size: 0, count: 0), count: number)
  }

  deinit {
    for place in 0..<number { segments[place].memory?.deallocate() }
    segments.deallocate()
  }

  /// Bytes of all segments.
  var byteCount: Int { (0..<number).reduce(0) { $0 + Self.byteCount(segments[$1]) } }

  private static func byteCount(_ segment: Segment) -> Int { Int(segment.size) * Segment.unit }

  func write(to image: inout IndexImageWriter) {
    var pieces: [UnsafeRawBufferPointer] = []
    for place in 0..<number {
      let segment = segments[place]
      image.add(UInt64(segment.size) << 32 | UInt64(segment.count))
      pieces.append(UnsafeRawBufferPointer(start: segment.memory, count: Self.byteCount(segment)))
    }
    image.add(part: pieces)
  }

  /// To be called on segments that hold nothing.
  /// - Returns: what all of them hold now; nil when the image does not fit.
  func read(from image: inout IndexImageReader) -> Int? {
    var read: [Segment] = []
    for _ in 0..<number {
      guard let field = image.next() else { return nil }
      read.append(Segment(size: UInt32(field >> 32), count: UInt32(truncatingIfNeeded: field)))
    }
    guard image.canHold(read.reduce(0) { $0 + Self.byteCount($1) }) else { return nil }
    var pieces: [UnsafeMutableRawBufferPointer] = []
    for (place, segment) in read.enumerated() where segment.size > 0 {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: Self.byteCount(segment), alignment: 64)
      segments[place] = segment
      segments[place].memory = memory
      pieces.append(UnsafeMutableRawBufferPointer(start: memory, count: Self.byteCount(segment)))
    }
    guard image.nextPart(to: pieces) else { return nil }
    return read.reduce(0) { $0 + Int($1.count) }
  }
}
