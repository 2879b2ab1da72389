import Model
import Synchronization
import Testing

@testable import Connecting

@Suite struct OAuthTokensTests {
  /// Answers as a provider of tokens, and keeps what it was asked.
  private final class Provider: WebExchange {
    private let seen = Mutex<[String]>([])
    private let answers: @Sendable (Int) -> WebAnswer
    var asked: [String] { seen.withLock { $0 } }

    init(_ answers: @escaping @Sendable (Int) -> WebAnswer) { self.answers = answers }

    func answer(_ request: WebRequest) async throws(WebFailure) -> WebAnswer {
      guard case .bytes(let body) = request.body else { return WebAnswer(status: 500) }
      let count = seen.withLock { seen in
        seen.append(String(decoding: body, as: UTF8.self))
        return seen.count
      }
      try? await Task.sleep(for: .milliseconds(20))
      return answers(count)
    }
  }

  private final class Kept: Sendable {
    let tokens = Mutex<[String]>([])
  }

  private func json(_ text: String, status: Int = 200) -> WebAnswer { WebAnswer(status: status, body: Array(text.utf8)) }

  private func tokens(_ provider: Provider, _ kept: Kept = Kept()) -> OAuthTokens {
    OAuthTokens(
      OAuthTokens.App(
        url: "https://login.example/token", client: "app", secret: fixed("s&c"), scopes: ["a", "b"],
        refreshToken: { () throws(Fault) -> String in kept.tokens.withLock { $0.last } ?? "R1" },
        keep: { token throws(Fault) in kept.tokens.withLock { $0.append(token) } }),
      web: provider)
  }

  @Test func oneIsAskedForHoweverManyWait() async throws {
    let provider = Provider { [self] count in json(#"{"access_token":"T\#(count)","expires_in":3600}"#) }
    let tokens = tokens(provider)
    let all = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<8 { group.addTask { try await tokens.token(after: nil) } }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(all == ["T1"])
    #expect(provider.asked == ["grant_type=refresh_token&refresh_token=R1&client_id=app&client_secret=s%26c&scope=a%20b"])
    #expect(try await tokens.token(after: nil) == "T1")
    #expect(try await tokens.token(after: "T1") == "T2")
    // One that was refused before is no reason to ask again.
    #expect(try await tokens.token(after: "T1") == "T2")
  }

  @Test func aRenewedRefreshTokenIsKeptBeforeItIsUsed() async throws {
    let provider = Provider { [self] count in json(#"{"access_token":"T\#(count)","expires_in":3600,"refresh_token":"R\#(count + 1)"}"#) }
    let kept = Kept()
    let tokens = tokens(provider, kept)
    _ = try await tokens.token(after: nil)
    #expect(kept.tokens.withLock { $0 } == ["R2"])
    _ = try await tokens.token(after: "T1")
    #expect(provider.asked.last?.contains("refresh_token=R2&") == true)
    #expect(kept.tokens.withLock { $0 } == ["R2", "R3"])
  }

  @Test(arguments: [
    (#"{"error":"invalid_grant"}"#, 400, "imap-oauth", SourceError.Advice.reauthorise), ("busy", 503, "web-busy", .retry),
    ("{}", 200, "imap-oauth", .reauthorise), ("no", 403, "web-unauthorised", .reauthorise),
  ]) func refusalsSayWhatComesNext(_ body: String, _ status: Int, _ code: String, _ advice: SourceError.Advice) async {
    let tokens = tokens(Provider { [self] _ in json(body, status: status) })
    do throws(IMAPFailure) {
      _ = try await tokens.token(after: nil)
      Issue.record("there was a token")
    } catch {
      #expect(error.fault.code == code && error.advice == advice)
      #expect(!error.fault.description.contains("R1"))
    }
  }
}
