import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// Ends the bodies of senders that keep a connection busy with a byte now and then. One that sends as fast as a bad telephone
/// line does is not disturbed; one that sends nothing at all is the idle timeout's affair.
final class BodyPace: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart

  /// What a body ends with that came too slowly.
  struct TooSlow: Error {}

  /// How much time a body may have had for each of its bytes, in nanoseconds: 1 KB a second.
  private static let nanosecondsPerByte = Int64(1_000_000)
  /// What every body may have, whatever its length.
  private let grace: TimeAmount
  private var check: Scheduled<Void>?
  /// Whether a body has begun that is not complete.
  private var isReading = false
  private var start = NIODeadline.now()
  private var bytes: Int64 = 0

  init(grace: TimeAmount) { self.grace = grace }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head: (isReading, start, bytes) = (true, .now(), 0)
    case .body(let buffer): bytes += Int64(buffer.readableBytes)
    case .end: stop()
    }
    context.fireChannelRead(data)
  }

  /// Most requests are complete when the first read is: they need no clock.
  func channelReadComplete(context: ChannelHandlerContext) {
    if isReading && check == nil { schedule(in: grace, context) }
    context.fireChannelReadComplete()
  }

  func channelInactive(context: ChannelHandlerContext) {
    stop()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { stop() }

  private func schedule(in delay: TimeAmount, _ context: ChannelHandlerContext) {
    check = context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: delay) { self.look(context) }
  }

  private func look(_ context: ChannelHandlerContext) {
    let allowed = grace + .nanoseconds(bytes * Self.nanosecondsPerByte)
    let rest = start + allowed - .now()
    guard rest > .zero else {
      stop()
      context.fireErrorCaught(TooSlow())
      return
    }
    schedule(in: max(rest, .seconds(1)), context)
  }

  private func stop() {
    isReading = false
    check?.cancel()
    check = nil
  }
}
