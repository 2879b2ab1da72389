import Configuration
import Formats
import Model

/// Kind `erp-push`: an ERP, or anything else that can POST, pushes customers, stock or orders and hears at once what
/// became of every record.
///
/// One request is one delivery. The answer comes after *applied*, because stock is compared and set by it; when that
/// takes longer than `wait`, it is 202 and the sender may ask again with the same `Idempotency-Key`.
public struct ERPPush: Receiver {
  public static let kind = KindDescription(
    name: "erp-push",
    summary: "Takes JSON, XML or CSV that an ERP posts, and answers what became of every record.",
    role: .receiver,
    options: [
      OptionDescription(
        "stream", .text, summary: "The stream of a request that names none with ?stream=. Not needed when there is only one.",
        example: "stock"),
      OptionDescription(
        "wait", .duration, defaultValue: "10s", summary: "How long a sender is kept waiting for the results before it gets 202.",
        example: "10s"),
      OptionDescription(
        "max_body", .bytes, defaultValue: "32MB", summary: "The largest body of one request.",
        example: "32MB"),
    ],
    formats: Format.allCases.map(\.rawValue))

  /// The longest idempotency key, in bytes of UTF-8.
  static let longestKey = 255

  let connector: String
  let streams: [StreamConfiguration]
  let defaultStream: String?
  let maxBody: Int
  let wait: Duration
  let digests: Digests

  init(connector: String, streams: [StreamConfiguration], defaultStream: String?, maxBody: Int, wait: Duration, digests: Digests) {
    self.connector = connector
    self.streams = streams
    self.defaultStream = defaultStream
    self.maxBody = maxBody
    self.wait = wait
    self.digests = digests
  }

  init(_ setup: ConnectorSetup) {
    self.init(
      connector: setup.name, streams: setup.streams, defaultStream: setup.options[text: "stream"],
      maxBody: setup.options[bytes: "max_body"] ?? 32 << 20, wait: setup.options[duration: "wait"] ?? .seconds(10), digests: setup.digests)
  }

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
    let names = streams.map(\.name).joined(separator: ", ")
    return [Finding(.fine, "streams", "Takes requests for \(names) of up to \(maxBody) bytes.")]
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
      let outcome = await sink.outcomes([receipt], within: wait).first ?? .pending
      return PushAnswer(receipt: receipt, outcome: outcome, language: push.language).reply
    } catch {
      return push.language == .xml ? error.xmlReply : error.reply
    }
  }

  private struct Push {
    var delivery: Delivery
    var language: PushAnswer.Language
  }

  private func read(_ request: InboundRequest) throws(Problem) -> Push {
    guard request.method == "POST" else {
      throw Problem(
        405, "method-not-allowed", "Only POST is understood here", detail: "The method was \(request.method).",
        headers: [NamedValue("Allow", "POST")])
    }
    guard request.body.count <= maxBody else {
      throw Problem(
        413, "too-large", "The request is too large",
        detail: "The body has \(request.body.count) bytes, at most \(maxBody) are taken. Send smaller batches.")
    }
    if let coding = request.header("Content-Encoding"), coding.lowercased() != "identity" {
      throw Problem(
        415, "unsupported-encoding", "The content coding is not understood", detail: "The body is coded as \(coding). Send it as it is.")
    }
    let stream = try stream(of: request)
    guard !request.body.isEmpty else {
      throw Problem(400, "empty-body", "The body is empty", detail: "Send at least one item.")
    }
    let contentType = try contentType(of: request, stream: stream)
    var delivery = Delivery(
      stream: StreamName(connector: connector, stream: stream.name), body: .bytes(request.body),
      contentType: MediaType.canonical(contentType.format, charset: contentType.charset), origin: request.path, mapping: stream.mapping)
    if let key = try idempotencyKey(of: request) {
      delivery.dedupeKey = digests.sha256(Array("\(stream.name)\u{0}\(key)".utf8))
      delivery.meta["sha256"] = Hex.text(digests.sha256(request.body))
    }
    return Push(delivery: delivery, language: contentType.format == .xml ? .xml : .json)
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
        422, "idempotency-key-reused", "The idempotency key was used for another body",
        detail: "The first request with this key has position \(receipt.position). Nothing of this one was taken; send it with a new key.",
        position: receipt.position)
    }
    return receipt
  }
}

extension ERPPush {
  private func stream(of request: InboundRequest) throws(Problem) -> StreamConfiguration {
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
  private static func speaksXML(_ request: InboundRequest) -> Bool {
    let type = request.header("Content-Type").flatMap(MediaType.init(parsing:))
    if let format = type?.format { return format == .xml }
    return !request.body.isEmpty && sniff(request.body) == .xml
  }
}
