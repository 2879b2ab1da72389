import Model

/// What makes a mail the same in two folders and after every renumbering: SHA-256 over its content, in bounded memory.
///
/// Copies differ in what the mail's way added to the header, so those fields do not count when the mail has a Message-ID, the name that it
/// keeps on its way (RFC 5322 §3.6.4). Without one every byte counts: two alerts of the same words are two mails, and only the stamps of
/// their ways tell them apart.
struct MailIdentity {
  private let digests: Digests
  private var header: Bytes? = []
  private var body: Bytes = []
  /// The digests of the header and of each piece of the body.
  private var parts: Bytes = []

  /// A header is never longer, or all of it counts as body.
  private static let longestHeader = 1 << 20
  private static let piece = 1 << 20

  /// Written by servers and readers on the way: RFC 5322 §3.6.7, RFC 8601, RFC 8617, RFC 6376, RFC 7208, and mailbox files.
  private static let trace: Set<String> = [
    "received", "return-path", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "received-spf",
    "authentication-results", "arc-seal", "arc-message-signature", "arc-authentication-results", "dkim-signature", "status", "x-status",
    "x-uid", "x-keywords", "x-mozilla-status", "x-mozilla-status2", "x-imap", "x-imapbase", "content-length",
  ]

  init(_ digests: Digests) { self.digests = digests }

  static func of(_ mail: Bytes, _ digests: Digests) -> Bytes {
    var identity = MailIdentity(digests)
    identity.append(mail[...])
    return identity.finish()
  }

  mutating func append(_ bytes: ArraySlice<UInt8>) {
    guard let begun = header else { return appendBody(bytes) }
    // The blank line may lie across two pieces.
    let from = max(0, begun.count - 3)
    let header = begun + bytes
    if let end = Self.end(of: header, from: from) {
      finishHeader(header[..<end])
      appendBody(header[end...])
    } else if header.count > Self.longestHeader {
      self.header = nil
      appendBody(header[...])
    } else {
      self.header = header
    }
  }

  mutating func finish() -> Bytes {
    if let header { finishHeader(header[...]) }
    if !body.isEmpty { parts += digests.sha256(body) }
    return digests.sha256(parts)
  }

  private mutating func appendBody(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while body.count + rest.count >= Self.piece {
      let taken = rest.prefix(Self.piece - body.count)
      parts += digests.sha256(body + taken)
      body = []
      rest = rest.dropFirst(taken.count)
    }
    body += rest
  }

  private mutating func finishHeader(_ header: ArraySlice<UInt8>) {
    let fields = Self.fields(header)
    let isNamed = fields.contains { $0.name == "message-id" && $0.hasValue }
    let counted = isNamed ? fields.filter { !Self.trace.contains($0.name) } : fields
    parts += digests.sha256(counted.flatMap { Array($0.bytes) })
    self.header = nil
  }

  /// Behind the first empty line.
  private static func end(of bytes: Bytes, from start: Int) -> Int? {
    bytes.withUnsafeBufferPointer { bytes in
      var index = start
      while let feed = bytes[index...].firstIndex(of: 0x0A) {
        index = feed + 1
        if index < bytes.count, bytes[index] == 0x0A { return index + 1 }
        if index + 1 < bytes.count, bytes[index] == 0x0D, bytes[index + 1] == 0x0A { return index + 2 }
      }
      return nil
    }
  }

  private struct Field {
    /// In lower case; empty for a line that is no field.
    var name: String
    var bytes: ArraySlice<UInt8>

    var hasValue: Bool { bytes.drop { $0 != UInt8(ascii: ":") }.dropFirst().contains { $0 > 0x20 } }
  }

  /// A field with the lines that continue it.
  private static func fields(_ header: ArraySlice<UInt8>) -> [Field] {
    var fields: [Field] = []
    var rest = header
    while !rest.isEmpty {
      let end = rest.firstIndex(of: 0x0A).map { $0 + 1 } ?? rest.endIndex
      let line = rest[..<end]
      if let first = line.first, first == 0x20 || first == 0x09, var last = fields.popLast() {
        last.bytes = header[last.bytes.startIndex..<end]
        fields.append(last)
      } else {
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        let isField = name.count < line.count && name.count <= 76
        fields.append(Field(name: isField ? String(decoding: name, as: UTF8.self).lowercased() : "", bytes: line))
      }
      rest = rest[end...]
    }
    return fields
  }
}
