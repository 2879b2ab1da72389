import Configuration
import Formats
import Model

/// What a kind is made from: a connector file that was checked.
public struct ConnectorSetup: Sendable {
  public var name: String
  public var options: Options
  public var streams: [StreamConfiguration]
  /// The options of each stream, by its name.
  public var streamOptions: [String: Options]
  /// What relative paths start from.
  public var home: String
  public var cryptography: Cryptography

  public var digests: Digests { cryptography.digests }

  /// Reads the secret option `name` on every call, so that a renewed one counts without a restart.
  func reading(_ name: String) -> @Sendable () throws(Fault) -> String {
    let (secret, home) = (options[secret: name], home)
    return { () throws(Fault) -> String in try secret?.resolve(relativeTo: home) ?? "" }
  }

  /// As ``reading(_:)``, `nil` when the option is absent.
  func readingIfSet(_ name: String) -> (@Sendable () throws(Fault) -> String)? { options[secret: name] == nil ? nil : reading(name) }

  /// A path as a connector file writes it, made independent of the current folder.
  public func path(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    return home + "/" + (path.hasPrefix("./") ? String(path.dropFirst(2)) : path)
  }
}

/// The kinds that this build has, by name.
public struct Registry: Sendable {
  public typealias Factory = @Sendable (ConnectorSetup) -> Connector

  private var entries: [(kind: KindDescription, make: Factory)] = []

  public init() {}

  /// All kinds that ship with the hub; those that call other systems share one client.
  public static let standard = shipped(web: WebClient())

  static func shipped(web: any WebExchange) -> Registry {
    var registry = Registry()
    registry.add(Files.kind) { Connector(Files($0)) }
    registry.add(IMAP.kind) { Connector(IMAP($0, web: web)) }
    registry.add(ERPPush.kind) { Connector(ERPPush($0)) }
    registry.add(WeChat.kind) { setup in
      let wechat = WeChat(setup, web: web)
      return Connector(wechat, as: wechat.roles)
    }
    registry.add(WeCom.kind) { setup in
      let wecom = WeCom(setup, web: web)
      return Connector(wecom, as: wecom.roles)
    }
    registry.add(Webhook.kind) { Connector(Webhook($0)) }
    return registry
  }

  /// A kind of a name that is there already takes its place.
  public mutating func add(_ kind: KindDescription, make: @escaping Factory) {
    entries.removeAll { $0.kind.name == kind.name }
    entries.append((kind, make))
  }

  public var kinds: [KindDescription] { entries.map(\.kind) }

  public func kind(_ name: String) -> KindDescription? { entries.first { $0.kind.name == name }?.kind }

  /// The streams that a connector can have: those that its file lists, and those that its kind has anyway.
  public func streamNames(of file: ConnectorFile) -> [String] {
    let listed = file.streams.map(\.name)
    return listed + (kind(file.kind)?.fixedStreams ?? []).filter { !$0.isOptional }.map(\.name).filter { !listed.contains($0) }
  }

  /// Everything that is wrong with a connector file besides its own shape, which ``ConnectorFile`` checked:
  /// `unknown-kind`, `no-streams`, `unknown-stream`, `unknown-format`, `encoding-unknown`, and those of `Options.check`.
  public func validate(_ file: ConnectorFile) -> [Diagnostic] { check(file, home: "").1 }

  /// Makes the connector that a file describes. Nothing is opened or read yet.
  /// - Parameters:
  ///   - home: the home folder, what relative paths start from.
  /// - Returns: nil when `validate` finds an error.
  public func make(_ file: ConnectorFile, home: String, cryptography: Cryptography) -> (Connector?, [Diagnostic]) {
    let (found, diagnostics) = check(file, home: home)
    guard let (options, streamOptions) = found, let entry = entries.first(where: { $0.kind.name == file.kind }) else {
      return (nil, diagnostics)
    }
    let setup = ConnectorSetup(
      name: file.name, options: options, streams: file.streams, streamOptions: streamOptions, home: home, cryptography: cryptography)
    return (entry.make(setup), diagnostics)
  }

  /// The secrets that a connector file names and that have no value now, each at its place: `secret-missing`, `secret-unreadable`
  /// and the other faults of `Secret.resolve`. Commands that give secrets are run for it.
  public func unresolvedSecrets(of file: ConnectorFile, home: String) -> [Diagnostic] {
    guard let kind = kind(file.kind) else { return [] }
    let nodes =
      kind.options.filter { $0.kind == .secret }.compactMap { file.optionsNode?[$0.name] }
      + file.streams.flatMap { stream in
        stream.extra.filter { entry in kind.streamOptions.contains { $0.name == entry.key && $0.kind == .secret } }.map(\.value)
      }
    return nodes.compactMap { node in
      guard let secret = node.text.flatMap({ Secret($0) }) else { return nil }
      do throws(Fault) {
        _ = try secret.resolve(relativeTo: home, isFresh: true)
        return nil
      } catch {
        return Diagnostic(.error, error.code, error.message, file: file.file, span: node.span, hint: error.hint)
      }
    }
  }

  private typealias Checked = (Options, streams: [String: Options])

  private func check(_ file: ConnectorFile, home: String) -> (Checked?, [Diagnostic]) {
    guard let kind = kind(file.kind) else {
      let hint = suggestion(file.kind, among: kinds.map(\.name))
      return (
        nil, [Diagnostic(.error, "unknown-kind", "There is no kind \"\(file.kind)\".", file: file.file, span: file.kindSpan, hint: hint)]
      )
    }
    var (options, diagnostics) = file.options(kind.options)
    if file.streams.isEmpty && kind.fixedStreams.isEmpty {
      diagnostics.append(
        Diagnostic(
          .error, "no-streams", "A connector of kind \"\(kind.name)\" needs at least one stream.", file: file.file, span: file.kindSpan,
          hint: "Add its name below \"streams\"."))
    }
    var streamOptions: [String: Options] = [:]
    for stream in file.streams {
      diagnostics += Self.check(stream, of: kind, file: file.file)
      let extra = YAMLNode(.mapping(stream.extra), span: stream.span)
      let (checked, wrong) = Options.check(extra, against: kind.streamOptions, file: file.file, span: stream.span)
      streamOptions[stream.name] = checked
      diagnostics += wrong
    }
    diagnostics.sort { $0.span.start < $1.span.start }
    return (diagnostics.contains { $0.severity == .error } ? nil : (options, streamOptions), diagnostics)
  }

  private static func check(_ stream: StreamConfiguration, of kind: KindDescription, file: String) -> [Diagnostic] {
    var diagnostics: [Diagnostic] = []
    let names = kind.fixedStreams.map(\.name)
    if !names.isEmpty && !names.contains(stream.name) {
      diagnostics.append(
        Diagnostic(
          .error, "unknown-stream", "The kind \"\(kind.name)\" has no stream \"\(stream.name)\".", file: file, span: stream.span,
          hint: suggestion(stream.name, among: names)))
    }
    if let format = stream.format, !kind.formats.contains(format) {
      diagnostics.append(
        Diagnostic(
          .error, "unknown-format", "The kind \"\(kind.name)\" does not read the format \"\(format)\".", file: file,
          span: stream.formatSpan ?? stream.span, hint: suggestion(format, among: kind.formats)))
    }
    if let encoding = stream.encoding {
      do throws(Fault) {
        _ = try Encoding(label: encoding)
      } catch {
        diagnostics.append(Diagnostic(.error, error.code, error.message, file: file, span: stream.span, hint: error.hint))
      }
    }
    return diagnostics
  }
}
