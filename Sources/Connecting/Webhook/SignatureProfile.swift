import Model

/// How a sender proves that a webhook is its own. Each names the document that says so.
enum SignatureProfile: String, CaseIterable, Sendable {
  /// standard-webhooks/standard-webhooks, spec/standard-webhooks.md, the symmetric scheme `v1`.
  case standardWebhooks = "standard-webhooks"
  /// docs.github.com, Validating webhook deliveries.
  case github
  /// shopify.dev, docs/apps/build/webhooks/verify-deliveries.
  case shopify
  /// developers.hubspot.com, Request validation, v3.
  case hubspot = "hubspot-v3"
  /// docs.stripe.com, webhooks/signatures.
  case stripe
  /// open.dingtalk.com, 自定义机器人安全设置 (加签). That messages of outgoing robots carry the same sign in headers is `unverified`.
  case dingtalk
  /// HMAC over the body in a header of any name.
  case hmac
  /// The secret itself in a header of any name.
  case token
  /// RFC 7617.
  case basic
  /// RFC 6750 §2.1.
  case bearer
  /// Nobody proves anything.
  case none

  /// The recipe by which requests are checked; `nil` when nothing is signed.
  var recipe: SignatureRecipe? {
    switch self {
    case .standardWebhooks:
      SignatureRecipe(
        header: "webhook-signature", shape: .versions, encoding: .base64, parts: [.id, .literal("."), .timestamp, .literal("."), .body],
        idHeader: "webhook-id", timestamp: .header("webhook-timestamp", .seconds), key: .prefixedBase64("whsec_"))
    case .github: SignatureRecipe(header: "X-Hub-Signature-256", shape: .prefix("sha256="), encoding: .hex, idHeader: "X-GitHub-Delivery")
    case .shopify: SignatureRecipe(header: "X-Shopify-Hmac-SHA256", encoding: .base64, idHeader: "X-Shopify-Webhook-Id")
    case .hubspot:
      SignatureRecipe(
        header: "X-HubSpot-Signature-v3", encoding: .base64, parts: [.method, .address, .body, .timestamp],
        timestamp: .header("X-HubSpot-Request-Timestamp", .milliseconds))
    case .stripe:
      SignatureRecipe(
        header: "Stripe-Signature", shape: .members(signature: "v1"), encoding: .hex, parts: [.timestamp, .literal("."), .body],
        timestamp: .member("t", .seconds))
    case .dingtalk:
      SignatureRecipe(
        header: "sign", encoding: .base64, parts: [.timestamp, .literal("\n"), .secret], timestamp: .header("timestamp", .milliseconds))
    case .hmac: SignatureRecipe(header: "X-Signature", encoding: .hex)
    case .token, .basic, .bearer, .none: nil
    }
  }

  /// How old or how far ahead a signed time may be, unless the connector says otherwise; as the senders' documents recommend.
  var tolerance: Duration { self == .dingtalk ? .seconds(3600) : .seconds(300) }
}
