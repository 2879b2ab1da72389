import CCurl
import Foundation
import Model
import Synchronization

/// A connection to a mail server through libcurl, with a thread of its own: nobody waits for the network but that thread.
///
/// libcurl connects, speaks TLS and STARTTLS (`CURLOPT_CONNECT_ONLY` with an `imap` address and no user does exactly that), then hands the
/// bytes over (curl.se/libcurl/c/curl_easy_recv.html). The login is ours: libcurl says of a refused one only that it was refused, and
/// whether the password is wrong or there are too many connections makes all the difference (docs/decisions/0013-imap.md).
///
/// `@unchecked Sendable`: libcurl's handles belong to the thread; the rest is behind the lock.
final class CurlWire: IMAPWire, @unchecked Sendable {
  private enum Job {
    case connect
    case send(Bytes)
    case receive
  }

  private struct Order {
    var job: Job
    var deadline: ContinuousClock.Instant
    var tell: @Sendable (Result<Bytes, IMAPFailure>) -> Void
    var isCancelled = false
  }

  private struct State {
    var order: Order?
    var isClosed = false
    /// `nil` when the thread has ended.
    var multi: UnsafeMutableRawPointer?
  }

  let host: String
  private let place: IMAPPlace
  private let state = Mutex(State())

  // Of the thread.
  private var handle: UnsafeMutableRawPointer?
  private var isConnected = false
  private var sent = 0
  private let reason = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  /// What is given on at once, at most.
  private static let chunk = 256 << 10

  private init(_ place: IMAPPlace) {
    self.place = place
    host = place.text
    reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit { reason.deallocate() }

  /// Connects, with TLS as the place says; libcurl has then read the server's greeting and its capabilities.
  static func open(_ place: IMAPPlace, within limit: Duration) async throws(IMAPFailure) -> CurlWire {
    let wire = CurlWire(place)
    let isReady = wire.state.withLock { state in
      state.multi = CurlLoop.isInitialised ? curl_multi_init() : nil
      return state.multi != nil
    }
    guard isReady else { throw IMAPFailure(Fault("imap-unreachable", "libcurl has no memory for a connection.")) }
    let thread = Thread { wire.run() }
    thread.name = "kindred-imap"
    thread.start()
    do throws(IMAPFailure) {
      _ = try await wire.perform(.connect, within: limit)
    } catch {
      wire.close()
      throw error
    }
    return wire
  }

  func send(_ bytes: Bytes, within limit: Duration) async throws(IMAPFailure) { _ = try await perform(.send(bytes), within: limit) }

  func receive(within limit: Duration) async throws(IMAPFailure) -> Bytes { try await perform(.receive, within: limit) }

  func close() {
    state.withLock { state in
      state.isClosed = true
      wake(state)
    }
  }

  private func wake(_ state: State) {
    if let multi = state.multi { curl_multi_wakeup(multi) }
  }

  private func perform(_ job: Job, within limit: Duration) async throws(IMAPFailure) -> Bytes {
    let deadline = ContinuousClock.now + limit
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        place(Order(job: job, deadline: deadline) { continuation.resume(returning: $0) })
      }
    } onCancel: {
      state.withLock { state in
        state.order?.isCancelled = true
        wake(state)
      }
    }
    return try result.get()
  }

  private func place(_ order: Order) {
    let isTaken = state.withLock { state in
      guard !state.isClosed, state.multi != nil, state.order == nil else { return false }
      state.order = order
      // A cancellation that came before this line found no order.
      if Task.isCancelled { state.order?.isCancelled = true }
      wake(state)
      return true
    }
    if !isTaken { order.tell(.failure(.closed(host))) }
  }

  // MARK: On the thread

  private func run() {
    guard let multi = state.withLock({ $0.multi }) else { return }
    while true {
      let (order, isClosed) = state.withLock { ($0.order, $0.isClosed) }
      if isClosed { break }
      guard let order else {
        curl_multi_poll(multi, nil, 0, Self.longestSleep, nil)
        continue
      }
      if let result = step(order, multi) { finish(result) }
    }
    finish(.failure(.closed(host)))
    if let handle {
      curl_multi_remove_handle(multi, handle)
      curl_easy_cleanup(handle)
    }
    // Behind the lock: whoever wakes the thread must not find a handle that is gone.
    state.withLock { state in
      state.multi = nil
      curl_multi_cleanup(multi)
    }
  }

  private static let longestSleep: Int32 = 60_000

  private func finish(_ result: Result<Bytes, IMAPFailure>) {
    let order = state.withLock { state in
      defer { state.order = nil }
      return state.order
    }
    sent = 0
    order?.tell(result)
  }

  /// Does what can be done without waiting, then waits for the network, a cancellation or the deadline.
  /// - Returns: how the order ended; `nil` when it goes on.
  private func step(_ order: Order, _ multi: UnsafeMutableRawPointer) -> Result<Bytes, IMAPFailure>? {
    if let result = attempt(order.job, multi) { return result }
    if order.isCancelled { return .failure(.cancelled(host)) }
    let left = order.deadline - .now
    guard left > .zero else { return .failure(.timeout(host, Self.name(order.job))) }
    wait(multi, for: order.job, atMost: left)
    return nil
  }

  private static func name(_ job: Job) -> String {
    switch job {
    case .connect: "connecting"
    case .send: "sending"
    case .receive: "reading"
    }
  }

  private func wait(_ multi: UnsafeMutableRawPointer, for job: Job, atMost left: Duration) {
    let limit = Int32(clamping: min(left.milliseconds, Int(Self.longestSleep)))
    var socket = CURL_SOCKET_BAD
    guard isConnected, let handle, kindred_curl_get_socket(handle, &socket) == CURLE_OK, socket != CURL_SOCKET_BAD else {
      curl_multi_poll(multi, nil, 0, limit, nil)
      return
    }
    var waiting = curl_waitfd()
    waiting.fd = socket
    // TLS may have to read before it can go on writing.
    waiting.events = Int16(CURL_WAIT_POLLIN)
    if case .send = job { waiting.events |= Int16(CURL_WAIT_POLLOUT) }
    curl_multi_poll(multi, &waiting, 1, limit, nil)
  }

  private func attempt(_ job: Job, _ multi: UnsafeMutableRawPointer) -> Result<Bytes, IMAPFailure>? {
    switch job {
    case .connect: connect(multi)
    case .send(let bytes): send(bytes)
    case .receive: receive()
    }
  }

  private func connect(_ multi: UnsafeMutableRawPointer) -> Result<Bytes, IMAPFailure>? {
    if handle == nil {
      guard let handle = curl_easy_init() else {
        return .failure(IMAPFailure(Fault("imap-unreachable", "libcurl has no memory for a connection.")))
      }
      self.handle = handle
      configure(handle)
      curl_multi_add_handle(multi, handle)
    }
    var running: Int32 = 0
    curl_multi_perform(multi, &running)
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE else { continue }
      let code = message.pointee.data.result
      isConnected = code == CURLE_OK
      return isConnected ? .success([]) : .failure(.transport(code, detail: String(cString: reason), host: host))
    }
    return nil
  }

  private func configure(_ handle: UnsafeMutableRawPointer) {
    kindred_curl_set_text(handle, CURLOPT_URL, place.url)
    kindred_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "imap,imaps")
    kindred_curl_set_long(handle, CURLOPT_CONNECT_ONLY, 1)
    kindred_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    kindred_curl_set_long(handle, CURLOPT_TCP_KEEPALIVE, 1)
    kindred_curl_set_long(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    if let authorities = place.authorities { kindred_curl_set_text(handle, CURLOPT_CAINFO, authorities) }
    if place.encryption != .off { kindred_curl_set_long(handle, CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
    kindred_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, reason)
  }

  private func send(_ bytes: Bytes) -> Result<Bytes, IMAPFailure>? {
    while sent < bytes.count {
      var count = 0
      let code = bytes.withUnsafeBytes { bytes in
        curl_easy_send(handle, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, &count)
      }
      sent += count
      if code == CURLE_AGAIN { return nil }
      guard code == CURLE_OK else { return .failure(.closed(host)) }
    }
    return .success([])
  }

  /// All that is there, so that a mail does not wake its reader for every packet.
  private func receive() -> Result<Bytes, IMAPFailure>? {
    var isOver = false
    let bytes = Bytes(unsafeUninitializedCapacity: Self.chunk) { buffer, filled in
      while filled < buffer.count {
        var count = 0
        let code = curl_easy_recv(handle, buffer.baseAddress.map { $0 + filled }, buffer.count - filled, &count)
        filled += count
        if code == CURLE_AGAIN { return }
        if code != CURLE_OK || count == 0 {
          isOver = true
          return
        }
      }
    }
    // What came before the end is given on first; the end is met again.
    if !bytes.isEmpty { return .success(bytes) }
    return isOver ? .failure(.closed(host)) : nil
  }
}
