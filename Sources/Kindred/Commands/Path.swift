import ArgumentParser
import Formats
import Foundation
import Mapping
import Model

struct Path: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print what an RFC 9535 path selects in a JSON file, as a JSON array.",
    discussion: """
      An invalid path prints nothing on stdout and ends with 1; an unreadable file likewise.

        kindred path '$.items[?@.quantity > 10].sku' stock.json
      """)

  @Argument(help: "The path, such as $.orders[*].id.")
  var path: String

  @Argument(help: "A JSON file; - is stdin.")
  var file: String

  func run() async throws {
    try await failing {
      let compiled = try JSONPath(path)
      let data = file == "-" ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: file)
      guard let data else { throw Fault("file-unreadable", "The file \(file) cannot be read.") }
      let document = try JSON.parse(Array(data))
      Console.print(bytes: CanonicalJSON.orderedBytes(.array(compiled.select(in: document))) + [0x0A])
    }
  }
}
