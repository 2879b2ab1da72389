import Testing

@testable import Formats

@Suite struct FormulaTests {
  @Test(arguments: [
    ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("-2+3+cmd", "'-2+3+cmd"), ("\tx", "'\tx"),
    ("+86 138-0013-8000", "+86 138-0013-8000"), ("-12.5", "-12.5"), ("a=b", "a=b"), ("", "\"\""), ("\r=1", "\"'\r=1\""),
    ("=\"a\"", "\"'=\"\"a\"\"\""),
  ])
  func formulasAreDisarmed(_ text: String, _ written: String) {
    var writer = CSVWriter(lineEnd: "")
    writer.append([text])
    #expect(String(decoding: writer.bytes, as: UTF8.self) == written)
    var asTheyAre = CSVWriter(lineEnd: "", formulas: .asTheyAre)
    asTheyAre.append([text])
    #expect(!String(decoding: asTheyAre.bytes, as: UTF8.self).contains("'=1"))
  }
}
