import Model
import Synchronization

/// What lives from one pass to the next: the connection, the task that waits for mail on it, and mails that would not come. Nothing in it
/// is needed: without it a pass connects anew.
final class IMAPKeeper: Sendable {
  private struct State {
    var session: IMAPSession?
    var waiting: Task<Void, Never>?
    var lastRound: ContinuousClock.Instant?
  }

  let troubles = IMAPTroubles()
  private let state = Mutex(State())

  /// RFC 2177: a server may end IDLE after 30 minutes.
  private static let longestIdle = Duration.seconds(28 * 60)
  /// A connection that ends sooner brings no hint: or else a server that ends each of them would be asked without a pause.
  private static let shortestIdle = Duration.seconds(10)

  deinit { state.withLock { Self.end($0) } }

  private static func end(_ state: State) {
    state.waiting?.cancel()
    state.session?.wire.close()
  }

  func keep(_ session: IMAPSession) { state.withLock { $0.session = session } }

  /// Ends the connection.
  func drop() {
    state.withLock { state in
      Self.end(state)
      state = State()
    }
  }

  /// The connection of the last pass, no longer in IDLE; `nil` when there is none, or none that works.
  func resume() async -> IMAPSession? {
    let (session, waiting) = state.withLock { state in
      defer { (state.session, state.waiting) = (nil, nil) }
      return (state.session, state.waiting)
    }
    waiting?.cancel()
    await waiting?.value
    guard let session, await session.isUsable else { return nil }
    do throws(IMAPFailure) {
      try await session.endIdling()
      // A connection that is half dead answers nothing.
      try await session.perform(.noop)
    } catch {
      await session.close()
      return nil
    }
    keep(session)
    return session
  }

  func isRoundDue(every pause: Duration) -> Bool {
    state.withLock { state in state.lastRound.map { ContinuousClock.now - $0 >= pause * 9 / 10 } ?? true }
  }

  func noteRound() { state.withLock { $0.lastRound = .now } }

  /// Waits on the connection until there is mail, and says so; also when the connection ends, since nobody would hear of mail then.
  func idle(until stop: StopSignal, tell: @escaping @Sendable () -> Void) {
    state.withLock { state in
      guard let session = state.session else { return }
      state.waiting = Task {
        let stopping = Task {
          await stop.wait()
          if stop.isRaised { await session.close() }
        }
        defer { stopping.cancel() }
        let start = ContinuousClock.now
        do throws(IMAPFailure) {
          if try await session.waitForMail(atMost: Self.longestIdle) { tell() }
        } catch {
          if !stop.isRaised, ContinuousClock.now - start >= Self.shortestIdle { tell() }
        }
      }
    }
  }
}

/// Mails whose content would not come, by folder, UIDVALIDITY and UID, and how often. One that ends every connection must not keep the
/// others from being read.
final class IMAPTroubles: Sendable {
  struct Name: Hashable, Sendable {
    var folder: String
    var validity: UInt32
    var uid: UInt32
  }

  private let counts = Mutex<[Name: Int]>([:])

  /// More than this is no matter of single mails.
  private static let capacity = 1_000
  /// A network that fails strikes any mail, so it takes many times until a mail is given up.
  private static let patience = 6

  func note(_ names: [Name]) {
    counts.withLock { counts in
      if counts.count > Self.capacity { counts = [:] }
      for name in names { counts[name, default: 0] += 1 }
    }
  }

  func forget(_ names: [Name]) {
    counts.withLock { counts in
      guard !counts.isEmpty else { return }
      for name in names { counts[name] = nil }
    }
  }

  /// Whether a mail is to be fetched alone.
  func isKnown(_ name: Name) -> Bool { counts.withLock { $0[name] != nil } }

  func isHopeless(_ name: Name) -> Bool { counts.withLock { $0[name, default: 0] >= Self.patience } }
}
