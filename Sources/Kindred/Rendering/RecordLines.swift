import Formats
import Mapping
import Model

/// Everything that a mapping makes of a file, one statement a line: `{"to": …, "key": …, "attributes": {…}}`.
struct RecordLines {
  let program: MappingProgram

  /// Writes to stdout. What cannot be read or mapped is told on stderr; the rest goes on.
  func write(_ bytes: [UInt8], encoding: String?, file: String) throws {
    let output = try OutputFile(nil)
    var buffer: [UInt8] = []
    var names: [String] = []
    try ItemReader.read(bytes, format: program.format, encoding: encoding, context: ReadContext(file: file)) { result in
      switch result {
      case .success(let item):
        for output in program.run(item) {
          switch output {
          case .statement(let statement):
            buffer += CanonicalJSON.orderedBytes(Self.document(statement, &names))
            buffer.append(0x0A)
          case .fault(let fault): Console.talk("\(fault)")
          case .filtered: break
          }
        }
      case .failure(let failure): Console.talk("\(failure.fault)")
      }
      if buffer.count > 1 << 16 { try Self.flush(&buffer, output) }
    }
    try Self.flush(&buffer, output)
  }

  private static func flush(_ buffer: inout [UInt8], _ output: OutputFile) throws {
    try buffer.withUnsafeBytes { try output.write($0) }
    buffer.removeAll(keepingCapacity: true)
  }

  private static func document(_ statement: Statement, _ names: inout [String]) -> Value {
    var document: Object = ["to": .string(statement.key.type), "key": .string(statement.key.key)]
    if let version = statement.version { document.append("version", .number(Number(version.order))) }
    document.append(statement.isDelete ? "delete" : "write", statement.isDelete ? true : .string(statement.write.rawValue))
    // Records of one file mostly have the same attributes: they are sorted once.
    if names.count != statement.attributes.count || !names.allSatisfy({ statement.attributes[$0] != nil }) {
      names = statement.attributes.keys.sorted(by: utf8Precedes)
    }
    document.append("attributes", .object(Object(names.compactMap { name in statement.attributes[name].map { (name, $0) } })))
    return .object(document)
  }
}
