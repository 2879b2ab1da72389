import Configuration
import Formats
import Model

/// Runs the `tests:` of mapping files.
public struct MappingTestRunner: Sendable {
  /// What became of one test.
  public struct Result: Sendable {
    public var mapping: String
    public var name: String
    /// The file and the place of the test's name in it.
    public var file: String
    public var span: SourceSpan
    /// What differs, in lines for people; empty when the test passed.
    public var differences: [String]

    public var isPassed: Bool { differences.isEmpty }
  }

  private let readFile: @Sendable (String) throws -> [UInt8]

  /// - Parameter readFile: reads the file of `given: {file: …}`. It gets the path as it stands in the test, joined to the
  ///   folder of the test's file unless it is absolute.
  public init(readFile: @escaping @Sendable (String) throws -> [UInt8]) { self.readFile = readFile }

  /// Runs every test of a mapping, in the order of the file.
  public func run(_ program: MappingProgram) -> [Result] {
    program.tests.map { test in
      Result(mapping: program.name, name: test.name, file: test.file, span: test.span, differences: differences(test, program))
    }
  }

  /// Runs every test and tells what of the mapping they reach.
  public func coverage(of program: MappingProgram) -> MappingCoverage {
    let trace = Trace()
    var items: [Item] = []
    for test in program.tests {
      // What cannot be read is what a test may be about; it covers nothing.
      try? read(test, program) { result in
        guard case .success(let item) = result else { return }
        items.append(item)
        _ = program.execute(item, meta: test.meta, trace: trace)
      }
    }
    return MappingCoverage(program, trace, items)
  }

  private func differences(_ test: MappingTest, _ program: MappingProgram) -> [String] {
    let actual: [Actual]
    do {
      actual = try outputs(test, program)
    } catch let fault as Fault {
      return ["The given input cannot be read: \(fault)"]
    } catch {
      return ["The given input cannot be read: \(error)"]
    }
    var lines: [String] = []
    for (index, expectation) in test.expectations.enumerated() where index < actual.count {
      lines += OutputComparison(expectation, actual[index], number: index + 1).lines
    }
    if actual.count != test.expectations.count {
      lines.append("expected \(count(test.expectations.count)), got \(count(actual.count)):")
      lines += actual.enumerated().map { "  \($0.offset + 1). \($0.element.summary)" }
    }
    return lines
  }

  private func count(_ number: Int) -> String { number == 1 ? "1 output" : "\(number) outputs" }

  /// All outputs but the filtered ones; items that could not be read are among them as faults.
  private func outputs(_ test: MappingTest, _ program: MappingProgram) throws -> [Actual] {
    var actual: [Actual] = []
    try read(test, program) { result in
      switch result {
      case .success(let item):
        for execution in program.execute(item, meta: test.meta) {
          switch execution.result {
          case .statement(let statement): actual.append(.statement(statement))
          case .fault(let fault): actual.append(.fault(type: execution.type, fault))
          case .filtered: break
          }
        }
      case .failure(let failure): actual.append(.fault(type: nil, failure.fault))
      }
    }
    return actual
  }

  /// The items of what a test gives.
  private func read(_ test: MappingTest, _ program: MappingProgram, _ each: (Swift.Result<Item, ItemFault>) -> Void) throws {
    let bytes: [UInt8]
    switch test.given {
    case .value(let value) where program.format != .xml:
      each(.success(Item(index: 0, content: .value(value), location: Location(line: 1), raw: [])))
      return
    case .value:
      throw Fault("wrong-format", "This mapping reads XML, and the test gives a value.", hint: "Write the XML as text, with given: |")
    case .text(let text): bytes = Array(text.utf8)
    case .file(let path): bytes = try readFile(MappingFiles.resolve(path, from: test.file))
    }
    try ItemReader.read(bytes, format: program.format, context: ReadContext(columns: program.columns), each)
  }

  enum Actual {
    case statement(Statement)
    case fault(type: String?, Fault)

    var summary: String {
      switch self {
      case .statement(let statement): "\(statement.key.type) \(statement.key.key)\(statement.isDelete ? " (delete)" : "")"
      case .fault(let type, let fault): "\(type.map { "\($0) " } ?? "")fault \(fault.code): \(fault.message)"
      }
    }
  }
}
