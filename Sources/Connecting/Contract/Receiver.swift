import Model

/// A kind that is pushed to: an ERP, a WeChat account, a webhook.
///
/// `Serving` turns each HTTP request below the connector's path into an ``InboundRequest``, calls
/// ``receive(_:into:)`` and writes the ``Reply``; kinds never see an HTTP library. Calls run in parallel. A receiver
/// answers when it may be believed: after *accepted*, or after *applied* when the sender needs the result. Its sender
/// retries whatever it does not see acknowledged, so the same request may come again at any time, also while the
/// first is still under way.
public protocol Receiver: ConnectorKind {
  /// Answers one request. Never throws: what is wrong with the request, or with us, is a reply that says so.
  func receive(_ request: InboundRequest, into sink: some Sink) async -> Reply

  /// The most bytes of a body that ``receive(_:body:into:)`` takes as it comes; nil has the body read first and handed to
  /// ``receive(_:into:)``. Asked before any of the body is read; the request has none yet.
  func streamLimit(of request: InboundRequest) -> Int?

  /// As ``receive(_:into:)``, for bodies that are too long for memory.
  func receive(_ request: InboundRequest, body: some AsyncSequence<Bytes, any Error> & Sendable, into sink: some Sink) async -> Reply
}

extension Receiver {
  public func streamLimit(of request: InboundRequest) -> Int? { nil }

  public func receive(
    _ request: InboundRequest, body: some AsyncSequence<Bytes, any Error> & Sendable, into sink: some Sink
  ) async -> Reply {
    await receive(request, into: sink)
  }
}

/// A name with a value: a query item or a header line.
public struct NamedValue: Hashable, Sendable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

extension [NamedValue] {
  /// The first header of that name, whatever its case.
  public func value(ofHeader name: String) -> String? {
    let wanted = name.lowercased()
    return first { $0.name.lowercased() == wanted }?.value
  }
}

/// One HTTP request, as a receiver sees it.
public struct InboundRequest: Hashable, Sendable {
  /// In capitals.
  public var method: String
  /// Percent-decoded, with the leading slash and without the query.
  public var path: String
  /// Percent-decoded, in the order in which they were written.
  public var query: [NamedValue]
  /// The query as it was written, with its question mark; empty without one. Some senders sign it.
  public var querySuffix: String
  /// In the order in which they arrived.
  public var headers: [NamedValue]
  public var body: Bytes
  /// The peer's address, without port; `nil` when unknown.
  public var remoteAddress: String?

  public init(
    method: String, path: String, query: [NamedValue] = [], querySuffix: String = "", headers: [NamedValue] = [], body: Bytes = [],
    remoteAddress: String? = nil
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.querySuffix = querySuffix
    self.headers = headers
    self.body = body
    self.remoteAddress = remoteAddress
  }

  /// The first header of that name, whatever its case.
  public func header(_ name: String) -> String? { headers.value(ofHeader: name) }

  /// The first query item of that name.
  public func query(_ name: String) -> String? { query.first { $0.name == name }?.value }
}

/// The answer to an ``InboundRequest``.
public struct Reply: Hashable, Sendable {
  public var status: Int
  public var headers: [NamedValue]
  public var body: Bytes

  public init(status: Int, headers: [NamedValue] = [], body: Bytes = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  public init(status: Int, contentType: String, body: Bytes) {
    self.init(status: status, headers: [NamedValue("Content-Type", contentType)], body: body)
  }

  /// The first header of that name, whatever its case.
  public func header(_ name: String) -> String? { headers.value(ofHeader: name) }
}
