import CZlib
import Model

/// How much may come out of an archive. A bomb of 42 KB unpacks to petabytes; a table shrinks to a hundredth at best.
public struct UnpackLimits: Hashable, Sendable {
  /// All that comes out of one file, in bytes.
  public var maximumBytes: Int
  /// How many times larger than its compressed bytes anything may become; looked at from ``ratioFrom`` bytes on. Deflate reaches 1,032.
  public var maximumRatio: Int
  public var ratioFrom: Int
  /// Archives in archives.
  public var maximumDepth: Int
  /// Files in one archive.
  public var maximumEntries: Int

  public init(
    maximumBytes: Int = 64 << 30, maximumRatio: Int = 250, ratioFrom: Int = 64 << 20, maximumDepth: Int = 3, maximumEntries: Int = 10_000
  ) {
    self.maximumBytes = maximumBytes
    self.maximumRatio = maximumRatio
    self.ratioFrom = ratioFrom
    self.maximumDepth = maximumDepth
    self.maximumEntries = maximumEntries
  }
}

/// What came out of one file so far.
final class UnpackBudget {
  let limits: UnpackLimits
  private var total = 0

  init(_ limits: UnpackLimits) { self.limits = limits }

  func take(_ count: Int, read: Int, made: Int, name: String) throws(Fault) {
    total += count
    guard total <= limits.maximumBytes else {
      throw Fault("unpack-size", "\(name) unpacks to more than \(limits.maximumBytes) bytes.", at: Location(file: name))
    }
    guard made < limits.ratioFrom || made / max(1, read) <= limits.maximumRatio else {
      throw Fault(
        "unpack-ratio", "\(name) unpacks to more than \(limits.maximumRatio) times its size.", at: Location(file: name),
        hint: "If it is no bomb, unpack it first.")
    }
  }
}

/// Unpacks gzip (RFC 1952, with several members) or bare deflate (RFC 1951).
final class Inflater: ByteStream {
  enum Kind {
    case gzip, deflate
  }

  private let source: any ByteStream
  private let kind: Kind
  private let name: String
  private let budget: UnpackBudget
  private let stream: UnsafeMutablePointer<z_stream>
  private var input: [UInt8] = []
  private var used = 0
  private var sourceIsDone = false
  private var isDone = false
  /// Bytes read and made so far.
  private var read = 0
  private var made = 0

  private static let pieceSize = 1 << 18

  /// - Parameter name: of the file, for faults.
  init(_ source: any ByteStream, _ kind: Kind, name: String, budget: UnpackBudget) throws(Fault) {
    self.source = source
    self.kind = kind
    self.name = name
    self.budget = budget
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // zlib.h: 15 is the largest window, 16 more asks for a gzip header, less than 0 for none.
    guard kindred_inflate_init(stream, kind == .gzip ? 15 + 16 : -15) == Z_OK else {
      throw Fault("unpack-damaged", "There is no memory to unpack \(name).")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  func next() throws(Fault) -> [UInt8]? {
    while !isDone {
      if used == input.count, !sourceIsDone {
        input = try source.next() ?? []
        used = 0
        sourceIsDone = input.isEmpty
      }
      let (piece, result) = inflate()
      made += piece.count
      try budget.take(piece.count, read: read, made: made, name: name)
      try judge(result, piece)
      if !piece.isEmpty { return piece }
    }
    return nil
  }

  private func inflate() -> ([UInt8], Int32) {
    var result = Z_OK
    let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, count in
      input.withUnsafeMutableBufferPointer { bytes in
        stream.pointee.next_in = bytes.baseAddress.map { $0 + used }
        stream.pointee.avail_in = UInt32(bytes.count - used)
        stream.pointee.next_out = buffer.baseAddress
        stream.pointee.avail_out = UInt32(buffer.count)
        result = CZlib.inflate(stream, Z_NO_FLUSH)
        let left = Int(stream.pointee.avail_in)
        read += bytes.count - used - left
        used = bytes.count - left
      }
      count = buffer.count - Int(stream.pointee.avail_out)
    }
    return (piece, result)
  }

  private func judge(_ result: Int32, _ piece: [UInt8]) throws(Fault) {
    switch result {
    case Z_STREAM_END: try finishMember()
    case Z_OK: break
    case Z_BUF_ERROR:
      // No progress: it wants more input, and there may be none.
      guard sourceIsDone, piece.isEmpty else { return }
      throw Fault("unpack-damaged", "\(name) ends too early.", at: Location(file: name), hint: "Was it copied completely?")
    default:
      let why = stream.pointee.msg.map { String(cString: $0) } ?? "damaged"
      throw Fault("unpack-damaged", "\(name) cannot be unpacked: \(why).", at: Location(file: name))
    }
  }

  /// Another member may follow in gzip; anything else behind the end is ignored, as gzip(1) does.
  private func finishMember() throws(Fault) {
    if kind == .gzip {
      if used == input.count, !sourceIsDone {
        input = try source.next() ?? []
        used = 0
        sourceIsDone = input.isEmpty
      }
      if used < input.count, input[used] == 0x1F, inflateReset(stream) == Z_OK { return }
    }
    isDone = true
  }
}
