import CCurl
import Connecting
import Foundation
import Model
import Synchronization

/// One request and its reply through libcurl's easy interface (curl.se/libcurl/c).
///
/// `@unchecked Sendable`: everything but `isCancelled` is touched by the thread that calls ``perform()``.
final class CurlExchange: @unchecked Sendable {
  enum Body {
    case bytes(Bytes)
    case file(DiskFile, size: Int)

    var size: Int {
      switch self {
      case .bytes(let bytes): bytes.count
      case .file(_, let size): size
      }
    }
  }

  private let url: String
  private let method: String
  private let requestHeaders: [NamedValue]
  private let body: Body
  private let progress: @Sendable (Int) -> Void
  private let receive: (@Sendable (Bytes) throws -> Void)?
  private let isCancelled = Atomic(false)

  private var sent = 0
  private var reply = Reply(status: 0)
  private var failure: (any Error)?

  /// Libcurl's global state is made once, before the first handle.
  private static let isInitialised: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// How long a connection to this machine may take to come about.
  private static let connectMilliseconds = 5_000

  init(
    url: String, method: String, headers: [NamedValue], body: Body, progress: @escaping @Sendable (Int) -> Void,
    receive: (@Sendable (Bytes) throws -> Void)?
  ) {
    self.url = url
    self.method = method
    requestHeaders = headers
    self.body = body
    self.progress = progress
    self.receive = receive
  }

  /// Ends the transfer within a second.
  func cancel() { isCancelled.store(true, ordering: .releasing) }

  /// Blocks until the reply is there.
  func perform() throws -> Reply {
    guard Self.isInitialised, let handle = curl_easy_init() else {
      throw Fault("daemon-unreachable", "libcurl cannot be initialised.")
    }
    defer { curl_easy_cleanup(handle) }
    var lines: UnsafeMutablePointer<curl_slist>?
    for header in requestHeaders { lines = curl_slist_append(lines, "\(header.name): \(header.value)") }
    defer { curl_slist_free_all(lines) }
    configure(handle, lines)
    let code = withExtendedLifetime(self) { curl_easy_perform(handle) }
    if isCancelled.load(ordering: .acquiring) { throw CancellationError() }
    if let failure { throw failure }
    // A server that refuses a body answers before it has read it, and the rest of the body then cannot be sent.
    let isAnswered = code == CURLE_OK || (code == CURLE_SEND_ERROR && reply.status >= 400)
    guard isAnswered else {
      throw Fault(
        "daemon-unreachable", "The daemon did not answer: \(String(cString: curl_easy_strerror(code))).",
        hint: "Look at its log; `kindred run` starts it.")
    }
    return reply
  }

  private func configure(_ handle: UnsafeMutableRawPointer, _ lines: UnsafeMutablePointer<curl_slist>?) {
    let user = Unmanaged.passUnretained(self).toOpaque()
    kindred_curl_set_text(handle, CURLOPT_URL, url)
    kindred_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http")
    // A proxy of the environment must not see what stays on this machine.
    kindred_curl_set_text(handle, CURLOPT_NOPROXY, "*")
    kindred_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    kindred_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, Self.connectMilliseconds)
    kindred_curl_set_pointer(handle, CURLOPT_HTTPHEADER, lines)
    configureMethod(handle)
    kindred_curl_set_pointer(handle, CURLOPT_READDATA, user)
    kindred_curl_set_sender(handle, CURLOPT_READFUNCTION) { buffer, size, count, user in
      guard let buffer, let user else { return Int(CURL_READFUNC_ABORT) }
      return exchange(user).send(UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
    }
    kindred_curl_set_pointer(handle, CURLOPT_HEADERDATA, user)
    kindred_curl_set_receiver(handle, CURLOPT_HEADERFUNCTION) { data, size, count, user in
      guard let data, let user else { return 0 }
      return exchange(user).takeHeader(UnsafeRawBufferPointer(start: data, count: size * count))
    }
    kindred_curl_set_pointer(handle, CURLOPT_WRITEDATA, user)
    kindred_curl_set_receiver(handle, CURLOPT_WRITEFUNCTION) { data, size, count, user in
      guard let data, let user else { return 0 }
      return exchange(user).takeBody(UnsafeRawBufferPointer(start: data, count: size * count))
    }
    kindred_curl_set_long(handle, CURLOPT_NOPROGRESS, 0)
    kindred_curl_set_pointer(handle, CURLOPT_XFERINFODATA, user)
    kindred_curl_set_progress(handle, CURLOPT_XFERINFOFUNCTION) { user, _, _, _, _ in
      guard let user else { return 1 }
      return exchange(user).isCancelled.load(ordering: .acquiring) ? 1 : 0
    }
  }

  private func configureMethod(_ handle: UnsafeMutableRawPointer) {
    switch method {
    case "GET": kindred_curl_set_long(handle, CURLOPT_HTTPGET, 1)
    case "HEAD": kindred_curl_set_long(handle, CURLOPT_NOBODY, 1)
    default:
      if method == "POST" || body.size > 0 {
        kindred_curl_set_long(handle, CURLOPT_POST, 1)
        kindred_curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.size))
      }
      kindred_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, method)
    }
  }

  // MARK: What libcurl calls

  private func send(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count: Int
    switch body {
    case .bytes(let bytes):
      count = min(buffer.count, bytes.count - sent)
      bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sent..<sent + count])) }
    case .file(let file, _):
      do {
        count = try file.read(at: sent, into: buffer)
      } catch {
        failure = error
        return Int(CURL_READFUNC_ABORT)
      }
    }
    sent += count
    progress(sent)
    return count
  }

  private func takeHeader(_ data: UnsafeRawBufferPointer) -> Int {
    let line = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    if line.hasPrefix("HTTP/") {
      // A status line; one of 100 (Continue) is followed by another.
      let status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      reply = Reply(status: status)
    } else if let colon = line.firstIndex(of: ":") {
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      reply.headers.append(NamedValue(String(line[..<colon]), value))
    }
    return data.count
  }

  private func takeBody(_ data: UnsafeRawBufferPointer) -> Int {
    guard let receive, reply.status == 200 else {
      reply.body += data
      return data.count
    }
    do {
      try receive(Bytes(data))
      return data.count
    } catch {
      failure = error
      return -1
    }
  }
}

/// The exchange behind libcurl's user pointer; it lives as long as the transfer.
private func exchange(_ user: UnsafeMutableRawPointer) -> CurlExchange {
  Unmanaged<CurlExchange>.fromOpaque(user).takeUnretainedValue()
}
