import Model
import Synchronization

@testable import Connecting

/// A mail server in memory: answers each line of its client as the test says. It says nothing by itself until it is told to.
final class PlayedMailServer: IMAPWire {
  private struct State {
    var lines: [String] = []
    var waiting: Bytes = []
    var isClosed = false
    /// Raised when there is something to read; a new one after each reading.
    var arrival = StopSignal()
  }

  let host = "mail.example"
  private let state = Mutex(State())
  /// `TAG` in an answer is that of the command. `nil`: the server says nothing.
  private let answer: @Sendable (_ command: String) -> String?

  init(_ answer: @escaping @Sendable (_ command: String) -> String?) { self.answer = answer }

  /// What the client said, without tags.
  var lines: [String] { state.withLock { $0.lines } }
  var isClosed: Bool { state.withLock { $0.isClosed } }

  func say(_ text: String) {
    let arrival = state.withLock { state in
      state.waiting += text.utf8
      return state.arrival
    }
    arrival.raise()
  }

  func send(_ bytes: Bytes, within limit: Duration) async throws(IMAPFailure) {
    if isClosed { throw .closed(host) }
    let line = String(decoding: bytes.dropLast(2), as: UTF8.self)
    let words = line.split(separator: " ", maxSplits: 1)
    let hasTag = words.count == 2 && words[0].hasPrefix("k") && words[0].contains("x")
    let command = hasTag ? String(words[1]) : line
    let tag = state.withLock { state in
      state.lines.append(command)
      return hasTag ? String(words[0]) : ""
    }
    if let text = answer(command) { say(text.replacing("TAG", with: tag)) }
  }

  func receive(within limit: Duration) async throws(IMAPFailure) -> Bytes {
    let deadline = ContinuousClock.now + limit
    while true {
      let (bytes, isClosed) = state.withLock { state in
        defer {
          state.waiting = []
          state.arrival = StopSignal()
        }
        return (state.waiting, state.isClosed)
      }
      if !bytes.isEmpty { return bytes }
      if isClosed { throw .closed(host) }
      if Task.isCancelled { throw .cancelled(host) }
      if deadline <= .now { throw .timeout(host, "reading") }
      let next = state.withLock { $0.waiting.isEmpty && !$0.isClosed ? $0.arrival : nil }
      await next?.sleep(for: deadline - .now)
    }
  }

  /// Ends the connection, as either side does.
  func close() {
    let arrival = state.withLock { state in
      state.isClosed = true
      return state.arrival
    }
    arrival.raise()
  }
}
