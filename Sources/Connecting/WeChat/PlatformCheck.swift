import Model

/// What can be said about an app before it is used: its secret, the clock, the address that we call from, its permissions.
struct PlatformCheck {
  let interface: PlatformInterface
  /// Seconds since 1970.
  let now: @Sendable () -> Int

  /// A signed time that is further off is refused by many; ours and the platform's should be the same.
  private static let largestSkew = 60

  /// A harmless call that tells whether the app may do something, and the sentence for when it may.
  struct Call {
    var path: String
    /// `nil` for a GET.
    var body: Value?
    var fine: String
  }

  func findings(_ calls: [Call]) async -> [Finding] {
    do throws(PlatformRefusal) {
      let grant = try await interface.tokens.fresh()
      return [Finding(.fine, "access-token", "\(interface.product) gives an access token.")] + clock(grant) + (await permissions(calls))
    } catch {
      return [Self.finding(error)]
    }
  }

  static func missingSecret(_ connector: String, for streams: [String]) -> [Finding] {
    streams.map { stream in
      Finding(
        .problem, "secret-missing", "The stream \(stream) of \(connector) cannot be read without a secret.",
        hint: "Enter secret, or take the stream out of the file.")
    }
  }

  private func clock(_ grant: AccessTokens.Grant) -> [Finding] {
    guard let date = grant.date else { return [] }
    let skew = now() - date
    guard abs(skew) > Self.largestSkew else { return [Finding(.fine, "clock", "The clock agrees with that of \(interface.product).")] }
    return [
      Finding(
        .problem, "clock-skewed",
        "The clock of this machine is \(abs(skew)) seconds \(skew > 0 ? "ahead of" : "behind") that of \(interface.product).",
        hint: "Let it be set through the network (NTP).")
    ]
  }

  private func permissions(_ calls: [Call]) async -> [Finding] {
    var findings: [Finding] = []
    for call in calls {
      do throws(PlatformRefusal) {
        if let body = call.body {
          _ = try await interface.post(call.path, body)
        } else {
          _ = try await interface.get(call.path, [])
        }
        findings.append(Finding(.fine, "interface", call.fine))
      } catch {
        findings.append(Self.finding(error))
      }
    }
    return findings
  }

  private static func finding(_ refusal: PlatformRefusal) -> Finding {
    Finding(.problem, refusal.fault.code, refusal.fault.message, hint: refusal.fault.hint)
  }
}
