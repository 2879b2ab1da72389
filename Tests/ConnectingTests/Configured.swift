import Configuration

/// Streams as a connector file gives them: names with an optional format.
func configured(_ streams: [(String, String?)]) -> [StreamConfiguration] {
  let lines = streams.map { name, format in "  \(name): {\(format.map { "format: \($0)" } ?? "")}" }
  let text = "language: 1\nconnector: test\nkind: test\nstreams:\n" + lines.joined(separator: "\n") + "\n"
  return streams.isEmpty ? [] : ConnectorFile.load(text: text, file: "test.yaml").0?.streams ?? []
}

func configured(_ names: [String]) -> [StreamConfiguration] { configured(names.map { ($0, nil) }) }
