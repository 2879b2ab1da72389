import CXML

/// libxml2 as a whole.
enum XMLLibrary {
  private static let isReady: Void = xmlInitParser()

  /// To be called before anything else of libxml2's. When its first use is by two threads at once, one of them may wait for ever
  /// for a lock that the other has replaced (`xmlInitParser` in libxml2's reference: once, before threads).
  static func prepare() { isReady }
}
