import Model

/// The access token of one app: asked for when it is needed first, renewed before it ends, and asked for once however many callers wait for
/// it. It lives in memory only, and nothing that is written down names it.
actor AccessTokens {
  /// What the platform gave.
  struct Grant: Sendable {
    var token: String
    var lifetime: Duration
    /// The platform's clock in seconds since 1970, when its answer said so.
    var date: Int?
  }

  /// - Parameter isForced: asks for another token, although the platform takes the present one to be good.
  typealias Fetch = @Sendable (_ isForced: Bool) async throws(PlatformRefusal) -> Grant

  private struct Held {
    var grant: Grant
    var renewal: ContinuousClock.Instant
  }

  private let fetch: Fetch
  private let now: @Sendable () -> ContinuousClock.Instant
  private var held: Held?
  private var underWay: Task<Result<Grant, PlatformRefusal>, Never>?
  private var lastForce: ContinuousClock.Instant?

  /// The platform gives the next token that long before the present one ends, and both are good meanwhile (getStableAccessToken).
  private static let margin = Duration.seconds(300)
  /// WeChat forces 20 times a day at most.
  private static let forcePause = Duration.seconds(2 * 3_600)

  init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }, fetch: @escaping Fetch) {
    self.now = now
    self.fetch = fetch
  }

  func current() async throws(PlatformRefusal) -> String {
    if let held, now() < held.renewal { return held.grant.token }
    return try await asked(isForced: false).token
  }

  /// A token that takes the place of `stale`, which the platform has just refused.
  func renewed(after stale: String) async throws(PlatformRefusal) -> String {
    if let held, held.grant.token != stale, now() < held.renewal { return held.grant.token }
    held = nil
    let next = try await asked(isForced: false).token
    guard next == stale, lastForce.map({ now() - $0 > Self.forcePause }) ?? true else { return next }
    lastForce = now()
    return try await asked(isForced: true).token
  }

  /// Asks the platform in any case.
  func fresh() async throws(PlatformRefusal) -> Grant { try await asked(isForced: false) }

  private func asked(isForced: Bool) async throws(PlatformRefusal) -> Grant {
    // Whoever comes while somebody asks gets the same answer.
    if let underWay { return try await underWay.value.get() }
    let task = Task { await self.ask(isForced: isForced) }
    underWay = task
    return try await task.value.get()
  }

  private func ask(isForced: Bool) async -> Result<Grant, PlatformRefusal> {
    defer { underWay = nil }
    do throws(PlatformRefusal) {
      let grant = try await fetch(isForced)
      // A token that lives for less than the margin would be renewed at every call.
      held = Held(grant: grant, renewal: now() + max(grant.lifetime - Self.margin, grant.lifetime / 2))
      return .success(grant)
    } catch {
      return .failure(error)
    }
  }
}
