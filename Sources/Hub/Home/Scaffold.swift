import Configuration
import Connecting
import Formats
import Foundation
import Mapping
import Model

/// The first files of a new source: a connector, a mapping for each of its streams, a sample of what comes in, and a test of it. What is
/// written lints and passes at once; a person then makes it fit.
public struct Scaffold: Sendable {
  /// A file by its path below the home.
  public struct File: Hashable, Sendable {
    public var path: String
    public var text: String
  }

  public private(set) var files: [File] = []
  /// Folders that the connector's options name.
  public private(set) var folders: [String] = []

  /// Instead of a kind: only a mapping.
  public static let mappingOnly = "mapping"

  /// - Parameters:
  ///   - kind: the name of a registered kind, or ``mappingOnly``.
  ///   - name: of the connector and of the mapping.
  ///   - type: of the records; nil takes `customer`, or the model's first type.
  ///   - format: of what comes in; nil takes the kind's first.
  /// - Throws: `unknown-kind`, `unknown-type`, `unknown-format`, `wrong-name`.
  public init(
    _ kind: String, _ name: String, type: String? = nil, format: String? = nil, registry: Registry, model: ModelDefinition, digests: Digests
  ) throws(Fault) {
    guard ConnectorFile.isName(name), !name.isEmpty, name != DecisionCommand.connector else {
      throw Fault("wrong-name", "\"\(name)\" cannot be the name of a connector.", hint: "Use letters, digits, \"-\", \"_\" and \".\".")
    }
    let type = try Self.type(type, model)
    let description = registry.kind(kind)
    if description == nil, kind != Self.mappingOnly {
      let kinds = registry.kinds.map(\.name) + [Self.mappingOnly]
      throw Fault(
        "unknown-kind", "There is no kind \"\(kind)\".",
        hint: suggestion(kind, among: kinds) ?? "There are \(kinds.joined(separator: ", ")).")
    }
    if let format, let description, !description.formats.isEmpty, !description.formats.contains(format) {
      throw Fault(
        "unknown-format", "The kind \"\(kind)\" does not read the format \"\(format)\".",
        hint: suggestion(format, among: description.formats))
    }
    var streams = (description?.fixedStreams ?? []).filter { !$0.isOptional }.map { (name: $0.name, format: $0.format) }
    if streams.isEmpty { streams = [(name: "items", format: nil)] }
    let formats = try streams.map { stream throws(Fault) in
      try Self.format(format ?? stream.format ?? description?.formats.first ?? Format.csv.rawValue)
    }
    if let description {
      let connector = ConnectorScaffold(description, name: name, streams: Array(zip(streams.map(\.name), formats)))
      files.append(File(path: "connectors/\(name).yaml", text: connector.text))
      folders = connector.folders
    }
    for (stream, format) in zip(streams, formats) {
      let mapping = MappingScaffold(
        name: streams.count == 1 ? name : "\(name)-\(stream.name)", connector: name, stream: stream.name, format: format, type: type)
      files += try mapping.files(model, digests)
    }
  }

  private static func type(_ name: String?, _ model: ModelDefinition) throws(Fault) -> TypeDefinition {
    let names = model.types.keys.sorted()
    guard let type = model.types[name ?? "customer"] ?? (name == nil ? names.first.flatMap { model.types[$0] } : nil) else {
      throw Fault("unknown-type", "The model has no type \"\(name ?? "")\".", hint: suggestion(name ?? "", among: names))
    }
    return type
  }

  private static func format(_ name: String) throws(Fault) -> Format {
    guard let format = Format(rawValue: name), MappingScaffold.formats.contains(format) else {
      throw Fault(
        "unknown-format", "No sample can be written in the format \"\(name)\".",
        hint: "Use \(MappingScaffold.formats.map(\.rawValue).joined(separator: ", ")).")
    }
    return format
  }

  /// Writes all files; none when one of them is there already.
  /// - Throws: `file-exists`, `file-unwritable`.
  public func write(into home: String) throws(Fault) {
    if let taken = files.first(where: { FileManager.default.fileExists(atPath: home + "/" + $0.path) }) {
      throw Fault("file-exists", "The file \(home)/\(taken.path) is there already.", hint: "Choose another name; nothing was written.")
    }
    do {
      for folder in folders { try FileManager.default.createDirectory(atPath: home + "/" + folder, withIntermediateDirectories: true) }
      for file in files {
        let path = home + "/" + file.path
        try FileManager.default.createDirectory(
          atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(file.text.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
      }
    } catch {
      throw Fault("file-unwritable", "The files cannot be written below \(home): \(error.localizedDescription)")
    }
  }
}

/// A connector file from what its kind declares: what must be there filled in, the rest as comments.
private struct ConnectorScaffold {
  private(set) var text: String
  private(set) var folders: [String] = []

  init(_ kind: KindDescription, name: String, streams: [(name: String, format: Format)]) {
    var lines = ["# \(kind.summary)", "language: 1", "connector: \(YAMLWriting.scalar(name))", "kind: \(kind.name)"]
    if kind.options.contains(where: \.isRequired) { lines.append("options:") }
    for option in kind.options where option.isRequired {
      lines += ["  # \(option.summary)", "  \(option.name): \(Self.value(of: option, name))"]
      if option.kind == .folder { folders.append(Self.folder(option, name)) }
    }
    for option in kind.options where !option.isRequired {
      let value = option.defaultValue ?? option.example
      let unless = option.defaultValue == nil ? "" : " Unless set: as here."
      if !lines.contains("options:"), !lines.contains("# options:") { lines.append("# options:") }
      lines += ["  # \(option.summary)\(unless)", "  # \(option.name): \(value.map(YAMLWriting.flow) ?? "…")"]
    }
    lines.append("streams:")
    for stream in streams {
      let needed = kind.streamOptions.filter(\.isRequired).map { "\($0.name): \(Self.value(of: $0, name))" }
      let settings = (kind.formats.isEmpty ? [] : ["format: \(stream.format.rawValue)"]) + needed
      lines.append("  \(YAMLWriting.scalar(stream.name)): {\(settings.joined(separator: ", "))}")
    }
    text = lines.joined(separator: "\n") + "\n"
  }

  private static func folder(_ option: OptionDescription, _ name: String) -> String { "\(option.example?.text ?? "./folder")/\(name)" }

  private static func value(of option: OptionDescription, _ name: String) -> String {
    switch option.kind {
    case .secret:
      let word = "\(name)_\(option.name)".uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
      return "secret://env/\(String(word))"
    case .folder: return YAMLWriting.scalar(folder(option, name))
    default: break
    }
    if let example = option.example { return YAMLWriting.flow(example) }
    switch option.kind {
    case .integer: return "1"
    case .boolean: return "true"
    case .duration: return "10s"
    case .bytes: return "1 MB"
    case .choice(let words): return YAMLWriting.scalar(words.first ?? "")
    case .map: return "{}"
    case .list: return "[]"
    case .text, .folder, .secret: return "example"
    }
  }
}
