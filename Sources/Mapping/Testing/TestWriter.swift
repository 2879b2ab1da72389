import Formats
import Model

/// Writes tests: what a mapping makes of an input today becomes what is expected of it tomorrow, once a person has mended it.
public enum TestWriter {
  /// A test in YAML, ready to stand below `tests:`.
  ///
  /// - Parameters:
  ///   - name: what the test shows.
  ///   - given: the bytes of an item, as dead letters keep them: a row of CSV, a line, a document.
  ///   - header: the header row of a CSV file; needed for CSV, unless the mapping reads tables without one.
  /// - Throws: a `Fault` when the input is CSV and has no header, or is not UTF-8 text.
  public static func test(_ name: String, given: [UInt8], header: [UInt8]?, _ program: MappingProgram) throws -> String {
    let hasHeader = program.columns == nil
    if program.format == .csv, header == nil, hasHeader {
      throw Fault("header-needed", "A row of CSV says nothing without the header row of its file.", hint: "Name the file with --file.")
    }
    let body = hasHeader ? header.map { $0 + [0x0A] + given } ?? given : given
    let (outputs, row) = outcome(of: body, program)
    var lines = ["- name: \(quoted(name))"]
    if program.format == .csv, let row {
      lines.append("  given: \(CanonicalJSON.orderedText(row))")
    } else {
      lines += try text(program.format == .csv ? body : given)
    }
    return (lines + expectations(outputs)).joined(separator: "\n") + "\n"
  }

  /// As ``test(_:given:header:_:)``, for an input that is a file.
  ///
  /// - Parameters:
  ///   - file: its path from the mapping's file.
  ///   - bytes: what it holds.
  public static func test(_ name: String, file: String, holding bytes: [UInt8], _ program: MappingProgram) -> String {
    let lines = ["- name: \(quoted(name))", "  given: {file: \(quoted(file))}"]
    return (lines + expectations(outcome(of: bytes, program).outputs)).joined(separator: "\n") + "\n"
  }

  /// What a mapping makes of an input, one expectation an output, and the last item.
  private static func outcome(of body: [UInt8], _ program: MappingProgram) -> (outputs: [String], last: Value?) {
    var outputs: [String] = []
    var last: Value?
    func add(_ item: Item) {
      if case .value(let value) = item.content { last = value }
      for execution in program.execute(item, meta: [:]) {
        switch execution.result {
        case .statement(let statement): outputs.append(expectation(statement))
        case .fault(let fault): outputs.append("{to: \(quoted(execution.type)), fault: \(fault.code)}")
        case .filtered: break
        }
      }
    }
    do {
      try ItemReader.read(body, format: program.format, context: ReadContext(columns: program.columns)) { result in
        switch result {
        case .success(let item): add(item)
        case .failure(let failure): outputs.append("{fault: \(failure.fault.code)}")
        }
      }
    } catch {
      outputs = ["{fault: \((error as? Fault)?.code ?? "unreadable")}"]
    }
    return (outputs, last)
  }

  private static func expectations(_ outputs: [String]) -> [String] {
    ["  expect:\(outputs.isEmpty ? " []" : "")"] + outputs.map { "    - \($0)" }
  }

  /// The input as it is: on one line in single quotes, on several as a block.
  private static func text(_ bytes: [UInt8]) throws(Fault) -> [String] {
    guard let text = String(validating: bytes, as: UTF8.self),
      !text.unicodeScalars.contains(where: { $0.value < 0x20 && !"\n\r\t".unicodeScalars.contains($0) })
    else { throw Fault("not-utf8", "The input is not UTF-8 text.", hint: "Keep it in a file beside the mapping: given: {file: …}.") }
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
    let kept = lines.last == "" ? Array(lines.dropLast()) : lines
    if kept.count < 2 { return ["  given: '\((kept.first ?? "").replacing("'", with: "''"))'"] }
    return ["  given: |2"] + kept.map { $0.isEmpty ? "" : "    \($0)" }
  }

  private static func expectation(_ statement: Statement) -> String {
    var parts = ["to: \(quoted(statement.key.type))", "key: \(quoted(statement.key.key))"]
    if statement.isDelete { parts.append("delete: true") }
    for (name, value) in statement.attributes.sorted(by: { utf8Precedes($0.key, $1.key) }) {
      parts.append("\(name): \(CanonicalJSON.orderedText(shown(value)))")
    }
    return "{\(parts.joined(separator: ", "))}"
  }

  /// A reference as tests write it: `source/type/key`.
  private static func shown(_ value: Value) -> Value {
    if let reference = Reference(value) { return .string(reference.target.description) }
    switch value {
    case .array(let elements): return .array(elements.map(shown))
    case .object(let object): return .object(Object(object.members.map { ($0.name, shown($0.value)) }))
    default: return value
    }
  }

  private static func quoted(_ text: String) -> String { CanonicalJSON.text(.string(text)) }
}
