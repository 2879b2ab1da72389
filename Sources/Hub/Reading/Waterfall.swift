import Model

/// A picture of how the parts of an explanation add up: one bar a part, from the prior down to the sum, and the cut. Self-contained
/// SVG 1.1, without scripts, fonts or styles from elsewhere.
public enum Waterfall {
  private static let width = 960.0
  private static let labels = 400.0
  private static let row = 26.0
  private static let top = 64.0

  /// - Parameter why: the document that ``WhyView/pair(_:_:)`` gives.
  public static func svg(_ why: Value) -> String {
    let parts = (why["parts"]?.elements ?? []).map {
      Part(name: $0["words"]?.text ?? $0["feature"]?.text ?? "", weight: bits($0["weight"]))
    }
    let total = bits(why["weight"])
    let threshold = bits(why["threshold"])
    var levels = [0, total, threshold]
    var sum = 0.0
    for part in parts {
      sum += part.weight
      levels.append(sum)
    }
    let scale = Scale(low: levels.min() ?? 0, high: levels.max() ?? 0)
    let height = top + row * Double(parts.count + 1) + 40
    return
      (opening(why, height) + [axis(scale, threshold, height)] + bars(parts, scale) + [
        sumBar(total, threshold, parts.count, scale), "</svg>",
      ])
      .joined(separator: "\n") + "\n"
  }

  private struct Part {
    var name: String
    var weight: Double
  }

  private struct Scale {
    var low: Double
    var high: Double

    func x(_ bits: Double) -> Double {
      let room = Waterfall.width - Waterfall.labels - 80
      return Waterfall.labels + (bits - low) / max(high - low, 1) * room
    }
  }

  private static func opening(_ why: Value, _ height: Double) -> [String] {
    let title = "\(why["first"]?.text ?? "") and \(why["second"]?.text ?? ""): \(why["verdict"]?.text ?? "")"
    let note = "match weight in bits; probability \(why["probability"]?.text ?? "")"
    return [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(number(width))\" height=\"\(number(height))\" "
        + "viewBox=\"0 0 \(number(width)) \(number(height))\" font-family=\"sans-serif\" font-size=\"13\" role=\"img\">",
      "<title>\(escaped(title))</title>", "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
      text(12, 24, title, size: 15, weight: "bold"), text(12, 44, note, fill: "#555555"),
    ]
  }

  private static func axis(_ scale: Scale, _ threshold: Double, _ height: Double) -> String {
    let zero = scale.x(0)
    let cut = scale.x(threshold)
    let bottom = height - 30
    return """
      <line x1="\(number(zero))" y1="\(number(top - 6))" x2="\(number(zero))" y2="\(number(bottom))" stroke="#bbbbbb"/>
      <line class="cut" x1="\(number(cut))" y1="\(number(top - 6))" x2="\(number(cut))" y2="\(number(bottom))" stroke="#c0392b" \
      stroke-dasharray="5 4"/>
      \(text(cut, bottom + 18, "needed: \(signed(threshold))", fill: "#c0392b", anchor: "middle"))
      """
  }

  private static func bars(_ parts: [Part], _ scale: Scale) -> [String] {
    var sum = 0.0
    return parts.enumerated().map { place, part in
      defer { sum += part.weight }
      let colour = place == 0 ? "#7f8c8d" : part.weight < 0 ? "#d35400" : "#2e7d32"
      return bar(part.name, from: sum, by: part.weight, place: place, colour, scale)
    }
  }

  private static func sumBar(_ total: Double, _ threshold: Double, _ place: Int, _ scale: Scale) -> String {
    bar("in all", from: 0, by: total, place: place, total >= threshold ? "#1b5e20" : "#922b21", scale)
  }

  private static func bar(_ name: String, from start: Double, by weight: Double, place: Int, _ colour: String, _ scale: Scale) -> String {
    let y = top + row * Double(place)
    let (left, right) = (scale.x(min(start, start + weight)), scale.x(max(start, start + weight)))
    let rectangle =
      "<rect class=\"bar\" x=\"\(number(left))\" y=\"\(number(y + 3))\" width=\"\(number(max(right - left, 1)))\" "
      + "height=\"\(number(row - 6))\" fill=\"\(colour)\"/>"
    let label = name.count > 56 ? name.prefix(55) + "…" : name
    return [
      text(labels - 12, y + 18, label, anchor: "end"), rectangle, text(right + 6, y + 18, signed(weight), fill: colour),
    ].joined(separator: "\n")
  }

  private static func text(
    _ x: Double, _ y: Double, _ content: String, size: Int = 13, weight: String = "normal", fill: String = "#222222",
    anchor: String = "start"
  ) -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" font-size=\"\(size)\" font-weight=\"\(weight)\" fill=\"\(fill)\" "
      + "text-anchor=\"\(anchor)\">\(escaped(content))</text>"
  }

  private static func bits(_ value: Value?) -> Double { value?.text.flatMap { Double($0) } ?? 0 }

  /// One decimal, without the C library's locale.
  private static func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }

  private static func signed(_ value: Double) -> String { (value < 0 ? "" : "+") + number(value) }

  /// Text for XML: what is markup is escaped, what XML 1.0 forbids is replaced.
  static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "\u{9}", "\u{A}", "\u{D}": result.append(" ")
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
