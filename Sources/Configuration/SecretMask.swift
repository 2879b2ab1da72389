import Foundation
import Synchronization

/// Knows the values of all secrets that were read in this process, and takes them out of texts that leave it: logs, errors, answers.
public final class SecretMask: Sendable {
  public static let shared = SecretMask()

  /// What stands where a secret was.
  public static let mark = "•••"

  /// A shorter one would be found in words that have nothing to do with it.
  private static let shortest = 4

  /// The longest first, so that one that is part of another leaves nothing of it.
  private let values = Mutex<[String]>([])

  func learn(_ value: String) {
    guard value.count >= Self.shortest else { return }
    let escaped = value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? value
    values.withLock { values in
      for form in Set([value, escaped]) where !values.contains(form) { values.append(form) }
      values.sort { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }
  }

  /// The text without any secret.
  public func masked(_ text: String) -> String {
    values.withLock { $0 }.reduce(text) { $0.contains($1) ? $0.replacing($1, with: Self.mark) : $0 }
  }
}
