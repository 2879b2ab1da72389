import Model

/// A file of `connectors/`: a link to one outside system. Which options it may have is its kind's to say.
public struct ConnectorFile: Sendable {
  /// Also the name of the source in its records' keys.
  public var name: String
  /// The code behind it: `files`, `webhook`, `wechat`.
  public var kind: String
  public var kindSpan: SourceSpan
  /// The mapping below `options`; `nil` when there is none. See ``options(_:)``.
  public var optionsNode: YAMLNode?
  /// In the order of the file.
  public var streams: [StreamConfiguration]
  public var file: String
  /// The whole file.
  public var span: SourceSpan

  public func stream(_ name: String) -> StreamConfiguration? { streams.first { $0.name == name } }

  /// Whether both describe the same connector: comments, blank lines and the file's name may differ.
  public func describes(_ other: ConnectorFile) -> Bool {
    func says(_ one: YAMLNode?, _ other: YAMLNode?) -> Bool {
      if let one, let other { return one.says(other) }
      return (one?.isNull ?? true) && (other?.isNull ?? true)
    }
    return name == other.name && kind == other.kind && says(optionsNode, other.optionsNode)
      && streams.count == other.streams.count && zip(streams, other.streams).allSatisfy { $0.describes($1) }
  }

  /// Checks the options against what the kind declares.
  public func options(_ descriptions: [OptionDescription]) -> (options: Options, diagnostics: [Diagnostic]) {
    Options.check(optionsNode, against: descriptions, file: file, span: kindSpan)
  }

  /// Reads and checks everything but the kind's own options.
  ///
  /// - Returns: `nil` when anything is wrong that this file alone can show.
  public static func load(text: String, file: String) -> (ConnectorFile?, [Diagnostic]) {
    let (root, syntax) = YAML.parse(text, file: file)
    guard syntax.isEmpty else { return (nil, syntax) }
    let start = SourceText(text).position(scalar: 0)
    var reader = MappingReader(
      root ?? YAMLNode(.mapping([]), span: SourceSpan(start: start, end: start)), file: file, what: "A connector file")
    reader.language()
    let nameNode = reader.required("connector")
    let name = reader.text(nameNode, of: "connector")
    if let name, let nameNode, !isName(name) {
      reader.report(
        "wrong-name", "\"\(name)\" cannot be the name of a connector.", at: nameNode.span,
        hint: "Use at most 64 letters, digits, \"-\", \"_\" and \".\".")
    }
    let kindNode = reader.required("kind")
    let kind = reader.text(kindNode, of: "kind")
    let options = reader.optional("options")
    let streams = streams(reader.optional("streams"), &reader)
    reader.refuseUnknownKeys()
    guard reader.diagnostics.isEmpty, let name, let kind, let kindNode else {
      return (nil, reader.diagnostics.sorted { $0.span.start < $1.span.start })
    }
    let connector = ConnectorFile(
      name: name, kind: kind, kindSpan: kindNode.span, optionsNode: options, streams: streams, file: file, span: reader.node.span)
    return (connector, [])
  }

  /// Whether a text can be the name of a connector or stream: names become parts of record keys and paths.
  public static func isName(_ text: String) -> Bool {
    text.count <= 64 && !text.hasPrefix(".")
      && text.unicodeScalars.allSatisfy {
        $0 == "-" || $0 == "_" || $0 == "." || $0.properties.isAlphabetic || $0.properties.numericType != nil
      }
  }

  private static func streams(_ node: YAMLNode?, _ reader: inout MappingReader) -> [StreamConfiguration] {
    guard let node, !node.isNull else { return [] }
    guard let entries = node.entries else {
      reader.report("mapping-expected", "\"streams\" must be a mapping of stream names to their settings.", at: node.span)
      return []
    }
    return entries.compactMap { entry in
      if !isName(entry.key) { reader.report("wrong-name", "\"\(entry.key)\" cannot be the name of a stream.", at: entry.keySpan) }
      let isEmpty = entry.value.isNull
      let settings = isEmpty ? YAMLNode(.mapping([]), span: entry.value.span) : entry.value
      var stream = MappingReader(settings, file: reader.file, what: "A stream")
      let formatNode = stream.optional("format")
      let format = stream.text(formatNode, of: "format")
      let mapping = stream.text(stream.optional("mapping"), of: "mapping")
      let encoding = stream.text(stream.optional("encoding"), of: "encoding")
      reader.add(stream.diagnostics)
      return StreamConfiguration(
        name: entry.key, format: format, formatSpan: formatNode?.span, mapping: mapping, encoding: encoding, extra: stream.rest,
        span: entry.keySpan)
    }
  }
}

/// What a connector file says about one of its streams.
public struct StreamConfiguration: Hashable, Sendable {
  public var name: String
  /// `csv`, `json`, `jsonl`, `xml` or `mail`, as written; who knows the formats checks it.
  public var format: String?
  public var formatSpan: SourceSpan?
  /// The name of the mapping for its items; `nil`: the mapping whose `from` names this connector and stream.
  public var mapping: String?
  /// The label of the encoding of its text; `nil`: found out.
  public var encoding: String?
  /// Whatever else is written there, for the connector's kind to read or refuse.
  public var extra: [YAMLEntry]
  /// Its name in the file.
  public var span: SourceSpan

  fileprivate func describes(_ other: StreamConfiguration) -> Bool {
    let (extra, others) = (YAMLNode(.mapping(extra), span: span), YAMLNode(.mapping(other.extra), span: span))
    return name == other.name && format == other.format && mapping == other.mapping && encoding == other.encoding && extra.says(others)
  }
}
