/// Amounts as people write them in configuration files.
public enum Quantity {
  /// `500ms`, `10s`, `5m`, `2h`, `1d`: a whole number, then the unit, with or without a space.
  public static func duration(_ text: String) -> Duration? {
    guard let (number, unit) = parts(text) else { return nil }
    let seconds: Int
    switch unit {
    case "ms": return .milliseconds(number)
    case "s": seconds = 1
    case "m", "min": seconds = 60
    case "h": seconds = 3_600
    case "d": seconds = 86_400
    default: return nil
    }
    let (product, overflow) = number.multipliedReportingOverflow(by: seconds)
    return overflow ? nil : .seconds(product)
  }

  /// `512`, `64 KB`, `32 MB`, `2 GB` in bytes. The units are powers of 1024, with or without an `i`, as in PostgreSQL.
  public static func bytes(_ text: String) -> Int? {
    guard let (number, unit) = parts(text) else { return nil }
    let factor: Int
    switch unit.lowercased() {
    case "", "b": factor = 1
    case "k", "kb", "kib": factor = 1 << 10
    case "m", "mb", "mib": factor = 1 << 20
    case "g", "gb", "gib": factor = 1 << 30
    default: return nil
    }
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : product
  }

  /// A size in the largest unit that says it exactly: `32 MB`.
  public static func text(bytes: Int) -> String {
    for (unit, shift) in [("GB", 30), ("MB", 20), ("KB", 10)] where bytes > 0 && bytes.isMultiple(of: 1 << shift) {
      return "\(bytes >> shift) \(unit)"
    }
    return String(bytes)
  }

  private static func parts(_ text: String) -> (number: Int, unit: String)? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits) else { return nil }
    return (number, String(text[digits.endIndex...].drop { $0 == " " }))
  }
}
