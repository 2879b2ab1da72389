import Model

/// One key of a mapping file: what lint accepts, what editors complete, and what the documentation says come from here.
struct KeyDeclaration: Sendable {
  /// What may stand behind a key.
  indirect enum Shape: Sendable {
    case text
    case boolean
    /// An expression of the mapping language.
    case expression
    /// One of these words.
    case words([String])
    /// The name of a type of the model.
    case type
    /// The names of attributes of the output's type, each with such a value.
    case attributes(Shape)
    /// A text, a number, true, false, null or a list of those.
    case literal
    /// Keys of the user's own, each with such a value.
    case named(Shape)
    case list(Shape)
    /// Known keys; `others` is for keys besides them.
    case keys([KeyDeclaration], others: Shape? = nil)
    case either([Shape])
    /// Whatever YAML can write.
    case anything
  }

  var name: String
  var summary: String
  var shape: Shape
  var isRequired: Bool

  init(_ name: String, _ shape: Shape, required: Bool = false, _ summary: String) {
    self.name = name
    self.summary = summary
    self.shape = shape
    isRequired = required
  }
}

extension [KeyDeclaration] {
  var names: [String] { map(\.name) }
  var required: [String] { filter(\.isRequired).map(\.name) }
}

/// The keys of mapping files, of parts that they include, and of tests beside them.
enum MappingKeys {
  static let file: [KeyDeclaration] = [
    KeyDeclaration("language", .words(["1"]), required: true, "The version of this language; always 1."),
    KeyDeclaration("mapping", .text, required: true, "Its name; no spaces, no slashes."),
    KeyDeclaration("from", .keys(from), required: true, "Which deliveries it is for."),
    KeyDeclaration("include", .list(.text), "Parts whose tables, missing and namespaces it uses, too."),
    missing, tables, namespaces,
    KeyDeclaration(
      "each", .either([.expression, .list(.expression)]),
      "The elements that are items; a path, or a list of paths of which the first that finds anything counts."),
    KeyDeclaration("outputs", .list(.keys(output)), required: true, "What becomes of an item: one or more records."),
    tests,
  ]

  static let part: [KeyDeclaration] = [
    KeyDeclaration("language", .words(["1"]), required: true, "The version of this language; always 1."),
    KeyDeclaration("part", .text, required: true, "Its name."),
    KeyDeclaration("parameters", .list(.text), "What it must be given; read as $with.name."),
    include, missing, tables, namespaces, constants, set,
  ]

  static let testFile: [KeyDeclaration] = [
    KeyDeclaration("language", .words(["1"]), required: true, "The version of this language; always 1."),
    KeyDeclaration("mapping", .text, required: true, "The name of the mapping that is tested."),
    KeyDeclaration("tests", .list(.keys(test)), required: true, "What is given, and what must come out."),
  ]

  static let from: [KeyDeclaration] = [
    KeyDeclaration("connector", .text, required: true, "The connector; also the source of the records."),
    KeyDeclaration("stream", .text, "One stream of the connector; without it, all of this format."),
    KeyDeclaration("format", .words(["csv", "json", "jsonl", "xml", "mail"]), required: true, "What the deliveries are written in."),
    KeyDeclaration(
      "header", .words(["none"]),
      "none: CSV whose first row is data already. The columns are called $.column_1, $.column_2, … unless named."),
    KeyDeclaration("columns", .list(.text), "With header: none: the names of all columns in their order."),
  ]

  static let output: [KeyDeclaration] = [
    KeyDeclaration("to", .type, required: true, "A type of model.yaml."),
    KeyDeclaration(
      "key", .expression, required: true, "The source's own key of the thing; without a value the output is a dead letter."),
    KeyDeclaration("version", .expression, "A time or a rising whole number; without it the order of arrival counts."),
    KeyDeclaration(
      "write", .words(["patch", "replace"]),
      "replace: this is all there is. patch (the default): only the attributes that are here; an absent value keeps, null clears."),
    KeyDeclaration("when", .expression, "A condition; when it does not hold, the output is filtered."),
    KeyDeclaration("delete", .expression, "A condition; when it holds, the record is deleted, with this version."),
    constants, include, set,
    KeyDeclaration("children", .attributes(.keys(children)), "Rows of a list attribute, such as the lines of an order."),
  ]

  static let children: [KeyDeclaration] = [
    KeyDeclaration("each", .either([.expression, .list(.expression)]), required: true, "The elements that are rows."),
    KeyDeclaration("key", .expression, "The row's own key."),
    KeyDeclaration("when", .expression, "A condition; when it does not hold, the row is left out."),
    constants, set,
  ]

  static let test: [KeyDeclaration] = [
    KeyDeclaration("name", .text, required: true, "What the test shows."),
    KeyDeclaration(
      "given", .anything, required: true, "An item as YAML, a text in the mapping's format, or {file: path} beside this file."),
    KeyDeclaration("meta", .named(.text), "What $meta shows besides file, row and line."),
    KeyDeclaration("expect", .list(.keys(expectation, others: .anything)), required: true, "All outputs, in order; [] for none."),
  ]

  static let expectation: [KeyDeclaration] = [
    KeyDeclaration("to", .type, "The type of the output."),
    KeyDeclaration("key", .text, "The record's key."),
    KeyDeclaration("version", .text, "The version, as a number or as the time that it stands for."),
    KeyDeclaration("write", .words(["patch", "replace"]), "patch or replace."),
    KeyDeclaration("delete", .boolean, "Whether the record is deleted."),
    KeyDeclaration("fault", .text, "The code of the fault with which the output must fail."),
  ]

  static let inclusion: [KeyDeclaration] = [
    KeyDeclaration("file", .text, required: true, "The part's file, from the folder of this one."),
    KeyDeclaration("with", .named(.expression), "A value for each of its parameters."),
  ]

  static let fileTable: [KeyDeclaration] = [
    KeyDeclaration("csv", .text, required: true, "A CSV file, from the folder of this one."),
    KeyDeclaration("key", .text, "The column that is looked up; the first one unless said."),
    KeyDeclaration("value", .text, "The column that is the answer; the second one unless said."),
    KeyDeclaration("encoding", .text, "The file's encoding; found out unless said."),
  ]

  private static let missing = KeyDeclaration(
    "missing", .list(.text), "Texts that mean \"nothing\": after that they are like an absent value.")
  private static let tables = KeyDeclaration(
    "tables", .named(.either([.keys(fileTable), .named(.text)])), "Word lists for lookup() and match(), written out or in CSV files.")
  private static let namespaces = KeyDeclaration("namespaces", .named(.text), "Prefixes for XPath, each with its URI.")
  private static let tests = KeyDeclaration("tests", .list(.keys(test)), "What is given, and what must come out.")
  private static let constants = KeyDeclaration("const", .attributes(.literal), "Attributes with fixed values.")
  private static let set = KeyDeclaration("set", .attributes(.expression), "Attributes with expressions.")
  private static let include = KeyDeclaration("include", .list(.keys(inclusion)), "Parts of other files that set attributes, too.")
}
