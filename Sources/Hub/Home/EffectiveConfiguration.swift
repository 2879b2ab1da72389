import Configuration
import Connecting
import Model

/// The configuration that a home gives, with all defaults, and where each value comes from. Secrets are references, never values.
public struct EffectiveConfiguration: Sendable {
  indirect enum Node: Sendable {
    case value(Value, from: String)
    case group([(name: String, node: Node)], from: String?)
  }

  let root: [(name: String, node: Node)]
  let digest: String

  private static let byDefault = "default"

  /// - Parameter listen: the address given on the command line, when one was.
  public init(_ loaded: Home.Loaded, home: Home) {
    digest = loaded.files.digest
    let place = { (path: String) in path.hasPrefix(home.folder + "/") ? String(path.dropFirst(home.folder.count + 1)) : path }
    root = [
      ("hub", Self.hub(loaded.hubFile)),
      ("connectors", .group(loaded.connectors.map { ($0.name, Self.connector($0, home.registry, place)) }, from: nil)),
      (
        "mappings",
        .group(
          loaded.settings.catalog.programs.sorted { utf8Precedes($0.name, $1.name) }.map { program in
            var facts: Object = ["connector": .string(program.source)]
            facts["stream"] = program.stream.map { .string($0) }
            facts["format"] = .string(program.format.rawValue)
            facts["to"] = .array(program.types.map { .string($0) })
            return (program.name, .value(.object(facts), from: place(program.file)))
          }, from: nil)
      ),
      (
        "types",
        .group(
          loaded.settings.definition.types.values.sorted { utf8Precedes($0.name, $1.name) }.map { type in
            (type.name, .value(.string(type.isResolved ? "matched" : "joined by key"), from: place(home.modelFile)))
          }, from: nil)
      ),
    ]
  }

  private static func hub(_ hub: HubFile) -> Node {
    let address = hub.address.host.contains(":") ? "[\(hub.address.host)]:\(hub.address.port)" : "\(hub.address.host):\(hub.address.port)"
    let values: [(String, Value)] = [
      ("listen", .string(address)), ("max_body", .string(Quantity.text(bytes: hub.maximumBody))),
      ("trust", .array(hub.trust.map { .string($0) })), ("cut", .string(hub.cut.rawValue)),
      ("model", hub.model.map { .string($0) } ?? .null),
      (
        "alerts",
        .array(
          hub.alerts.map { channel in
            var entry: Object = ["to": .string(channel.kind.rawValue)]
            entry["url"] = channel.options[secret: "url"].map { .string($0.description) }
            entry["server"] = channel.options[text: "server"].map { .string($0) }
            return .object(entry)
          })
      ),
    ]
    return .group(
      values.map { name, value in (name, .value(value, from: hub.places[name].map { origin("hub.yaml", $0) } ?? byDefault)) }, from: nil)
  }

  private static func connector(_ file: ConnectorFile, _ registry: Registry, _ place: (String) -> String) -> Node {
    let path = place(file.file)
    let kind = registry.kind(file.kind)
    var members: [(name: String, node: Node)] = [("kind", .value(.string(file.kind), from: origin(path, file.kindSpan)))]
    let options = Self.options(kind?.options ?? [], path) { file.optionsNode?[$0] }
    if !options.isEmpty { members.append(("options", .group(options, from: nil))) }
    let streams = file.streams.map { stream -> (name: String, node: Node) in
      var settings: [(name: String, node: Node)] = []
      if let format = stream.format {
        settings.append(("format", .value(.string(format), from: origin(path, stream.formatSpan ?? stream.span))))
      }
      if let mapping = stream.mapping { settings.append(("mapping", .value(.string(mapping), from: origin(path, stream.span)))) }
      if let encoding = stream.encoding { settings.append(("encoding", .value(.string(encoding), from: origin(path, stream.span)))) }
      settings += Self.options(kind?.streamOptions ?? [], path) { name in stream.extra.first { $0.key == name }?.value }
      return (stream.name, .group(settings, from: origin(path, stream.span)))
    }
    if !streams.isEmpty { members.append(("streams", .group(streams, from: nil))) }
    return .group(members, from: path)
  }

  /// What is written, and the defaults of what is not; options without either are left out.
  private static func options(
    _ descriptions: [OptionDescription], _ path: String, _ written: (String) -> YAMLNode?
  ) -> [(name: String, node: Node)] {
    descriptions.compactMap { option in
      if let node = written(option.name), !node.isNull {
        let shown = option.kind == .secret ? node.text.flatMap { Secret($0) }.map { .string($0.description) } ?? .null : value(node)
        return (option.name, .value(shown, from: origin(path, node.span)))
      }
      return option.defaultValue.map { (option.name, .value($0, from: byDefault)) }
    }
  }

  private static func value(_ node: YAMLNode) -> Value {
    if let items = node.items { return .array(items.map(value)) }
    if let entries = node.entries { return .object(Object(entries.map { ($0.key, value($0.value)) })) }
    return node.isNull ? .null : .string(node.text ?? "")
  }

  private static func origin(_ path: String, _ span: SourceSpan) -> String { "\(path):\(span.start.line):\(span.start.column)" }
}

extension EffectiveConfiguration {
  /// `{digest, hub: {listen: {value, from}, …}, …}`.
  public var document: Value {
    .object(Object([("digest", .string(digest))] + root.map { ($0.name, Self.document($0.node)) }))
  }

  private static func document(_ node: Node) -> Value {
    switch node {
    case .value(let value, let origin): ["value": value, "from": .string(origin)]
    case .group(let members, _): .object(Object(members.map { ($0.name, document($0.node)) }))
    }
  }

  /// YAML with the origins as comments.
  public var yaml: String {
    (["# digest \(digest)"] + Self.lines(root, indent: "")).joined(separator: "\n") + "\n"
  }

  private static func lines(_ members: [(name: String, node: Node)], indent: String) -> [String] {
    members.flatMap { name, node -> [String] in
      let start = "\(indent)\(YAMLWriting.scalar(name)):"
      switch node {
      case .value(let value, let origin): return ["\(start) \(YAMLWriting.flow(value))  # \(origin)"]
      case .group(let members, let origin):
        let comment = origin.map { "  # \($0)" } ?? ""
        return members.isEmpty ? ["\(start) {}\(comment)"] : ["\(start)\(comment)"] + lines(members, indent: indent + "  ")
      }
    }
  }
}
