import Formats
import Model
import Synchronization

/// The conversations of 微信客服. An event says only that there is something (`kf_msg_or_event`, with a `Token` that is good for ten minutes);
/// `kf/sync_msg` gives the messages after a cursor, of the last three days at most. The cursor is the checkpoint, one for each account, and
/// moves in the same commit as the messages that it passed.
struct WeComService: Sendable {
  static let stream = "kf"
  /// People who wrote, as `kf/customer/batchget` knows them.
  static let customerStream = "kf-customers"
  /// Of a hint: the account that has something, and the token of its event.
  static let accountNote = "open_kfid"
  static let tokenNote = "token"

  let connector: String
  let mapping: String?
  let customerMapping: String?
  /// False when the connector file does not ask who wrote.
  let asksCustomers: Bool
  let interface: PlatformInterface
  let digests: Digests
  /// Whose accounts they are: part of the key by which repetitions are recognised.
  let corp: String
  private let recent = RecentNames()
  private let rounds: Rounds

  /// When all accounts were looked at last.
  private final class Rounds: Sendable {
    let last: Mutex<ContinuousClock.Instant?>

    init(_ last: ContinuousClock.Instant?) { self.last = Mutex(last) }
  }

  /// A page without an event's token is limited strictly, so rounds are rare.
  private static let roundPause = Duration.seconds(600)
  private static let pageSize = 1_000
  private static let customerBatch = 100
  /// 95007: the token of the event is too old (a page without it is limited more strictly, and complete).
  private static let staleToken = 95_007

  /// - Parameter lastRound: when all accounts were looked at last; `nil` for never.
  init(
    connector: String, mapping: String?, customerMapping: String?, asksCustomers: Bool, interface: PlatformInterface, digests: Digests,
    corp: String, lastRound: ContinuousClock.Instant? = nil
  ) {
    self.connector = connector
    self.mapping = mapping
    self.customerMapping = customerMapping
    self.asksCustomers = asksCustomers
    self.interface = interface
    self.digests = digests
    self.corp = corp
    rounds = Rounds(lastRound)
  }

  func run(_ run: Run, into sink: some Sink) async throws {
    var tokens: [String: String] = [:]
    for hint in run.hints where hint.stream == Self.stream {
      if let account = hint.notes[Self.accountNote] { tokens[account] = hint.notes[Self.tokenNote] ?? "" }
    }
    for account in tokens.keys.sorted(by: utf8Precedes) where !run.stop.isRaised {
      try await read(account, token: tokens[account] ?? "", run, into: sink)
    }
    try await lookAround(run, into: sink)
  }

  /// Finds what events that were lost would have told.
  private func lookAround(_ run: Run, into sink: some Sink) async throws {
    let now = ContinuousClock.now
    guard !run.stop.isRaised, rounds.last.withLock({ $0 }).map({ now - $0 >= Self.roundPause }) ?? true else { return }
    for account in try await allAccounts(run) where !run.stop.isRaised { try await read(account, token: "", run, into: sink) }
    rounds.last.withLock { $0 = now }
  }

  private func allAccounts(_ run: Run) async throws -> [String] {
    var accounts: [String] = []
    while true {
      let offset = accounts.count
      let page = try await PlatformRefusal.translating { () async throws(PlatformRefusal) in
        try await interface.post("/cgi-bin/kf/account/list", ["offset": .number(Number(offset)), "limit": 100])
      }
      run.heard()
      let names = page.value["account_list"]?.elements.compactMap { $0["open_kfid"]?.text } ?? []
      accounts += names
      if names.count < 100 { return accounts }
    }
  }

  // MARK: One account

  private func read(_ account: String, token: String, _ run: Run, into sink: some Sink) async throws {
    let scope = StreamName(connector: connector, stream: Self.stream, partition: account)
    var cursor = PlatformPlace(try await run.checkpoint(scope))["cursor"] ?? ""
    var token = token
    while !run.stop.isRaised {
      let page: Value
      do throws(PlatformRefusal) {
        page = try await interface.post("/cgi-bin/kf/sync_msg", Self.request(account, cursor, token)).value
      } catch {
        guard error.errcode == Self.staleToken, !token.isEmpty else { throw error.error }
        token = ""
        continue
      }
      run.heard()
      let next = page["next_cursor"]?.text ?? ""
      let messages = page["msg_list"]?.elements ?? []
      let writers = writers(of: messages)
      let deliveries = try await conversation(messages, account) + customers(writers)
      // A page may be empty and yet not be the last one: only has_more says so.
      let place = next.isEmpty ? nil : PlatformPlace([(name: "cursor", value: next)]).checkpoint(scope)
      if !deliveries.isEmpty || place != nil { _ = try await sink.accept(deliveries, checkpoint: place) }
      for writer in writers { recent.note(writer) }
      guard page["has_more"]?.text == "1", !next.isEmpty, next != cursor else { return }
      cursor = next
    }
  }

  private static func request(_ account: String, _ cursor: String, _ token: String) -> Value {
    var request: Object = ["open_kfid": .string(account), "limit": .number(Number(pageSize))]
    if !cursor.isEmpty { request["cursor"] = .string(cursor) }
    if !token.isEmpty { request["token"] = .string(token) }
    return .object(request)
  }

  private func conversation(_ messages: [Value], _ account: String) -> [Delivery] {
    guard !messages.isEmpty else { return [] }
    let body = CanonicalJSON.orderedBytes(["open_kfid": .string(account), "msg_list": .array(messages)])
    return [
      Delivery(
        stream: StreamName(connector: connector, stream: Self.stream, partition: account), body: .bytes(body),
        contentType: MediaType.canonical(.json), origin: "kf/sync_msg", mapping: mapping,
        dedupeKey: digests.sha256(Array(corp.utf8) + [0] + body))
    ]
  }

  /// Who wrote, and has not been asked for lately.
  private func writers(of messages: [Value]) -> [String] {
    guard asksCustomers else { return [] }
    let people = messages.compactMap { ($0["external_userid"] ?? $0["event"]?["external_userid"])?.text }
    return Set(people).filter { !recent.holds($0) }.sorted(by: utf8Precedes)
  }

  /// Accepted together with what they wrote, so that neither is lost.
  private func customers(_ people: [String]) async throws -> [Delivery] {
    var deliveries: [Delivery] = []
    for start in stride(from: 0, to: people.count, by: Self.customerBatch) {
      let batch = people[start..<min(start + Self.customerBatch, people.count)].map { Value.string($0) }
      let answer = try await PlatformRefusal.translating { () async throws(PlatformRefusal) in
        try await interface.post("/cgi-bin/kf/customer/batchget", ["external_userid_list": .array(batch)])
      }
      deliveries.append(
        Delivery(
          stream: StreamName(connector: connector, stream: Self.customerStream), body: .bytes(answer.bytes),
          contentType: MediaType.canonical(.json), origin: "kf/customer/batchget", mapping: customerMapping))
    }
    return deliveries
  }
}
