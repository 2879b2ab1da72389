import Foundation
import Model
import Testing

@testable import Mapping

@Suite struct ReferenceTests {
  /// Write the page anew with `kindred schema functions > docs/mapping-language.md`.
  @Test func thePageIsWhatTheDeclarationsSay() throws {
    #expect(try text(LanguageReference.page) == LanguageReference.markdown)
  }

  @Test func everyFunctionHasALink() throws {
    let page = try text(LanguageReference.page)
    for function in FunctionDeclaration.all {
      #expect(page.contains("### `\(function.signature)`\n"))
      let link = try #require(LanguageReference.link(to: function.name))
      #expect(!link.contains(" ") && !link.contains("("))
    }
    #expect(LanguageReference.link(to: "datetime") == "docs/mapping-language.md#datetimevalue-format-zone")
  }
}
