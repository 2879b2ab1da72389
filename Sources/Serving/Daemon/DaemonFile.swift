import Formats
import Foundation
import Model

/// `daemon.json` in the data folder: how the command line reaches the daemon that holds the folder. Only the hub's user can
/// read it, and who can read it may do what the API can.
public struct DaemonFile: Hashable, Sendable {
  public var pid: Int32
  /// Where to connect: an address of this machine.
  public var host: String
  public var port: Int
  /// What to send as bearer token; new with each start.
  public var token: String

  /// - Returns: nil when no daemon is listening.
  /// - Throws: `file-unreadable`, `daemon-file`.
  public static func read(folder: String) throws(Fault) -> DaemonFile? {
    let path = Self.path(folder)
    guard let bytes = try PrivateFile.read(path) else { return nil }
    guard let document = try? JSON.parse(bytes), let pid = document["pid"]?.text.flatMap({ Int32($0) }), let host = document["host"]?.text,
      let port = document["port"]?.text.flatMap({ Int($0) }), let token = document["token"]?.text
    else { throw Fault("daemon-file", "The file \(path) is not what the daemon writes.", hint: "Restart the daemon.") }
    return DaemonFile(pid: pid, host: host, port: port, token: token)
  }

  func write(folder: String) throws(Fault) {
    try PrivateFile.replace(
      Self.path(folder),
      with: CanonicalJSON.orderedBytes([
        "pid": .number(Number(Int(pid))), "host": .string(host), "port": .number(Number(port)), "token": .string(token),
      ]))
  }

  static func remove(folder: String) { unlink(path(folder)) }

  private static func path(_ folder: String) -> String { folder + "/daemon.json" }
}
