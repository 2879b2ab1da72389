import Formats
import Model

/// A message or event as a platform wrote it, checked and decrypted. It is read once: for the key by which repetitions are recognised, and
/// for whom it is about.
struct WeChatMessage {
  let bytes: Bytes
  /// `nil` for what is not XML, or has a DOCTYPE.
  private let root: XMLNode?

  init(_ bytes: Bytes) {
    self.bytes = bytes
    root = try? XMLNode.parse(bytes)
  }

  /// The text of the first element `name` below the root; `nil` when it is absent or empty.
  func field(_ name: String) -> String? {
    guard let text = root?.children.first(where: { $0.name == name })?.text, !text.isEmpty else { return nil }
    return text
  }

  /// What tells this message from all others, and is the same when it comes again.
  var identity: Bytes { root.map { [1] + WeChatContent.canonical($0) } ?? [0] + bytes }
}
