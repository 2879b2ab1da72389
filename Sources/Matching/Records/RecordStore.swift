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
  /// By length in words: the first free place, whose first word is the next one.
  private var free: [Place] = []
  private static let none: Place = .max
  private let memory: Chunks

  /// - Parameter usesLargePages: for a store that is read in no order.
  public init(usesLargePages: Bool = false) {
    table = .allocate(capacity: tableSize)
    memory = Chunks(size: Self.chunkWords * 8, usesLargePages: usesLargePages)
  }

  deinit {
    table.deallocate()
  }

  @inline(__always)
  subscript(_ place: Place) -> RecordView {
    RecordView(base: table[Int(place >> Self.chunkShift)] + Int(place & UInt32(Self.chunkWords - 1)) &* 8)
  }

  /// Asks for the first lines of a record that is to be read soon.
  @inline(__always)
  func fetch(_ place: Place) {
    self[place].prefetch()
  }

  /// Bytes of memory taken from the system.
  public var byteCount: Int { chunks.count * Self.chunkWords * 8 }

  // MARK: Writing

  /// Appends a record without rarities (``RecordView/weigh(_:)``).
  public func append(_ record: PreparedRecord) -> Place { record.withView { append(copyOf: $0) } }

  func append(_ draft: borrowing RecordDraft) -> Place {
    let size = RecordSize(draft)
    let place = room(for: size.wordCount)
    draft.write(size, to: self[place].base)
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
    while free.count <= count { free.append(Self.none) }
    view.base.storeBytes(of: UInt64(free[count]), as: UInt64.self)
    free[count] = place
  }

  private func room(for count: Int) -> Place {
    if count < free.count, free[count] != Self.none {
      let place = free[count]
      free[count] = Place(truncatingIfNeeded: self[place].base.load(as: UInt64.self))
      return place
    }
    if used + count > Self.chunkWords { addChunk() }
    defer { used += count }
    return Place((chunks.count - 1) * Self.chunkWords + used)
  }

  private func addChunk() {
    add(memory.next())
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

  // MARK: Images

  func write(to image: inout IndexImageWriter) {
    image.add(chunks.count)
    image.add(used)
    image.add(free.count)
    for place in free { image.add(UInt64(place)) }
    image.add(
      part: chunks.enumerated().map { place, chunk in
        UnsafeRawBufferPointer(start: chunk, count: (place + 1 == chunks.count ? used : Self.chunkWords) * 8)
      })
  }

  /// To be called on a store without records.
  func read(from image: inout IndexImageReader) -> Bool {
    guard let count = image.next(below: 1 << 20), let used = image.next(below: Self.chunkWords + 1), let frees = image.next(below: 1 << 20)
    else { return false }
    for _ in 0..<frees {
      guard let place = image.next() else { return false }
      free.append(Place(truncatingIfNeeded: place))
    }
    guard count > 0 else { return true }
    guard image.canHold((count - 1) * Self.chunkWords * 8) else { return false }
    for _ in 0..<count { addChunk() }
    self.used = used
    return image.nextPart(
      to: chunks.enumerated().map { place, chunk in
        UnsafeMutableRawBufferPointer(start: chunk, count: (place + 1 == count ? used : Self.chunkWords) * 8)
      })
  }

  /// Takes over the chunks of another store, which is empty afterwards.
  /// - Returns: what to add to the places of its records.
  public func takeOver(_ other: RecordStore) -> Place {
    let offset = Place(chunks.count * Self.chunkWords)
    for chunk in other.chunks { add(chunk) }
    used = other.chunks.isEmpty ? used : other.used
    other.chunks = []
    memory.takeOver(other.memory)
    other.used = Self.chunkWords
    return offset
  }
}

/// One record by itself, with its rarities.
final class PackedRecord: @unchecked Sendable {
  let view: RecordView

  init(_ record: PreparedRecord, _ frequencies: Frequencies) {
    view = record.withView { own in
      let base = UnsafeMutableRawPointer.allocate(byteCount: own.byteCount, alignment: 8)
      base.copyMemory(from: own.base, byteCount: own.byteCount)
      return RecordView(base: base)
    }
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
