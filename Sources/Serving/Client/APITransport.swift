import Connecting
import Foundation
import Model

/// A way to the API: in this process, or through the daemon that holds the data folder. Commands need not know which.
public protocol APITransport: Sendable {
  /// Sends a request and waits for the reply.
  /// - Throws: a `Fault` when no reply came: `daemon-unreachable`, `file-unreadable`. Problems are replies.
  func send(_ request: InboundRequest, _ transfer: Transfer) async throws -> Reply
}

extension APITransport {
  public func send(_ request: InboundRequest) async throws -> Reply { try await send(request, Transfer()) }
}

/// What goes beside a request whose body, or whose reply's body, does not fit into memory.
public struct Transfer: Sendable {
  /// A file whose content is the request's body, instead of `request.body`.
  public var file: String?
  /// Told how many bytes of the body are on their way.
  public var progress: @Sendable (Int) -> Void
  /// Takes the body of a reply with status 200 piece by piece; the reply's own body is empty then.
  public var receive: (@Sendable (Bytes) throws -> Void)?

  public init(
    file: String? = nil, progress: @escaping @Sendable (Int) -> Void = { _ in }, receive: (@Sendable (Bytes) throws -> Void)? = nil
  ) {
    self.file = file
    self.progress = progress
    self.receive = receive
  }
}

/// The API in this process.
public struct InProcessTransport: APITransport {
  private let api: API
  private let caller: Caller

  /// - Parameter author: who makes the decisions that are sent; no key is asked for.
  public init(_ api: API, author: String) {
    self.api = api
    caller = Caller(name: author)
  }

  public func send(_ request: InboundRequest, _ transfer: Transfer) async throws -> Reply {
    var head = request
    head.body = []
    let file = try transfer.file.map { path throws(Fault) in try DiskFile(reading: path) }
    let answer: Answer
    do throws(Problem) {
      let admitted = try api.admit(head, as: caller)
      if let file {
        answer = await api.answer(admitted, body: file.chunks(progress: transfer.progress))
      } else {
        answer = await api.answer(admitted, body: OneChunk(bytes: request.body))
      }
    } catch {
      answer = api.refuse(head, error)
    }
    guard let receive = transfer.receive, answer.reply.status == 200 else { return try await answer.collected() }
    if let file = answer.file {
      for try await chunk in file.chunks() { try receive(chunk) }
    } else {
      try receive(answer.reply.body)
    }
    var reply = answer.reply
    reply.body = []
    return reply
  }
}
