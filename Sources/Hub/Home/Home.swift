import Configuration
import Connecting
import Dispatch
import Foundation
import Mapping
import Matching
import Model
import Synchronization

/// A folder with `hub.yaml`, `connectors/` and `mappings/`. Reading it finds every mistake of every file at once; one
/// loader serves lint, test, map and run.
public struct Home: Sendable {
  public let folder: String
  /// Where the shipped mappings are, for homes that have none of their own.
  public let shared: String?
  /// The kinds that connectors may be of.
  public let registry: Registry

  public init(folder: String, shared: String? = Home.findShared(), registry: Registry = .standard) {
    self.folder = folder
    self.shared = shared
    self.registry = registry
  }

  /// Everything of a home, checked.
  public struct Loaded: Sendable {
    public var hubFile: HubFile
    public var settings: Hub.Settings
    public var connectors: [ConnectorFile]
    public var files: HomeFiles
    /// As in ``Reading``.
    public var sources: [String: String]
    public var stamps: FileStamps
  }

  /// What reading a home found.
  public struct Reading: Sendable {
    /// Nil when anything is an error.
    public var loaded: Loaded?
    public var diagnostics: [Diagnostic]
    /// The text of every file that was read, for rendering diagnostics.
    public var sources: [String: String]
    /// The files and folders that were looked at, as they were just before: when one of them changes, the home may read otherwise.
    public var stamps: FileStamps
  }

  /// The folder with the shipped `mappings/model.yaml`: `KINDRED_SHARE`, a parent of the executable, or `/usr/share/kindred`.
  public static func findShared() -> String? {
    var candidates = [ProcessInfo.processInfo.environment["KINDRED_SHARE"]].compactMap { $0 }
    var parent = (Bundle.main.executablePath ?? CommandLine.arguments[0]) as NSString
    while parent.length > 1 {
      parent = parent.deletingLastPathComponent as NSString
      candidates.append(parent as String)
    }
    candidates.append("/usr/share/kindred")
    return candidates.first { FileManager.default.fileExists(atPath: $0 + "/mappings/model.yaml") }
  }

  /// Reads and checks all files of the home.
  public func read(digests: Digests) -> Reading {
    let recorder = FileRecorder(digests)
    for name in ["hub.yaml", "mappings", "mappings/model.yaml", "connectors"] { recorder.look(at: folder + "/" + name) }
    recorder.look(at: file("mappings"))
    var reader = HomeReader(recorder: recorder)
    reader.checkFolder(folder)
    let hubFile = reader.hubFile(folder + "/hub.yaml")
    let definition = reader.model(modelFile)
    let programs = definition.map { reader.mappings(in: file("mappings"), $0, digests) } ?? []
    let connectors = reader.connectors(in: folder + "/connectors", registry)
    let match = hubFile.flatMap { reader.matchModel(of: $0, in: folder) }
    reader.checkUnique(programs)
    reader.checkUnique(connectors)
    reader.readSources()
    var reading = Reading(loaded: nil, diagnostics: reader.diagnostics, sources: reader.sources, stamps: recorder.stamps)
    if let hubFile, let definition, let match, !reader.hasErrors {
      let settings = Hub.Settings(
        definition: definition, catalog: MappingCatalog(programs), match: match, trust: hubFile.trust, digests: digests)
      let files = HomeFiles(recorder.contents, roots: [folder, shared].compactMap { $0 }, digests)
      reading.loaded = Loaded(
        hubFile: hubFile, settings: settings, connectors: connectors, files: files, sources: reader.sources, stamps: recorder.stamps)
    }
    return reading
  }

  /// The secrets of alerts that have no value now, each at its place.
  public func unresolvedSecrets(of hubFile: HubFile) -> [Diagnostic] {
    hubFile.alerts.flatMap { channel in
      ["url", "secret", "password"].compactMap { name in
        do throws(Fault) {
          _ = try channel.options[secret: name]?.resolve(relativeTo: folder, isFresh: true)
          return nil
        } catch {
          return Diagnostic(.error, error.code, error.message, file: folder + "/hub.yaml", span: channel.span, hint: error.hint)
        }
      }
    }
  }

  /// Where `model.yaml` is: the home's own, else the shipped one.
  var modelFile: String { file("mappings/model.yaml") }

  /// The home's own file or folder, else the shipped one.
  private func file(_ path: String) -> String {
    let own = folder + "/" + path
    if FileManager.default.fileExists(atPath: own) { return own }
    return shared.map { $0 + "/" + path } ?? own
  }
}

/// Reads files and collects what is wrong with them.
struct HomeReader {
  let recorder: FileRecorder
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var sources: [String: String] = [:]

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  mutating func checkFolder(_ path: String) {
    var isFolder: ObjCBool = false
    if !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) || !isFolder.boolValue {
      report("home-missing", "There is no such folder.", path)
    }
  }

  mutating func hubFile(_ path: String) -> HubFile? {
    guard FileManager.default.fileExists(atPath: path) else { return HubFile() }
    return text(path).flatMap { take(HubFile.load(text: $0, file: path)) }
  }

  mutating func model(_ path: String) -> ModelDefinition? {
    text(path).flatMap { take(ModelLoader.load(text: $0, file: path)) }
  }

  /// The shipped model, or the trained one that `hub.yaml` names, with the hub's cut.
  mutating func matchModel(of hubFile: HubFile, in folder: String) -> MatchModel? {
    let cut = MatchModel.Cut(rawValue: hubFile.cut.rawValue) ?? .balanced
    guard let name = hubFile.model else { return MatchModel(cut: cut) }
    let path = name.hasPrefix("/") ? name : folder + "/" + name
    guard let text = text(path) else { return nil }
    do {
      var model = try MatchModelFile.read(Array(text.utf8))
      model.cut = cut
      return model
    } catch {
      report(error.code, error.message, path)
      return nil
    }
  }

  mutating func mappings(in folder: String, _ model: ModelDefinition, _ digests: Digests) -> [MappingProgram] {
    let all = files(in: folder).filter { !$0.hasSuffix("/model.yaml") }
    let mappings = all.filter { !$0.hasSuffix(Self.testSuffix) }
    let beside = Dictionary(uniqueKeysWithValues: mappings.map { ($0, Self.testFile(of: $0)) })
    for path in all where path.hasSuffix(Self.testSuffix) && !beside.values.contains(path) {
      report("tests-alone", "There is no mapping file beside these tests: they would never run.", path)
    }
    let read = mappings.compactMap { path -> (path: String, text: String, tests: (text: String, file: String)?)? in
      guard let text = text(path) else { return nil }
      let tests = beside[path].flatMap { file in all.contains(file) ? self.text(file).map { (text: $0, file: file) } : nil }
      return (path, text, tests)
    }
    // Files know nothing of each other, and a home may have hundreds.
    let files = recorder.files
    let loaded = Mutex<[Int: (MappingProgram?, [Diagnostic])]>([:])
    DispatchQueue.concurrentPerform(iterations: read.count) { place in
      let (path, text, tests) = read[place]
      let result = MappingLoader.load(text: text, file: path, model: model, digests: digests, tests: tests, files: files)
      loaded.withLock { $0[place] = result }
    }
    let results = loaded.withLock { $0 }
    return read.indices.compactMap { results[$0].flatMap { take($0) } }
  }

  private static let testSuffix = ".tests.yaml"

  /// Tests of `crm.yaml` may stand in `crm.tests.yaml`.
  static func testFile(of path: String) -> String { path[..<(path.lastIndex(of: ".") ?? path.endIndex)] + testSuffix }

  mutating func connectors(in folder: String, _ registry: Registry) -> [ConnectorFile] {
    files(in: folder).compactMap { path in
      guard let text = text(path), let connector = take(ConnectorFile.load(text: text, file: path)) else { return nil }
      diagnostics += registry.validate(connector)
      if connector.name == DecisionCommand.connector {
        diagnostics.append(
          Diagnostic(
            .error, "reserved-connector", "No connector may be called \(connector.name): its deliveries would be decisions.", file: path,
            span: connector.span))
      }
      return connector
    }
  }

  /// Two mappings with one name, or for one stream and format, would leave the choice to chance.
  mutating func checkUnique(_ programs: [MappingProgram]) {
    var names: [String: String] = [:]
    var scopes: [String: String] = [:]
    for program in programs {
      if let other = names.updateValue(program.file, forKey: program.name) {
        report("duplicate-mapping", "The mapping \(program.name) is also in \(other).", program.file)
      }
      let scope = "\(program.source)/\(program.stream ?? "*")/\(program.format.rawValue)"
      if let other = scopes.updateValue(program.name, forKey: scope) {
        report("duplicate-scope", "The mappings \(other) and \(program.name) are for the same connector, stream and format.", program.file)
      }
    }
  }

  /// Two connectors of one name would write into one another's streams.
  mutating func checkUnique(_ connectors: [ConnectorFile]) {
    var files: [String: String] = [:]
    for connector in connectors {
      guard let other = files.updateValue(connector.file, forKey: connector.name) else { continue }
      diagnostics.append(
        Diagnostic(
          .error, "duplicate-connector", "The connector \(connector.name) is also in \(other).", file: connector.file, span: connector.span)
      )
    }
  }

  /// The texts of files that mappings include, for rendering what is wrong with them.
  mutating func readSources() {
    for file in Set(diagnostics.map(\.file)) where sources[file] == nil {
      sources[file] = FileManager.default.contents(atPath: file).flatMap { String(validating: $0, as: UTF8.self) }
    }
  }

  private mutating func report(_ code: String, _ message: String, _ file: String) {
    let start = SourceSpan.Position(line: 1, column: 1, offset: 0)
    diagnostics.append(Diagnostic(.error, code, message, file: file, span: SourceSpan(start: start, end: start)))
  }

  private mutating func take<T>(_ result: (T?, [Diagnostic])) -> T? {
    diagnostics += result.1
    return result.0
  }

  private mutating func text(_ path: String) -> String? {
    recorder.look(at: path)
    let data = FileManager.default.contents(atPath: path).map { Array($0) }
    recorder.note(path, data)
    guard let data else {
      report("file-unreadable", "The file cannot be read.", path)
      return nil
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      report("not-utf8", "The file is not UTF-8.", path)
      return nil
    }
    sources[path] = text
    return text
  }

  private func files(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted().map { folder + "/" + $0 }
  }
}
