import Connecting
import Foundation
import Hub
import Logging
import Model
import ServiceLifecycle
import UnixSignals

/// Makes decisions expire when their time has come: matching itself reads no clock.
struct ExpiryService: Service {
  let hub: Hub
  let logger: Logger
  var interval = Duration.seconds(30)

  func run() async throws {
    let stop = StopSignal()
    await withGracefulShutdownHandler {
      while await stop.sleep(for: interval) {
        do {
          try await hub.expireDecisions()
        } catch {
          logger.error("decisions could not be looked through for expired ones", metadata: ["error": "\(error)"])
        }
      }
    } onGracefulShutdown: {
      stop.raise()
    }
  }
}

/// Reloads on SIGHUP. What is refused stands in the log.
struct HangupService: Service {
  /// Made before the daemon says that it listens: until then the signal ends the process.
  let signals: UnixSignalsSequence
  let reloader: Reloader

  func run() async throws {
    for await _ in signals.cancelOnGracefulShutdown() { _ = try? await reloader.reload(because: "SIGHUP") }
  }
}

/// Reloads when a file of the home changes. It looks at the files' times and sizes, which works on every file system, network
/// shares included. What is refused stands in the log.
struct WatchService: Service {
  let reloader: Reloader
  var interval = Duration.milliseconds(500)

  func run() async throws {
    let stop = StopSignal()
    await withGracefulShutdownHandler {
      var seen: FileStamps?
      while await stop.sleep(for: interval) {
        let read = await reloader.stamps
        let now = read.now
        // Files that somebody is still writing are left until they rest.
        if now != read, now == seen { _ = try? await reloader.reload(because: "files changed") }
        seen = now
      }
    } onGracefulShutdown: {
      stop.raise()
    }
  }
}
