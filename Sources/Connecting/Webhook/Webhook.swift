import Configuration
import Formats
import Model
import Synchronization

/// Kind `webhook`: takes what any system posts, after checking that it comes from there. A signed time that is too old is
/// refused, and a delivery that comes again is recognised and answered as the first was.
public struct Webhook: Receiver {
  static let formats = [Format.json, .jsonl, .xml, .csv]

  /// A header that is longer is not handed to mappings.
  static let longestHeader = 1_024

  let connector: String
  let streams: [StreamConfiguration]
  let settings: WebhookSettings
  let cryptography: Cryptography
  /// Microseconds since 1970.
  let clock: @Sendable () -> Int64
  private let refused = Refused()

  /// How often requests were refused, by reason; names nobody.
  private final class Refused: Sendable {
    let counts = Mutex<[String: Int]>([:])
  }

  init(_ setup: ConnectorSetup) {
    self.init(
      connector: setup.name, streams: setup.streams, settings: WebhookSettings(setup), cryptography: setup.cryptography,
      clock: { Timestamp.now })
  }

  init(
    connector: String, streams: [StreamConfiguration], settings: WebhookSettings, cryptography: Cryptography,
    clock: @escaping @Sendable () -> Int64
  ) {
    self.connector = connector
    self.streams = streams
    self.settings = settings
    self.cryptography = cryptography
    self.clock = clock
  }

  public func check() async -> [Finding] {
    settings.findings()
      + refused.counts.withLock { $0 }.sorted { $0.key < $1.key }.map { code, count in
        Finding(.warning, code, "\(count) requests were refused.", hint: "See the page of errors about \(code).")
      }
  }

  public func receive(_ request: InboundRequest, into sink: some Sink) async -> Reply {
    do throws(Problem) {
      switch request.method {
      case "POST": return try await take(request, into: sink)
      case "GET": return try Handshake.answerQuery(request, settings.handshake)
      case "OPTIONS": return try Handshake.answerOrigin(request, settings.handshake)
      default:
        throw Problem(405, "method-not-allowed", "Only POST is understood here", headers: [NamedValue("Allow", "POST")])
      }
    } catch {
      refused.counts.withLock { $0[error.code, default: 0] += 1 }
      return error.reply
    }
  }

  private func take(_ request: InboundRequest, into sink: some Sink) async throws(Problem) -> Reply {
    guard request.body.count <= settings.maxBody else {
      throw Problem(
        413, "too-large", "The request is too large",
        detail: "The body has \(request.body.count) bytes, at most \(settings.maxBody) are taken.")
    }
    if let coding = request.header("Content-Encoding"), coding.lowercased() != "identity" {
      throw Problem(415, "unsupported-encoding", "The content coding is not understood", detail: "The body is coded as \(coding).")
    }
    try settings.proof.check(request, now: clock(), cryptography: cryptography)
    if let answer = Handshake.answerBody(request, settings.handshake) { return answer }
    guard !request.body.isEmpty else { throw Problem(400, "empty-body", "The body is empty", detail: "Send at least one event.") }
    let delivery = try delivery(of: request)
    do throws(Refusal) {
      _ = try await sink.accept([delivery], checkpoint: nil)
    } catch {
      throw Problem(error)
    }
    return settings.answer
  }

  private func delivery(of request: InboundRequest) throws(Problem) -> Delivery {
    let stream = try stream(of: request)
    let (body, type) = try body(of: request, stream: stream)
    var delivery = Delivery(
      stream: StreamName(connector: connector, stream: stream.name), body: .bytes(body), contentType: type, origin: request.path,
      mapping: stream.mapping, dedupeKey: dedupeKey(of: request, stream: stream.name))
    delivery.meta["received"] = String(clock() / 1_000_000)
    for name in settings.headers {
      if let value = request.header(name), value.utf8.count <= Self.longestHeader { delivery.meta[name.lowercased()] = value }
    }
    return delivery
  }

  /// A delivery that is sent again has the same id, where its sender gives one, and the same body. The body always counts:
  /// an id that was given twice by mistake must not swallow an event.
  private func dedupeKey(of request: InboundRequest, stream: String) -> Bytes {
    let id = settings.proof.idHeader.flatMap(request.header) ?? ""
    return cryptography.digests.sha256(Array("\(stream)\u{0}\(id)\u{0}".utf8) + request.body)
  }

  private func stream(of request: InboundRequest) throws(Problem) -> StreamConfiguration {
    let names = streams.map(\.name)
    guard let name = request.query("stream") ?? (names.count == 1 ? names[0] : nil) else {
      throw Problem(
        400, "stream-missing", "The request names no stream", detail: "Add ?stream= with one of: \(names.joined(separator: ", ")).")
    }
    guard let stream = streams.first(where: { $0.name == name }) else {
      throw Problem(
        404, "unknown-stream", "There is no such stream",
        detail: "The connector \(connector) has no stream \"\(name)\". \(suggestion(name, among: names) ?? "")")
    }
    return stream
  }

  /// The body as its mapping reads it, with the content type that says how. A form becomes JSON; one that cannot be read is
  /// journaled as it came, and becomes a dead letter.
  private func body(of request: InboundRequest, stream: StreamConfiguration) throws(Problem) -> (Bytes, String) {
    let header = request.header("Content-Type")
    let type = header.flatMap(MediaType.init(parsing:))
    switch type?.name {
    case "application/x-www-form-urlencoded":
      let form = try? FormBody.urlEncoded(request.body, charset: type?.charset)
      return (form.map(CanonicalJSON.orderedBytes) ?? request.body, MediaType.canonical(.json))
    case "multipart/form-data":
      let form = try? FormBody.multipart(request.body, boundary: MediaType.parameter("boundary", of: header ?? "") ?? "")
      return (form.map(CanonicalJSON.orderedBytes) ?? request.body, MediaType.canonical(.json))
    default:
      let declared = stream.format.flatMap(Format.init(rawValue:))
      guard let format = type?.format ?? declared ?? (type?.isVague ?? true ? ERPPush.sniff(request.body) : nil) else {
        throw Problem(
          415, "unsupported-media-type", "The content type is not understood",
          detail: "The content type is \(type?.name ?? "missing"). Send JSON, a form, XML or CSV.")
      }
      return (request.body, MediaType.canonical(format, charset: type?.charset ?? stream.encoding))
    }
  }
}
