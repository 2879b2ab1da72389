import Configuration
import Formats
import Mapping
import Model

/// Which mapping serves a file that a person names.
enum MappingForFile {
  /// The named mapping, or else the one that fits the file's first items.
  /// - Throws: `unknown-mapping`, `mapping-ambiguous` or `no-mapping`.
  static func program(
    _ file: String, format: Format, items: [Item], named name: String?, among programs: [MappingProgram]
  ) throws(Fault) -> MappingProgram {
    if let name {
      guard let program = programs.first(where: { $0.name == name }) else {
        let hint = nearest(name, among: programs.map(\.name)).map { "Did you mean \($0)?" }
        throw Fault("unknown-mapping", "There is no mapping \(name).", hint: hint)
      }
      return program
    }
    switch MappingChoice.choose(among: programs, format: format, items: items) {
    case .one(let program): return program
    case .tie(let programs):
      throw Fault(
        "mapping-ambiguous", "\(programs.map(\.name).joined(separator: " and ")) fit \(file) equally well.",
        hint: "Say which with --mapping.")
    case .none(let refused):
      let reasons = refused.map { "\($0.mapping) needs \($0.absent.joined(separator: ", "))" }.joined(separator: "; ")
      throw Fault(
        "no-mapping", "No mapping fits \(file)\(reasons.isEmpty ? "" : ": \(reasons)").", hint: "Name one with --mapping, or write one.")
    }
  }
}
