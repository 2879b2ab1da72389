import Foundation
import Model
import Synchronization

/// The built `kindred`, as a process of its own.
final class ChildProcess: @unchecked Sendable {
  // `@unchecked`: `process` is set up in `init` and afterwards only asked for its id and waited for.
  private let process = Process()
  private let ending = Mutex<(status: Int32?, waiters: [CheckedContinuation<Int32, Never>])>((nil, []))

  /// The product beside the running test bundle.
  static func executable() throws -> String {
    let bundle = Bundle.main.executablePath ?? CommandLine.arguments[0]
    var folder = URL(fileURLWithPath: bundle).resolvingSymlinksInPath().deletingLastPathComponent()
    // On macOS the bundle is a folder, with its executable three levels below the one that holds the product.
    for _ in 0..<4 {
      let candidate = folder.appendingPathComponent("kindred").path
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder)
      if exists, !isFolder.boolValue { return candidate }
      folder.deleteLastPathComponent()
    }
    throw Fault("test-setup", "There is no executable kindred beside \(bundle).", hint: "Run: swift build --product kindred")
  }

  /// - Parameters:
  ///   - output: the file that gets stdout; nil throws it away.
  ///   - log: the file that stderr is appended to.
  init(_ arguments: [String], output: String? = nil, log: String) throws {
    process.executableURL = URL(fileURLWithPath: try Self.executable())
    process.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    environment["KINDRED_SHARE"] = World.repository
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try output.map { try Self.handle($0) } ?? FileHandle.nullDevice
    process.standardError = try Self.handle(log)
    process.terminationHandler = { [weak self] in self?.ended($0.terminationStatus) }
    try process.run()
  }

  private static func handle(_ path: String) throws -> FileHandle {
    if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
    guard let handle = FileHandle(forWritingAtPath: path) else { throw Fault("test-setup", "The file \(path) cannot be written.") }
    try handle.seekToEnd()
    return handle
  }

  var id: Int32 { process.processIdentifier }
  var hasEnded: Bool { ending.withLock { $0.status != nil } }

  /// The exit code, or the signal that ended it.
  func end() async -> Int32 {
    await withCheckedContinuation { continuation in
      let known = ending.withLock { ending -> Int32? in
        if ending.status == nil { ending.waiters.append(continuation) }
        return ending.status
      }
      if let known { continuation.resume(returning: known) }
    }
  }

  private func ended(_ status: Int32) {
    let waiters = ending.withLock { ending in
      ending.status = status
      defer { ending.waiters = [] }
      return ending.waiters
    }
    for waiter in waiters { waiter.resume(returning: status) }
  }

  /// Not more than a signal: whether it has ended says ``end()``.
  func signal(_ number: Int32) {
    if !hasEnded { kill(id, number) }
  }

  /// Runs to the end.
  /// - Returns: what it wrote to stdout.
  /// - Throws: when it ended with another code than 0.
  static func run(_ arguments: [String], in folder: String) async throws -> [UInt8] {
    let output = folder + "/output-\(UUID().uuidString)"
    let child = try ChildProcess(arguments, output: output, log: folder + "/log")
    let status = await child.end()
    let written = FileManager.default.contents(atPath: output).map { Array($0) } ?? []
    guard status == 0 else {
      throw Fault("test-command", "\(arguments.joined(separator: " ")) ended with \(status): \(String(decoding: written, as: UTF8.self))")
    }
    return written
  }
}
