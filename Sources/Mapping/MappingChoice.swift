import Formats
import Model

/// Which mapping serves a file that no connector delivers.
///
/// A mapping fits when its format is the file's and the paths of its outputs' keys are present in the first items. Of those
/// that fit, the one that finds most of its paths wins; only a tie has to be asked about.
public enum MappingChoice: Sendable {
  /// How many items are looked at.
  public static let sampleSize = 100

  /// One mapping fits best.
  case one(MappingProgram)
  /// Several fit equally well: the caller must name one.
  case tie([MappingProgram])
  /// None fits; for every mapping of the format, the paths of its keys that no item has, and how many of its paths are there. Those come
  /// first of which most is there.
  case none([(mapping: String, absent: [String], found: Int)])

  /// Chooses among mappings by the first items of a file; more than ``sampleSize`` are not looked at.
  public static func choose(among programs: [MappingProgram], format: Format, items: some Sequence<Item>) -> MappingChoice {
    let sample = Array(items.prefix(sampleSize))
    var fitting: [(program: MappingProgram, found: Int, share: Double)] = []
    var refused: [(mapping: String, absent: [String], found: Int)] = []
    for program in programs where program.format == format {
      let fit = Fit(program, sample)
      if fit.absentKeys.isEmpty {
        fitting.append((program, fit.found, Double(fit.found) / Double(max(1, fit.total))))
      } else {
        refused.append((program.name, fit.absentKeys, fit.found))
      }
    }
    guard let best = fitting.max(by: { ($0.found, $0.share) < ($1.found, $1.share) }) else {
      return .none(refused.sorted { ($0.found, $1.mapping) > ($1.found, $0.mapping) })
    }
    let winners = fitting.filter { $0.found == best.found && $0.share == best.share }.map(\.program)
    return winners.count == 1 ? .one(winners[0]) : .tie(winners)
  }

  private struct Fit {
    var found = 0
    var total = 0
    var absentKeys: [String] = []

    init(_ program: MappingProgram, _ items: [Item]) {
      let scopes = Fit.scopes(program, items)
      var present: [String: Bool] = [:]
      func isPresent(_ use: PathUse) -> Bool {
        if let known = present[use.text] { return known }
        let answer = scopes.contains { use.isPresent($0) }
        present[use.text] = answer
        return answer
      }
      func absent(_ need: PathNeed) -> [String] {
        switch need {
        case .path(let use): return isPresent(use) ? [] : [use.text]
        case .all(let parts): return parts.flatMap(absent)
        case .any(let parts):
          let missing = parts.map(absent)
          return missing.contains { $0.isEmpty } ? [] : missing.flatMap { $0 }
        }
      }
      for output in program.outputs {
        for path in absent(output.key.compiled.need) where !absentKeys.contains(path) { absentKeys.append(path) }
        for use in output.uses { _ = isPresent(use) }
      }
      total = present.count
      found = present.values.count { $0 }
    }

    private static func scopes(_ program: MappingProgram, _ items: [Item]) -> [Scope] {
      var scopes: [Scope] = []
      for item in items where scopes.count < sampleSize {
        let scope = program.scope(item, meta: [:])
        if let each = program.each {
          scopes += (try? each.select(scope)) ?? []
        } else {
          scopes.append(scope)
        }
      }
      return Array(scopes.prefix(sampleSize))
    }
  }
}

extension OutputProgram {
  /// The paths that the output reads from its item.
  var uses: [PathUse] {
    ([when, key, version, delete].compactMap { $0 } + attributes.programs.map(\.expression)).flatMap(\.compiled.need.uses)
  }
}
