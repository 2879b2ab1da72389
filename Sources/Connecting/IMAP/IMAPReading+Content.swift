import Formats
import Foundation
import Model
import Synchronization

/// Fetching what mails hold.
extension IMAPReading {
  /// A mail that is ready to be accepted.
  struct Loaded: Sendable {
    var uid: UInt32
    var delivery: Delivery
  }

  /// Fetches a batch. Mails that are gone by now are left out.
  func load(_ batch: [IMAPMail], _ progress: Progress) async throws -> [Loaded] {
    let names = batch.map { progress.name($0.uid) }
    do {
      let loaded = try await batch.count == 1 ? loadOne(batch[0], progress) : loadTogether(batch, progress)
      troubles.forget(names)
      return loaded
    } catch let failure as IMAPFailure {
      if failure.fault.code != "imap-cancelled", !run.stop.isRaised { troubles.note(names) }
      throw failure
    }
  }

  private func loadTogether(_ batch: [IMAPMail], _ progress: Progress) async throws -> [Loaded] {
    let contents = try await contents(UIDSet(batch.map(\.uid)), "BODY.PEEK[]")
    var loaded: [Loaded] = []
    for mail in batch {
      if let content = contents[mail.uid], content.isPlausible(for: mail) {
        loaded.append(Loaded(uid: mail.uid, delivery: delivery(mail, content, progress)))
      } else if try await isThere(mail.uid) {
        loaded += try await loadOne(mail, progress)
      }
    }
    return loaded
  }

  /// Of a mail that is there and whose content does not come nothing but its name is delivered in the end: it ends as a dead letter that
  /// says which mail it was, and the others go on.
  private func loadOne(_ mail: IMAPMail, _ progress: Progress) async throws -> [Loaded] {
    if troubles.isHopeless(progress.name(mail.uid)) { return [Loaded(uid: mail.uid, delivery: unreadable(mail, progress))] }
    let size = mail.size ?? 0
    if size > settings.maximumSize { return try await loadBeginning(mail, progress) }
    if size > IMAPSettings.spooledFrom { return try await spool(mail, progress) }
    let contents = try await contents(UIDSet([mail.uid]), "BODY.PEEK[]")
    if let content = contents[mail.uid], content.isPlausible(for: mail) {
      return [Loaded(uid: mail.uid, delivery: delivery(mail, content, progress))]
    }
    guard try await isThere(mail.uid) else { return [] }
    throw missing(mail, progress)
  }

  private func missing(_ mail: IMAPMail, _ progress: Progress) -> IMAPFailure {
    IMAPFailure(
      Fault("imap-mail-missing", "\(settings.place.text) lists the mail \(origin(mail, progress)) and does not give it."),
      isConnectionUsable: true)
  }

  /// What a fetch gives, by UID. A refusal counts as "not these": servers refuse when one of many mails is gone (RFC 5530, EXPUNGEISSUED).
  private func contents(_ mails: UIDSet, _ items: String) async throws(IMAPFailure) -> [UInt32: IMAPMail] {
    var found: [UInt32: IMAPMail] = [:]
    for response in try await session.answer(to: .fetch(mails, "UID \(items)")).0 {
      guard let mail = IMAPMail(response), mail.content != nil else { continue }
      found[mail.uid] = mail
    }
    return found
  }

  private func isThere(_ uid: UInt32) async throws(IMAPFailure) -> Bool {
    // Gone mails may linger in the view of a session until it hears of it.
    try await session.perform(.noop)
    return try await session.answer(to: .fetch(UIDSet([uid]), "UID")).0.contains { IMAPMail($0)?.uid == uid }
  }

  // MARK: Large mails

  private func loadBeginning(_ mail: IMAPMail, _ progress: Progress) async throws -> [Loaded] {
    guard let part = try await contents(UIDSet([mail.uid]), "BODY.PEEK[]<0.\(IMAPSettings.beginning)>")[mail.uid] else { return [] }
    report(
      Fault(
        "imap-mail-too-large",
        "The mail \(origin(mail, progress)) has \(mail.size ?? 0) bytes; only its beginning was taken.", hint: "Raise max_size."))
    var cut = part
    cut.isCut = true
    cut.content = part.content.map { Array($0.prefix(IMAPSettings.beginning)) }
    return [Loaded(uid: mail.uid, delivery: delivery(mail, cut, progress))]
  }

  private func spool(_ mail: IMAPMail, _ progress: Progress) async throws -> [Loaded] {
    let parts = IMAPParts(session: session, uid: mail.uid, limit: settings.maximumSize, digests: digests)
    let blob: BlobReference
    do {
      blob = try await sink.spool(parts)
    } catch is IMAPParts.Gone {
      guard try await isThere(mail.uid) else { return [] }
      throw missing(mail, progress)
    }
    let result = parts.result
    // The rest of a mail that is removed meanwhile looks like its end.
    if result.length < mail.size ?? 0, try await !isThere(mail.uid) { return [] }
    var delivery = delivery(mail, nil, progress)
    delivery.body = .range(blob, offset: 0, length: result.length)
    delivery.dedupeKey = result.identity
    if result.isCut { delivery.meta["truncated"] = String(mail.size ?? 0) }
    return [Loaded(uid: mail.uid, delivery: delivery)]
  }

  // MARK: Deliveries

  private func origin(_ mail: IMAPMail, _ progress: Progress) -> String {
    "\(settings.user)/\(progress.folder.name);UIDVALIDITY=\(progress.position.validity);UID=\(mail.uid)"
  }

  private func delivery(_ mail: IMAPMail, _ part: IMAPMail?, _ progress: Progress) -> Delivery {
    let content = part?.content ?? []
    var meta = ["folder": progress.folder.name, "uid": String(mail.uid), "uidvalidity": String(progress.position.validity)]
    if let date = mail.date { meta["received"] = Date(timeIntervalSince1970: Double(date) / 1_000_000).formatted(.iso8601) }
    if !mail.flags.isEmpty { meta["flags"] = mail.flags.sorted(by: utf8Precedes).joined(separator: " ") }
    if part?.isCut == true { meta["truncated"] = String(mail.size ?? 0) }
    return Delivery(
      stream: progress.scope, body: .bytes(content), contentType: "message/rfc822", origin: origin(mail, progress),
      mapping: settings.mapping, meta: meta, dedupeKey: MailIdentity.of(content, digests))
  }

  private func unreadable(_ mail: IMAPMail, _ progress: Progress) -> Delivery {
    report(Fault("imap-mail-missing", "The mail \(origin(mail, progress)) does not come; it is kept as a dead letter without its content."))
    var delivery = delivery(mail, nil, progress)
    delivery.meta["truncated"] = String(mail.size ?? 0)
    delivery.dedupeKey = digests.sha256(Array(origin(mail, progress).utf8))
    return delivery
  }
}

/// A large mail, piece by piece: no more than one piece of it is in memory.
struct IMAPParts: AsyncSequence, Sendable {
  /// The mail was removed while it was fetched.
  struct Gone: Error {}

  struct Result: Sendable {
    var length = 0
    var identity: Bytes = []
    /// True when there was more than the limit allows.
    var isCut = false
  }

  let session: IMAPSession
  let uid: UInt32
  /// In bytes; whatever the server says of the size.
  let limit: Int
  let digests: Digests
  private let kept = Kept()

  init(session: IMAPSession, uid: UInt32, limit: Int, digests: Digests) {
    self.session = session
    self.uid = uid
    self.limit = limit
    self.digests = digests
  }

  /// Once it is read to its end.
  var result: Result { kept.result.withLock { $0 } }

  private final class Kept: Sendable {
    let result = Mutex(Result())
  }

  func makeAsyncIterator() -> Iterator { Iterator(parts: self, identity: MailIdentity(digests)) }

  struct Iterator: AsyncIteratorProtocol {
    let parts: IMAPParts
    var identity: MailIdentity
    private var result = Result()
    private var isOver = false

    init(parts: IMAPParts, identity: MailIdentity) {
      self.parts = parts
      self.identity = identity
    }

    mutating func next() async throws -> Bytes? {
      guard !isOver else { return end() }
      let asked = IMAPSettings.piece
      let command = IMAPCommand.fetch(UIDSet([parts.uid]), "UID BODY.PEEK[]<\(result.length).\(asked)>")
      let (responses, status) = try await parts.session.answer(to: command)
      guard let part = responses.compactMap({ IMAPMail($0) }).last(where: { $0.uid == parts.uid && $0.content != nil }) else {
        if status.kind == .ok || status.code == "EXPUNGEISSUED" || status.code == "NONEXISTENT" { throw Gone() }
        throw IMAPFailure.refused(status, command, folder: nil, host: parts.session.wire.host)
      }
      let content = part.content ?? []
      // A server that knows no parts gives everything at once; one that gives more than was asked for is not believed.
      isOver = !part.isPart || content.count < asked
      let room = part.isPart ? Swift.min(asked, parts.limit - result.length) : parts.limit
      let taken = content.prefix(Swift.max(0, room))
      result.isCut = part.isCut || taken.count < content.count
      isOver = isOver || result.isCut
      guard !taken.isEmpty else { return end() }
      result.length += taken.count
      identity.append(taken)
      return Array(taken)
    }

    private mutating func end() -> Bytes? {
      result.identity = identity.finish()
      let result = result
      parts.kept.result.withLock { $0 = result }
      return nil
    }
  }
}

extension IMAPMail {
  /// Of a mail that is gone some servers give nothing, in a string of no length.
  fileprivate func isPlausible(for listed: IMAPMail) -> Bool { content?.isEmpty == false || listed.size == 0 }
}
