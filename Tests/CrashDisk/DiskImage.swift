import Foundation
import Seeding

/// What a disk holds after a power cut: names and contents, all of them durable.
public struct DiskImage: Sendable {
  public var files: [String: FileContent]

  public init(files: [String: FileContent] = [:]) { self.files = files }

  /// A disk that holds the image, under a VFS of its own.
  /// - Parameter records: whether the new disk keeps a log of its own; leave it out to check an image quickly.
  public func mount(records: Bool = false) -> CrashDisk { CrashDisk(image: self, records: records) }

  /// Writes the files into a folder, under the last parts of their names, for programs that take no VFS.
  public func write(to folder: URL) throws {
    for (name, content) in files {
      try Data(content.bytes).write(to: folder.appendingPathComponent((name as NSString).lastPathComponent))
    }
  }
}

/// Follows a log and knows at each place what is durable and what is not yet.
struct Replay {
  private(set) var position = 0
  private var names: [String: Int]
  private var contents: [Int: FileContent]
  private var pendingNames: [Operation] = []
  private var pendingContents: [Int: [Operation]] = [:]

  init(names: [String: Int], contents: [Int: FileContent]) {
    self.names = names
    self.contents = contents
  }

  mutating func advance(to end: Int, in log: [Operation]) {
    while position < end {
      take(log[position])
      position += 1
    }
  }

  private mutating func take(_ operation: Operation) {
    switch operation {
    case .create(_, let file):
      contents[file] = FileContent()
      pendingNames.append(operation)
    case .delete: pendingNames.append(operation)
    case .write(let file, _, _), .truncate(let file, _): pendingContents[file, default: []].append(operation)
    case .sync(let file):
      for pending in pendingContents.removeValue(forKey: file) ?? [] { Self.apply(pending, to: &contents[file, default: FileContent()]) }
    case .syncDirectory:
      for pending in pendingNames { Self.apply(pending, to: &names) }
      pendingNames.removeAll()
    }
  }

  func image(_ fate: Fate) -> DiskImage {
    var choice = Choice(fate)
    var names = self.names
    for operation in pendingNames where choice.keepsName() { Self.apply(operation, to: &names) }
    var image = DiskImage()
    // In the order of the names, so that a seed means the same image every time.
    for (name, file) in names.sorted(by: { $0.key < $1.key }) {
      var content = contents[file] ?? FileContent()
      let pending = pendingContents[file] ?? []
      for (index, operation) in pending.enumerated() {
        choice.apply(operation, to: &content, progress: (index, pending.count))
      }
      image.files[name] = content
    }
    return image
  }

  private static func apply(_ operation: Operation, to names: inout [String: Int]) {
    switch operation {
    case .create(let name, let file): names[name] = file
    case .delete(let name): names[name] = nil
    default: break
    }
  }

  fileprivate static func apply(_ operation: Operation, to content: inout FileContent) {
    switch operation {
    case .write(_, let offset, let bytes): bytes.withUnsafeBytes { content.write($0, at: offset) }
    case .truncate(_, let size): content.truncate(to: size)
    default: break
    }
  }
}

/// Decides what reaches the disk of what was not synced.
private struct Choice {
  private enum Style: CaseIterable {
    /// Each operation by itself: a later one may be there without an earlier one.
    case scattered
    /// Each sector of each write by itself.
    case torn
    /// In order up to some point, where one write is torn.
    case prefix
    /// Only the last ones: the device worked backwards.
    case suffix
    case kept
    case lost
  }

  /// Sectors are atomic and nothing outside a write is touched: SQLite's "powersafe overwrite"
  /// (<https://www.sqlite.org/psow.html>), which it assumes of every disk by default.
  private static let sector = 512

  private var random: SeededGenerator
  private let style: Style
  private let threshold: Double
  /// What a lost write leaves behind where it would have been the first: zeros, or what the blocks held before.
  private let leftover: UInt8

  init(_ fate: Fate) {
    switch fate {
    case .kept: (random, style) = (SeededGenerator(seed: 0), .kept)
    case .lost: (random, style) = (SeededGenerator(seed: 0), .lost)
    case .seeded(let seed):
      random = SeededGenerator(seed: seed)
      style = Style.allCases[Int.random(in: 0..<Style.allCases.count, using: &random)]
    }
    threshold = Double.random(in: 0...1, using: &random)
    leftover = Bool.random(using: &random) ? 0 : UInt8.random(in: 1...255, using: &random)
  }

  mutating func keepsName() -> Bool {
    switch style {
    case .kept: true
    case .lost: false
    case .scattered, .torn, .prefix, .suffix: Bool.random(using: &random)
    }
  }

  mutating func apply(_ operation: Operation, to content: inout FileContent, progress: (index: Int, count: Int)) {
    let place = Double(progress.index) / Double(progress.count)
    switch style {
    case .kept: Replay.apply(operation, to: &content)
    case .lost: break
    case .scattered:
      if Bool.random(using: &random) { Replay.apply(operation, to: &content) } else { leaveBehind(operation, in: &content) }
    case .torn: tear(operation, in: &content)
    case .prefix:
      if place < threshold {
        Replay.apply(operation, to: &content)
      } else if Double(progress.index - 1) / Double(progress.count) < threshold {
        tear(operation, in: &content)
      }
    case .suffix: if place >= threshold { Replay.apply(operation, to: &content) }
    }
  }

  private mutating func tear(_ operation: Operation, in content: inout FileContent) {
    guard case .write(let file, let offset, let bytes) = operation else {
      if Bool.random(using: &random) { Replay.apply(operation, to: &content) }
      return
    }
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + Self.sector - (offset + start) % Self.sector)
      let part = Operation.write(file: file, offset: offset + start, bytes: Array(bytes[start..<end]))
      if Bool.random(using: &random) { Replay.apply(part, to: &content) } else { leaveBehind(part, in: &content) }
      start = end
    }
  }

  /// A file may have grown without its new bytes having arrived.
  private mutating func leaveBehind(_ operation: Operation, in content: inout FileContent) {
    guard case .write(_, let offset, let bytes) = operation, offset + bytes.count > content.size, Bool.random(using: &random) else {
      return
    }
    let start = max(offset, content.size)
    let rest = [UInt8](repeating: leftover, count: offset + bytes.count - start)
    rest.withUnsafeBytes { content.write($0, at: start) }
  }
}
