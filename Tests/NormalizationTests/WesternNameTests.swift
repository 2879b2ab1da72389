import Normalization
import Testing

@Suite("Western names")
struct WesternNameTests {
  @Test(
    "have given names, a surname and a suffix, in whatever order they are written",
    arguments: [
      ("John Smith", "john", "smith", ""), ("Smith, John A.", "john", "smith", ""), ("Dr. John Smith", "john", "smith", ""),
      ("J R Smith", "j", "smith", ""), ("J. Smith", "j", "smith", ""), ("SMITH J R", "j", "smith", ""), ("Smith J.R.", "j", "smith", ""),
      ("Robert Downey Jr.", "robert", "downey", "jr"), ("Henry Tudor VIII", "henry", "viii", ""), ("John Paul III", "john", "paul", "iii"),
      ("Vincent van Gogh", "vincent", "vangogh", ""), ("Dr. Maria de la Cruz", "maria", "delacruz", ""),
      ("van Gogh, Vincent", "vincent", "vangogh", ""),
      ("O'Brien-Jones, Mary-Ann", "maryann", "obrienjones", ""), ("Mr. Smith", "", "smith", ""), ("José García", "jose", "garcia", ""),
    ])
  func parts(text: String, given: String, surname: String, suffix: String) throws {
    let name = try #require(WesternName(text))
    #expect(name.given == given && name.surname == surname && name.suffix == suffix)
  }

  @Test("two columns make the same name as one")
  func columns() throws {
    #expect(try #require(WesternName(given: "Mary Ann", surname: "Smith-Jones")).surnameParts == ["smith", "jones"])
    #expect(
      WesternName(given: "Vincent", surname: "van Gogh")
        == WesternName("Vincent van Gogh").map { name in
          var name = name
          name.surnameParts = ["van", "gogh"]
          return name
        })
    #expect(WesternName(given: "", surname: "Smith")?.given == "")
    #expect(WesternName(given: "", surname: " ") == nil)
  }

  @Test("numbers and lone initials are no names", arguments: ["", "123", "J.", "A B"])
  func nothing(text: String) { #expect(WesternName(text) == nil) }

  @Test(
    "nicknames belong to their names",
    arguments: [
      ("robert", "bob"), ("rob", "bob"), ("william", "bill"), ("bill", "will"), ("elizabeth", "liz"), ("margaret", "peggy"),
      ("anna", "anna"),
    ])
  func nicknames(left: String, right: String) {
    #expect(Nicknames.share(left, right) && Nicknames.share(right, left))
  }

  @Test("other names share nothing", arguments: [("robert", "william"), ("bob", "liz"), ("xqz", "robert")])
  func others(left: String, right: String) { #expect(!Nicknames.share(left, right)) }
}
