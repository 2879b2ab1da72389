import Foundation
import Logging
import Serving

/// Logs go to stderr, for people and for journald alike.
enum Logs {
  /// For the daemon.
  static func standard(_ level: Logger.Level) -> Logger {
    var logger = Logger(label: "kindred") { MaskedLogHandler(StreamLogHandler.standardError(label: $0)) }
    logger.logLevel = level
    return logger
  }

  /// For commands, which talk to their user themselves: only what went wrong.
  static var quiet: Logger { standard(.error) }
}
