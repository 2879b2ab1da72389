/// Tells which files have come to rest: a file is taken once its size and modification time were the same for a while,
/// because whoever writes it does not say when it is complete. A pure state machine; the clock is the caller's.
struct Settling: Sendable {
  private struct Sighting {
    var snapshot: FileSnapshot
    var since: ContinuousClock.Instant
  }

  let duration: Duration
  private var sightings: [String: Sighting] = [:]

  init(duration: Duration) { self.duration = duration }

  /// - Parameter files: everything that lies in the folder now; what is not in it is forgotten.
  /// - Returns: those that have been unchanged for `duration`, in the order given.
  mutating func settled(_ files: [FileSnapshot], now: ContinuousClock.Instant) -> [FileSnapshot] {
    var next: [String: Sighting] = [:]
    var result: [FileSnapshot] = []
    for file in files {
      var sighting = sightings[file.name] ?? Sighting(snapshot: file, since: now)
      if sighting.snapshot != file { sighting = Sighting(snapshot: file, since: now) }
      next[file.name] = sighting
      if now - sighting.since >= duration { result.append(file) }
    }
    sightings = next
    return result
  }
}
