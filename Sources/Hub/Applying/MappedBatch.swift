import Dispatch
import Model
import Storing

/// The next deliveries of every connector, read and mapped: what one transaction applies.
struct MappedBatch: Sendable {
  let settings: Hub.Settings
  let deliveries: [(delivery: JournaledDelivery, decoded: Decoded)]
  /// By connector, the last position of this batch or of one before.
  let through: [String: Int64]
  /// True when more is waiting than one transaction takes.
  let isCut: Bool

  /// What one lane may bring into one transaction: large enough to share an fsync, small enough that a stock push behind
  /// a bulk import is answered in a fraction of a second.
  private static let laneBytes = 512 << 10
  private static let laneDeliveries = 2_048

  /// - Parameter applied: by connector, the last position that was taken before.
  init(after applied: [String: Int64], of journal: Journal, by settings: LiveSettings) throws {
    var (taken, through, isCut) = ([JournaledDelivery](), applied, false)
    for (connector, head) in try journal.heads().sorted(by: { $0.key < $1.key }) where head > applied[connector] ?? 0 {
      let lane = try journal.read(
        connector: connector, after: applied[connector] ?? 0, maxCount: Self.laneDeliveries, maxBytes: Self.laneBytes)
      taken += lane
      through[connector] = lane.last?.position ?? applied[connector]
      isCut = isCut || through[connector] ?? 0 < head
    }
    // Read once a batch, so that a delivery is mapped wholly by one configuration; and after the deliveries, so that what was
    // accepted after a reload is never mapped by the configuration before it.
    let current = settings.current
    let decoder = DeliveryDecoder(catalog: current.catalog)
    self.settings = current
    deliveries = taken.map { ($0, decoder.decode($0)) }
    self.through = through
    self.isCut = isCut
  }
}

/// A batch that is made on another thread while the one before it is written.
final class BatchAhead: @unchecked Sendable {
  // `@unchecked`: `result` is written before `made` is signalled, and read after.
  private let made = DispatchSemaphore(value: 0)
  private var result: Result<MappedBatch, any Error>?

  init(_ make: @escaping @Sendable () throws -> MappedBatch) {
    DispatchQueue.global(qos: .userInitiated).async { [self] in
      result = Result(catching: make)
      made.signal()
    }
  }

  /// Blocks until it is made; to be called once.
  func take() -> Result<MappedBatch, any Error>? {
    made.wait()
    return result
  }
}
