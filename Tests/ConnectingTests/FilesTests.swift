import Configuration
import Formats
import Foundation
import Model
import TestDigests
import Testing

@testable import Connecting

@Suite struct FilesTests {
  private func source(
    _ folder: String, streams: [Files.Stream] = [Files.Stream(name: "customers", pattern: Glob("*.csv"))], settle: Duration = .zero
  ) -> Files {
    Files(connector: "crm", folder: folder, streams: streams, settle: settle, poll: .milliseconds(1), digests: .quick, batchBytes: 300_000)
  }

  private func pass(_ source: Files, _ sink: MemorySink, stop: StopSignal = StopSignal(), streams: [String] = ["customers"]) async throws {
    let run = Run(
      connector: "crm", streams: configured(streams), stop: stop, checkpoint: { sink.checkpoint($0) })
    try await source.run(run, into: sink)
  }

  private func names(_ folder: String) -> [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted() }

  private let scope = StreamName(connector: "crm", stream: "customers")
  private let rows = "id,name\n" + (1...20_000).map { "\($0),公司\($0)\n" }.joined()

  @Test func takesFilesAndMovesThemWhenTheyAreAccepted() async throws {
    try await withFolder { folder in
      try write("id,name\n1,甲\n", to: folder + "/a.csv")
      try write("not ours", to: folder + "/readme.txt")
      try write("id,name\n2,乙\n", to: folder + "/.b.csv")
      let sink = MemorySink()
      try await pass(source(folder), sink)
      #expect(sink.journal.map(sink.bytes) == [Array("1,甲\n".utf8)])
      #expect(names(folder) == [".b.csv", "done", "readme.txt"])
      #expect(try read(folder + "/done/a.csv") == "id,name\n1,甲\n")
      let checkpoint = try #require(sink.checkpoint(scope).flatMap { FileCheckpoint($0.value) })
      #expect(checkpoint.name == "a.csv" && checkpoint.size == 14)
    }
  }

  @Test func aFileThatIsStillWrittenIsLeftAlone() async throws {
    try await withFolder { folder in
      try write("id,name\n1,甲\n", to: folder + "/a.csv")
      let sink = MemorySink()
      let files = source(folder, settle: .seconds(3600))
      try await pass(files, sink)
      try await pass(files, sink)
      #expect(sink.journal.isEmpty)
      #expect(names(folder) == ["a.csv"])
    }
  }

  @Test func theSameFileAgainIsADuplicateAndMovedBesideTheFirst() async throws {
    try await withFolder { folder in
      let sink = MemorySink()
      let files = source(folder)
      for _ in 0..<2 {
        try write(rows, to: folder + "/a.csv")
        // Another file in between, so that the checkpoint does not name this one.
        try await pass(files, sink)
        try write("id,name\n0,x\n", to: folder + "/b.csv")
        try await pass(files, sink)
      }
      let parts = sink.journal.count
      #expect(sink.duplicates == parts && parts >= 3)
      #expect(names(folder + "/done") == ["a-1.csv", "a.csv", "b-1.csv", "b.csv"])
    }
  }

  @Test func afterACrashInTheMiddleNothingIsMissingAndNothingDouble() async throws {
    let text = "id,name\n" + (1...120_000).map { "\($0),x\n" }.joined()
    let reference = MemorySink()
    try await withFolder { folder in
      try write(text, to: folder + "/a.csv")
      try await pass(source(folder), reference)
    }
    let accepts = reference.state.withLock { $0.accepts.count }
    #expect(accepts >= 3)
    for crash in 0..<accepts {
      try await withFolder { folder in
        try write(text, to: folder + "/a.csv")
        let sink = MemorySink()
        sink.state.withLock { state in
          state.refusals = Array(repeating: nil, count: crash) + [Refusal(.stopped, "Killed.")]
        }
        await #expect(throws: Refusal.self) { try await pass(source(folder), sink) }
        #expect(names(folder) == ["a.csv"])
        #expect(sink.checkpoint(scope) == nil)
        // A new process.
        try await pass(source(folder), sink)
        #expect(isSame(sink.journal.flatMap(sink.bytes), reference.journal.flatMap(reference.bytes)))
        #expect(sink.duplicates > 0 || crash == 0)
        #expect(names(folder) == ["done"])
        #expect(sink.checkpoint(scope) == reference.checkpoint(scope))
      }
    }
  }

  @Test func aGracefulStopInTheMiddleGoesOnLater() async throws {
    try await withFolder { folder in
      try write("id,name\n" + (1...120_000).map { "\($0),x\n" }.joined(), to: folder + "/a.csv")
      let stop = StopSignal()
      let sink = MemorySink(afterAccept: { _ in stop.raise() })
      try await pass(source(folder), sink, stop: stop)
      #expect(sink.state.withLock { $0.accepts.count } == 1)
      #expect(names(folder) == ["a.csv"])
      try await pass(source(folder), sink)
      #expect(names(folder) == ["done"])
    }
  }

  @Test func afterACrashBetweenAcceptanceAndMoveTheFileIsOnlyMoved() async throws {
    try await withFolder { folder in
      let sink = MemorySink()
      try write(rows, to: folder + "/a.csv")
      try await pass(source(folder), sink)
      try FileManager.default.moveItem(atPath: folder + "/done/a.csv", toPath: folder + "/a.csv")
      let before = sink.state.withLock { $0.accepts.count }
      try await pass(source(folder), sink)
      #expect(sink.state.withLock { $0.accepts.count } == before)
      #expect(sink.state.withLock { $0.blobs.count } == 1)
      #expect(names(folder + "/done") == ["a.csv"])
    }
  }

  @Test func newContentUnderTheOldNameAndSizeIsNew() async throws {
    try await withFolder { folder in
      let sink = MemorySink()
      for id in ["1", "2"] {
        try write("id,name\n\(id),甲\n", to: folder + "/a.csv")
        try await pass(source(folder), sink)
      }
      #expect(sink.journal.map(sink.bytes) == [Array("1,甲\n".utf8), Array("2,甲\n".utf8)])
    }
  }

  @Test func aFileThatChangesWhileItIsReadIsTakenAgain() async throws {
    try await withFolder { folder in
      let path = folder + "/a.csv"
      try write("id,name\n1,甲\n", to: path)
      let sink = MemorySink(afterAccept: { count in
        if count == 1 { try? write("id,name\n1,甲\n2,乙\n", to: path) }
      })
      let files = source(folder)
      try await pass(files, sink)
      #expect(names(folder) == ["a.csv"])
      try await pass(files, sink)
      #expect(names(folder) == ["done"])
      #expect(sink.journal.map(sink.bytes) == [Array("1,甲\n".utf8), Array("1,甲\n2,乙\n".utf8)])
    }
  }

  @Test func everyFileGoesToTheFirstStreamThatWantsIt() async throws {
    try await withFolder { folder in
      try write("id\n1\n", to: folder + "/customers-1.csv")
      try write("{\"id\":2}\n", to: folder + "/other.jsonl")
      try write("<a/>", to: folder + "/notes.xml")
      let sink = MemorySink()
      let streams = [
        Files.Stream(name: "customers", pattern: Glob("customers-*")), Files.Stream(name: "rest", pattern: Glob("*.jsonl"), mapping: "any"),
        Files.Stream(name: "all", pattern: Glob("*")),
      ]
      try await pass(source(folder, streams: streams), sink, streams: ["customers", "rest"])
      let taken = Dictionary(uniqueKeysWithValues: sink.journal.map { ($0.stream.stream, $0) })
      #expect(Set(taken.keys) == ["customers", "rest"])
      #expect(taken["rest"]?.contentType == "application/x-ndjson; charset=UTF-8")
      #expect(taken["rest"]?.mapping == "any")
      #expect(names(folder) == ["done", "notes.xml"])
    }
  }

  @Test func aFileWhoseFormatNobodyKnowsIsSetAsideAndTheRestGoesOn() async throws {
    try await withFolder { folder in
      try write("?", to: folder + "/a.dat")
      try write("id\n1\n", to: folder + "/b.csv")
      let sink = MemorySink()
      try await pass(source(folder, streams: [Files.Stream(name: "customers", pattern: Glob("*"))]), sink)
      #expect(names(folder + "/failed") == ["a.dat"])
      #expect(names(folder + "/done") == ["b.csv"])
      #expect(sink.statuses.compactMap(\.lastError?.code) == ["format-unknown"])
      #expect(await source(folder).check().map(\.code) == ["folder", "failed-files"])
    }
  }

  @Test func anUnreadableFileIsSetAside() async throws {
    try await withFolder { folder in
      try write("id\n1\n", to: folder + "/a.csv")
      // Reading a process's own memory file at offset 0 fails with EIO for everyone, root included.
      try FileManager.default.createSymbolicLink(atPath: folder + "/b.csv", withDestinationPath: "/proc/self/mem")
      let sink = MemorySink()
      try await pass(source(folder), sink)
      #expect(sink.journal.count == 1)
      #expect(names(folder + "/done") == ["a.csv"])
      #expect(names(folder + "/failed") == ["b.csv"])
      #expect(sink.statuses.compactMap(\.lastError?.code) == ["file-unreadable"])
    }
  }

  @Test func aMissingFolderIsTriedAgain() async throws {
    let error = await #expect(throws: SourceError.self) { try await pass(source("/nonexistent/inbox"), MemorySink()) }
    #expect(error?.advice == .retry)
    #expect(await source("/nonexistent/inbox").check().map(\.code) == ["folder-missing"])
  }

  @Test(.timeLimit(.minutes(1))) func theRunnerPicksUpWhatArrivesLater() async throws {
    try await withFolder { folder in
      let sink = MemorySink()
      let runner = Runner(
        source(folder),
        Run(connector: "crm", streams: configured(["customers"]), stop: StopSignal(), checkpoint: { sink.checkpoint($0) }), sink: sink,
        backoff: Backoff(seed: 1))
      async let ending = runner.run()
      for number in 1...3 {
        // Nothing waits for files to settle here, so each appears with all that it holds.
        try write("id\n\(number)\n", to: folder + "/.new")
        try FileManager.default.moveItem(atPath: folder + "/.new", toPath: folder + "/\(number).csv")
        while sink.journal.count < number { try await Task.sleep(for: .milliseconds(1)) }
      }
      runner.stop.raise()
      #expect(await ending == nil)
      #expect(runner.status.accepted >= 3)
    }
  }
}

@Suite struct FileCheckpointTests {
  @Test func isReadBackAsItWasWritten() {
    let checkpoint = FileCheckpoint(name: "客户 a.csv", size: 12, fingerprint: [1, 2, 255])
    #expect(FileCheckpoint(checkpoint.value) == checkpoint)
  }

  @Test(arguments: ["", "12", "12\nzz\na.csv", "x\n00\na.csv", "12\n\na.csv", "1\n00\na\nb"]) func anythingElseIsNone(_ text: String) {
    #expect(FileCheckpoint(Array(text.utf8)) == nil)
  }
}
