import Configuration
import Formats
import Foundation
import Model
import Synchronization

/// Kind `files`: a folder into which somebody drops exports.
///
/// A file is taken once it has been unchanged for `settle`, imported with ``FileImport``, and moved to `done/` below the
/// folder when all of it is accepted; to `failed/` when it cannot be read. What is wrong *in* a file becomes a dead
/// letter, not a failed file. The folder is polled, which works on every file system, network shares included.
///
/// After a crash in the middle of a file, the whole file is cut again in the same way, and what was accepted before is
/// recognised as duplicate. After a crash between acceptance and move, the checkpoint recognises the file.
public final class Files: Source {
  public static let kind = KindDescription(
    name: "files",
    summary: "Watches a folder for CSV, Excel, JSON, JSON Lines and XML files, packed or not.",
    roles: [.source],
    options: [
      OptionDescription("folder", .folder, isRequired: true, summary: "The folder to watch.", example: "./inbox"),
      OptionDescription(
        "pattern", .text, defaultValue: "*", summary: "Which files to take: * any text, ? one character, [a-z] one of these.",
        example: "*.csv"),
      OptionDescription(
        "settle", .duration, defaultValue: "2s", summary: "How long size and time must have been the same before a file is taken.",
        example: "2s"),
      OptionDescription("poll", .duration, defaultValue: "1s", summary: "How often to look into the folder.", example: "1s"),
    ],
    streamOptions: [
      OptionDescription(
        "pattern", .text, summary: "Which files belong to this stream, when it is not all of the connector's.", example: "customers-*.csv")
    ],
    formats: Format.allCases.map(\.rawValue))

  /// A stream of the connector, with what its options mean.
  struct Stream: Sendable {
    var name: String
    var pattern: Glob
    /// Nil: by the file's extension.
    var format: Format?
    var mapping: String?
    /// Nil: found out.
    var encoding: String?
  }

  public let pause: Duration
  private let connector: String
  private let folder: Folder
  private let streams: [Stream]
  private let digests: Digests
  private let batchBytes: Int
  private let settling: Mutex<Settling>

  convenience init(_ setup: ConnectorSetup) {
    let pattern = setup.options[text: "pattern"] ?? "*"
    let streams = setup.streams.map { stream in
      Stream(
        name: stream.name, pattern: Glob(setup.streamOptions[stream.name]?[text: "pattern"] ?? pattern),
        format: stream.format.flatMap(Format.init(rawValue:)), mapping: stream.mapping, encoding: stream.encoding)
    }
    self.init(
      connector: setup.name, folder: setup.path(setup.options[folder: "folder"] ?? "."), streams: streams,
      settle: setup.options[duration: "settle"] ?? .seconds(2), poll: setup.options[duration: "poll"] ?? .seconds(1),
      digests: setup.digests)
  }

  init(
    connector: String, folder: String, streams: [Stream], settle: Duration, poll: Duration, digests: Digests,
    batchBytes: Int = FileImport.batchBytes
  ) {
    self.connector = connector
    self.folder = Folder(path: folder)
    self.streams = streams
    self.digests = digests
    self.batchBytes = batchBytes
    pause = poll
    settling = Mutex(Settling(duration: settle))
  }

  public func check() async -> [Finding] {
    guard let facts = FileFacts(path: folder.path), facts.isFolder else {
      return [Finding(.problem, "folder-missing", "There is no folder \(folder.path).", hint: "Make it, or mend the option folder.")]
    }
    guard access(folder.path, R_OK | W_OK | X_OK) == 0 else {
      return [
        Finding(
          .problem, "folder-access", "The folder \(folder.path) cannot be read and written.",
          hint: "Files are moved after they are read; give the user that runs the daemon the right to do so.")
      ]
    }
    var findings = [Finding(.fine, "folder", "The folder \(folder.path) can be read and written.")]
    if streams.isEmpty {
      findings.append(Finding(.problem, "no-streams", "The connector \(connector) has no streams.", hint: "Add one below streams."))
    }
    let failed = (try? Folder(path: folder.path(of: Folder.failed)).files(matching: Glob("*")))?.count ?? 0
    if failed > 0 {
      findings.append(
        Finding(
          .warning, "failed-files", "\(failed) files in \(folder.path(of: Folder.failed)) could not be read.",
          hint: "Mend them and move them back into the folder."))
    }
    return findings
  }

  public func discover() async throws -> [StreamDescription] {
    streams.map { StreamDescription(name: $0.name, summary: "Files in \(folder.path).", format: $0.format?.rawValue) }
  }

  public func run(_ run: Run, into sink: some Sink) async throws {
    let wanted = Set(run.streams.map(\.name))
    for (stream, file) in try settledFiles() where wanted.contains(stream.name) {
      if run.stop.isRaised { return }
      do {
        try await take(file, of: stream, run, into: sink)
      } catch is CancellationError where run.stop.isRaised {
        return
      } catch let error as FileBlocks.Unreadable {
        // Gone means that somebody took it back; there is nothing to move.
        if error.isGone { continue }
        try setAside(file, error.fault, sink)
      }
    }
  }

  /// Every file belongs to the first stream whose pattern it matches.
  private func settledFiles() throws(SourceError) -> [(Stream, FileSnapshot)] {
    let files: [FileSnapshot]
    do {
      files = try folder.files(matching: Glob("*"))
    } catch {
      // A share that is not mounted may come back, so this is no reason to stop for good.
      throw .retry(error)
    }
    let settled = settling.withLock { $0.settled(files, now: .now) }
    return settled.compactMap { file in
      streams.first { $0.pattern.matches(file.name) }.map { ($0, file) }
    }
  }

  private func take(_ file: FileSnapshot, of stream: Stream, _ run: Run, into sink: some Sink) async throws {
    let scope = StreamName(connector: run.connector, stream: stream.name)
    if try await isAccepted(file, run.checkpoint(scope)) {
      try finish(file)
      return
    }
    let path = folder.path(of: file.name)
    guard let format = try await format(of: path, stream) else {
      let fault = Fault("format-unknown", "\(file.name) is no table, JSON, XML or mail.", hint: "Add format: to the stream \(stream.name).")
      return try setAside(file, fault, sink)
    }
    var work = FileImport(stream: scope, format: format, mapping: stream.mapping, encoding: stream.encoding, digests: digests)
    work.batchBytes = batchBytes
    _ = try await work.run(
      file: path, name: file.name, into: sink, stop: run.stop, progress: { _ in },
      checkpoint: { facets in
        let value = FileCheckpoint(name: file.name, size: Int64(facets.size), fingerprint: facets.fingerprint).value
        return Checkpoint(scope: scope, value: value)
      })
    try finish(file)
  }

  private func format(of path: String, _ stream: Stream) async throws -> Format? {
    if let format = stream.format { return format }
    return try await PackedFile.format(of: path)
  }

  /// True when the daemon died between acceptance and move. The content decides, since names and times repeat.
  private func isAccepted(_ file: FileSnapshot, _ checkpoint: Checkpoint?) async throws -> Bool {
    guard let last = checkpoint.flatMap({ FileCheckpoint($0.value) }), last.name == file.name, last.size == file.size else { return false }
    return try await FileFingerprint.of(path: folder.path(of: file.name), digests: digests) == last.fingerprint
  }

  /// A file that changed while it was read stays, and is taken again as a whole.
  private func finish(_ file: FileSnapshot) throws(SourceError) {
    guard folder.snapshot(file.name) == file else { return }
    try move(file, to: Folder.done)
  }

  private func setAside(_ file: FileSnapshot, _ fault: Fault, _ sink: some Sink) throws(SourceError) {
    try move(file, to: Folder.failed)
    sink.status(Status(connector: connector, state: .running, lastError: fault))
  }

  private func move(_ file: FileSnapshot, to target: String) throws(SourceError) {
    do {
      try folder.move(file.name, to: target)
    } catch {
      throw .retry(error)
    }
  }
}
