import Foundation
import Model

/// Base64 (RFC 4648 §4), padded.
enum Base64 {
  /// `nil` for anything but the alphabet with its padding; line breaks are not skipped.
  static func bytes(_ text: some StringProtocol) -> Bytes? { Data(base64Encoded: String(text)).map { Array($0) } }
  static func text(_ bytes: Bytes) -> String { Data(bytes).base64EncodedString() }
}
