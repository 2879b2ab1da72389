import CGMime
import Model

/// The header of a mail, by names in lower case.
struct MailFields {
  /// In order, with their bytes as they arrived.
  private let fields: [(name: String, value: [UInt8])]

  init(_ head: MIMEPart, _ body: MIMEPart? = nil) {
    fields = (head.fields + (body?.fields ?? [])).map { (name: $0.name.lowercased(), value: $0.value) }
  }

  func raw(_ name: String) -> [UInt8]? { fields.first { $0.name == name }?.value }

  /// Nil when there is none, or only blanks.
  func text(_ name: String) -> String? {
    guard let text = raw(name).map({ HeaderText($0).decoded }), !text.isEmpty else { return nil }
    return text
  }

  func addresses(_ name: String) -> [MailAddress] { fields.filter { $0.name == name }.flatMap { MailAddress.all(in: $0.value) } }

  var messageID: String? { raw("message-id").flatMap { MailThread.ids(in: $0).first } }

  func ids(_ name: String) -> [String] { raw(name).map { MailThread.ids(in: $0) } ?? [] }

  /// When it was written, with the offset that the sender's clock had (RFC 3339).
  var date: String? { raw("date").flatMap { Self.date(HeaderText($0).decoded) } }

  /// When the last server took it: behind the last `;` of the first `Received`.
  var received: String? {
    raw("received").flatMap { value in
      let text = HeaderText(value).decoded
      return text.lastIndex(of: ";").flatMap { Self.date(String(text[text.index(after: $0)...])) }
    }
  }

  private static func date(_ text: String) -> String? {
    var (seconds, offset): (Int64, Int32) = (0, 0)
    guard text.utf8.count <= 200, kindred_mime_date(text, &seconds, &offset) != 0, abs(offset) < 86_400 else { return nil }
    return MailDate(seconds: Int(seconds), offset: Int(offset))?.text
  }

  /// All fields, decoded: a list for each name.
  var all: Value {
    var order: [String] = []
    var values: [String: [Value]] = [:]
    for field in fields {
      if values[field.name] == nil { order.append(field.name) }
      values[field.name, default: []].append(.string(HeaderText(field.value).decoded))
    }
    var object = Object()
    for name in order { object.append(name, .array(values[name] ?? [])) }
    return .object(object)
  }
}

/// A point in time as RFC 3339 writes it, with an offset.
struct MailDate {
  let text: String

  /// - Returns: nil outside the years 1900 to 9999.
  init?(seconds: Int, offset: Int) {
    let local = seconds + offset
    var days = local / 86_400
    if local % 86_400 < 0 { days -= 1 }
    let inDay = local - days * 86_400
    let date = CivilDate(days: days)
    guard (1900...9999).contains(date.year) else { return nil }
    let minutes = abs(offset) / 60
    let zone = minutes == 0 ? "Z" : "\(offset < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
    text = "\(date.year)-\(two(date.month))-\(two(date.day))T\(two(inDay / 3600)):\(two(inDay / 60 % 60)):\(two(inDay % 60))\(zone)"
  }
}

private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

/// Parameters of `Content-Type` and `Content-Disposition`, also those that break RFC 2231 as most programs do.
enum MailParameters {
  /// Without folders in it.
  static func filename(of part: MIMEPart) -> String? {
    for (field, name) in [("content-disposition", "filename"), ("content-type", "name")] {
      guard let raw = part.field(field), let value = parameter(name, of: raw) else { continue }
      let last = value.split { $0 == "/" || $0 == "\\" }.last.map { trimmedLine($0) } ?? ""
      if !last.isEmpty { return String(last.unicodeScalars.prefix(255).filter { $0.value >= 0x20 }) }
    }
    return nil
  }

  private static func parameter(_ name: String, of raw: [UInt8]) -> String? {
    let (text, restored) = HeaderText(raw).signed
    // What calls itself GB2312 is more than that: see ``Encoding``.
    let labelled = text.replacing("gb2312''", with: "gb18030''").replacing("GB2312''", with: "gb18030''").replacing(
      "gbk''", with: "gb18030''"
    )
    .replacing("GBK''", with: "gb18030''")
    guard let found = labelled.withCString({ header in name.withCString { kindred_mime_parameter(header, $0) } }) else { return nil }
    defer { g_free(found) }
    let value = trimmedLine(restored(String(cString: found)))
    return value.isEmpty ? nil : value
  }
}
