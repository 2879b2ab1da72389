import Model
import Synchronization

/// The settings that a hub works by, replaced as a whole: who reads them once has one configuration, not parts of two.
final class LiveSettings: Sendable {
  private let kept: Mutex<Hub.Settings>

  init(_ settings: Hub.Settings) { kept = Mutex(settings) }

  var current: Hub.Settings { kept.withLock { $0 } }

  /// - Throws: `restart-needed` when other records would be one customer, or other values survive, by the new settings: the
  ///   customers that are there would have to be worked out anew.
  func replace(_ settings: Hub.Settings) throws(Fault) {
    let isTaken = kept.withLock { kept in
      guard kept.digest == settings.digest else { return false }
      kept = settings
      return true
    }
    if !isTaken {
      throw Fault("restart-needed", "The new settings make other customers of the same records.", hint: "Restart the daemon.")
    }
  }
}
