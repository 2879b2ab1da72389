import CGMime
import Model

/// GMime as a whole.
enum MIMELibrary {
  private static let isReady: Void = kindred_mime_prepare()

  /// To be called before anything else of GMime's (`g_mime_init` in its reference: once, before other threads use it).
  static func prepare() { isReady }
}

/// A message taken apart by GMime. Its parts read from bytes that nobody copies, and live as long as it does.
final class MIMETree {
  private let mail: UnsafeMutablePointer<kindred_mail>

  /// - Returns: nil when there is no message in the bytes, which must stay where they are.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    MIMELibrary.prepare()
    guard let start = bytes.baseAddress, let count = UInt32(exactly: bytes.count), let mail = kindred_mail_parse(start, count) else {
      return nil
    }
    self.mail = mail
  }

  deinit { kindred_mail_free(mail) }

  var head: MIMEPart? { MIMEPart(kindred_mail_head(mail)) }
  var body: MIMEPart? { MIMEPart(kindred_mail_body(mail)) }
}

/// A part of a message, or the header of one. Not to be used after its ``MIMETree`` is gone.
struct MIMEPart {
  enum Kind { case leaf, multipart, message }

  private let object: UnsafeMutablePointer<GMimeObject>

  init?(_ object: UnsafeMutablePointer<GMimeObject>?) {
    guard let object else { return nil }
    self.object = object
  }

  var kind: Kind {
    switch kindred_mime_kind_of(object) {
    case kindred_mime_multipart: .multipart
    case kindred_mime_message: .message
    default: .leaf
    }
  }

  /// `text/plain`, in lower case.
  var type: String { "\(string(kindred_mime_type(object)))/\(string(kindred_mime_subtype(object)))".lowercased() }

  func typeParameter(_ name: String) -> String? { kindred_mime_type_parameter(object, name).map { string($0) } }

  /// Of a multipart.
  var children: [MIMEPart] {
    guard kind == .multipart else { return [] }
    return (0..<kindred_mime_count(object)).compactMap { MIMEPart(kindred_mime_child(object, $0)) }
  }

  /// The header and the body of a message within the message.
  var inner: (head: MIMEPart?, body: MIMEPart?) {
    guard kind == .message else { return (nil, nil) }
    return (MIMEPart(kindred_mime_inner_head(object)), MIMEPart(kindred_mime_inner_body(object)))
  }

  /// The fields of the header in order: names as written, values with their folds and in whatever encoding.
  var fields: [(name: String, value: [UInt8])] {
    (0..<kindred_mime_header_count(object)).compactMap { index in
      guard let header = kindred_mime_header(object, index), let name = g_mime_header_get_name(header) else { return nil }
      return (string(name), bytes(g_mime_header_get_raw_value(header)))
    }
  }

  /// The first field of that name (in lower case).
  func field(_ name: String) -> [UInt8]? { fields.first { $0.name.lowercased() == name }?.value }

  /// The content without its transfer encoding, and how long all of it is.
  ///
  /// - Parameter limit: as much of it is given, in bytes.
  func content(limit: Int) -> (bytes: [UInt8], size: Int) {
    let room = min(limit, max(0, Int(kindred_mime_length(object))))
    var size = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      size = Int(kindred_mime_decode(object, buffer.baseAddress, Int64(room)))
      count = min(size, room)
    }
    return (bytes, size)
  }
}

/// What GMime gives as text may hold anything.
private func string(_ text: UnsafePointer<CChar>?) -> String { String(decoding: bytes(text), as: UTF8.self) }

private func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8] {
  guard let text else { return [] }
  return text.withMemoryRebound(to: UInt8.self, capacity: 1) { Array(UnsafeBufferPointer(start: $0, count: strlen(text))) }
}
