import Model

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file that is read as a whole, into the memory where it stays.
enum PlainFile {
  /// - Throws: `file-unreadable`.
  static func bytes(of path: String) throws(Fault) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(path) }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw unreadable(path) }
    var bytes = try piece(of: descriptor, path, size: Int(facts.st_size))
    guard bytes.count == Int(facts.st_size) else { return bytes }
    // A pipe has no size, and a file may have grown.
    while true {
      let more = try piece(of: descriptor, path, size: 1 << 16)
      if more.isEmpty { return bytes }
      bytes += more
    }
  }

  /// Fewer bytes than `size` only at the end.
  private static func piece(of descriptor: Int32, _ path: String, size: Int) throws(Fault) -> [UInt8] {
    var isWhole = true
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let got = read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
        if got < 0, errno == EINTR { continue }
        isWhole = got >= 0
        guard got > 0 else { return }
        count += got
      }
    }
    guard isWhole else { throw unreadable(path) }
    return bytes
  }

  private static func unreadable(_ path: String) -> Fault { Fault("file-unreadable", "The file \(path) cannot be read.") }
}

/// Where output goes in pieces: stdout, or a file that appears whole or not at all.
final class OutputFile {
  private let path: String?
  private let descriptor: Int32
  /// What the file is called until it is finished; nil for what is no regular file: a pipe, a link.
  private var partial: String?

  /// - Parameter path: nil for stdout.
  /// - Throws: `file-unwritable`.
  init(_ path: String?) throws(Fault) {
    self.path = path
    guard let path else {
      descriptor = STDOUT_FILENO
      return
    }
    var facts = stat()
    let isThere = lstat(path, &facts) == 0
    partial = isThere && facts.st_mode & S_IFMT != S_IFREG ? nil : "\(path).\(getpid()).partial"
    descriptor = open(partial ?? path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    if descriptor < 0 {
      partial = nil
      throw unwritable
    }
    // What takes the place of a file keeps its permissions.
    if isThere, partial != nil { fchmod(descriptor, facts.st_mode & 0o7777) }
  }

  deinit {
    if path != nil, descriptor >= 0 { close(descriptor) }
    if let partial { unlink(partial) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(Fault) {
    var rest = bytes
    while !rest.isEmpty {
      let written = Self.write(descriptor, rest)
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw unwritable }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  /// Everything was written.
  func finish() throws(Fault) {
    guard let path, let partial else { return }
    guard rename(partial, path) == 0 else { throw unwritable }
    self.partial = nil
  }

  private static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  private var unwritable: Fault { Fault("file-unwritable", "The \(path.map { "file \($0)" } ?? "output") cannot be written.") }
}
