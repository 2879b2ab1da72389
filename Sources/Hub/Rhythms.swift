import Connecting
import Formats
import Foundation
import Model
import Storing
import Synchronization

/// How often something comes on each stream, kept over restarts.
public final class Rhythms: Sendable {
  private struct State {
    var known: [StreamName: Rhythm] = [:]
    var hasChanged = false
  }

  /// Under which the journal keeps them.
  private static let key = "rhythms"

  private let state = Mutex(State())

  /// How something comes on the streams of a connector, by stream.
  public func of(_ connector: String) -> [String: Rhythm] {
    state.withLock { state in
      let own = state.known.filter { $0.key.connector == connector }.map { ($0.key.stream, $0.value) }
      return Dictionary(own, uniquingKeysWith: { first, _ in first })
    }
  }

  /// Something came. Partitions of a stream count together.
  func arrived(_ deliveries: [Delivery], at now: Int64) {
    state.withLock { state in
      var last: StreamName?
      for delivery in deliveries where delivery.stream != last {
        last = delivery.stream
        let stream = StreamName(connector: delivery.stream.connector, stream: delivery.stream.stream)
        state.known[stream, default: Rhythm()].arrived(at: now)
      }
      state.hasChanged = true
    }
  }

  /// The hub has been there until now. To be called at least every five minutes; times between later calls count as a stop.
  /// - Parameter now: microseconds since 1970.
  /// - Parameter isExcepted: streams of which nothing is to be expected now, such as paused ones.
  public func watched(at now: Int64, except isExcepted: (StreamName) -> Bool) {
    state.withLock { state in
      for stream in state.known.keys where !isExcepted(stream) { state.known[stream]?.watched(at: now) }
      state.hasChanged = state.hasChanged || !state.known.isEmpty
    }
  }

  func load(from journal: Journal) throws {
    // What cannot be read is learnt anew.
    guard let bytes = try journal.kept(Self.key), case .object(let object)? = try? JSON.parse(bytes) else { return }
    let known = object.members.compactMap { member -> (StreamName, Rhythm)? in
      let parts = member.name.split(separator: "/", maxSplits: 1).map(String.init)
      guard parts.count == 2, let rhythm = member.value.text.flatMap({ Rhythm(encoded: Array($0.utf8)) }) else { return nil }
      return (StreamName(connector: parts[0], stream: parts[1]), rhythm)
    }
    state.withLock { $0.known = Dictionary(known, uniquingKeysWith: { first, _ in first }) }
  }

  /// Keeps what was learnt since the last call.
  public func save(to journal: Journal) async throws {
    let known = state.withLock { state -> [StreamName: Rhythm]? in
      defer { state.hasChanged = false }
      return state.hasChanged ? state.known : nil
    }
    guard let known else { return }
    let members = known.map {
      (name: "\($0.key.connector)/\($0.key.stream)", value: Value.string(String(decoding: $0.value.encoded, as: UTF8.self)))
    }
    try await journal.keep(CanonicalJSON.bytes(.object(Object(members))), as: Self.key)
  }
}
