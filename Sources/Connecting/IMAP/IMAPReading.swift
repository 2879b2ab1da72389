import Formats
import Foundation
import Model

/// One pass over the folders of a mailbox.
struct IMAPReading<Target: Sink>: Sendable {
  let session: IMAPSession
  let settings: IMAPSettings
  let run: Run
  let sink: Target
  let digests: Digests
  let troubles: IMAPTroubles

  /// How a pass comes to a folder.
  enum Occasion: Hashable, Sendable {
    /// It may not have changed: then it need not be opened.
    case listed
    /// It stays open, to be waited in.
    case watched
    /// It was just now waited in.
    case open
  }

  /// Delivers everything in a folder that lies behind its checkpoint.
  func read(_ folder: IMAPFolder, as occasion: Occasion) async throws {
    let scope = StreamName(connector: run.connector, stream: IMAP.stream, partition: folder.name)
    let known = try await run.checkpoint(scope).flatMap { IMAPPosition($0.value) }
    if occasion == .listed, let known, try await isUnchanged(folder, since: known) { return run.heard() }
    let selected = occasion == .open ? await session.selected : nil
    let opened = if let selected { selected } else { try await session.select(folder, isReadOnly: settings.isReadOnly) }
    run.heard()
    var progress = Progress(scope: scope, folder: folder, position: position(known, in: opened), stored: known)
    try await markRest(&progress)
    try await readNew(&progress)
    guard !run.stop.isRaised else { return }
    // The counter is of a time when everything before it has been read.
    if occasion != .open { progress.position.modification = opened.highestModification }
    if progress.position != progress.stored { try await store([], &progress) }
  }

  /// How far a folder is read while a pass reads it.
  struct Progress: Sendable {
    let scope: StreamName
    let folder: IMAPFolder
    var position: IMAPPosition
    /// The position that the sink knows.
    var stored: IMAPPosition?

    func name(_ uid: UInt32) -> IMAPTroubles.Name {
      IMAPTroubles.Name(folder: folder.name, validity: position.validity, uid: uid)
    }
  }

  /// Asks without opening the folder.
  private func isUnchanged(_ folder: IMAPFolder, since known: IMAPPosition) async throws(IMAPFailure) -> Bool {
    let counts = await session.offers("CONDSTORE")
    let items = ["UIDVALIDITY", "UIDNEXT"] + (counts ? ["HIGHESTMODSEQ"] : [])
    let responses = try await session.perform(.status(folder.raw, items), folder: folder.name)
    for response in responses {
      guard case .data(_, "STATUS", let values) = response.content, let items = values.last?.elements else { continue }
      guard items[named: "UIDVALIDITY"]?.number == UInt64(known.validity), known.unmarked.isEmpty else { return false }
      if let modification = items[named: "HIGHESTMODSEQ"]?.number, modification > 0, modification == known.modification { return true }
      return items[named: "UIDNEXT"]?.number.map { $0 <= UInt64(known.last) + 1 } ?? false
    }
    return false
  }

  /// A folder that was numbered anew is read from its beginning: what was read before is recognised by its content.
  private func position(_ known: IMAPPosition?, in opened: IMAPSession.Selected) -> IMAPPosition {
    guard let known else { return IMAPPosition(validity: opened.validity) }
    if known.validity == opened.validity { return known }
    report(
      Fault(
        "imap-renumbered",
        "The server has numbered the mails of \(opened.folder.name) anew (UIDVALIDITY \(known.validity) became \(opened.validity)).",
        hint: "The folder is read again, and mails that are known are recognised."))
    return IMAPPosition(validity: opened.validity)
  }

  /// Tells of something odd that does not end the pass.
  func report(_ fault: Fault) {
    var status = Status(connector: run.connector, state: .running)
    status.lastError = fault
    sink.status(status)
  }

  // MARK: New mails

  private func readNew(_ progress: inout Progress) async throws {
    // UIDs end at 4,294,967,295; a folder that has used them up is renumbered.
    guard progress.position.last < .max else { return }
    let since = progress.position.last == 0 ? [settings.since, run.since(IMAP.stream)].compactMap { $0 }.max() : nil
    let uids = try await newMails(from: progress.position.last + 1, since: since)
    for start in stride(from: 0, to: uids.count, by: IMAPSettings.window) where !run.stop.isRaised {
      let window = Array(uids[start..<min(start + IMAPSettings.window, uids.count)])
      try await read(window, since: since, &progress)
    }
  }

  /// The mails above the last one, rising.
  private func newMails(from first: UInt32, since: Int64?) async throws(IMAPFailure) -> [UInt32] {
    // Servers compare days in zones of their own: a day earlier loses nothing, and the moment is compared below.
    let day = since.map { IMAPDate.day($0 - 86_400_000_000) }
    let isExtended = await session.offers("ESEARCH")
    // A mail that comes from now on may not be found any more.
    await session.forgetNews()
    var found = UIDSet([])
    var numbers: [UInt32] = []
    for response in try await session.perform(.search(from: first, since: day, isExtended: isExtended)) {
      guard case .data(_, let name, let values) = response.content else { continue }
      if name == "SEARCH" {
        let read = values.compactMap { $0.number.flatMap { UInt32(exactly: $0) } }
        // The last number of a list that was cut may be half of one.
        numbers += response.isCut ? read.dropLast() : read[...]
      } else if name == "ESEARCH", let all = values.firstIndex(where: { $0.text?.uppercased() == "ALL" }), all + 1 < values.count {
        found = UIDSet(values[all + 1].text ?? "")
      }
    }
    if !numbers.isEmpty { found = UIDSet(numbers) }
    // A search for `n:*` finds the last mail even when n is beyond it.
    return found.numbers(from: first, atMost: Self.mostAtOnce)
  }

  /// Of the mails of one folder; the rest comes with the next pass.
  private static var mostAtOnce: Int { 4_000_000 }

  private func read(_ window: [UInt32], since: Int64?, _ progress: inout Progress) async throws {
    var mails: [IMAPMail] = []
    for response in try await session.perform(.fetch(UIDSet(window), "UID RFC822.SIZE INTERNALDATE FLAGS")) {
      guard let mail = IMAPMail(response), mail.size != nil, mails.last?.uid != mail.uid else { continue }
      if let since, let date = mail.date, date < since { continue }
      mails.append(mail)
    }
    run.heard()
    let wanted = Set(window)
    // What is no longer there was removed before it was read.
    mails = mails.filter { wanted.contains($0.uid) }.sorted { $0.uid < $1.uid }
    try await deliver(batches(mails, progress), &progress)
    if !run.stop.isRaised, let last = window.last { progress.position.last = max(progress.position.last, last) }
  }

  /// Small mails together, and each by itself that is large or did not come once.
  private func batches(_ mails: [IMAPMail], _ progress: Progress) -> [[IMAPMail]] {
    var batches: [[IMAPMail]] = []
    var bytes = 0
    var isOpen = false
    for mail in mails {
      let size = mail.size ?? 0
      let isAlone = size > IMAPSettings.spooledFrom || troubles.isKnown(progress.name(mail.uid))
      if isOpen, !isAlone, bytes + size <= IMAPSettings.batchBytes, batches[batches.count - 1].count < IMAPSettings.batchCount {
        batches[batches.count - 1].append(mail)
        bytes += size
      } else {
        batches.append([mail])
        (bytes, isOpen) = (size, !isAlone)
      }
    }
    return batches
  }

  private func deliver(_ batches: [[IMAPMail]], _ progress: inout Progress) async throws {
    guard let first = batches.first else { return }
    var ready = try await load(first, progress)
    for index in batches.indices where !run.stop.isRaised {
      let (batch, next) = (batches[index], index + 1 < batches.count ? batches[index + 1] : nil)
      progress.position.last = max(progress.position.last, batch[batch.count - 1].uid)
      if settings.isReadOnly, let next, next.count > 1 {
        // While these are written to disk the next ones come.
        let place = progress
        async let upcoming = load(next, place)
        try await store(ready, &progress)
        ready = try await upcoming
      } else {
        if settings.mark != .none { progress.position.unmarked.insert(ready.map(\.uid)) }
        try await store(ready, &progress)
        try await markRest(&progress)
        ready = if let next, !run.stop.isRaised { try await load(next, progress) } else { [] }
      }
    }
  }

  /// Accepts what was fetched together with the position behind it.
  private func store(_ loaded: [Loaded], _ progress: inout Progress) async throws {
    let checkpoint = Checkpoint(scope: progress.scope, value: progress.position.value)
    _ = try await sink.accept(loaded.map(\.delivery), checkpoint: checkpoint)
    progress.stored = progress.position
  }

  // MARK: Marking

  /// Marks or moves what was accepted, also what a stop left over the last time. Can be repeated: a mail is seen or gone afterwards.
  private func markRest(_ progress: inout Progress) async throws {
    let mails = progress.position.unmarked
    guard !mails.isEmpty else { return }
    guard settings.mark != .none else {
      progress.position.unmarked = UIDSet([])
      return
    }
    do throws(IMAPFailure) {
      try await mark(mails)
    } catch {
      // A folder that takes no marks is read all the same.
      guard error.isConnectionUsable else { throw error }
      return report(error.fault)
    }
    progress.position.unmarked = UIDSet([])
  }

  private func mark(_ mails: UIDSet) async throws(IMAPFailure) {
    guard case .move(let name) = settings.mark else {
      try await session.perform(.markSeen(mails))
      return
    }
    let folder = IMAPFolder(name: name)
    let canMove = await session.offers("MOVE")
    let command = canMove ? IMAPCommand.move(mails, to: folder.raw) : .copy(mails, to: folder.raw)
    let (_, status) = try await session.answer(to: command)
    if status.kind != .ok {
      guard status.code == "TRYCREATE" else { throw .refused(status, command, folder: name, host: settings.place.text) }
      try await session.perform(.create(folder.raw))
      try await session.perform(command, folder: name)
    }
    guard !canMove else { return }
    try await session.perform(.markDeleted(mails))
    // Without UIDPLUS only an EXPUNGE of everything would remove them, also what others have marked.
    if await session.offers("UIDPLUS") { try await session.perform(.expunge(mails)) }
  }
}
