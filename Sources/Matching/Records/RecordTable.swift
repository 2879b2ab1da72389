/// The records of a table, by number.
///
/// Reading from several threads is fine while nobody appends or weighs.
public final class RecordTable: @unchecked Sendable {
  private let store = RecordStore(usesLargePages: true)
  private var places: [RecordStore.Place] = []

  public init() {}

  public var count: Int { places.count }

  subscript(_ number: Int) -> RecordView { store[places[number]] }

  public func append(_ record: PreparedRecord) { places.append(store.append(record)) }

  func append(_ draft: borrowing RecordDraft) { places.append(store.append(draft)) }

  /// Appends the records of another table, which is empty afterwards.
  public func append(takingFrom other: RecordTable) {
    let offset = store.takeOver(other.store)
    places += other.places.map { $0 + offset }
    other.places = []
  }

  /// A source that holds every customer only once: two of its records are never one customer.
  /// - Parameter source: 1 up to 255.
  public func declareUnique(_ number: Int, source: UInt8) {
    let base = self[number].base.assumingMemoryBound(to: RecordLayout.Header.self)
    base.pointee.uniqueSource = source
    base.pointee.uniquePlace = UInt32(number)
  }

  /// Bytes that the records take.
  public var byteCount: Int { store.byteCount + places.capacity * MemoryLayout<RecordStore.Place>.stride }

  /// Counts the values of all records.
  public func count(into frequencies: inout Frequencies, threads: Int) {
    let parts = Workers(threads).map(count) { range in
      var counts = Frequencies()
      for number in range { self[number].count(into: &counts) }
      return counts
    }
    frequencies.add(parts, Workers(threads))
  }

  /// Fills in how rare the values are.
  public func weigh(by frequencies: Frequencies, threads: Int) {
    _ = Workers(threads).map(count) { range in
      var reader = Frequencies.Reader(frequencies)
      for number in range { self[number].weigh(&reader) }
    }
  }
}
