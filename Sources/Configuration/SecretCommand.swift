import Foundation
import Model

/// Runs a program without a shell, and takes what it prints. It is given nothing to read, and what it writes to stderr is thrown
/// away: both may hold secrets. It gets the environment of this process.
enum SecretCommand {
  /// Bytes.
  static let longest = 64 << 10
  static let patience = Duration.seconds(10)

  /// - Parameter words: the program by its absolute path, then its arguments.
  /// - Throws: `secret-command` when it cannot be started or ends with another code than 0, `secret-timeout`, `secret-too-long`.
  static func output(of words: [String], within patience: Duration = patience) throws(Fault) -> [UInt8] {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Fault("secret-command", "No pipe to \(words[0]) can be opened.") }
    let (reading, writing) = (ends[0], ends[1])
    defer { close(reading) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let process = try start(words, output: writing)
    let deadline = ContinuousClock.now + patience
    var status: Int32?
    defer {
      // Whatever it started goes with it.
      kill(-process, SIGKILL)
      if status == nil { waitpid(process, nil, 0) }
    }
    let bytes = try read(reading, until: deadline, words[0])
    while status == nil {
      var ending: Int32 = 0
      if waitpid(process, &ending, WNOHANG) == process {
        status = ending
      } else {
        guard ContinuousClock.now < deadline else { throw timeout(words[0]) }
        usleep(1_000)
      }
    }
    guard status == 0 else {
      let how = status.map { $0 & 0x7F == 0 ? "ended with code \(($0 >> 8) & 0xFF)" : "was ended by signal \($0 & 0x7F)" } ?? ""
      throw Fault("secret-command", "The command \(words[0]) \(how).", hint: "Run it as the user that runs kindred.")
    }
    return bytes
  }

  private static func timeout(_ program: String) -> Fault {
    Fault("secret-timeout", "The command \(program) did not end within \(patience.components.seconds) seconds.")
  }

  /// Closes `output`.
  private static func start(_ words: [String], output: Int32) throws(Fault) -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    // A group of its own, and signals as a fresh program has them: this process may ignore some.
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    let arguments = words.map { strdup($0) }
    let environment = ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") }
    defer { for text in arguments + environment { free(text) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, words[0], &actions, &attributes, arguments + [nil], environment + [nil])
    // Its end is seen only when nobody else can write.
    close(output)
    guard code == 0 else {
      throw Fault(
        "secret-command", "The command \(words[0]) cannot be started: \(String(cString: strerror(code))).",
        hint: "It is the absolute path of a program; there is no shell.")
    }
    return process
  }

  /// Everything up to the end of the output.
  private static func read(_ descriptor: Int32, until deadline: ContinuousClock.Instant, _ program: String) throws(Fault) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4_096)
    while true {
      let left = deadline - .now
      let milliseconds = left.components.seconds * 1_000 + left.components.attoseconds / 1_000_000_000_000_000
      var wish = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard milliseconds > 0, poll(&wish, 1, Int32(clamping: milliseconds)) != 0 else { throw timeout(program) }
      #if canImport(Darwin)
        let count = Darwin.read(descriptor, &piece, piece.count)
      #else
        let count = Glibc.read(descriptor, &piece, piece.count)
      #endif
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return bytes }
      bytes += piece.prefix(count)
      guard bytes.count <= longest else {
        throw Fault("secret-too-long", "The command \(program) printed more than \(longest >> 10) KB.")
      }
    }
  }
}
