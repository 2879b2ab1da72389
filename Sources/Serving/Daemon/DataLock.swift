import Foundation
import Model

/// The right to open a data folder: one process at a time has it, the daemon or a command.
public final class DataLock: Sendable {
  private let file: FileLock

  /// Takes the lock; makes the folder when it is missing.
  /// - Throws: `data-locked` when another process has it (a command exits with 75 then), `file-unwritable`.
  public init(folder: String) throws(Fault) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw Fault("file-unwritable", "The folder \(folder) cannot be made: \(error.localizedDescription)")
    }
    do throws(Fault) {
      file = try FileLock(path: folder + "/lock", isWaiting: false)
    } catch {
      guard error.code == "locked" else { throw error }
      let daemon = (try? DaemonFile.read(folder: folder)) ?? nil
      throw Fault(
        "data-locked", "Another process works on \(folder)" + (daemon.map { ": the daemon with id \($0.pid)." } ?? "."),
        hint: "Stop it first, or choose another folder with --data.")
    }
  }

  public func release() { file.release() }
}
