/// Pieces of the report's page. Everything that comes from a table is escaped here.
enum HTML {
  static func escaped(_ text: String) -> String {
    var output = ""
    output.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "\"": output += "&quot;"
      case "'": output += "&#39;"
      default: output.unicodeScalars.append(scalar.value < 0x20 ? " " : scalar)
      }
    }
    return output
  }

  /// A cell may hold a whole letter.
  static func shortened(_ text: String) -> String { text.count > 200 ? text.prefix(200) + "…" : text }

  static func table(header: [String] = [], rows: [[String]], isNumeric: Bool = false) -> String {
    var html = "<table>"
    if !header.isEmpty { html += "<tr>" + header.map { "<th>\(escaped($0))</th>" }.joined() + "</tr>" }
    for row in rows {
      let cells = row.enumerated().map { place, cell in
        isNumeric && place > 0 ? "<td class=\"n\">\(escaped(cell))</td>" : "<td>\(escaped(cell))</td>"
      }
      html += "<tr>" + cells.joined() + "</tr>\n"
    }
    return html + "</table>"
  }

  /// Upright bars; the heights are logarithmic, since few pairs lie where it matters.
  /// - Parameter marker: where the line stands, in bars from the left.
  static func bars(_ bars: [(label: String, value: Int)], marker: Double, unit: String) -> String {
    let (width, height) = (18, 160)
    let most = bars.map(\.value).max() ?? 1
    var svg = "<svg role=\"img\" viewBox=\"0 0 \(bars.count * width + 20) \(height + 40)\" width=\"\(bars.count * width + 20)\">"
    for (place, bar) in bars.enumerated() {
      let tall = bar.value == 0 ? 0 : max(2, height * digits(bar.value) / digits(most))
      let x = 10 + place * width
      svg += "<rect class=\"p\" x=\"\(x)\" y=\"\(height + 10 - tall)\" width=\"\(width - 2)\" height=\"\(tall)\">"
      svg += "<title>\(escaped(bar.label)) bits: \(bar.value) \(unit)</title></rect>"
      if place % 2 == 0 { svg += "<text x=\"\(x)\" y=\"\(height + 26)\">\(escaped(bar.label))</text>" }
    }
    let x = 10 + Int(marker * Double(width))
    return svg + "<line class=\"cut\" x1=\"\(x)\" x2=\"\(x)\" y1=\"4\" y2=\"\(height + 12)\"/></svg>"
  }

  /// log2 in 1/64, of one more than the number.
  private static func digits(_ value: Int) -> Int {
    let whole = value + 1
    let exponent = Int.bitWidth - 1 - whole.leadingZeroBitCount
    let fraction = exponent >= 6 ? (whole >> (exponent - 6)) & 63 : (whole << (6 - exponent)) & 63
    return exponent * 64 + fraction
  }

  /// Lying bars to both sides of nothing.
  static func signedBars(_ bars: [(label: String, bits: Double)]) -> String {
    let (row, middle, scale) = (16, 420, 10.0)
    var svg = "<svg role=\"img\" viewBox=\"0 0 760 \(bars.count * row + 10)\" width=\"760\">"
    for (place, bar) in bars.enumerated() {
      let length = min(320, Int((bar.bits.magnitude * scale).rounded()))
      let x = bar.bits < 0 ? middle - length : middle
      let y = place * row + 4
      svg += "<text x=\"0\" y=\"\(y + 11)\">\(escaped(shortened(bar.label)))</text>"
      svg += "<rect class=\"\(bar.bits < 0 ? "m" : "p")\" x=\"\(x)\" y=\"\(y + 2)\" width=\"\(max(1, length))\" height=\"\(row - 5)\"/>"
      svg += "<text x=\"\(bar.bits < 0 ? middle + 6 : x + length + 6)\" y=\"\(y + 11)\">\(MatchReport.signed(bar.bits))</text>"
    }
    return svg + "<line stroke=\"#999\" x1=\"\(middle)\" x2=\"\(middle)\" y1=\"0\" y2=\"\(bars.count * row + 8)\"/></svg>"
  }
}
