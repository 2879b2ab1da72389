import Configuration
import Mapping
import Matching
import Model

/// What is different between the configuration that runs and another one, and what of it can be taken in without a restart.
public struct HomeChange: Sendable {
  /// Names, each sorted.
  public struct Names: Hashable, Sendable {
    public var added: [String] = []
    public var removed: [String] = []
    public var changed: [String] = []

    public var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }
  }

  public private(set) var mappings = Names()
  public private(set) var connectors = Names()
  /// Files that are no longer what they were, by path.
  public private(set) var files: [String] = []
  /// What a running daemon cannot take in, each by its name and place.
  public private(set) var restarts: [Diagnostic] = []
  /// True when a mapping is gone that deliveries on their way may need.
  public private(set) var losesMappings = false

  /// - Parameters:
  ///   - home: the home folder.
  ///   - takesListen: false when the address was given on the command line, so that the file's does not count.
  public init(from old: Home.Loaded, to new: Home.Loaded, home: Home, takesListen: Bool = true) {
    let paths = Set(old.files.contents.keys).union(new.files.contents.keys)
    files = paths.filter { old.files.contents[$0] != new.files.contents[$0] }.sorted()
    compareMappings(old.settings.catalog.programs, new.settings.catalog.programs)
    compareConnectors(old.connectors, new.connectors)
    compareHub(old, new, file: home.folder + "/hub.yaml", takesListen: takesListen)
    let model = home.modelFile
    compareModel(old.settings.definition, new.settings.definition, file: model, text: new.sources[model] ?? "")
    if restarts.isEmpty, old.settings.digest != new.settings.digest {
      refuse("A reload cannot take this in: all customers would have to be worked out anew.", file: model, nil)
    }
  }

  private mutating func compareMappings(_ old: [MappingProgram], _ new: [MappingProgram]) {
    let (before, after) = (Dictionary(grouping: old, by: \.name), Dictionary(grouping: new, by: \.name))
    mappings.added = after.keys.filter { before[$0] == nil }.sorted()
    mappings.removed = before.keys.filter { after[$0] == nil }.sorted()
    let changed = Set(files)
    mappings.changed =
      new.filter { program in
        guard let earlier = before[program.name]?.first else { return false }
        return earlier.file != program.file || program.dependencies.contains(where: changed.contains)
          || earlier.references != program.references
      }.map(\.name).sorted()
    losesMappings = old.contains { program in
      !new.contains { $0.name == program.name && $0.source == program.source && $0.stream == program.stream && $0.format == program.format }
    }
  }

  private mutating func compareConnectors(_ old: [ConnectorFile], _ new: [ConnectorFile]) {
    connectors.added = new.map(\.name).filter { name in !old.contains { $0.name == name } }.sorted()
    connectors.removed = old.map(\.name).filter { name in !new.contains { $0.name == name } }.sorted()
    connectors.changed = new.filter { file in old.contains { $0.name == file.name && !$0.describes(file) } }.map(\.name).sorted()
  }

  private mutating func compareHub(_ old: Home.Loaded, _ new: Home.Loaded, file: String, takesListen: Bool) {
    let (before, after) = (old.hubFile, new.hubFile)
    func refuse(_ key: String, _ why: String) {
      self.refuse("A reload cannot change \"\(key)\": \(why).", file: file, after.places[key])
    }
    if takesListen, before.address != after.address {
      refuse("listen", "the address is taken when the daemon starts")
    }
    if before.trust != after.trust { refuse("trust", "golden values would have to be picked anew for all customers") }
    if before.cut != after.cut { refuse("cut", "all records would have to be matched anew") }
    if before.model != after.model || old.settings.match.digest != new.settings.match.digest && before.cut == after.cut {
      refuse("model", "all records would have to be matched anew")
    }
  }

  /// Types that are not matched may come, go and change; of those that are, only what no customer depends on.
  private mutating func compareModel(_ old: ModelDefinition, _ new: ModelDefinition, file: String, text: String) {
    let root = YAML.parse(text, file: file).0
    func refuse(_ what: String, _ type: String, _ attribute: String? = nil) {
      let types = root?["types"]?.entries?.first { $0.key == type }
      let entry = attribute.flatMap { name in types?.value["attributes"]?.entries?.first { $0.key == name } } ?? types
      self.refuse("A reload cannot take in that \(what): all customers would have to be worked out anew.", file: file, entry?.keySpan)
    }
    for name in Set(old.types.keys).union(new.types.keys).sorted() {
      let (before, after) = (old.types[name], new.types[name])
      guard before?.isResolved ?? false || after?.isResolved ?? false else { continue }
      guard let before, let after, before.isResolved == after.isResolved else {
        refuse("type \(name) \(after?.isResolved ?? false ? "is" : "is no longer") matched", name)
        continue
      }
      for attribute in Set(before.attributes.map(\.name)).union(after.attributes.map(\.name)).sorted() {
        switch (before.attribute(attribute), after.attribute(attribute)) {
        case (let one?, let other?):
          if one.kind != other.kind { refuse("\(attribute) of \(name) has another kind", name, attribute) }
          if one.isMany != other.isMany {
            refuse("\(attribute) of \(name) has \(other.isMany ? "many values" : "one value")", name, attribute)
          }
          if one.survivorship != other.survivorship { refuse("\(attribute) of \(name) survives by another rule", name, attribute) }
        case (nil, _): refuse("\(name) has a new attribute \(attribute)", name, attribute)
        case (_, nil): refuse("\(name) has no attribute \(attribute) any more", name)
        }
      }
    }
  }

  private mutating func refuse(_ message: String, file: String, _ span: SourceSpan?) {
    let start = SourceSpan.Position(line: 1, column: 1, offset: 0)
    restarts.append(
      Diagnostic(.error, "restart-needed", message, file: file, span: span ?? SourceSpan(start: start, end: start), hint: Self.hint))
  }

  private static let hint = "Restart the daemon, which works through all records then; or undo the change."
}

extension MappingProgram {
  /// The files whose content decides what it does: its own, the tests beside it, its parts and tables.
  var dependencies: [String] { [file, HomeReader.testFile(of: file)] + references }
}

extension HomeChange.Names: CustomStringConvertible {
  public var description: String {
    let parts = [("added", added), ("removed", removed), ("changed", changed)].filter { !$0.1.isEmpty }
    return parts.isEmpty ? "as before" : parts.map { "\($0.0) \($0.1.joined(separator: ", "))" }.joined(separator: "; ")
  }
}
