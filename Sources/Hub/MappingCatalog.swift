import Configuration
import Formats
import Mapping
import Model

/// The mappings of a home, by what they serve.
public struct MappingCatalog: Sendable {
  public let programs: [MappingProgram]

  public init(_ programs: [MappingProgram]) { self.programs = programs }

  /// The mapping for a delivery: the one that it names, else the one for its connector, stream and format.
  /// - Throws: `unknown-mapping` or `no-mapping`.
  public func program(for stream: StreamName, format: Format, named name: String?) throws(Fault) -> MappingProgram {
    if let name {
      guard let program = programs.first(where: { $0.name == name }) else {
        throw Fault(
          "unknown-mapping", "There is no mapping \(name).", hint: nearest(name, among: programs.map(\.name)).map { "Did you mean \($0)?" })
      }
      guard program.format == format else {
        throw Fault("wrong-format", "The mapping \(name) reads \(program.format.rawValue), but this is \(format.rawValue).")
      }
      return program
    }
    let fitting = programs.filter { $0.source == stream.connector && $0.format == format }
    if let exact = fitting.first(where: { $0.stream == stream.stream }) ?? fitting.first(where: { $0.stream == nil }) { return exact }
    throw Fault(
      "no-mapping", "No mapping is for connector \(stream.connector), stream \(stream.stream), format \(format.rawValue).",
      hint: "Write one with from: {connector: \(stream.connector), stream: \(stream.stream), format: \(format.rawValue)}.")
  }
}
