import Foundation
import Model

@testable import Connecting

/// A Dovecot of its own for one test: on free ports of this machine, with its mails in a temporary folder, gone afterwards.
///
/// Runs as whoever runs the tests. Where it is not installed, the tests that need it are left out: `make deps-test` installs it.
final class Dovecot: Sendable {
  static let program = "/usr/sbin/dovecot"
  static let isInstalled = FileManager.default.isExecutableFile(atPath: program)
  static let user = "service"
  static let password = "p \"q\\ 销售"

  let folder: String
  let port: Int
  let securePort: Int
  private let server: pid_t

  /// Its own certificate, for `localhost`.
  var certificates: String { "\(folder)/tls.crt" }

  private init(folder: String, ports: [Int], settings: String) throws {
    self.folder = folder
    (port, securePort) = (ports[0], ports[1])
    try Self.prepare(folder, ports, settings)
    server = try Self.spawn([Self.program, "-F", "-c", "\(folder)/dovecot.conf"])
  }

  /// Threads that run tests block signals, and a child inherits that; Dovecot needs them to reap its parts and to end.
  private static func spawn(_ words: [String]) throws -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var (arguments, environment) = (words.map { strdup($0) } + [nil], [strdup("PATH=/usr/sbin:/usr/bin:/sbin:/bin"), nil])
    defer { for text in arguments + environment { free(text) } }
    var id: pid_t = 0
    guard posix_spawn(&id, words[0], nil, &attributes, &arguments, &environment) == 0 else {
      throw Fault("test-setup", "Dovecot cannot be started.")
    }
    return id
  }

  /// - Parameter settings: lines of its configuration besides the usual ones.
  static func running<Result>(_ settings: String = "", _ body: (Dovecot) async throws -> Result) async throws -> Result {
    // Sockets of its parts lie in the folder, and a socket's path has at most 107 bytes.
    let folder = "/tmp/kd-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    let dovecot = try Dovecot(folder: folder, ports: [try freePort(), try freePort()], settings: settings)
    do {
      try await dovecot.waitUntilReady()
      let result = try await body(dovecot)
      dovecot.stop()
      return result
    } catch {
      let log = (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? "nothing"
      print("Dovecot said:\n\(log.suffix(3_000))")
      dovecot.stop()
      throw error
    }
  }

  private func stop() {
    kill(server, SIGTERM)
    waitpid(server, nil, 0)
    try? FileManager.default.removeItem(atPath: folder)
  }

  private func waitUntilReady() async throws {
    for _ in 0..<200 {
      // Its login process answers before the one that knows the users does.
      if let session = try? await session() {
        await session.close()
        return
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Fault("test-setup", "Dovecot does not start.")
  }

  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
      }
    }
    guard isBound else { throw Fault("test-setup", "No port is free.") }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  // MARK: Its configuration

  private static func prepare(_ folder: String, _ ports: [Int], _ settings: String) throws {
    let isRoot = getuid() == 0
    let owner = isRoot ? "mail" : NSUserName()
    for part in ["mail", "run"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(part)", withIntermediateDirectories: false)
    }
    if isRoot { try run("/bin/chown", "mail:mail", "\(folder)/mail") }
    try run("/bin/chmod", "711", folder)
    try run(
      "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
      "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "\(folder)/tls.key", "-out",
      "\(folder)/tls.crt")
    let secret = Base64.text(Array(password.utf8))
    try write("\(user):{PLAIN.b64}\(secret)\n", to: "\(folder)/users")
    try run("/bin/chmod", "644", "\(folder)/users")
    // Only root may change who it is; everybody else is one and the same.
    let identities =
      isRoot
      ? ""
      : """
      default_internal_user = \(owner)
      default_internal_group = \(owner)
      default_login_user = \(owner)
      service anvil {
        chroot =
      }
      service imap-login {
        chroot =
      }
      service stats {
        chroot =
      }
      """
    try write(
      """
      base_dir = \(folder)/run
      state_dir = \(folder)/run
      log_path = \(folder)/log
      protocols = imap
      listen = 127.0.0.1
      \(identities)
      ssl = yes
      ssl_cert = <\(folder)/tls.crt
      ssl_key = <\(folder)/tls.key
      disable_plaintext_auth = no
      auth_mechanisms = plain login
      auth_failure_delay = 0
      first_valid_uid = 1
      mail_location = maildir:\(folder)/mail/%u
      mail_max_userip_connections = 20
      passdb {
        driver = passwd-file
        args = username_format=%u \(folder)/users
      }
      userdb {
        driver = static
        args = uid=\(owner) gid=\(owner) home=\(folder)/mail/%u
      }
      namespace inbox {
        inbox = yes
        separator = /
      }
      service imap-login {
        inet_listener imap {
          port = \(ports[0])
        }
        inet_listener imaps {
          port = \(ports[1])
          ssl = yes
        }
      }
      imap_idle_notify_interval = 5 secs
      \(settings)

      """, to: "\(folder)/dovecot.conf")
  }

  @discardableResult
  private static func run(_ program: String, _ arguments: String...) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Cuts the connections of the user.
  func kick() throws { try Self.run("/usr/bin/doveadm", "-c", "\(folder)/dovecot.conf", "kick", Self.user) }

  // MARK: Another reader

  /// A connection of another program: what it does, the source finds.
  func session() async throws -> IMAPSession {
    let place = IMAPPlace(host: "127.0.0.1", port: port, encryption: .off)
    let session = IMAPSession(try await CurlWire.open(place, within: .seconds(10)))
    try await session.logIn(.password(user: Self.user, password: Self.password), to: place)
    return session
  }

  /// Puts mails into a folder, which is made when it is not there.
  func add(_ mails: [Bytes], to name: String = "INBOX") async throws {
    let session = try await session()
    let folder = IMAPFolder(name: name)
    if !folder.isInbox { _ = try await session.answer(to: .create(folder.raw)) }
    for mail in mails {
      var command = IMAPCommand("APPEND").adding(folder.raw).adding(words: "{\(mail.count)}")
      command.parts.append(mail)
      try await session.perform(command)
    }
    await session.leave()
  }

  /// The flags of all mails of a folder.
  func flags(in name: String = "INBOX") async throws -> [[String]] {
    let session = try await session()
    _ = try await session.select(IMAPFolder(name: name), isReadOnly: true)
    let mails = try await session.perform(IMAPCommand("UID FETCH", "1:* (UID FLAGS)")).compactMap { IMAPMail($0) }
    await session.leave()
    return mails.map { $0.flags.filter { $0 != "\\Recent" } }
  }

  /// Removes a folder and makes it again: it gets another UIDVALIDITY.
  func renew(_ name: String) async throws {
    let session = try await session()
    try await session.perform(IMAPCommand("DELETE").adding(IMAPFolderName.encoded(name)))
    // It is made of the clock's seconds.
    try await Task.sleep(for: .milliseconds(1_100))
    try await session.perform(.create(IMAPFolderName.encoded(name)))
    await session.leave()
  }

  // MARK: The source

  func settings(_ change: (inout IMAPSettings) -> Void = { _ in }) -> IMAPSettings {
    var settings = IMAPSettings(
      connector: "c", mapping: nil, place: IMAPPlace(host: "127.0.0.1", port: port, encryption: .off), user: Self.user, folders: ["*"])
    change(&settings)
    return settings
  }

  func source(_ change: (inout IMAPSettings) -> Void = { _ in }) -> IMAP { IMAP(settings(change), credentials: .service, digests: .quick) }
}

extension IMAPCredentials {
  static let service = IMAPCredentials { _ in .password(user: Dovecot.user, password: Dovecot.password) }
}
