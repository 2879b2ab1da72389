import Configuration
import Formats
import Model

extension ERPPush {
  public static let kind = KindDescription(
    name: "erp-push",
    summary: "Takes JSON, XML or CSV that an ERP posts, and answers what became of every record.",
    roles: [.receiver],
    options: [
      OptionDescription(
        "stream", .text, summary: "The stream of a request that names none with ?stream=. Not needed when there is only one.",
        example: "stock"),
      OptionDescription(
        "document", .text,
        summary: "What names a document when no Idempotency-Key does: idoc, cxml, ubl, a JSON Pointer, or an XPath.", example: "idoc"),
      OptionDescription(
        "partial", .choice(["207", "200"]), defaultValue: "207",
        summary: "The status when only some items were taken; 200 for senders that repeat whatever is not 200.", example: "200"),
      OptionDescription(
        "wait", .duration, defaultValue: "10s", summary: "How long a sender is kept waiting for the results before it gets 202.",
        example: "10s"),
      OptionDescription(
        "max_body", .bytes, defaultValue: "32MB", summary: "The largest body of one request.",
        example: "32MB"),
      OptionDescription(
        "max_stream", .bytes, defaultValue: "1GB", summary: "The largest body of one request to a stream with mode: stream.",
        example: "1GB"),
    ],
    streamOptions: [
      OptionDescription(
        "mode", .choice(["batch", "stream"]), defaultValue: "batch",
        summary: "stream takes bodies of up to max_stream in little memory, and answers as soon as they are accepted.", example: "stream")
    ],
    formats: [Format.csv, .json, .jsonl, .xml].map(\.rawValue))

  public func check() async -> [Finding] {
    guard !streams.isEmpty else {
      return [
        Finding(
          .problem, "no-streams", "The connector \(connector) has no streams, so every request is answered with 404.",
          hint: "Add the names that senders use below streams.")
      ]
    }
    if let defaultStream, !streams.contains(where: { $0.name == defaultStream }) {
      return [
        Finding(
          .problem, "unknown-stream", "The option stream names \(defaultStream), which is not below streams.",
          hint: suggestion(defaultStream, among: streams.map(\.name)))
      ]
    }
    if let fault = settings.document?.fault {
      return [Finding(.problem, fault.code, fault.message, hint: fault.hint)]
    }
    let names = streams.map(\.name).joined(separator: ", ")
    return [Finding(.fine, "streams", "Takes requests for \(names) of up to \(settings.maxBody) bytes.")]
  }
}

/// What a connector file says about pushes.
struct ERPPushSettings: Sendable {
  /// Bytes of a body that is held in memory.
  var maxBody = 32 << 20
  /// Bytes of a body that is not.
  var maxStream = 1 << 30
  var wait = Duration.seconds(10)
  var document: DocumentName?
  /// The status when some items were taken and others were not.
  var partialStatus = 207
  /// The streams whose bodies are not held in memory.
  var streamed: Set<String> = []

  init() {}

  init(_ setup: ConnectorSetup) {
    maxBody = setup.options[bytes: "max_body"] ?? maxBody
    maxStream = setup.options[bytes: "max_stream"] ?? maxStream
    wait = setup.options[duration: "wait"] ?? wait
    document = setup.options[text: "document"].map { DocumentName($0) }
    partialStatus = setup.options[choice: "partial"].flatMap { Int($0) } ?? partialStatus
    streamed = Set(setup.streamOptions.filter { $0.value[choice: "mode"] == "stream" }.keys)
  }
}
