/// A person's name as far as joining mentions within one customer needs it.
struct PersonName: Hashable {
  /// Lower case, half width, without spaces and punctuation, and without a form of address when a full name is left.
  let normalised: String
  /// False for a surname with a form of address (李先生, 王总, Mr Chen).
  let isFull: Bool
  /// The first character of a Chinese name (compound surnames differ there, too), the last word of any other.
  private let surname: String
  let isChinese: Bool

  /// Forms of address that follow a Chinese name, longest first where one ends another.
  private static let addresses = ["总经理", "先生", "女士", "小姐", "老师", "经理", "主任", "老板", "师傅", "总"]
  private static let englishAddresses: Set<Substring> = ["mr", "mrs", "ms", "miss", "dr"]

  init(_ name: String) {
    let words = folded(name).split { !$0.isLetter && !$0.isNumber }
    let rest = words.filter { !Self.englishAddresses.contains($0) }
    let joined = rest.joined()
    isChinese = joined.unicodeScalars.first.map { (0x4E00...0x9FFF).contains($0.value) } ?? false
    surname = isChinese ? String(joined.prefix(1)) : String(rest.last ?? "")
    guard isChinese else {
      normalised = rest.count < 2 && rest.count < words.count ? words.joined() : joined
      isFull = rest.count > 1 || rest.count == words.count
      return
    }
    let address = Self.addresses.first { joined.hasSuffix($0) && joined.count > $0.count }
    let bare = joined.dropLast(address?.count ?? 0)
    isFull = bare.count > 1
    normalised = isFull ? String(bare) : joined
  }

  /// Whether both are Chinese names with different surnames. Other scripts spell one surname in many ways.
  func contradicts(_ other: PersonName) -> Bool { isChinese && other.isChinese && surname != other.surname }

  /// Whether one is a full name and the other a form of address of the same surname.
  func isAddressed(as other: PersonName) -> Bool { isFull != other.isFull && surname == other.surname }
}

/// Full-width ASCII and the ideographic space in half width, letters in lower case.
func folded(_ text: String) -> String {
  var scalars = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0xFF01...0xFF5E: scalars.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
    case 0x3000: scalars.append(" ")
    default: scalars.append(scalar)
    }
  }
  return String(scalars).lowercased()
}

func trimmed(_ text: String) -> String {
  String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
}
