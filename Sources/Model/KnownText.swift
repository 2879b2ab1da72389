/// The text of bytes that are known to be UTF-8, which are not looked at once more. For what a reader has checked or written itself: other
/// bytes make text with which nothing works.
@inlinable @inline(__always) public func knownText(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
  if #available(macOS 26, *) {
    var text = UTF8Span(unchecked: bytes.span)
    // Text that is known to be ASCII is compared and hashed faster later on.
    _ = text.checkForASCII()
    return String(copying: text)
  }
  return String(decoding: bytes, as: UTF8.self)
}
