import Kernels
import Normalization

/// A prepared record where it lies (``RecordLayout``). It owns nothing: valid as long as the ``RecordStore`` or ``PackedRecord`` it comes
/// from, which only its owner may change.
public struct RecordView: @unchecked Sendable {
  let base: UnsafeMutableRawPointer

  @inline(__always)
  var header: RecordLayout.Header { base.load(as: RecordLayout.Header.self) }

  /// Equal for equal features, on every machine.
  var contentHash: UInt64 { header.contentHash }
  /// What the record calls its subject, for counting how many different subjects hold a value.
  var nameHash: UInt64 { header.nameHash }
  var kind: PreparedRecord.Kind { PreparedRecord.Kind(rawValue: header.kind) ?? .unknown }
  var byteCount: Int { Int(header.wordCount) * 8 }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: byteCount) }

  /// Feature for feature the same record.
  static func == (left: RecordView, right: RecordView) -> Bool {
    left.base == right.base || left.bytes.elementsEqual(right.bytes)
  }

  /// Has the features at hand soon.
  @inline(__always)
  func prefetch() {
    for line in 0..<6 { Kernels.prefetch(base + line * 64) }
  }

  // MARK: Features

  @inline(__always)
  private func features<Feature>(_ kind: Int, _ counts: SIMD8<UInt8>, _ before: Int) -> UnsafeMutableBufferPointer<Feature> {
    UnsafeMutableBufferPointer(
      start: (base + MemoryLayout<RecordLayout.Header>.stride + before).assumingMemoryBound(to: Feature.self), count: Int(counts[kind]))
  }

  /// How many bytes of features lie before those of a kind.
  @inline(__always)
  private func before(_ kind: Int, _ counts: SIMD8<UInt8>) -> Int {
    var bytes = 0
    if kind > 0 { bytes += Int(counts[0]) * MemoryLayout<RecordLayout.Identifier>.stride }
    if kind > 1 { bytes += Int(counts[1]) * MemoryLayout<RecordLayout.Phone>.stride }
    if kind > 2 { bytes += Int(counts[2]) * MemoryLayout<RecordLayout.Email>.stride }
    if kind > 3 { bytes += Int(counts[3]) * MemoryLayout<RecordLayout.Organisation>.stride }
    if kind > 4 { bytes += Int(counts[4]) * MemoryLayout<RecordLayout.Person>.stride }
    if kind > 5 { bytes += Int(counts[5]) * MemoryLayout<RecordLayout.Address>.stride }
    if kind > 6 { bytes += Int(counts[6]) * MemoryLayout<RecordLayout.BirthDate>.stride }
    if kind > 7 { bytes += Int(counts[7]) * MemoryLayout<RecordLayout.Column>.stride }
    return bytes
  }

  @inline(__always)
  private func features<Feature>(_ kind: Int) -> UnsafeMutableBufferPointer<Feature> {
    let counts = header.counts
    return features(kind, counts, before(kind, counts))
  }

  @inline(__always) var identifiers: UnsafeMutableBufferPointer<RecordLayout.Identifier> { features(0) }
  @inline(__always) var phones: UnsafeMutableBufferPointer<RecordLayout.Phone> { features(1) }
  @inline(__always) var emails: UnsafeMutableBufferPointer<RecordLayout.Email> { features(2) }
  @inline(__always) var organisations: UnsafeMutableBufferPointer<RecordLayout.Organisation> { features(3) }
  @inline(__always) var persons: UnsafeMutableBufferPointer<RecordLayout.Person> { features(4) }
  @inline(__always) var addresses: UnsafeMutableBufferPointer<RecordLayout.Address> { features(5) }
  @inline(__always) var birthDates: UnsafeMutableBufferPointer<RecordLayout.BirthDate> { features(6) }
  @inline(__always) var columns: UnsafeMutableBufferPointer<RecordLayout.Column> { features(7) }

  /// Where the lists start.
  var listStart: Int { MemoryLayout<RecordLayout.Header>.stride + before(8, header.counts) }

  // MARK: Lists

  @inline(__always)
  func hashes(_ run: RecordLayout.Run) -> UnsafeBufferPointer<UInt64> {
    UnsafeBufferPointer(start: base.assumingMemoryBound(to: UInt64.self) + Int(run.start), count: Int(run.count))
  }

  @inline(__always)
  func units(_ run: RecordLayout.Run) -> UnsafeBufferPointer<UInt16> {
    UnsafeBufferPointer(start: base.assumingMemoryBound(to: UInt16.self) + Int(run.start), count: Int(run.count))
  }

  @inline(__always)
  func rarities(_ run: RecordLayout.Run) -> UnsafeMutableBufferPointer<Int16> {
    UnsafeMutableBufferPointer(start: base.assumingMemoryBound(to: Int16.self) + Int(run.start), count: Int(run.count))
  }
}
