import Formats
import Foundation
import Mapping
import Model

/// A dead letter as a test of the mapping that it failed in.
struct DeadLetterTest {
  private let raw: [UInt8]
  private let mapping: String?
  private let name: String
  private let connector: String
  private let stream: String
  private let file: String?

  /// - Parameters:
  ///   - letter: as `/v1/deadletters/{id}` gives it.
  ///   - file: the file of a CSV row; nil takes the one that the letter names.
  init(letter: Value, raw: [UInt8], mapping: String?, file: String?) throws(Fault) {
    self.raw = raw
    self.mapping = mapping
    let parts = (letter["stream"]?.text ?? "").split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw Fault("no-mapping", "The dead letter does not say which stream it came from.") }
    (connector, stream) = (parts[0], parts[1])
    name = "dead letter \(letter["id"]?.text ?? ""): \(letter["code"]?.text ?? "")"
    // The place is written file:line or file:line:column.
    var place = (letter["location"]?.text ?? "")[...]
    while let colon = place.lastIndex(of: ":"), Int(place[place.index(after: colon)...]) != nil { place = place[..<colon] }
    self.file = file ?? (place.isEmpty ? nil : String(place))
  }

  /// The test in YAML.
  func text(_ programs: [MappingProgram]) throws -> String {
    let program = try program(programs)
    return try TestWriter.test(name, given: raw, header: program.format == .csv && program.columns == nil ? header() : nil, program)
  }

  private func program(_ programs: [MappingProgram]) throws(Fault) -> MappingProgram {
    let fitting = programs.filter { program in
      if let mapping { return program.name == mapping }
      return program.source == connector && (program.stream ?? stream) == stream
    }
    guard fitting.count < 2 else {
      throw Fault(
        "mapping-ambiguous", "The mappings \(fitting.map(\.name).joined(separator: " and ")) serve this stream.",
        hint: "Say which with --mapping.")
    }
    guard let program = fitting.first else {
      throw Fault("no-mapping", "No mapping is for connector \(connector), stream \(stream).", hint: "Name one with --mapping.")
    }
    return program
  }

  /// The first line of the file, without its line break.
  private func header() throws(Fault) -> [UInt8]? {
    guard let file, FileManager.default.fileExists(atPath: file) else { return nil }
    let bytes = try PlainFile.bytes(of: file)
    return Array(bytes.prefix { $0 != 0x0A && $0 != 0x0D })
  }
}
