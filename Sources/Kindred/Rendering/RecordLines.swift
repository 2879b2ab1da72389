import Connecting
import Formats
import Mapping
import Model

/// Everything that a mapping makes of a file, one statement a line: `{"to": …, "key": …, "attributes": {…}}`.
struct RecordLines {
  let program: MappingProgram

  /// Writes to stdout. What cannot be read or mapped is told on stderr; the rest goes on.
  func write(_ items: FileItems) throws {
    let output = try OutputFile(nil)
    var buffer: [UInt8] = []
    var members = MemberWriter()
    var (first, meta) = (1, ["row": "1"])
    try items.read { result, row in
      switch result {
      case .success(let item):
        if row != first { (first, meta) = (row, ["row": String(row)]) }
        for output in program.run(item, meta: meta) {
          switch output {
          case .statement(let statement):
            Self.append(statement, &members, to: &buffer)
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

  private static func append(_ statement: Statement, _ members: inout MemberWriter, to buffer: inout [UInt8]) {
    buffer += #"{"to":"#.utf8
    CanonicalJSON.append(statement.key.type, to: &buffer)
    buffer += #","key":"#.utf8
    CanonicalJSON.append(statement.key.key, to: &buffer)
    if let version = statement.version { buffer += #","version":\#(version.order)"#.utf8 }
    buffer += statement.isDelete ? #","delete":true"#.utf8 : #","write":"\#(statement.write.rawValue)""#.utf8
    buffer += #","attributes":"#.utf8
    members.append(statement.attributes, to: &buffer)
    buffer += "}\n".utf8
  }
}
