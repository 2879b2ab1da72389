import Connecting
import Dispatch
import Foundation
import Hub
import Logging
import Model
import ServiceLifecycle

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

/// SIGHUP, caught from the moment this is made: without that it would end the process.
final class HangupSignal: @unchecked Sendable {
  // `@unchecked`: the source is set up once and only cancelled after that.
  let signals: AsyncStream<Void>
  fileprivate let continuation: AsyncStream<Void>.Continuation
  private let source: any DispatchSourceSignal

  init() {
    // Several that come while one is worked on are one.
    let (signals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    (self.signals, self.continuation) = (signals, continuation)
    signal(SIGHUP, SIG_IGN)
    source = DispatchSource.makeSignalSource(signal: SIGHUP)
    source.setEventHandler { continuation.yield() }
    source.resume()
  }

  deinit { source.cancel() }
}

/// Reloads on SIGHUP. What is refused stands in the log.
struct HangupService: Service {
  let signal: HangupSignal
  let reloader: Reloader

  func run() async throws {
    await withGracefulShutdownHandler {
      for await _ in signal.signals { _ = try? await reloader.reload(because: "SIGHUP") }
    } onGracefulShutdown: {
      signal.continuation.finish()
    }
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
