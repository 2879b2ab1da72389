import Model

/// Bytes of known number that can be read at any place: a file on disk, or an array.
public protocol RandomBytes: AnyObject {
  var count: Int { get }

  /// - Returns: `count` bytes, or fewer when the bytes end before.
  /// - Throws: `file-unreadable`.
  func read(at offset: Int, count: Int) throws(Fault) -> [UInt8]
}

/// Room for what must be read at any place but comes as a stream, such as a workbook in a zip file.
public protocol ScratchSpace {
  func make() throws(Fault) -> any ScratchBytes
}

public protocol ScratchBytes: RandomBytes {
  /// - Throws: `scratch-full`.
  func append(_ bytes: [UInt8]) throws(Fault)
}

/// Bytes in memory.
public final class MemoryBytes: ScratchBytes {
  private var bytes: [UInt8]
  private let limit: Int

  /// - Parameter limit: how many bytes it takes at most.
  public init(_ bytes: [UInt8] = [], limit: Int = .max) {
    self.bytes = bytes
    self.limit = limit
  }

  public var count: Int { bytes.count }

  public func read(at offset: Int, count: Int) -> [UInt8] {
    guard offset >= 0, offset < bytes.count, count > 0 else { return [] }
    return Array(bytes[offset..<min(bytes.count, offset + min(count, bytes.count - offset))])
  }

  public func append(_ more: [UInt8]) throws(Fault) {
    guard bytes.count + more.count <= limit else {
      throw Fault("scratch-full", "What lies in the archive needs more than \(limit >> 20) MB of memory.")
    }
    bytes += more
  }
}

/// Scratch space in memory.
public struct MemoryScratch: ScratchSpace {
  private let limit: Int

  public init(limit: Int = 1 << 30) { self.limit = limit }

  public func make() -> any ScratchBytes { MemoryBytes(limit: limit) }
}

/// Bytes that come one piece after the other; used by one thread.
protocol ByteStream: AnyObject {
  /// The next bytes, never none; nil at the end.
  func next() throws(Fault) -> [UInt8]?
}

/// A part of what can be read at any place, from its start to its end.
final class RangeStream: ByteStream {
  private let bytes: any RandomBytes
  private var at: Int
  private let end: Int

  static let pieceSize = 1 << 18

  init(_ bytes: any RandomBytes, _ range: Range<Int>) {
    self.bytes = bytes
    at = range.lowerBound
    end = range.upperBound
  }

  convenience init(_ bytes: any RandomBytes) { self.init(bytes, 0..<bytes.count) }

  func next() throws(Fault) -> [UInt8]? {
    guard at < end else { return nil }
    let piece = try bytes.read(at: at, count: min(Self.pieceSize, end - at))
    at += piece.count
    return piece.isEmpty ? nil : piece
  }
}

/// A stream whose first pieces were looked at already.
final class PeekedStream: ByteStream {
  private var first: [UInt8]?
  private let rest: any ByteStream

  init(_ first: [UInt8], _ rest: any ByteStream) {
    self.first = first.isEmpty ? nil : first
    self.rest = rest
  }

  func next() throws(Fault) -> [UInt8]? {
    defer { first = nil }
    if let first { return first }
    return try rest.next()
  }
}

/// Numbers in the byte order of zip files and of old Excel files, which is little-endian. What lies outside reads as `nil`.
struct LittleEndian<Base: RandomAccessCollection> where Base.Element == UInt8, Base.Index == Int {
  let bytes: Base

  init(_ bytes: Base) { self.bytes = bytes }

  /// - Parameter offset: from the start of the bytes.
  func number(_ offset: Int, size: Int) -> UInt64? {
    guard offset >= 0, offset <= bytes.count - size else { return nil }
    var value: UInt64 = 0
    for index in stride(from: size - 1, through: 0, by: -1) { value = value << 8 | UInt64(bytes[bytes.startIndex + offset + index]) }
    return value
  }

  func u8(_ offset: Int) -> Int? { number(offset, size: 1).map { Int($0) } }
  func u16(_ offset: Int) -> Int? { number(offset, size: 2).map { Int($0) } }
  func u32(_ offset: Int) -> Int? { number(offset, size: 4).map { Int($0) } }
  /// `nil` also for what no file is as long as.
  func u64(_ offset: Int) -> Int? { number(offset, size: 8).flatMap { Int(exactly: $0) } }
}
