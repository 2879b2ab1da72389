import Model

/// One whole response of an IMAP server (RFC 9051 §7, RFC 3501 §7).
struct IMAPResponse: Hashable, Sendable {
  enum Content: Hashable, Sendable {
    /// The end of a command: `tag OK …`.
    case tagged(String, IMAPStatus)
    /// `* OK …`, `* BYE …`.
    case status(IMAPStatus)
    /// `+ …`: the text without its mark.
    case continuation(Bytes)
    /// `* 12 FETCH (…)`, `* LIST …`: the number before the name if there is one, the name in capitals, and what follows.
    case data(number: UInt64?, name: String, values: [IMAPValue])
    /// A line that is none of these. It may be the rest of a literal whose length was wrong.
    case unreadable
  }

  var content: Content
  /// True when something was left out because it was longer than the reader keeps.
  var isCut = false
}

/// `OK`, `NO` and their like, with the code in brackets (RFC 9051 §7.1, RFC 5530).
struct IMAPStatus: Hashable, Sendable {
  enum Kind: String, Hashable, Sendable {
    case ok = "OK"
    case no = "NO"
    case bad = "BAD"
    case bye = "BYE"
    case preauthenticated = "PREAUTH"
  }

  var kind: Kind
  /// In capitals: `UIDVALIDITY`.
  var code: String?
  var arguments: [IMAPValue] = []
  var text: String = ""
}

/// A piece of a response's data.
indirect enum IMAPValue: Hashable, Sendable {
  /// `NIL`
  case nothing
  /// A word, a number, a flag, or what is fetched: `BODY[HEADER.FIELDS (A B)]<0>`.
  case atom(String)
  /// A quoted string or a literal.
  case bytes(Bytes)
  case list([IMAPValue])

  var number: UInt64? { if case .atom(let text) = self { UInt64(text) } else { nil } }

  /// The text of a word or a string, invalid UTF-8 replaced.
  var text: String? {
    switch self {
    case .atom(let text): text
    case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
    case .nothing, .list: nil
    }
  }

  var octets: Bytes? {
    switch self {
    case .atom(let text): Array(text.utf8)
    case .bytes(let bytes): bytes
    case .nothing, .list: nil
    }
  }

  var elements: [IMAPValue]? { if case .list(let values) = self { values } else { nil } }
}

extension [IMAPValue] {
  /// What follows a name in a list of names and values, such as a FETCH response's.
  subscript(named name: String) -> IMAPValue? {
    for index in stride(from: 0, to: count - 1, by: 2) {
      if case .atom(let text) = self[index], text.uppercased() == name { return self[index + 1] }
    }
    return nil
  }
}
