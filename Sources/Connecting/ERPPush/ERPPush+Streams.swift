import Formats
import Model

/// Bodies that are too long for memory: spooled to disk as they come, cut between items, and accepted as deliveries.
extension ERPPush {
  public func streamLimit(of request: InboundRequest) -> Int? {
    guard let stream = try? stream(of: request), settings.streamed.contains(stream.name) else { return nil }
    return settings.maxStream
  }

  /// Answers when everything is accepted: the results of millions of items are in the accounting and in the dead letters.
  public func receive(
    _ request: InboundRequest, body: some AsyncSequence<Bytes, any Error> & Sendable, into sink: some Sink
  ) async -> Reply {
    do {
      try Self.checkHead(request)
      let stream = try stream(of: request)
      let type = request.header("Content-Type").flatMap(MediaType.init(parsing:))
      guard let format = type?.format ?? stream.format.flatMap(Format.init(rawValue:)) else {
        throw Problem(
          415, "unsupported-media-type", "The content type is not understood",
          detail: "A long body must say what it is: application/x-ndjson, text/csv or application/xml.")
      }
      guard format != .json else {
        throw Problem(
          415, "unsupported-media-type", "The content type is not understood",
          detail: "A JSON document cannot be read in pieces. Send JSON Lines (application/x-ndjson), CSV or XML.")
      }
      if let declared = stream.format, declared != format.rawValue {
        throw Problem(
          415, "unexpected-format", "The stream takes another format",
          detail: "The stream \(stream.name) takes \(declared), the body is \(format.rawValue).")
      }
      let file = FileImport(
        stream: StreamName(connector: connector, stream: stream.name), format: format, mapping: stream.mapping,
        encoding: type?.charset ?? stream.encoding, digests: digests)
      let summary = try await file.run(body, name: request.path, into: sink)
      guard !summary.receipts.isEmpty else { throw Problem(400, "empty-body", "The body is empty", detail: "Send at least one item.") }
      return StreamAnswer(summary: summary, language: format == .xml ? .xml : .json).reply
    } catch {
      let problem = Self.problem(error)
      return Self.speaksXML(request) ? problem.xmlReply : problem.reply
    }
  }

  private static func problem(_ error: any Error) -> Problem {
    switch error {
    case let problem as Problem: problem
    case let refusal as Refusal: Problem(refusal)
    case let fault as Fault where fault.code == "scratch-full" || fault.code.hasPrefix("storage-"):
      Problem(503, "unavailable", "The hub cannot take this now", detail: "\(fault)", retryAfter: .seconds(30))
    case let fault as Fault: Problem(422, "The body could not be read", fault)
    default: Problem(400, "body-incomplete", "The body did not come whole", detail: "Nothing of it was taken; send it again.")
    }
  }
}

/// The answer to a body that was accepted as many deliveries.
struct StreamAnswer {
  var summary: FileImport.Summary
  var language: PushAnswer.Language

  var reply: Reply {
    let positions = summary.receipts.map(\.position)
    let (first, last) = (positions.min() ?? 0, positions.max() ?? 0)
    switch language {
    case .json:
      let value: Value = [
        "status": "accepted", "size": .number(Number(summary.size)), "deliveries": .number(Number(summary.receipts.count)),
        "duplicates": .number(Number(summary.duplicates)), "first": .number(Number(first)), "last": .number(Number(last)),
      ]
      return Reply(status: 202, contentType: "application/json", body: CanonicalJSON.orderedBytes(value))
    case .xml, .cxml:
      var text = #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n<result" + XMLText.attribute("status", "accepted")
      for (name, value) in [
        ("size", summary.size), ("deliveries", summary.receipts.count), ("duplicates", summary.duplicates), ("first", Int(first)),
        ("last", Int(last)),
      ] { text += XMLText.attribute(name, String(value)) }
      return Reply(status: 202, contentType: "application/xml; charset=utf-8", body: Array((text + "/>\n").utf8))
    }
  }
}
