import Model

/// How to log in, and the command for it.
enum IMAPLogin: Hashable, Sendable {
  case password(user: String, password: String)
  /// An access token of OAuth 2.
  case token(user: String, token: String)

  /// Commands whose refusal is about the user.
  static let commandNames: Set<String> = ["LOGIN", "AUTHENTICATE"]

  /// The best way that the server offers (its capabilities in capitals); `nil` when it offers none.
  /// - Parameters:
  ///   - host: and port: OAUTHBEARER names them.
  func command(capabilities: Set<String>, host: String, port: Int) -> IMAPCommand? {
    switch self {
    case .password(let user, let password):
      // PLAIN (RFC 4616) takes any Unicode; LOGIN is for servers that have nothing else.
      if capabilities.contains("AUTH=PLAIN") {
        return Self.authenticate("PLAIN", "\0\(user)\0\(password)", capabilities)
      }
      if capabilities.contains("LOGINDISABLED") { return nil }
      return IMAPCommand("LOGIN").adding(user.utf8).adding(password.utf8)
    case .token(let user, let token):
      // RFC 7628; XOAUTH2 is what Google and Microsoft document. A refusal comes as a challenge that wants an empty answer.
      if capabilities.contains("AUTH=OAUTHBEARER") {
        let message = "n,a=\(Self.escaped(user)),\u{1}host=\(host)\u{1}port=\(port)\u{1}auth=Bearer \(token)\u{1}\u{1}"
        var command = Self.authenticate("OAUTHBEARER", message, capabilities)
        command.answer = Array(Base64.text([1]).utf8)
        return command
      }
      guard capabilities.contains("AUTH=XOAUTH2") else { return nil }
      var command = Self.authenticate("XOAUTH2", "user=\(user)\u{1}auth=Bearer \(token)\u{1}\u{1}", capabilities)
      command.answer = []
      return command
    }
  }

  /// The message goes with the command where the server takes that (RFC 4959), otherwise when it asks.
  private static func authenticate(_ mechanism: String, _ message: String, _ capabilities: Set<String>) -> IMAPCommand {
    let encoded = Base64.text(Array(message.utf8))
    var command = IMAPCommand("AUTHENTICATE", capabilities.contains("SASL-IR") ? "\(mechanism) \(encoded)" : mechanism)
    if !capabilities.contains("SASL-IR") { command.parts.append(Array(encoded.utf8)) }
    command.name = "AUTHENTICATE"
    return command
  }

  /// RFC 5801 §4: what a name cannot hold.
  private static func escaped(_ name: String) -> String { name.replacing("=", with: "=3D").replacing(",", with: "=2C") }
}
