import Foundation
import Model
import Testing

@testable import Connecting

@Suite struct WebClientTests {
  /// What goes to this machine does not pass a proxy of whoever runs the tests.
  private let client = WebClient(WebClient.Settings(proxy: .none))

  /// Runs `ask`, which must fail.
  private func failure(_ request: WebRequest) async -> WebFailure? {
    do throws(WebFailure) {
      _ = try await client.answer(request)
      return nil
    } catch {
      return error
    }
  }

  @Test func everyStatusIsAnAnswer() async throws {
    let server = try CannedServer { request in
      CannedServer.answer(request.target == "/missing" ? 404 : 200, headers: ["X-Of: test", "X-Empty:"], text: "hello")
    }
    let found = try await client.answer(WebRequest("GET", server.address + "/a%20b?c=d", headers: [NamedValue("X-Mine", "1")]))
    #expect(found.status == 200 && found.body == Array("hello".utf8) && found.header("x-of") == "test" && found.header("X-Empty") == "")
    #expect(server.requests.first?.target == "/a%20b?c=d" && server.requests.first?.header("X-Mine") == "1")
    let missing = try await client.answer(WebRequest("GET", server.address + "/missing"))
    #expect(missing.status == 404 && missing.body == Array("hello".utf8))
  }

  @Test func bodiesGoOutAsTheyAre() async throws {
    let server = try CannedServer { CannedServer.answer(body: $0.body) }
    let json = WebRequest.json("POST", server.address, body: ["name": "上海", "n": 1])
    #expect(try await client.answer(json).body == Array(#"{"name":"上海","n":1}"#.utf8))
    #expect(server.requests[0].header("Content-Type") == "application/json")
    let large = Bytes((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0) })
    let parts = WebRequest.Body.parts(size: large.count) { offset, buffer in
      let count = min(buffer.count, large.count - offset, 10_000)
      buffer.copyBytes(from: large[offset..<offset + count])
      return count
    }
    for body in [.bytes(large), parts] {
      let answer = try await client.answer(WebRequest("PUT", server.address, body: body))
      #expect(answer.body == large)
    }
    #expect(server.requests.last?.method == "PUT" && server.requests.last?.header("Content-Type") == nil)
  }

  /// None of the answers comes before there are as many requests as one host may have connections.
  @Test(.timeLimit(.minutes(2))) func requestsRunSideBySide() async throws {
    let server = try CannedServer(together: 16) { CannedServer.answer(text: $0.target) }
    let targets = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<60 {
        group.addTask { String(decoding: try await client.answer(WebRequest("GET", server.address + "/\(number)")).body, as: UTF8.self) }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(targets == Set((0..<60).map { "/\($0)" }))
  }

  @Test func anAnswerThatIsTooLargeIsGivenUp() async throws {
    // 200,000 zeros, packed by gzip into 229 bytes.
    let head = "H4sIAAAAAAAC/+3BMQEAAADCoPVPbQZ/oA"
    let packed = try #require(Base64.bytes(head + String(repeating: "A", count: 256) + "CA1wB7WOBcQA0DAA=="))
    let server = try CannedServer { request in
      switch request.target {
      case "/plain": CannedServer.answer(body: Bytes(repeating: 0x61, count: 20_001))
      case "/header": CannedServer.answer(headers: (0..<60).map { "X-\($0): " + String(repeating: "a", count: 5_000) })
      default: CannedServer.answer(headers: ["Content-Encoding: gzip"], body: packed)
      }
    }
    for target in ["/plain", "/packed", "/header"] {
      var request = WebRequest("GET", server.address + target)
      request.maximumBody = 20_000
      #expect(await failure(request)?.fault.code == "web-too-large", "\(target)")
    }
    let whole = try await client.answer(WebRequest("GET", server.address + "/packed"))
    #expect(whole.body == Bytes(repeating: 0, count: 200_000))
  }

  @Test func whatHangsEndsInTime() async throws {
    let server = try CannedServer { _ in nil }
    var request = WebRequest("GET", server.address)
    request.timeout = .milliseconds(200)
    let late = await failure(request)
    #expect(late?.fault.code == "web-timeout" && late?.isTransient == true)
    // Without a limit of its own a request ends after half a minute, as `web-timeout`.
    let task = Task { await failure(WebRequest("GET", server.address)) }
    while server.requests.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    #expect(await task.value?.fault.code == "web-cancelled")
    let early = Task {
      while !Task.isCancelled { await Task.yield() }
      return await failure(WebRequest("GET", server.address))
    }
    early.cancel()
    #expect(await early.value?.fault.code == "web-cancelled")
  }

  @Test func whatIsUnderWayEndsWithTheClient() async throws {
    let server = try CannedServer { _ in nil }
    let loop = CurlLoop()
    let outcome = await withCheckedContinuation { continuation in
      let address = WebAddress(server.address)
      guard let address else { return continuation.resume(returning: CurlTransfer.Outcome.failure(.invalid("none"))) }
      let transfer = CurlTransfer(WebRequest("GET", server.address), to: address, by: CurlTransfer.Route(proxy: .none))
      transfer.onEnd { continuation.resume(returning: $0) }
      loop.start(transfer)
      Thread.detachNewThread {
        while server.requests.isEmpty { Thread.sleep(forTimeInterval: 0.005) }
        loop.close()
      }
    }
    #expect(throws: WebFailure.self) { try outcome.get() }
  }

  @Test func aFailureNamesTheHostAndNothingElse() async throws {
    let server = try CannedServer { _ in Array("not HTTP at all".utf8) }
    let secret = "sEcReT0123"
    let requests = [
      WebRequest("GET", "http://127.0.0.1:1/\(secret)?access_token=\(secret)", headers: [NamedValue("Authorization", secret)]),
      WebRequest("GET", server.address + "/\(secret)?key=\(secret)"), WebRequest("GET", "http://nobody.invalid/\(secret)"),
      WebRequest("GET", "https://user:\(secret)@127.0.0.1/"), WebRequest("GET", "http://127.0.0.1/ \(secret)"),
      WebRequest("GET", "file:///\(secret)"), WebRequest("GET", "ftp://127.0.0.1/\(secret)"), WebRequest("GET", "/\(secret)"),
      WebRequest("GET", server.address + "/", headers: [NamedValue("X", "1\r\nX-Admin: \(secret)")]),
      WebRequest("GET", server.address + "/", headers: [NamedValue("X: 1\r\nY", secret)]),
      WebRequest("GET", server.address + "/", headers: [NamedValue("X", "\(secret)\0")]),
      WebRequest("GET /\(secret) HTTP/1.1\r\nX: 1\r\n", server.address),
    ]
    for request in requests {
      let failure = try #require(await failure(request))
      #expect(!failure.description.contains(secret), "\(failure)")
      let isWrong = ["web-request-invalid", "web-unreachable"].contains(failure.fault.code)
      #expect(isWrong && failure.isTransient == (failure.fault.code == "web-unreachable"), "\(failure)")
    }
    #expect(server.requests.allSatisfy { $0.header("X-Admin") == nil })
    #expect(requests.dropFirst(3).count == 9)
  }

  @Test func statusesSayWhatToDo() {
    let request = WebRequest("GET", "https://api.example.com/secret")
    let codes = [
      401: "web-unauthorised", 403: "web-unauthorised", 404: "web-refused", 429: "web-busy", 500: "web-server-error", 503: "web-busy",
    ]
    for (status, code) in codes {
      let failure = WebAnswer(status: status).failure(of: request)
      #expect(failure?.fault.code == code && failure?.isTransient == (status >= 429))
    }
    #expect(WebAnswer(status: 204).failure(of: request) == nil)
    let busy = WebAnswer(status: 429, headers: [NamedValue("retry-after", "7")]).failure(of: request)
    #expect(busy?.retryAfter == .seconds(7) && busy?.sourceError.advice == .throttle(after: .seconds(7)))
    #expect(WebAnswer(status: 401).failure(of: request)?.sourceError.advice == .reauthorise)
    #expect(WebAnswer(status: 500).failure(of: request)?.sourceError.advice == .retry)
    let dated = WebAnswer(status: 200, headers: [NamedValue("Date", "Sun, 06 Nov 1994 08:49:37 GMT")])
    #expect(dated.date == 784_111_777)
    #expect(WebAnswer(status: 200, headers: [NamedValue("Date", "gestern")]).date == nil)
  }

  @Test func anAddressIsPutTogetherFromParts() {
    #expect(WebRequest.url("https://a.example/b", query: []) == "https://a.example/b")
    #expect(
      WebRequest.url("https://a.example/b?c=d", query: [NamedValue("e f", "上&=")]) == "https://a.example/b?c=d&e%20f=%E4%B8%8A%26%3D")
  }
}

@Suite struct WebRedirectTests {
  private let client = WebClient(WebClient.Settings(proxy: .none))

  private func get(_ url: String, redirects: Int = 3) -> WebRequest {
    var request = WebRequest("GET", url, headers: [NamedValue("Authorization", "Bearer x"), NamedValue("Accept", "text/plain")])
    request.maximumRedirects = redirects
    return request
  }

  @Test func redirectsAreFollowedWhenAsked() async throws {
    let server = try CannedServer { request in
      request.target == "/end" ? CannedServer.answer(text: "here") : CannedServer.answer(302, headers: ["Location: ../end"])
    }
    #expect(try await client.answer(get(server.address + "/a/b", redirects: 0)).status == 302)
    #expect(try await client.answer(get(server.address + "/a/b")).body == Array("here".utf8))
    #expect(server.requests.last?.header("Authorization") == "Bearer x", "the same host may see it")
    var post = get(server.address + "/a/b")
    post.method = "POST"
    #expect(try await client.answer(post).status == 302, "nothing is sent twice")
    let circle = try CannedServer { _ in CannedServer.answer(302, headers: ["Location: /"]) }
    #expect(try await client.answer(get(circle.address)).status == 302)
    #expect(circle.requests.count == 4)
  }

  /// Written in every way that libcurl understands; the last ones are recognised when it connects.
  @Test(arguments: [
    "http://localhost:1/", "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://[::1]:1/", "http://[::ffff:127.0.0.1]/",
    "http://0x7f.1:1/", "http://2130706433:1/", "http://127.1:1/",
  ])
  func noRedirectLeadsIntoAPrivateNetwork(_ location: String) async throws {
    let server = try CannedServer { _ in CannedServer.answer(302, headers: ["Location: \(location)"]) }
    let failure = await #expect(throws: WebFailure.self) { try await client.answer(get(server.address)) }
    #expect(failure?.fault.code == "web-redirect-refused" && failure?.isTransient == false)
  }

  @Test(arguments: ["file:///etc/passwd", "gopher://a.example/", "http://user:pass@a.example/", "http://user@a.example/"])
  func noRedirectLeadsElsewhere(_ location: String) async throws {
    let server = try CannedServer { _ in CannedServer.answer(302, headers: ["Location: \(location)"]) }
    let failure = await #expect(throws: WebFailure.self) { try await client.answer(get(server.address)) }
    #expect(failure?.fault.code == "web-redirect-refused")
  }

  /// A proxy sees the whole address, so that hosts can be played without a network.
  @Test func anotherHostSeesNoSecrets() async throws {
    let proxy = try CannedServer { request in
      request.target == "http://a.example/"
        ? CannedServer.answer(301, headers: ["Location: http://b.example/c"]) : CannedServer.answer(text: "from b")
    }
    let client = WebClient(WebClient.Settings(proxy: .url(proxy.address)))
    #expect(try await client.answer(get("http://a.example/")).body == Array("from b".utf8))
    #expect(proxy.requests.map(\.target) == ["http://a.example/", "http://b.example/c"])
    #expect(proxy.requests.map { $0.header("Authorization") } == ["Bearer x", nil])
    #expect(proxy.requests.map { $0.header("Accept") } == ["text/plain", "text/plain"])
  }

  @Test func addressesOfPrivateNetworks() {
    let inside = [
      "0.0.0.0", "10.1.2.3", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.127.0.1",
      "198.18.0.1", "192.0.0.8", "192.0.2.1", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fd00::1", "ff02::1",
      "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1",
    ]
    let outside = [
      "1.1.1.1", "172.32.0.1", "172.15.0.1", "100.128.0.1", "192.0.1.1", "203.0.114.1", "223.5.5.5", "2400:3200::1", "2606:4700::1111",
      "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::",
    ]
    for text in inside { #expect(NetworkAddress(text)?.isPublic == false, "\(text)") }
    for text in outside { #expect(NetworkAddress(text)?.isPublic == true, "\(text)") }
    #expect(NetworkAddress("a.example") == nil && NetworkAddress(bytes: [1, 2, 3]) == nil)
  }
}
