import CCurl
import Foundation
import Synchronization

/// The thread that drives all transfers of a client at the same time (curl.se/libcurl/c/libcurl-multi.html). It starts with the first
/// transfer, sleeps in the kernel while nothing happens, and ends when the client is gone.
///
/// `@unchecked Sendable`: what is not behind the lock is touched by the thread only.
final class CurlLoop: @unchecked Sendable {
  private struct State {
    /// `nil` before the thread starts and after it has ended.
    var multi: UnsafeMutableRawPointer?
    var isClosed = false
    var waiting: [CurlTransfer] = []
  }

  private let state = Mutex(State())
  private var running: [UnsafeMutableRawPointer: CurlTransfer] = [:]

  /// Libcurl's global state is made once, before the first handle.
  static let isInitialised: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// Connections at the same time, to one host and to all; what is more waits for one of them.
  private static let connectionsPerHost = 16
  private static let connections = 64
  private static let longestSleep: Int32 = 60_000

  /// Takes a transfer; its `onEnd` is told once, in any case.
  func start(_ transfer: CurlTransfer) {
    let isTaken = state.withLock { state in
      guard !state.isClosed, Self.isInitialised else { return false }
      if state.multi == nil { state.multi = startThread() }
      guard let multi = state.multi else { return false }
      state.waiting.append(transfer)
      curl_multi_wakeup(multi)
      return true
    }
    if !isTaken { transfer.giveUp() }
  }

  /// Ends a transfer, also one that has not started yet.
  func cancel(_ transfer: CurlTransfer) {
    transfer.cancel()
    wake()
  }

  func close() {
    state.withLock { $0.isClosed = true }
    wake()
  }

  private func wake() {
    state.withLock { state in
      if let multi = state.multi { curl_multi_wakeup(multi) }
    }
  }

  private func startThread() -> UnsafeMutableRawPointer? {
    guard let multi = curl_multi_init() else { return nil }
    kindred_curl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, Self.connectionsPerHost)
    kindred_curl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, Self.connections)
    let thread = Thread { self.run() }
    thread.name = "kindred-web"
    thread.start()
    return multi
  }

  // MARK: On the thread

  private func run() {
    guard let multi = state.withLock({ $0.multi }) else { return }
    while takeNew(multi) {
      dropCancelled(multi)
      var stillRunning: Int32 = 0
      curl_multi_perform(multi, &stillRunning)
      collectEnded(multi)
      curl_multi_poll(multi, nil, 0, Self.longestSleep, nil)
    }
    end(multi)
  }

  /// - Returns: false when the client is gone.
  private func takeNew(_ multi: UnsafeMutableRawPointer) -> Bool {
    let (new, isClosed) = state.withLock { state in
      defer { state.waiting = [] }
      return (state.waiting, state.isClosed)
    }
    for transfer in new {
      guard !isClosed, !transfer.isCancelled, let handle = transfer.prepare(), curl_multi_add_handle(multi, handle) == CURLM_OK else {
        transfer.giveUp()
        continue
      }
      running[handle] = transfer
    }
    return !isClosed
  }

  private func dropCancelled(_ multi: UnsafeMutableRawPointer) {
    for (handle, transfer) in running where transfer.isCancelled { remove(handle, from: multi)?.giveUp() }
  }

  private func collectEnded(_ multi: UnsafeMutableRawPointer) {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
      let code = message.pointee.data.result
      remove(handle, from: multi)?.end(code)
    }
  }

  private func remove(_ handle: UnsafeMutableRawPointer, from multi: UnsafeMutableRawPointer) -> CurlTransfer? {
    curl_multi_remove_handle(multi, handle)
    return running.removeValue(forKey: handle)
  }

  private func end(_ multi: UnsafeMutableRawPointer) {
    for handle in Array(running.keys) { remove(handle, from: multi)?.giveUp() }
    // Behind the lock: whoever wakes the loop must not find a handle that is gone.
    state.withLock { state in
      state.multi = nil
      curl_multi_cleanup(multi)
    }
  }
}
