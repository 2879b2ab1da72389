import Formats
import Model

/// How far a source has read an interface: a small JSON object in the checkpoint.
struct PlatformPlace: Equatable {
  private var object: Object

  init(_ members: [(name: String, value: String)] = []) { object = Object(members.map { ($0.name, .string($0.value)) }) }

  /// What cannot be read counts as nothing: then the reading starts over.
  init(_ checkpoint: Checkpoint?) {
    let value = checkpoint.flatMap { try? JSON.parse($0.value) }
    if case .object(let object)? = value { self.object = object } else { object = Object() }
  }

  subscript(_ name: String) -> String? { object[name]?.text }

  func checkpoint(_ scope: StreamName) -> Checkpoint { Checkpoint(scope: scope, value: CanonicalJSON.orderedBytes(.object(object))) }
}

extension PlatformPlace {
  /// Of a complete reading: the last one that was read, while it is under way.
  static func after(_ name: String) -> PlatformPlace { PlatformPlace([(name: "after", value: name)]) }
  /// Of a complete reading: when it ended, in microseconds since 1970.
  static func ended(_ time: Int64) -> PlatformPlace { PlatformPlace([(name: "ended", value: String(time))]) }

  var after: String? { self["after"] }

  /// True when a complete reading ended less than `span` ago.
  func isFresh(now: Int64, span: Duration) -> Bool {
    guard after == nil, let ended = self["ended"].flatMap({ Int64($0) }) else { return false }
    return now - ended < span.components.seconds * 1_000_000
  }
}

extension PlatformRefusal {
  /// Runs a call of an interface for a source, which throws what the runner understands.
  static func translating<T>(_ call: () async throws(PlatformRefusal) -> T) async throws(SourceError) -> T {
    do throws(PlatformRefusal) {
      return try await call()
    } catch {
      throw error.error
    }
  }
}
