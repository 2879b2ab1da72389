import Configuration
import Formats
import Model

/// Kind `erp-push`: an ERP, or anything else that can POST, pushes customers, stock or orders and hears at once what
/// became of every record.
///
/// One request is one delivery. The answer comes after *applied*, because stock is compared and set by it; when that
/// takes longer than `wait`, it is 202 and the sender may ask again with the same `Idempotency-Key`.
public struct ERPPush: Receiver {
  /// The longest idempotency key, in bytes of UTF-8.
  static let longestKey = 255

  let connector: String
  let streams: [StreamConfiguration]
  let defaultStream: String?
  let settings: ERPPushSettings
  let digests: Digests

  init(connector: String, streams: [StreamConfiguration], defaultStream: String?, settings: ERPPushSettings, digests: Digests) {
    self.connector = connector
    self.streams = streams
    self.defaultStream = defaultStream
    self.settings = settings
    self.digests = digests
  }

  init(_ setup: ConnectorSetup) {
    self.init(
      connector: setup.name, streams: setup.streams, defaultStream: setup.options[text: "stream"], settings: ERPPushSettings(setup),
      digests: setup.digests)
  }

  public func receive(_ request: InboundRequest, into sink: some Sink) async -> Reply {
    let push: Push
    do throws(Problem) {
      push = try read(request)
    } catch {
      return Self.speaksXML(request) ? error.xmlReply : error.reply
    }
    do throws(Problem) {
      let receipt = try await accept(push.delivery, into: sink)
      let outcome = await sink.outcomes([receipt], within: settings.wait).first ?? .pending
      return PushAnswer(receipt: receipt, outcome: outcome, language: push.language, partialStatus: settings.partialStatus).reply
    } catch {
      return push.language == .json ? error.reply : error.xmlReply
    }
  }

  private struct Push {
    var delivery: Delivery
    var language: PushAnswer.Language
  }

  private func read(_ request: InboundRequest) throws(Problem) -> Push {
    try Self.checkHead(request)
    guard request.body.count <= settings.maxBody else {
      throw Problem(
        413, "too-large", "The request is too large",
        detail: "The body has \(request.body.count) bytes, at most \(settings.maxBody) are taken. Send smaller batches.")
    }
    let stream = try stream(of: request)
    guard !request.body.isEmpty else {
      throw Problem(400, "empty-body", "The body is empty", detail: "Send at least one item.")
    }
    let contentType = try contentType(of: request, stream: stream)
    let body = contentType.format == .xml ? ExternalDoctype.blanked(request.body) : request.body
    var delivery = Delivery(
      stream: StreamName(connector: connector, stream: stream.name), body: .bytes(body),
      contentType: MediaType.canonical(contentType.format, charset: contentType.charset), origin: request.path, mapping: stream.mapping)
    if let key = try idempotencyKey(of: request) {
      name(&delivery, "\(stream.name)\u{0}\(key)", body)
    } else if let document = settings.document?.name(in: body, format: contentType.format, charset: contentType.charset) {
      name(&delivery, "\(stream.name)\u{0}document\u{0}\(document)", body)
    }
    return Push(delivery: delivery, language: PushAnswer.Language(contentType.format, body))
  }

  private func name(_ delivery: inout Delivery, _ key: String, _ body: Bytes) {
    delivery.dedupeKey = digests.sha256(Array(key.utf8))
    delivery.meta["sha256"] = Hex.text(digests.sha256(body))
  }

  /// What can be refused before the body is looked at.
  static func checkHead(_ request: InboundRequest) throws(Problem) {
    guard request.method == "POST" else {
      throw Problem(
        405, "method-not-allowed", "Only POST is understood here", detail: "The method was \(request.method).",
        headers: [NamedValue("Allow", "POST")])
    }
    if let coding = request.header("Content-Encoding"), coding.lowercased() != "identity" {
      throw Problem(
        415, "unsupported-encoding", "The content coding is not understood", detail: "The body is coded as \(coding). Send it as it is.")
    }
  }

  /// A key that comes again with another body is a mistake of the sender: taking it as a repetition would lose data.
  private func accept(_ delivery: Delivery, into sink: some Sink) async throws(Problem) -> Receipt {
    let receipt: Receipt?
    let first: Delivery?
    do {
      receipt = try await sink.accept([delivery], checkpoint: nil).first
      first = if let receipt, receipt.isDuplicate { try await sink.delivery(receipt) } else { nil }
    } catch let refusal as Refusal {
      throw Problem(refusal)
    } catch {
      throw Problem(503, "unavailable", "The hub cannot take this now", detail: "\(error)", retryAfter: .seconds(30))
    }
    guard let receipt else { throw Problem(503, "unavailable", "The hub cannot take this now", retryAfter: .seconds(30)) }
    if let first, let known = first.meta["sha256"], known != delivery.meta["sha256"] {
      throw Problem(
        422, "idempotency-key-reused", "The idempotency key or the document's number was used for another body",
        detail: "The first request with this key has position \(receipt.position). Nothing of this one was taken; send it with a new key.",
        position: receipt.position)
    }
    return receipt
  }
}

extension ERPPush {
  func stream(of request: InboundRequest) throws(Problem) -> StreamConfiguration {
    let names = streams.map(\.name)
    guard let name = request.query("stream") ?? defaultStream ?? (names.count == 1 ? names[0] : nil) else {
      throw Problem(
        400, "stream-missing", "The request names no stream", detail: "Add ?stream= with one of: \(names.joined(separator: ", ")).")
    }
    guard let stream = streams.first(where: { $0.name == name }) else {
      let hint = suggestion(name, among: names) ?? ""
      throw Problem(
        404, "unknown-stream", "There is no such stream", detail: "The connector \(connector) has no stream \"\(name)\". \(hint)")
    }
    return stream
  }

  private func contentType(of request: InboundRequest, stream: StreamConfiguration) throws(Problem) -> (format: Format, charset: String?) {
    let declared = stream.format.flatMap(Format.init(rawValue:))
    let type = request.header("Content-Type").flatMap(MediaType.init(parsing:))
    let format: Format
    if let known = type?.format {
      format = known
    } else if let type, !type.isVague {
      throw Problem(
        415, "unsupported-media-type", "The content type is not understood",
        detail: "The content type is \(type.name). Send application/json, application/x-ndjson, application/xml or text/csv.")
    } else {
      format = declared ?? Self.sniff(request.body)
    }
    if let declared, declared != format {
      throw Problem(
        415, "unexpected-format", "The stream takes another format",
        detail: "The stream \(stream.name) takes \(declared.rawValue), the body is \(format.rawValue).")
    }
    return (format, type?.charset ?? stream.encoding)
  }

  /// The format by the first character that is not white space. Zero bytes are skipped, so UTF-16 is seen as well.
  static func sniff(_ body: Bytes) -> Format {
    let skipped: Set<UInt8> = [0x00, 0x09, 0x0A, 0x0D, 0x20, 0xEF, 0xBB, 0xBF, 0xFE, 0xFF]
    return switch body.first(where: { !skipped.contains($0) }) {
    case UInt8(ascii: "<"): .xml
    case UInt8(ascii: "{"), UInt8(ascii: "["): .json
    default: .csv
    }
  }

  private func idempotencyKey(of request: InboundRequest) throws(Problem) -> String? {
    guard let key = request.header("Idempotency-Key") else { return nil }
    guard !key.isEmpty, key.utf8.count <= Self.longestKey else {
      throw Problem(
        400, "idempotency-key-invalid", "The idempotency key is not usable",
        detail: "It has \(key.utf8.count) bytes; 1 to \(Self.longestKey) are taken.")
    }
    return key
  }

  /// For problems found before the body's format is known.
  static func speaksXML(_ request: InboundRequest) -> Bool {
    let type = request.header("Content-Type").flatMap(MediaType.init(parsing:))
    if let format = type?.format { return format == .xml }
    return !request.body.isEmpty && sniff(request.body) == .xml
  }
}
