import Configuration
import Connecting
import Hub
import Logging
import Model
import ServiceLifecycle

/// Keeps all sources of the daemon going.
struct SourcesService: Service {
  struct Entry: Sendable {
    var name: String
    var source: any Source
    var streams: [StreamConfiguration]
  }

  let entries: [Entry]
  let hub: Hub

  func run() async throws {
    let stop = StopSignal()
    await withGracefulShutdownHandler {
      await withDiscardingTaskGroup { group in
        for entry in entries {
          group.addTask { await runner(of: entry, stop).run() }
        }
      }
      // A source that cannot work ends alone; the daemon goes on without it, and its status says why.
      await stop.wait()
    } onGracefulShutdown: {
      stop.raise()
    }
  }

  private func runner(of entry: Entry, _ stop: StopSignal) -> Runner<HubSink> {
    let hub = hub
    return Runner(
      entry.source, connector: entry.name, streams: entry.streams, sink: hub.sink, backoff: Backoff(seed: StableHash.of(entry.name)),
      stop: stop, checkpoint: { scope in try await Blocking.run { try hub.journal.checkpoint(scope) } })
  }
}

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
