import Configuration
import Formats
import Model

/// Kind `imap`: a mailbox at a mail server, read folder by folder (RFC 9051, RFC 3501).
///
/// A pass logs in or goes on with the connection that it has, looks into every folder for mails above the last UID, and accepts them with
/// the new position. Then it leaves the connection waiting in IDLE: when the server tells of a mail, a hint starts the next pass. Nothing
/// depends on that: every pass finds all mails by their UIDs.
///
/// Nothing is changed at the server unless the connector file says so: folders are opened with EXAMINE and mails fetched with BODY.PEEK.
public struct IMAP: Source {
  public static let kind = KindDescription(
    name: "imap", summary: "Reads the mails of a mailbox, each once, and leaves them as they are.", roles: [.source],
    options: [
      OptionDescription("host", .text, isRequired: true, summary: "The mail server.", example: "imap.example.com"),
      OptionDescription("port", .integer, summary: "993 with tls: on, 143 otherwise, unless set.", example: 993),
      OptionDescription(
        "tls", .choice(IMAPPlace.Encryption.allCases.map(\.rawValue)), defaultValue: "on",
        summary: "TLS from the first byte, before the login, or not at all.", example: "on"),
      OptionDescription(
        "certificates", .text, summary: "A file of certificates (PEM) to trust instead of the system's.", example: "./ca.pem"),
      OptionDescription("user", .text, isRequired: true, summary: "Whose mailbox it is.", example: "service@example.com"),
      OptionDescription("password", .secret, summary: "The password, or one for apps.", example: "secret://env/MAIL_PASSWORD"),
      OptionDescription(
        "access_token", .secret, summary: "An access token of OAuth 2 that something else renews.", example: "secret://file/mail-token"),
      OptionDescription(
        "oauth_token_url", .text, summary: "Where access tokens are asked for with a refresh token.",
        example: "https://oauth2.googleapis.com/token"),
      OptionDescription("oauth_client_id", .text, summary: "The client id of your app.", example: "1234.apps.example.com"),
      OptionDescription("oauth_client_secret", .secret, summary: "Its secret, if it has one.", example: "secret://env/MAIL_CLIENT_SECRET"),
      OptionDescription(
        "oauth_refresh_token", .secret, summary: "The refresh token; in a file, so that a renewed one can be kept.",
        example: "secret://file/mail-refresh-token"),
      OptionDescription("oauth_scopes", .list, summary: "The scopes to ask for.", example: ["https://mail.google.com/"]),
      OptionDescription(
        "folders", .list, defaultValue: ["INBOX"], summary: "Names or patterns of folders; one with ! before it is left out.",
        example: ["INBOX", "客户/*", "!*/旧"]),
      OptionDescription(
        "mark", .choice(["none", "seen", "move"]), defaultValue: "none", summary: "What happens to a mail at the server once it is stored.",
        example: "seen"),
      OptionDescription("move_to", .text, summary: "The folder for mark: move.", example: "Done"),
      OptionDescription("since", .text, summary: "Mails that came before this day are left out.", example: "2025-01-31"),
      OptionDescription("max_size", .bytes, defaultValue: "100MB", summary: "Of a larger mail the beginning is kept.", example: "100MB"),
      OptionDescription(
        "poll", .duration, defaultValue: "2m", summary: "How often every folder is looked at, told of mail or not.", example: "2m"),
    ],
    formats: ["mail"],
    fixedStreams: [StreamDescription(name: Self.stream, summary: "Mails as they are, message/rfc822, one each.", format: "mail")])

  static let stream = "mails"
  /// Of a hint: the folder that has news.
  static let folderNote = "folder"

  let settings: IMAPSettings
  let credentials: IMAPCredentials
  let digests: Digests
  private let keeper = IMAPKeeper()

  init(_ setup: ConnectorSetup, web: any WebExchange) {
    self.init(IMAPSettings(setup), credentials: IMAPCredentials(setup, web: web), digests: setup.digests)
  }

  init(_ settings: IMAPSettings, credentials: IMAPCredentials, digests: Digests) {
    self.settings = settings
    self.credentials = credentials
    self.digests = digests
  }

  public var pause: Duration { settings.poll }

  public func discover() async throws -> [StreamDescription] { Self.kind.fixedStreams }

  public func run(_ run: Run, into sink: some Sink) async throws {
    guard run.takes(Self.stream) else { return keeper.drop() }
    if let problem = settings.problem ?? credentials.problem { throw SourceError.configure(problem) }
    do {
      let session = try await session()
      // Whoever stops us need not wait for the server.
      let stopping = Task {
        await run.stop.wait()
        if run.stop.isRaised { await session.close() }
      }
      defer { stopping.cancel() }
      try await read(session, run, into: sink)
    } catch let failure as IMAPFailure {
      if run.stop.isRaised { return }
      throw failure.sourceError
    }
  }

  private func session() async throws(IMAPFailure) -> IMAPSession {
    if let session = await keeper.resume() { return session }
    let session = try await open()
    keeper.keep(session)
    return session
  }

  /// A connection that is logged in. An access token that is refused is asked for anew, once.
  func open() async throws(IMAPFailure) -> IMAPSession {
    let login = try await credentials.login(nil)
    do throws(IMAPFailure) {
      return try await open(login)
    } catch {
      guard case .token = login, error.fault.code == "imap-unauthorised" else { throw error }
      let renewed = try await credentials.login(login)
      guard renewed != login else { throw error }
      return try await open(renewed)
    }
  }

  private func open(_ login: IMAPLogin) async throws(IMAPFailure) -> IMAPSession {
    let wire = try await CurlWire.open(settings.place, within: settings.timing.opening)
    let session = IMAPSession(wire, timing: settings.timing)
    do throws(IMAPFailure) {
      try await session.logIn(login, to: settings.place)
      return session
    } catch {
      await session.close()
      throw error
    }
  }

  private func read(_ session: IMAPSession, _ run: Run, into sink: some Sink) async throws {
    let open = await session.selected?.folder
    let isRound = open == nil || keeper.isRoundDue(every: settings.poll) || run.hints.contains { $0.notes[Self.folderNote] == nil }
    let reading = IMAPReading(
      session: session, settings: settings, run: run, sink: sink, digests: digests, troubles: keeper.troubles)
    if let open, !isRound {
      try await reading.read(open, as: .open)
    } else {
      let folders = settings.chosen(from: try await session.folders())
      run.heard()
      guard let watched = folders.first else {
        throw SourceError.retry(Fault("imap-folder", "\(settings.place.text) has no folder that \"folders\" names."))
      }
      for folder in folders.dropFirst() where !run.stop.isRaised { try await reading.read(folder, as: .listed) }
      // It comes last, and then it is open.
      if !run.stop.isRaised { try await reading.read(watched, as: .watched) }
      keeper.noteRound()
    }
    guard !run.stop.isRaised, try await session.beginIdling(), let watched = await session.selected?.folder.name else { return }
    let hint = Hint(connector: run.connector, stream: Self.stream, notes: [Self.folderNote: watched])
    keeper.idle(until: run.stop) { sink.hint(hint) }
  }
}
