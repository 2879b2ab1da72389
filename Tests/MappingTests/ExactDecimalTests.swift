import Model
import Seeding
import Testing

@testable import Mapping

@Suite struct ExactDecimalTests {
  private func decimal(_ text: String) -> ExactDecimal { ExactDecimal(Number(parsing: text)!) }

  @Test func arithmeticLosesNoDigit() {
    #expect(ExactDecimal.sum(decimal("0.1"), decimal("0.2"))?.number?.text == "0.3")
    #expect(ExactDecimal.sum(decimal("99999999999999999999.99"), decimal("0.01"))?.number?.text == "100000000000000000000")
    #expect(ExactDecimal.sum(decimal("1"), -decimal("1"))?.number?.text == "0")
    #expect(ExactDecimal.product(decimal("-12.34"), decimal("1000"))?.number?.text == "-12340")
    #expect(ExactDecimal.quotient(decimal("1999"), decimal("100"))?.number?.text == "19.99")
    #expect(ExactDecimal.quotient(decimal("2"), decimal("3"))?.number?.text == "0.6666666666666666666666666666666667")
    #expect(ExactDecimal.quotient(decimal("1"), decimal("0")) == nil)
  }

  @Test func roundingIsHalfToEven() {
    for (text, places, expected) in [
      ("2.345", 2, "2.34"), ("2.355", 2, "2.36"), ("2.3451", 2, "2.35"), ("-0.5", 0, "0"), ("1.5", 0, "2"), ("149", -2, "100"),
      ("7", 3, "7"),
    ] {
      #expect(decimal(text).rounded(toPlaces: places).number?.text == expected, "\(text) to \(places)")
    }
  }

  @Test func hugeExponentsAreRefusedAndNotComputed() {
    #expect(ExactDecimal.sum(decimal("1e999999"), decimal("1")) == nil)
    #expect(decimal("1e999999") > decimal("9e999998"))
  }

  @Test(arguments: [UInt64(20_260_101)]) func agreesWithIntegers(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<20_000 {
      let a = Int.random(in: -1_000_000...1_000_000, using: &generator)
      let b = Int.random(in: -3_000...3_000, using: &generator)
      let (x, y) = (ExactDecimal(Number(a)), ExactDecimal(Number(b)))
      #expect(ExactDecimal.sum(x, y)?.number == Number(a + b), "seed \(seed): \(a) + \(b)")
      #expect(ExactDecimal.product(x, y)?.number == Number(a * b), "seed \(seed): \(a) * \(b)")
      #expect((x < y) == (a < b), "seed \(seed): \(a) < \(b)")
      if b != 0 { #expect(ExactDecimal.quotient(ExactDecimal(Number(a * b)), y)?.number == Number(a), "seed \(seed): \(a * b) / \(b)") }
    }
  }
}
