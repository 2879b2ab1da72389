import Configuration
import Model

/// `docs/mapping-language.md`, made from the declarations of the functions. A test compares the page with it.
public enum LanguageReference {
  /// The page that lists all functions, from the root of the repository.
  public static let page = "docs/mapping-language.md"

  /// The link to a function's paragraph on the page.
  public static func link(to function: String) -> String? {
    FunctionDeclaration.byName[function].map { "\(page)#\(anchor($0.signature))" }
  }

  /// The whole page.
  public static var markdown: String {
    var paragraphs = head
    for (title, functions) in FunctionDeclaration.themes {
      paragraphs.append("## \(title)")
      for function in functions { paragraphs += self.paragraphs(of: function) }
    }
    return (paragraphs.map(wrapped) + [tail]).joined(separator: "\n\n") + "\n"
  }

  private static let head = [
    "# The mapping language: all functions",
    "For the ERP person. How a mapping file is built is in [write-a-mapping.md](write-a-mapping.md). This page lists every function; `kindred schema functions` prints it.",
    "The first argument is what a pipe hands over: `$.name | trim` and `trim($.name)` are the same. `?` marks an argument that may be left out, `…` one that may be given several times. A missing or null value passes through most functions untouched; a list is worked on element by element where that makes sense. A function that **can fail** must say what then: `else null`, `else skip`, `else reject` or `else 'text'`.",
    "In the examples, `$` is the item. Each of them is executed by a test.",
  ]

  private static func paragraphs(of function: FunctionDeclaration) -> [String] {
    let canFail = function.canFail ? " **Can fail.**" : ""
    let example = function.example
    let item = CanonicalJSON.orderedText(example.item)
    let result = example.result.map { "`\(CanonicalJSON.orderedText($0))`" } ?? "nothing (missing)"
    return [
      "### `\(function.signature)`", "\(function.summary) Gives \(function.result).\(canFail)",
      "Example: with the item `\(item)`, `\(example.expression)` gives \(result).",
    ]
  }

  /// As GitHub makes anchors of headings: lower case, no punctuation but `-` and `_`, `-` for spaces.
  private static func anchor(_ heading: String) -> String {
    String(heading.lowercased().compactMap { $0 == " " ? "-" : $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" ? $0 : nil })
  }

  /// Lines of at most 140 characters. Code is not torn apart.
  private static func wrapped(_ paragraph: String) -> String {
    if paragraph.hasPrefix("#") { return paragraph }
    var lines: [String] = []
    var line = ""
    var word = ""
    var isCode = false
    func closeWord() {
      guard !word.isEmpty else { return }
      if !line.isEmpty, line.count + 1 + word.count > 140 {
        lines.append(line)
        line = word
      } else {
        line += (line.isEmpty ? "" : " ") + word
      }
      word = ""
    }
    for character in paragraph {
      if character == "`" { isCode.toggle() }
      if character == " ", !isCode { closeWord() } else { word.append(character) }
    }
    closeWord()
    return (lines + [line]).joined(separator: "\n")
  }

  private static let tail = #"""
    ## Operators

    | operator | what it does |
    |---|---|
    | `a \| f(…)` | hands `a` to `f` as its first argument |
    | `else null`, `else skip`, `else reject`, `else 'text'` | what happens when something before it fails |
    | `not`, `and`, `or` | conditions; `and` binds tighter than `or` |
    | `==` `!=` | equal or not, by content |
    | `<` `<=` `>` `>=` | numbers with numbers, texts with texts |
    | `+` `-` `*` `/` | exact decimal arithmetic; a division can fail |

    ## Paths

    | root | what it is |
    |---|---|
    | `$` | the current item: a CSV row, a line of JSON Lines, a document, or an element that `each` selects |
    | `$up` | the item that `each` selected from |
    | `$doc` | the whole document |
    | `$meta` | where the item came from, for example `$meta.file` |
    | `$with` | the parameters of an included part: `$with.name` |
    | `xpath('…')` | XPath 1.0, for XML; relative to the element that `each` selects |

    JSON paths follow RFC 9535 in full: `$.a.b`, `$['a b']`, `$.list[0]`, `$.list[-1]`, `$.list[*].x`, `$.list[?@.x > 3]`, `$..x`. Patterns for
    `matches`, `match` and filters follow I-Regexp (RFC 9485). Those for `found`, `extract`, `extract_all`, `replace_pattern` and
    `split_pattern` follow [RE2](https://github.com/google/re2/wiki/Syntax), which never takes more than linear time; for that it has neither
    look-ahead nor back-references.
    """#
}

extension CanonicalJSON {
  /// A value for people: members in their own order, a space after colons and commas.
  static func orderedText(_ value: Value) -> String {
    switch value {
    case .array(let elements): "[" + elements.map(orderedText).joined(separator: ", ") + "]"
    case .object(let object):
      "{" + object.members.map { "\(CanonicalJSON.text(.string($0.name))): \(orderedText($0.value))" }.joined(separator: ", ") + "}"
    default: CanonicalJSON.text(value)
    }
  }
}
