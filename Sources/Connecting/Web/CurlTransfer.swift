import CCurl
import Foundation
import Model
import Synchronization

/// One request and its answer through libcurl (curl.se/libcurl/c).
///
/// `@unchecked Sendable`: made by one thread, then touched by the ``CurlLoop``'s thread only, but for `isCancelled` and `finish`.
final class CurlTransfer: @unchecked Sendable {
  typealias Outcome = Result<WebAnswer, WebFailure>

  /// What goes beside a request, from its client.
  struct Route {
    var proxy: WebClient.Proxy
    var authorities: String?
    /// True for a redirect to another host: then no connection to a private network is made.
    var isGuarded = false
  }

  private let request: WebRequest
  private let address: WebAddress
  private let route: Route
  private let continuation = Mutex<(@Sendable (Outcome) -> Void)?>(nil)
  private let isCancelledFlag = Atomic(false)

  private(set) var handle: UnsafeMutableRawPointer?
  private var lines: UnsafeMutablePointer<curl_slist>?
  private let reason = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  private var sent = 0
  private var headerBytes = 0
  private var answer = WebAnswer(status: 0)
  private var failure: WebFailure?
  /// True once a connection was not made because it led to a private network.
  private var isRefused = false

  /// More than any server sends; names and values of a hostile one end here.
  private static let maximumHeader = 256 << 10

  init(_ request: WebRequest, to address: WebAddress, by route: Route) {
    self.request = request
    self.address = address
    self.route = route
    reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    if let handle { curl_easy_cleanup(handle) }
    curl_slist_free_all(lines)
    reason.deallocate()
  }

  var isCancelled: Bool { isCancelledFlag.load(ordering: .acquiring) }
  func cancel() { isCancelledFlag.store(true, ordering: .releasing) }

  /// Whom to tell how it ended. Set before the transfer starts.
  func onEnd(_ tell: @escaping @Sendable (Outcome) -> Void) { continuation.withLock { $0 = tell } }

  private func finish(_ outcome: Outcome) {
    let tell = continuation.withLock { tell in
      defer { tell = nil }
      return tell
    }
    tell?(outcome)
  }

  /// Makes the handle that the loop drives; `nil` when libcurl has no memory for it.
  func prepare() -> UnsafeMutableRawPointer? {
    guard let handle = curl_easy_init() else { return nil }
    self.handle = handle
    configure(handle)
    return handle
  }

  /// Called once, when libcurl is through with the handle.
  func end(_ code: CURLcode) {
    if let failure { return finish(.failure(failure)) }
    if isCancelled { return giveUp() }
    // A server that refuses a body answers before it has read it, and the rest of the body then cannot be sent.
    let isAnswered = code == CURLE_OK || (code == CURLE_SEND_ERROR && answer.status >= 400)
    if isAnswered { return finish(.success(answer)) }
    if isRefused {
      return finish(.failure(.redirectRefused(address.origin, "is reached through a redirect, and lies in a private network")))
    }
    finish(.failure(.transport(code, detail: String(cString: reason), origin: address.origin)))
  }

  func giveUp() { finish(.failure(.cancelled(address.origin))) }

  // MARK: What libcurl is told

  private func configure(_ handle: UnsafeMutableRawPointer) {
    kindred_curl_set_text(handle, CURLOPT_URL, address.text)
    kindred_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
    kindred_curl_set_long(handle, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    if let authorities = route.authorities { kindred_curl_set_text(handle, CURLOPT_CAINFO, authorities) }
    switch route.proxy {
    case .environment: break
    case .none: kindred_curl_set_text(handle, CURLOPT_NOPROXY, "*")
    case .url(let url): kindred_curl_set_text(handle, CURLOPT_PROXY, url)
    }
    kindred_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    kindred_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.milliseconds)
    if let timeout = request.timeout { kindred_curl_set_long(handle, CURLOPT_TIMEOUT_MS, timeout.milliseconds) }
    kindred_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, reason)
    // The bound of the answer counts what is unpacked.
    if request.receive == nil { kindred_curl_set_text(handle, CURLOPT_ACCEPT_ENCODING, "") }
    configureHead(handle)
    configureCallbacks(handle)
    if route.isGuarded { guardConnections(handle) }
  }

  private func configureHead(_ handle: UnsafeMutableRawPointer) {
    kindred_curl_set_text(handle, CURLOPT_USERAGENT, "kindred")
    // Without a value after the colon libcurl would drop the header; a semicolon sends it empty.
    for header in request.headers {
      lines = curl_slist_append(lines, header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
    }
    let isTyped = request.headers.value(ofHeader: "content-type") != nil
    switch request.method {
    case "GET": kindred_curl_set_long(handle, CURLOPT_HTTPGET, 1)
    case "HEAD": kindred_curl_set_long(handle, CURLOPT_NOBODY, 1)
    default:
      if request.method == "POST" || request.body.size > 0 {
        kindred_curl_set_long(handle, CURLOPT_POST, 1)
        kindred_curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.size))
        // Libcurl would call every body a form.
        if !isTyped { lines = curl_slist_append(lines, "Content-Type:") }
      }
      kindred_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, request.method)
    }
    kindred_curl_set_pointer(handle, CURLOPT_HTTPHEADER, lines)
  }

  private func configureCallbacks(_ handle: UnsafeMutableRawPointer) {
    let user = Unmanaged.passUnretained(self).toOpaque()
    kindred_curl_set_pointer(handle, CURLOPT_READDATA, user)
    kindred_curl_set_sender(handle, CURLOPT_READFUNCTION) { buffer, size, count, user in
      guard let buffer, let user else { return Int(CURL_READFUNC_ABORT) }
      return transfer(user).send(UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
    }
    kindred_curl_set_pointer(handle, CURLOPT_HEADERDATA, user)
    kindred_curl_set_receiver(handle, CURLOPT_HEADERFUNCTION) { data, size, count, user in
      guard let data, let user else { return 0 }
      return transfer(user).takeHeader(UnsafeRawBufferPointer(start: data, count: size * count))
    }
    kindred_curl_set_pointer(handle, CURLOPT_WRITEDATA, user)
    kindred_curl_set_receiver(handle, CURLOPT_WRITEFUNCTION) { data, size, count, user in
      guard let data, let user else { return 0 }
      return transfer(user).takeBody(UnsafeRawBufferPointer(start: data, count: size * count))
    }
  }

  /// Looks at the very address that is connected to, because a name may have another one a moment later. A connection that is open
  /// already was made for another request, so it does not count.
  private func guardConnections(_ handle: UnsafeMutableRawPointer) {
    kindred_curl_set_long(handle, CURLOPT_FRESH_CONNECT, 1)
    kindred_curl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, Unmanaged.passUnretained(self).toOpaque())
    kindred_curl_set_opener(handle, CURLOPT_OPENSOCKETFUNCTION) { user, _, address in
      guard let user, let address else { return CURL_SOCKET_BAD }
      guard isPublic(address) else {
        transfer(user).isRefused = true
        return CURL_SOCKET_BAD
      }
      return socket(address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
    }
  }

  // MARK: What libcurl calls

  private func send(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count: Int
    switch request.body {
    case .bytes(let bytes):
      count = min(buffer.count, bytes.count - sent)
      bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sent..<sent + count])) }
    case .parts(_, let read):
      do {
        count = try read(sent, buffer)
      } catch {
        failure = .cancelled(address.origin)
        return Int(CURL_READFUNC_ABORT)
      }
    }
    sent += count
    request.progress?(sent)
    return count
  }

  private func takeHeader(_ data: UnsafeRawBufferPointer) -> Int {
    headerBytes += data.count
    guard headerBytes <= Self.maximumHeader else {
      failure = .tooLarge(address.origin, "a header of more than \(Self.maximumHeader) bytes")
      return -1
    }
    let line = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    if line.hasPrefix("HTTP/") {
      // A status line; one of 100 (Continue), or of a proxy, is followed by another.
      answer = WebAnswer(status: line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
    } else if let colon = line.firstIndex(of: ":") {
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      answer.headers.append(NamedValue(String(line[..<colon]), value))
    }
    return data.count
  }

  private func takeBody(_ data: UnsafeRawBufferPointer) -> Int {
    guard let receive = request.receive, answer.status == 200 else {
      guard answer.body.count + data.count <= request.maximumBody else {
        failure = .tooLarge(address.origin, "more than \(request.maximumBody) bytes")
        return -1
      }
      answer.body += data
      return data.count
    }
    do {
      try receive(Bytes(data))
      return data.count
    } catch {
      failure = .cancelled(address.origin)
      return -1
    }
  }
}

/// The transfer behind libcurl's user pointer; it lives as long as its handle is driven.
private func transfer(_ user: UnsafeMutableRawPointer) -> CurlTransfer {
  Unmanaged<CurlTransfer>.fromOpaque(user).takeUnretainedValue()
}

private func isPublic(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Bool {
  // libcurl's structure ends in a sockaddr that is as long as `addrlen` says.
  let raw = UnsafeRawPointer(address).advanced(by: MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 0)
  switch address.pointee.family {
  case AF_INET:
    let four = raw.loadUnaligned(as: sockaddr_in.self)
    return NetworkAddress(bytes: withUnsafeBytes(of: four.sin_addr) { Array($0) })?.isPublic == true
  case AF_INET6:
    let sixteen = raw.loadUnaligned(as: sockaddr_in6.self)
    return NetworkAddress(bytes: withUnsafeBytes(of: sixteen.sin6_addr) { Array($0) })?.isPublic == true
  default: return false
  }
}

extension Duration {
  /// At least 1: libcurl takes 0 for "never".
  var milliseconds: Int {
    max(1, Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000))
  }
}
