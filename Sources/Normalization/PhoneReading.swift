/// Finds the runs of digits of a field that can be numbers, with the punctuation people write inside one.
struct PhoneRun {
  var hasPlus = false
  var digits: [UInt8] = []
  /// The digit groups' lengths, as the separators cut them.
  var groups: [Int] = []
  var extensionDigits: [UInt8] = []
  var isMasked = false

  /// All runs of a folded text.
  static func all(in scalars: [Unicode.Scalar]) -> [PhoneRun] {
    var runs: [PhoneRun] = []
    var index = 0
    while index < scalars.count {
      guard isDigit(scalars[index]) || isPlus(scalars, index) else {
        index += 1
        continue
      }
      var run = PhoneRun()
      index = run.read(scalars, from: index)
      if !run.digits.isEmpty { runs.append(contentsOf: run.separated()) }
    }
    return runs
  }

  private static func isPlus(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    // 1.39e+10 has no country code.
    scalars[index] == "+" && index + 1 < scalars.count && (index == 0 || scalars[index - 1] != "e")
  }

  private mutating func read(_ scalars: [Unicode.Scalar], from start: Int) -> Int {
    var index = start
    var group = 0
    func closeGroup(_ groups: inout [Int]) {
      if group > 0 { groups.append(group) }
      group = 0
    }
    scan: while index < scalars.count {
      let scalar = scalars[index]
      if Self.isDigit(scalar) {
        digits.append(UInt8(scalar.value))
        group += 1
        index += 1
        continue
      }
      switch scalar {
      case "+":
        guard digits.isEmpty else { break scan }
        hasPlus = true
      case "*":
        // 62345678*8260 has an extension, 138****8000 is masked.
        if digits.count >= 7, !isMasked, index + 1 < scalars.count, Self.isDigit(scalars[index + 1]),
          !hasDigits(scalars, from: index + 1, atLeast: 7)
        {
          break scan
        }
        isMasked = true
      case "x" where index + 1 < scalars.count && (scalars[index + 1] == "x" || scalars[index + 1] == "*" || isMasked):
        isMasked = true
      case "/":
        // 310/246-1501 is one number; a slash behind a whole one begins the next.
        guard (2...5).contains(digits.count), hasDigits(scalars, from: index + 1, atLeast: 5) else { break scan }
        closeGroup(&groups)
      case "e" where index + 1 < scalars.count && scalars[index + 1] == "+":
        // A number that a spreadsheet has cut: 1.39e+10.
        digits.removeAll()
        index += 2
        while index < scalars.count, Self.isDigit(scalars[index]) { index += 1 }
        return index
      case " ", "-", "(", ")", ".":
        // A spreadsheet's float: 13800138000.0
        if scalar == ".", index + 1 < scalars.count, scalars[index + 1] == "0",
          index + 2 == scalars.count || !Self.isDigit(scalars[index + 2])
        {
          index += 2
          break scan
        }
        closeGroup(&groups)
        if !Self.continues(scalars, after: index) { break scan }
      default: break scan
      }
      index += 1
    }
    closeGroup(&groups)
    return max(readExtension(scalars, from: index), start + 1)
  }

  private func hasDigits(_ scalars: [Unicode.Scalar], from start: Int, atLeast count: Int) -> Bool {
    var (index, found) = (start, 0)
    while index < scalars.count, Self.isDigit(scalars[index]) || Self.isGap(scalars[index]) {
      if Self.isDigit(scalars[index]) { found += 1 }
      index += 1
    }
    return found >= count
  }

  private static func isGap(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "-" || scalar == "." }

  private static func continues(_ scalars: [Unicode.Scalar], after index: Int) -> Bool {
    var next = index + 1
    while next < scalars.count, isGap(scalars[next]) || scalars[next] == "(" || scalars[next] == ")" { next += 1 }
    return next < scalars.count && (isDigit(scalars[next]) || scalars[next] == "*")
  }

  private static let extensionMarks = ["extension", "ext.", "ext", "#", "转", "分机号", "分机", "内线", "x", "*", ",", "p"].map {
    Array($0.unicodeScalars)
  }

  private mutating func readExtension(_ scalars: [Unicode.Scalar], from start: Int) -> Int {
    var index = start
    while index < scalars.count, scalars[index] == " " || scalars[index] == "-" || scalars[index] == "(" { index += 1 }
    guard index < scalars.count, digits.count >= 7 else { return start }
    for mark in Self.extensionMarks where scalars[index...].starts(with: mark) {
      var next = index + mark.count
      while next < scalars.count, scalars[next] == " " || scalars[next] == ":" || scalars[next] == "." { next += 1 }
      var found: [UInt8] = []
      while next < scalars.count, Self.isDigit(scalars[next]), found.count < 7 {
        found.append(UInt8(scalars[next].value))
        next += 1
      }
      // A comma, or p for pause, is more often something else.
      guard !found.isEmpty, found.count <= 6, mark.count > 1 || (mark[0] != "," && mark[0] != "p") || found.count <= 4 else { return start }
      extensionDigits = found
      return next
    }
    return start
  }

  /// Two numbers that only a space keeps apart are two numbers.
  private func separated() -> [PhoneRun] {
    guard digits.count > 15, !isMasked, groups.count > 1 else { return [self] }
    var parts: [PhoneRun] = []
    var rest = digits[...]
    var current = PhoneRun(hasPlus: hasPlus)
    for group in groups {
      if current.digits.count >= 7, group >= 7 || current.digits.count + group > 15 || current.digits.count >= 10 {
        parts.append(current)
        current = PhoneRun()
      }
      current.digits += rest.prefix(group)
      current.groups.append(group)
      rest = rest.dropFirst(group)
    }
    current.extensionDigits = extensionDigits
    parts.append(current)
    return parts
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 0x30 && scalar.value <= 0x39 }
}
