import Foundation
import Model
import Testing

@testable import Connecting

@Suite struct GlobTests {
  @Test(arguments: [
    ("*", "a.csv", true), ("*.csv", "a.csv", true), ("*.csv", "a.csv.part", false), ("*.csv", ".a.csv", false), (".*", ".a.csv", true),
    ("a?c", "abc", true), ("a?c", "ac", false), ("客户?.csv", "客户表.csv", true), ("?", "表", true), ("*表*", "客户表.csv", true),
    ("[ab]*", "beta", true), ("[!ab]*", "beta", false), ("[a-c]x", "bx", true), ("[a-c]x", "dx", false), ("[]]x", "]x", true),
    ("a[b", "a[b", true), ("*a*b*c", "xaybzc", true), ("*a*b*c", "xaybz", false), ("**.csv", "a.csv", true), ("", "", true),
    ("", "a", false),
    ("*.CSV", "a.csv", false), ("[z-a]", "m", false), ("a-b.csv", "a-b.csv", true), ("[a-]", "-", true),
  ])
  func patterns(_ pattern: String, _ name: String, _ expected: Bool) {
    #expect(Glob(pattern).matches(name) == expected)
  }

  @Test(.timeLimit(.minutes(1))) func manyStarsStayFast() {
    let pattern = Glob(String(repeating: "*a", count: 40) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 4000)))
  }
}

@Suite struct SettlingTests {
  private let start = ContinuousClock.now
  private func file(_ name: String, _ size: Int64, _ modified: Int64 = 1) -> FileSnapshot {
    FileSnapshot(name: name, size: size, modified: modified)
  }

  @Test func aFileIsTakenOnlyWhenItHasBeenTheSameForLongEnough() {
    var settling = Settling(duration: .seconds(2))
    #expect(settling.settled([file("a", 10)], now: start).isEmpty)
    #expect(settling.settled([file("a", 20)], now: start + .seconds(2)).isEmpty)
    #expect(settling.settled([file("a", 20, 2)], now: start + .seconds(4)).isEmpty)
    #expect(settling.settled([file("a", 20, 2)], now: start + .milliseconds(5999)).isEmpty)
    #expect(settling.settled([file("a", 20, 2)], now: start + .seconds(6)) == [file("a", 20, 2)])
  }

  @Test func aFileThatWentAwayStartsAnew() {
    var settling = Settling(duration: .seconds(2))
    _ = settling.settled([file("a", 10)], now: start)
    _ = settling.settled([], now: start + .seconds(1))
    #expect(settling.settled([file("a", 10)], now: start + .seconds(3)).isEmpty)
  }

  @Test func withoutAWaitItIsTakenAtOnce() {
    var settling = Settling(duration: .zero)
    #expect(settling.settled([file("a", 10)], now: start).count == 1)
  }
}

@Suite struct FolderTests {
  @Test func listsMatchingFilesOldestFirstAndNoFolders() throws {
    try withFolder { path in
      for (name, time) in [("b.csv", 200.0), ("a.csv", 300.0), ("c.csv", 100.0), ("d.csv", 200.0), (".e.csv", 1.0), ("f.txt", 1.0)] {
        try write("x", to: path + "/" + name)
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: time)], ofItemAtPath: path + "/" + name)
      }
      try FileManager.default.createDirectory(atPath: path + "/sub.csv", withIntermediateDirectories: false)
      #expect(try Folder(path: path).files(matching: Glob("*.csv")).map(\.name) == ["c.csv", "b.csv", "d.csv", "a.csv"])
    }
  }

  @Test func aMissingFolderIsAFault() {
    #expect(throws: Fault.self) { try Folder(path: "/nonexistent-folder").files(matching: Glob("*")) }
  }

  @Test func movingNeverOverwrites() throws {
    try withFolder { path in
      let folder = Folder(path: path)
      for text in ["one", "two", "three"] {
        try write(text, to: path + "/a.csv")
        try folder.move("a.csv", to: Folder.done)
      }
      #expect(try read(path + "/done/a.csv") == "one")
      #expect(try read(path + "/done/a-1.csv") == "two")
      #expect(try read(path + "/done/a-2.csv") == "three")
      #expect(try folder.files(matching: Glob("*")).isEmpty)
    }
  }

  @Test func movingAgainAfterACrashInTheMiddleEndsInTheSamePlace() throws {
    try withFolder { path in
      let folder = Folder(path: path)
      try write("one", to: path + "/a.csv")
      try FileManager.default.createDirectory(atPath: path + "/done", withIntermediateDirectories: false)
      // The crash came after the link and before the unlink.
      try FileManager.default.linkItem(atPath: path + "/a.csv", toPath: path + "/done/a.csv")
      try folder.move("a.csv", to: Folder.done)
      try folder.move("a.csv", to: Folder.done)
      #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/done") == ["a.csv"])
      #expect(!FileManager.default.fileExists(atPath: path + "/a.csv"))
    }
  }
}
