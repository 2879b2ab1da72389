/// log2 and its inverse without the C library, so that weights made by training are the same on every machine: only
/// additions, multiplications and divisions, which IEEE 754 rounds alike everywhere.
func logarithm2(_ value: Double) -> Double {
  guard value > 0, value.isFinite else { return value > 0 ? .infinity : -.infinity }
  // ln(m) = 2 atanh((m − 1)/(m + 1)) for m in 1/√2…√2, a series that loses a factor of 34 a step.
  var significand = value.significand
  var exponent = Double(value.exponent)
  if significand > 1.4142135623730951 {
    significand /= 2
    exponent += 1
  }
  let ratio = (significand - 1) / (significand + 1)
  let square = ratio * ratio
  var term = ratio
  var sum = 0.0
  for odd in stride(from: 1.0, through: 25.0, by: 2.0) {
    sum += term / odd
    term *= square
  }
  return exponent + 2 * sum / 0.6931471805599453
}

func power2(_ exponent: Double) -> Double {
  let whole = exponent.rounded(.down)
  let fraction = (exponent - whole) * 0.6931471805599453
  var term = 1.0
  var sum = 1.0
  for step in 1...18 {
    term *= fraction / Double(step)
    sum += term
  }
  return sum * Double(sign: .plus, exponent: Int(max(-1_000, min(1_000, whole))), significand: 1)
}
