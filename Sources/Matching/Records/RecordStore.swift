/// Where prepared records lie: in chunks that never move, so that views stay valid and a record is known by a small number.
///
/// Reading from several threads is fine while nobody appends.
public final class RecordStore: @unchecked Sendable {
  /// A record's place, in 64-bit words from the start of the first chunk.
  public typealias Place = UInt32

  /// Words in a chunk: 1 MB. No record crosses from one chunk into the next.
  private static let chunkWords = 1 << 17
  private static let chunkShift: UInt32 = 17

  private var chunks: [UnsafeMutableRawPointer] = []
  /// The same addresses where a view finds them without a bounds check.
  private var table: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private var tableSize = 64
  /// Words of the last chunk that are taken.
  private var used = RecordStore.chunkWords
  private var packing = RecordPacking()
  /// Free places by their length in words.
  private var free: [Int: [Place]] = [:]

  public init() { table = .allocate(capacity: tableSize) }

  deinit {
    for chunk in chunks { chunk.deallocate() }
    table.deallocate()
  }

  @inline(__always)
  subscript(_ place: Place) -> RecordView {
    RecordView(base: table[Int(place >> Self.chunkShift)] + Int(place & UInt32(Self.chunkWords - 1)) &* 8)
  }

  /// Bytes of memory taken from the system.
  public var byteCount: Int { chunks.count * Self.chunkWords * 8 }

  // MARK: Writing

  /// - Parameter record: without rarities (``RecordView/weigh(_:)``).
  public func append(_ record: PreparedRecord) -> Place {
    let count = packing.pack(record)
    let place = room(for: count)
    packing.copy(to: self[place].base)
    return place
  }

  /// A copy of a record of this store, or of another one.
  func append(copyOf view: RecordView) -> Place {
    let place = room(for: Int(view.header.wordCount))
    self[place].base.copyMemory(from: view.base, byteCount: view.byteCount)
    return place
  }

  /// Gives the place of a record back; its bytes are erased.
  func remove(_ place: Place) {
    let view = self[place]
    let count = Int(view.header.wordCount)
    view.base.initializeMemory(as: UInt8.self, repeating: 0, count: view.byteCount)
    free[count, default: []].append(place)
  }

  private func room(for count: Int) -> Place {
    if let place = free[count]?.popLast() { return place }
    if used + count > Self.chunkWords { addChunk() }
    defer { used += count }
    return Place((chunks.count - 1) * Self.chunkWords + used)
  }

  private func addChunk() {
    add(.allocate(byteCount: Self.chunkWords * 8, alignment: 64))
    used = 0
  }

  private func add(_ chunk: UnsafeMutableRawPointer) {
    if chunks.count == tableSize {
      let larger = UnsafeMutablePointer<UnsafeMutableRawPointer>.allocate(capacity: tableSize * 2)
      larger.moveInitialize(from: table, count: tableSize)
      table.deallocate()
      table = larger
      tableSize *= 2
    }
    (table + chunks.count).initialize(to: chunk)
    chunks.append(chunk)
  }

  /// Takes over the chunks of another store, which is empty afterwards.
  /// - Returns: what to add to the places of its records.
  public func takeOver(_ other: RecordStore) -> Place {
    let offset = Place(chunks.count * Self.chunkWords)
    for chunk in other.chunks { add(chunk) }
    used = other.chunks.isEmpty ? used : other.used
    other.chunks = []
    other.used = Self.chunkWords
    return offset
  }
}

/// One record by itself, with its rarities.
final class PackedRecord: @unchecked Sendable {
  let view: RecordView

  init(_ record: PreparedRecord, _ frequencies: Frequencies) {
    var packing = RecordPacking()
    let count = packing.pack(record)
    view = RecordView(base: .allocate(byteCount: count * 8, alignment: 8))
    packing.copy(to: view.base)
    var reader = Frequencies.Reader(frequencies)
    view.weigh(&reader)
  }

  deinit { view.base.deallocate() }
}

extension PreparedRecord {
  /// Every key of this record, sorted, without repetition.
  public func keys(_ frequencies: Frequencies) -> [MatchKey] {
    let packed = PackedRecord(self, frequencies)
    var maker = KeyMaker()
    withExtendedLifetime(packed) { maker.make(packed.view) }
    return maker.keys
  }
}
