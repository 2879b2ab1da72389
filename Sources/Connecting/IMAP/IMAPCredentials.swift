import Configuration
import Formats
import Foundation
import Model

/// What a mailbox is opened with: a password, or an access token of OAuth 2 (RFC 6749 §6).
struct IMAPCredentials: Sendable {
  /// - Parameter refused: the login that the server has just refused, if any: then a token is asked for anew.
  var login: @Sendable (_ refused: IMAPLogin?) async throws(IMAPFailure) -> IMAPLogin
  /// What cannot work, found before anything is asked.
  var problem: Fault?
  /// What works, and not for ever.
  var warning: Finding?

  init(_ login: @escaping @Sendable (_ refused: IMAPLogin?) async throws(IMAPFailure) -> IMAPLogin) { self.login = login }

  init(_ setup: ConnectorSetup, web: any WebExchange) {
    let user = setup.options[text: "user"] ?? ""
    if let url = setup.options[text: "oauth_token_url"], let refresh = setup.readingIfSet("oauth_refresh_token") {
      let tokens = OAuthTokens(
        OAuthTokens.App(
          url: url, client: setup.options[text: "oauth_client_id"] ?? "", secret: setup.readingIfSet("oauth_client_secret"),
          scopes: setup.options[list: "oauth_scopes"] ?? [], refreshToken: refresh,
          keep: { [secret = setup.options[secret: "oauth_refresh_token"], home = setup.home] token throws(Fault) in
            try secret?.replace(with: token, relativeTo: home)
          }), web: web)
      self.init { refused async throws(IMAPFailure) in .token(user: user, token: try await tokens.token(after: refused?.token)) }
      if setup.options[secret: "oauth_refresh_token"]?.isReplaceable == false {
        warning = Finding(
          .warning, "imap-oauth-file", "A refresh token that the provider renews is lost with the next start: its secret is not in a file.",
          hint: "Write oauth_refresh_token: secret://file/PATH.")
      }
    } else if let token = setup.readingIfSet("access_token") {
      self.init { _ throws(IMAPFailure) in .token(user: user, token: try Self.read(token)) }
    } else {
      let password = setup.readingIfSet("password")
      self.init { _ throws(IMAPFailure) in .password(user: user, password: try password.map(Self.read) ?? "") }
      if password == nil {
        problem = Fault(
          "imap-no-credentials", "The connector \(setup.name) has neither a password nor a token.",
          hint: "Give it password, access_token, or oauth_token_url with oauth_refresh_token.")
      }
    }
  }

  /// A secret that is not there now may be there later.
  fileprivate static func read(_ secret: () throws(Fault) -> String) throws(IMAPFailure) -> String {
    do throws(Fault) {
      return try secret()
    } catch {
      throw IMAPFailure(error, .reauthorise)
    }
  }
}

extension IMAPLogin {
  fileprivate var token: String? { if case .token(_, let token) = self { token } else { nil } }
}

/// Access tokens for a mailbox: asked for with a refresh token, once however many wait for one, and kept in memory until they end.
actor OAuthTokens {
  struct App: Sendable {
    var url: String
    var client: String
    var secret: (@Sendable () throws(Fault) -> String)?
    var scopes: [String]
    var refreshToken: @Sendable () throws(Fault) -> String
    /// Writes a renewed refresh token down.
    var keep: @Sendable (String) throws(Fault) -> Void
  }

  private struct Grant {
    var token: String
    var renewal: ContinuousClock.Instant
  }

  private let app: App
  private let web: any WebExchange
  private var held: Grant?
  private var underWay: Task<Result<Grant, IMAPFailure>, Never>?
  /// One that took the place of the configured one.
  private var renewedRefreshToken: (former: String, new: String)?

  init(_ app: App, web: any WebExchange) {
    self.app = app
    self.web = web
  }

  /// - Parameter refused: a token that the mail server has refused.
  func token(after refused: String?) async throws(IMAPFailure) -> String {
    if let held, held.token != refused, .now < held.renewal { return held.token }
    // Whoever comes while somebody asks gets the same answer.
    if let underWay { return try await underWay.value.get().token }
    let task = Task { await self.ask() }
    underWay = task
    return try await task.value.get().token
  }

  private func ask() async -> Result<Grant, IMAPFailure> {
    defer { underWay = nil }
    do throws(IMAPFailure) {
      let grant = try await grant()
      held = grant
      return .success(grant)
    } catch {
      held = nil
      return .failure(error)
    }
  }

  private func grant() async throws(IMAPFailure) -> Grant {
    let configured = try IMAPCredentials.read(app.refreshToken)
    // A token that somebody wrote since is newer than ours.
    let refresh = renewedRefreshToken.flatMap { $0.former == configured ? $0.new : nil } ?? configured
    var fields = [
      NamedValue("grant_type", "refresh_token"), NamedValue("refresh_token", refresh), NamedValue("client_id", app.client),
    ]
    if let secret = app.secret { fields.append(NamedValue("client_secret", try IMAPCredentials.read(secret))) }
    if !app.scopes.isEmpty { fields.append(NamedValue("scope", app.scopes.joined(separator: " "))) }
    let value = try await answer(to: fields)
    guard let token = value["access_token"]?.text, !token.isEmpty else { throw refused("gives no access token") }
    if let next = value["refresh_token"]?.text, next != refresh {
      // On disk before anybody uses it; where that fails it is good for as long as we run.
      let isKept = (try? app.keep(next)) != nil
      renewedRefreshToken = (isKept ? next : configured, next)
    }
    let lifetime = value["expires_in"]?.text.flatMap { Int64($0) } ?? 3_600
    return Grant(token: token, renewal: .now + .seconds(max(30, min(lifetime, 86_400) - 120)))
  }

  private func answer(to fields: [NamedValue]) async throws(IMAPFailure) -> Value {
    let request = WebRequest(
      "POST", app.url,
      headers: [NamedValue("Content-Type", "application/x-www-form-urlencoded"), NamedValue("Accept", "application/json")],
      body: .bytes(Array(PercentEncoding.query(fields).utf8)))
    let answer: WebAnswer
    do throws(WebFailure) {
      answer = try await web.answer(request)
    } catch {
      throw IMAPFailure(error.fault)
    }
    let value = (try? JSON.parse(answer.body)) ?? .null
    if answer.isSuccess { return value }
    // RFC 6749 §5.2: the refresh token is over, or the app is not known.
    if let code = value["error"]?.text { throw refused("says \(code.prefix(60))") }
    guard let failure = answer.failure(of: request) else { return value }
    throw IMAPFailure(failure.fault, failure.isTransient ? .retry : .reauthorise)
  }

  private func refused(_ what: String) -> IMAPFailure {
    IMAPFailure(
      Fault(
        "imap-oauth", "\(WebAddress.origin(of: app.url)) \(what).",
        hint: "Log in anew where the refresh token came from, and store the new one."),
      .reauthorise)
  }
}
