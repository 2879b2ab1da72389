import Formats
import Model

/// What a server tells of one mail in a FETCH response.
struct IMAPMail: Hashable, Sendable {
  var uid: UInt32
  var size: Int?
  /// When it came into the folder, in microseconds since 1970.
  var date: Int64?
  var flags: [String]
  /// The whole mail, or the part that was asked for; servers give NIL for one that was removed meanwhile (RFC 2180 §4.1.2).
  var content: Bytes?
  /// True when it was longer than what is kept of a response.
  var isCut: Bool

  /// `nil` for other responses, and for those about flags that nobody asked for: they name no UID.
  init?(_ response: IMAPResponse) {
    guard case .data(_, "FETCH", let values) = response.content, let items = values.first?.elements,
      let uid = items[named: "UID"]?.number.flatMap({ UInt32(exactly: $0) })
    else { return nil }
    self.uid = uid
    size = items[named: "RFC822.SIZE"]?.number.flatMap { Int(exactly: $0) }
    date = items[named: "INTERNALDATE"]?.text.flatMap { IMAPDate.microseconds($0) }
    flags = (items[named: "FLAGS"]?.elements ?? []).compactMap(\.text)
    isCut = response.isCut
    // A server that ignores the part asked for answers with the whole: then the name has no offset.
    for index in stride(from: 0, to: items.count - 1, by: 2) {
      guard case .atom(let name) = items[index], name.uppercased().hasPrefix("BODY[]") else { continue }
      content = items[index + 1].octets
      isPart = name.utf8.count > 6
    }
  }

  /// Whether ``content`` is the part that was asked for.
  private(set) var isPart = false
}

/// Dates as IMAP writes them.
enum IMAPDate {
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// Reads `17-Jul-1996 02:44:25 -0700`; the day may be ` 7`. `nil` for anything else.
  static func microseconds(_ text: String) -> Int64? {
    let parts = text.split(separator: " ")
    guard parts.count == 3 else { return nil }
    let day = parts[0].split(separator: "-")
    let time = parts[1].split(separator: ":").compactMap { Int64($0) }
    guard day.count == 3, time.count == 3, let date = Int64(day[0]), let year = Int64(day[2]), (1...9_999).contains(year),
      (1...31).contains(date), let month = months.firstIndex(where: { $0.lowercased() == day[1].lowercased() }),
      let zone = Int64(parts[2]), abs(zone) <= 1_500, zip(time, [24, 60, 61]).allSatisfy({ $0 >= 0 && $0 < $1 })
    else { return nil }
    let offset = zone / 100 * 3_600 + zone % 100 * 60
    let days = Int64(CivilDate(year: Int(year), month: month + 1, day: Int(date)).days)
    return ((days * 24 + time[0]) * 3_600 + time[1] * 60 + time[2] - offset) * 1_000_000
  }

  /// The first moment, in UTC, of a day written as `1996-07-17`; `nil` for anything else.
  static func microseconds(day text: String) -> Int64? {
    let parts = text.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, text.utf8.count == 10, (1...12).contains(parts[1]), (1...31).contains(parts[2]) else { return nil }
    let date = CivilDate(year: parts[0], month: parts[1], day: parts[2])
    // 31 February is another day.
    return CivilDate(days: date.days) == date ? Int64(date.days) * 86_400_000_000 : nil
  }

  /// The day, in UTC, of a moment: `17-Jul-1996`.
  static func day(_ microseconds: Int64) -> String {
    let date = CivilDate(days: Int((Double(microseconds) / 86_400_000_000).rounded(.down)))
    return "\(date.day)-\(months[date.month - 1])-\(date.year)"
  }
}
