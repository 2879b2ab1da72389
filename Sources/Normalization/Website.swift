/// The address of a web site, down to what tells sites apart.
public struct Website: Hashable, Sendable {
  /// Lower case, without `www.` and port.
  public var host: String
  /// The host; for pages on platforms where everybody can have one, with the first part of the path: `facebook.com/acme`.
  public var page: String
  /// True for such a platform: its host alone says nothing.
  public var isPlatform: Bool

  /// `nil` when `text` has no host with a dot, as `none` or `www`.
  public init?(_ text: String) {
    var rest = Substring(Folding.fold(text))
    if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
    guard !rest.contains(" "), !rest.contains("@") else { return nil }
    var name = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != ":" }
    let path = rest[name.endIndex...].drop { $0 != "/" }.dropFirst().prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    for prefix in ["www.", "m.", "wap."] where name.hasPrefix(prefix) && name.dropFirst(prefix.count).contains(".") {
      name = name.dropFirst(prefix.count)
    }
    while name.last == "." { name = name.dropLast() }
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count >= 2, labels.allSatisfy(Self.isLabel), let top = labels.last, top.count >= 2, top.allSatisfy({ !$0.isNumber }) else {
      return nil
    }
    let host = String(name)
    self.host = host
    isPlatform = Self.platforms.contains { host == $0 || host.hasSuffix("." + $0) }
    page = isPlatform && !path.isEmpty ? "\(host)/\(path)" : host
  }

  private static func isLabel(_ label: Substring) -> Bool {
    !label.isEmpty && label.unicodeScalars.allSatisfy { $0 == "-" || $0 == "_" || $0.properties.isAlphabetic || ("0"..."9").contains($0) }
  }

  private static let platforms = [
    "facebook.com", "fb.com", "instagram.com", "twitter.com", "x.com", "linkedin.com", "youtube.com", "yelp.com", "google.com", "goo.gl",
    "blogspot.com", "wordpress.com", "weebly.com", "wixsite.com", "tumblr.com", "taobao.com", "tmall.com", "1688.com", "alibaba.com",
    "weibo.com", "jd.com", "qq.com", "pinduoduo.com", "douyin.com", "xiaohongshu.com", "amazon.com", "ebay.com", "etsy.com", "github.com",
  ]
}
