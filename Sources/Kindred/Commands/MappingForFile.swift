import Configuration
import Formats
import Foundation
import Mapping
import Model

/// Which mapping serves a file that a person names.
enum MappingForFile {
  /// The named mapping, or else the one that fits the file's first items.
  /// - Throws: `unknown-mapping`, `mapping-ambiguous` or `no-mapping`.
  static func program(
    _ file: String, format: Format, items: [Item], named name: String?, among programs: [MappingProgram], home: String
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
        "mapping-ambiguous", "The mappings \(programs.map(\.name).joined(separator: " and ")) fit \(file) equally well.",
        hint: "Say which with --mapping.")
    case .none(let refused):
      // Those that find nothing of theirs are not near.
      let near = refused.filter { $0.found > 0 }.prefix(3).map { "\($0.mapping) (which needs \($0.absent.first ?? "its key"))" }
      let nearest = near.isEmpty ? "" : "; the nearest \(near.count == 1 ? "is" : "are") \(near.joined(separator: ", "))"
      let stem = (file as NSString).lastPathComponent.split(separator: ".").first ?? "sample"
      let target = (home == "." ? "" : home + "/") + "mappings/\(stem).yaml"
      throw Fault(
        "no-mapping", "No mapping fits \(file)\(nearest).", hint: "Make one: kindred suggest \(quoted(file)) > \(quoted(target))")
    }
  }

  /// As a shell reads it.
  private static func quoted(_ path: String) -> String {
    let isPlain = path.allSatisfy { $0.isLetter || $0.isNumber || "._-/".contains($0) }
    return isPlain ? path : "'" + path.replacing("'", with: "'\\''") + "'"
  }
}
