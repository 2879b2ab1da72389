import CGMime
import Model

/// An address with the name in front of it.
struct MailAddress: Hashable {
  var name: String
  var address: String

  var value: Value {
    var object = Object()
    if !name.isEmpty { object.append("name", .string(name)) }
    object.append("address", .string(address))
    return .object(object)
  }

  /// Reads `From`, `To` and the like; groups are opened, and what has no address is left out.
  static func all(in raw: [UInt8]) -> [MailAddress] {
    let (text, restored) = HeaderText(raw).signed
    guard !trimmedLine(text).isEmpty else { return [] }
    var found: [MailAddress] = []
    if let list = text.withCString({ kindred_addresses_parse($0) }) {
      defer { kindred_addresses_free(list) }
      collect(list, depth: 0, into: &found)
    }
    found = found.map { MailAddress(name: plain(restored($0.name)), address: trimmedLine(restored($0.address))) }
    found.removeAll { !$0.address.contains("@") }
    return found.isEmpty ? bracketed(text, restored) : found
  }

  private static func collect(_ list: UnsafeMutablePointer<InternetAddressList>, depth: Int, into found: inout [MailAddress]) {
    for index in 0..<internet_address_list_length(list) {
      guard let address = internet_address_list_get_address(list, index) else { continue }
      if let members = kindred_address_members(address) {
        if depth < 4 { collect(members, depth: depth + 1, into: &found) }
      } else if let mailbox = kindred_address_mailbox(address) {
        let name = internet_address_get_name(address).map { String(cString: $0) } ?? ""
        found.append(MailAddress(name: name, address: String(cString: mailbox)))
      }
    }
  }

  /// Without quotes that were written twice, and without a name that is only the address again.
  private static func plain(_ name: String) -> String {
    var text = trimmedLine(name)
    while text.count > 1, let first = text.first, first == text.last, first == "\"" || first == "'" {
      text = trimmedLine(text.dropFirst().dropLast())
    }
    return text
  }

  /// Where a name has signs in it that make the field unreadable (`王@公司 <w@a.cn>`), the address stands in angle brackets.
  private static func bracketed(_ text: String, _ restored: (String) -> String) -> [MailAddress] {
    var found: [MailAddress] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
      let address = trimmedLine(rest[rest.index(after: open)..<close])
      if address.contains("@"), !address.contains(where: \.isWhitespace) {
        let name = rest[..<open].drop { $0 == "," || $0 == ";" || $0.isWhitespace }
        found.append(MailAddress(name: plain(restored(String(name))), address: address))
      }
      rest = rest[close...].dropFirst()
    }
    return found
  }
}
