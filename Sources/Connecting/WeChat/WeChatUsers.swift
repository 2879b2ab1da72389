import Model
import Synchronization

/// Who follows an official account: the details of those about whom a hint came, and now and then of everybody.
///
/// One follower is asked for by `user/info`, many by `user/info/batchget`, 100 at a time; `user/get` lists 10,000 a page. Since the end of
/// 2021 these give neither nickname nor portrait, but the union id and what colleagues wrote (docs/wechat.md).
struct WeChatUsers: Sendable {
  static let stream = "users"
  /// Of a hint: whose details are wanted.
  static let openIDNote = "openid"

  let connector: String
  let mapping: String?
  let interface: PlatformInterface
  /// How long a complete reading of all followers stays good.
  let refresh: Duration
  /// Microseconds since 1970.
  let clock: @Sendable () -> Int64
  private let isUnfinished = Unfinished()

  private final class Unfinished: Sendable {
    let flag = Mutex(false)
  }

  init(
    connector: String, mapping: String?, interface: PlatformInterface, refresh: Duration, clock: @escaping @Sendable () -> Int64
  ) {
    self.connector = connector
    self.mapping = mapping
    self.interface = interface
    self.refresh = refresh
    self.clock = clock
  }

  private static let batchSize = 100
  private static let unknownUser = 40_003

  /// A page of a complete reading is one pass, so that hints never wait for all of it.
  var pause: Duration { isUnfinished.flag.withLock { $0 } ? .seconds(1) : min(refresh, .seconds(300)) }

  func run(_ run: Run, into sink: some Sink) async throws {
    let asked = run.hints.filter { $0.stream == Self.stream }.compactMap { $0.notes[Self.openIDNote] }
    try await deliver(Array(Set(asked)).sorted(by: utf8Precedes), run, into: sink)
    try await sweep(run, into: sink)
  }

  // MARK: All followers

  private func sweep(_ run: Run, into sink: some Sink) async throws {
    let scope = StreamName(connector: connector, stream: Self.stream)
    let place = PlatformPlace(try await run.checkpoint(scope))
    if place.isFresh(now: clock(), span: refresh) { return isUnfinished.flag.withLock { $0 = false } }
    guard !run.stop.isRaised else { return }
    let page = try await PlatformRefusal.translating { () async throws(PlatformRefusal) in
      try await interface.get("/cgi-bin/user/get", place.after.map { [NamedValue("next_openid", $0)] } ?? [])
    }
    run.heard()
    let openIDs = page.value["data"]?["openid"]?.elements.compactMap(\.text) ?? []
    guard try await deliver(openIDs, run, into: sink) else { return }
    let next = page.value["next_openid"]?.text ?? ""
    let isLast = openIDs.isEmpty || next.isEmpty || next == place.after
    let reached = isLast ? PlatformPlace.ended(clock()) : .after(next)
    _ = try await sink.accept([], checkpoint: reached.checkpoint(scope))
    isUnfinished.flag.withLock { $0 = !isLast }
  }

  // MARK: Details

  /// - Returns: false when it was stopped on the way.
  @discardableResult
  private func deliver(_ openIDs: [String], _ run: Run, into sink: some Sink) async throws -> Bool {
    for start in stride(from: 0, to: openIDs.count, by: Self.batchSize) {
      guard !run.stop.isRaised else { return false }
      let bodies = try await details(Array(openIDs[start..<min(start + Self.batchSize, openIDs.count)]))
      // Without a key for repetitions: somebody may look again as he did before, and that is news.
      let deliveries = bodies.map { body in
        Delivery(
          stream: StreamName(connector: connector, stream: Self.stream), body: .bytes(body), contentType: MediaType.canonical(.json),
          origin: "user/info", mapping: mapping)
      }
      if !deliveries.isEmpty { _ = try await sink.accept(deliveries, checkpoint: nil) }
    }
    return true
  }

  private func details(_ openIDs: [String]) async throws -> [Bytes] {
    if openIDs.count == 1 { return try await detail(openIDs[0]).map { [$0] } ?? [] }
    let people = openIDs.map { Value.object(["openid": .string($0), "lang": "zh_CN"]) }
    do throws(PlatformRefusal) {
      return [try await interface.post("/cgi-bin/user/info/batchget", ["user_list": .array(people)]).bytes]
    } catch {
      guard error.errcode == Self.unknownUser else { throw error.error }
    }
    // One who is unknown must not hide the others.
    var bodies: [Bytes] = []
    for openID in openIDs {
      if let body = try await detail(openID) { bodies.append(body) }
    }
    return bodies
  }

  /// `nil` for somebody whom the platform does not know.
  private func detail(_ openID: String) async throws -> Bytes? {
    do throws(PlatformRefusal) {
      return try await interface.get("/cgi-bin/user/info", [NamedValue("openid", openID), NamedValue("lang", "zh_CN")]).bytes
    } catch {
      guard error.errcode == Self.unknownUser else { throw error.error }
      return nil
    }
  }
}
