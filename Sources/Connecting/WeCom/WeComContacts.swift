import Formats
import Model
import Synchronization

/// The customers of WeCom's 客户联系: those about whom a hint came, and now and then everybody.
///
/// `externalcontact/get` gives one customer with the colleagues who know them, 500 a page (developer.work.weixin.qq.com, 获取客户详情); the pages
/// become one. All are found colleague by colleague: `get_follow_user_list`, then `externalcontact/list` of each.
struct WeComContacts: Sendable {
  static let stream = "contacts"
  /// Of a hint: whose details are wanted.
  static let contactNote = "external_userid"

  let connector: String
  let mapping: String?
  let interface: PlatformInterface
  /// How long a complete reading of all customers stays good.
  let refresh: Duration
  /// Microseconds since 1970.
  let clock: @Sendable () -> Int64
  let progress = WeComProgress()

  /// Calls at the same time.
  private static let width = 4
  /// Pages of one customer's colleagues; nobody has as many.
  private static let maximumPages = 100
  /// 40096: no such customer; 84061: no colleague knows the customer (any more) (全局错误码).
  private static let unknownContact: Set<Int> = [40_096, 84_061]

  func run(_ run: Run, into sink: some Sink) async throws {
    let asked = run.hints.filter { $0.stream == Self.stream }.compactMap { $0.notes[Self.contactNote] }
    try await deliver(Array(Set(asked)).sorted(by: utf8Precedes), run, into: sink)
    try await sweep(run, into: sink)
  }

  /// The customers of one colleague are one pass, so that hints never wait for all of it.
  private func sweep(_ run: Run, into sink: some Sink) async throws {
    let scope = StreamName(connector: connector, stream: Self.stream)
    let place = PlatformPlace(try await run.checkpoint(scope))
    if place.isFresh(now: clock(), span: refresh) { return progress.isUnfinished = false }
    guard !run.stop.isRaised else { return }
    let colleagues = try await names("/cgi-bin/externalcontact/get_follow_user_list", [], "follow_user")
    run.heard()
    let left = colleagues.sorted(by: utf8Precedes).filter { name in place.after.map { utf8Precedes($0, name) } ?? true }
    guard let colleague = left.first else { return try await finish(scope, into: sink) }
    let contacts = try await names("/cgi-bin/externalcontact/list", [NamedValue("userid", colleague)], "external_userid")
    guard try await deliver(contacts, run, into: sink) else { return }
    if left.count == 1 { return try await finish(scope, into: sink) }
    _ = try await sink.accept([], checkpoint: PlatformPlace.after(colleague).checkpoint(scope))
    progress.isUnfinished = true
  }

  private func finish(_ scope: StreamName, into sink: some Sink) async throws {
    _ = try await sink.accept([], checkpoint: PlatformPlace.ended(clock()).checkpoint(scope))
    progress.isUnfinished = false
  }

  /// A list of names below `member`; none when the platform knows none.
  private func names(_ path: String, _ query: [NamedValue], _ member: String) async throws -> [String] {
    do throws(PlatformRefusal) {
      return try await interface.get(path, query).value[member]?.elements.compactMap(\.text) ?? []
    } catch {
      guard let errcode = error.errcode, Self.unknownContact.contains(errcode) else { throw error.error }
      return []
    }
  }

  // MARK: Details

  /// - Returns: false when it was stopped on the way.
  @discardableResult
  private func deliver(_ contacts: [String], _ run: Run, into sink: some Sink) async throws -> Bool {
    for start in stride(from: 0, to: contacts.count, by: Self.width) {
      guard !run.stop.isRaised else { return false }
      let bodies = try await withThrowingTaskGroup(of: Bytes?.self) { group in
        for contact in contacts[start..<min(start + Self.width, contacts.count)] { group.addTask { try await detail(contact) } }
        return try await group.reduce(into: [Bytes]()) { bodies, body in if let body { bodies.append(body) } }
      }
      // Without a key for repetitions: a remark may become what it was before, and that is news.
      let deliveries = bodies.map { body in
        Delivery(
          stream: StreamName(connector: connector, stream: Self.stream), body: .bytes(body), contentType: MediaType.canonical(.json),
          origin: "externalcontact/get", mapping: mapping)
      }
      if !deliveries.isEmpty { _ = try await sink.accept(deliveries, checkpoint: nil) }
    }
    return true
  }

  /// One customer with all colleagues; `nil` for one whom nobody knows any more.
  private func detail(_ contact: String) async throws -> Bytes? {
    var merged: Object?
    var colleagues: [Value] = []
    var cursor = ""
    for _ in 0..<Self.maximumPages {
      let query = [NamedValue("external_userid", contact)] + (cursor.isEmpty ? [] : [NamedValue("cursor", cursor)])
      let page: Value
      do throws(PlatformRefusal) {
        page = try await interface.get("/cgi-bin/externalcontact/get", query).value
      } catch {
        guard let errcode = error.errcode, Self.unknownContact.contains(errcode) else { throw error.error }
        return nil
      }
      if case .object(let object) = page, merged == nil { merged = object }
      colleagues += page["follow_user"]?.elements ?? []
      let next = page["next_cursor"]?.text ?? ""
      if next.isEmpty || next == cursor { break }
      cursor = next
    }
    merged?["next_cursor"] = nil
    merged?["follow_user"] = .array(colleagues)
    return merged.map { CanonicalJSON.orderedBytes(.object($0)) }
  }
}

/// Whether a complete reading is under way.
final class WeComProgress: Sendable {
  private let flag = Mutex(false)

  var isUnfinished: Bool {
    get { flag.withLock { $0 } }
    set { flag.withLock { $0 = newValue } }
  }
}
