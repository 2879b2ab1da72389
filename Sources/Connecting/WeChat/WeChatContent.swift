import Formats
import Model

/// The content of a WeChat message in one canonical form: equal for a message that is sent again, however its XML is
/// laid out, and different for two messages that differ in anything.
enum WeChatContent {
  /// Name, attributes, child elements and text, each with its length in front so that none can look like another.
  /// Children are sorted, because the platform promises no order. White space counts only in an element without
  /// children: elsewhere it is layout. Text between children, which no message has so far, counts with its order.
  static func canonical(_ node: XMLNode) -> Bytes {
    let attributes = node.attributes.map { framed(Array($0.name.utf8)) + framed(Array($0.value.utf8)) }
    let children = node.children.map(canonical)
    let text = node.children.isEmpty ? Array(node.text.utf8) : textBetweenChildren(node)
    let parts = [attributes, children].map { framed($0.sorted { $0.lexicographicallyPrecedes($1) }.flatMap(framed)) }
    return framed(Array(node.name.utf8)) + parts[0] + parts[1] + framed(text)
  }

  private static func textBetweenChildren(_ node: XMLNode) -> Bytes {
    let all = node.text.utf8.filter { $0 > 0x20 }
    return all == node.children.flatMap { $0.text.utf8.filter { $0 > 0x20 } } ? [] : all
  }

  private static func framed(_ bytes: Bytes) -> Bytes { Array("\(bytes.count):".utf8) + bytes }
}
