import Connecting
import Hummingbird
import HummingbirdCore
import Logging
import Model
import NIOCore
import Synchronization

/// What Hummingbird keeps of a request, plus its connection.
struct ConnectionContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }
}

/// Turns Hummingbird's requests into the API's, and its answers back.
struct APIResponder: HTTPResponder {
  let api: API

  /// A body of a refused request that is at most so long is read and thrown away; for a longer one the connection is closed.
  private static let drained = 64 << 10
  /// How long a connection stays open after a refusal, so that a client that is still sending gets to see it.
  private static let linger: Int64 = 2

  func respond(to request: Request, context: ConnectionContext) async throws -> Response {
    let start = ContinuousClock.now
    let body = ConnectionBody(body: request.body)
    let answer = await answer(request, body, context)
    let isAbandoned = !body.isRead && Self.isLong(request)
    log(answer, request, context, ContinuousClock.now - start)
    if isAbandoned {
      let channel = context.channel
      channel.eventLoop.scheduleTask(in: .seconds(Self.linger)) { channel.close(promise: nil) }
    }
    return Self.response(answer, id: context.id, isLast: isAbandoned)
  }

  private func answer(_ request: Request, _ body: ConnectionBody, _ context: ConnectionContext) async -> Answer {
    var inbound = InboundRequest(method: request.method.rawValue, path: request.head.path ?? "/")
    do throws(Problem) {
      inbound = try InboundRequest(request, remoteAddress: context.channel.remoteAddress?.ipAddress)
      return await api.answer(try api.admit(inbound), body: body)
    } catch {
      return api.refuse(inbound, error)
    }
  }

  /// Whether a body is there, or may be, that is too long to read for nothing.
  private static func isLong(_ request: Request) -> Bool {
    if let length = request.headers[.contentLength] { return (Int(length) ?? Int.max) > drained }
    return request.headers[.transferEncoding] != nil
  }

  private static func response(_ answer: Answer, id: String, isLast: Bool) -> Response {
    var headers = HTTPFields()
    for header in answer.reply.headers + [NamedValue("Request-Id", id)] {
      if let name = HTTPFields.Element.Name(header.name) { headers.append(HTTPFields.Element(name: name, value: header.value)) }
    }
    if isLast { headers[.connection] = "close" }
    return Response(status: HTTPResponse.Status(code: answer.reply.status), headers: headers, body: responseBody(answer))
  }

  private static func responseBody(_ answer: Answer) -> ResponseBody {
    guard let file = answer.file else {
      return answer.reply.body.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: answer.reply.body))
    }
    return ResponseBody(contentLength: file.size) { writer in
      for try await chunk in file.chunks() { try await writer.write(ByteBuffer(bytes: chunk)) }
      try await writer.finish(nil)
    }
  }

  /// The route, never the path or the query: those may hold phone numbers and names.
  private func log(_ answer: Answer, _ request: Request, _ context: ConnectionContext, _ duration: Duration) {
    let status = answer.reply.status
    let level: Logger.Level = status >= 500 ? .error : status >= 400 ? .info : .debug
    context.logger.log(
      level: level, "request",
      metadata: [
        "method": "\(request.method.rawValue)", "route": "\(answer.route ?? "none")", "status": "\(status)",
        "milliseconds": "\(duration / .milliseconds(1))",
      ])
  }
}

/// The body of a request as it comes from the connection, and whether its end was seen.
final class ConnectionBody: AsyncSequence, Sendable {
  typealias Element = Bytes
  typealias Failure = any Error

  private let body: RequestBody
  private let ended = Atomic(false)

  init(body: RequestBody) { self.body = body }

  var isRead: Bool { ended.load(ordering: .acquiring) }

  func makeAsyncIterator() -> Iterator { Iterator(base: body.makeAsyncIterator(), owner: self) }

  struct Iterator: AsyncIteratorProtocol {
    var base: RequestBody.AsyncIterator
    let owner: ConnectionBody

    /// - Throws: a problem with status 408 or 400 when the rest of the body does not come.
    mutating func next() async throws -> Bytes? {
      do {
        guard let buffer = try await base.next() else {
          owner.ended.store(true, ordering: .releasing)
          return nil
        }
        return Bytes(buffer.readableBytesView)
      } catch is BodyPace.TooSlow {
        throw Problem(.tooSlow)
      } catch {
        throw Problem(.bodyIncomplete)
      }
    }
  }
}
