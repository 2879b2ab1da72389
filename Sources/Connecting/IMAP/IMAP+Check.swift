import Model

extension IMAP {
  /// For everything together: whoever asks sits and waits.
  static let checkTime = Duration.seconds(9)

  public func check() async -> [Finding] {
    if let problem = settings.problem ?? credentials.problem { return [Finding(.problem, problem)] }
    let patience = Self.checkTime
    return await withTaskGroup(of: [Finding]?.self) { group in
      group.addTask { await look() }
      group.addTask {
        try? await Task.sleep(for: patience)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      let late = IMAPFailure.timeout(settings.place.text, "checking")
      return first ?? [Finding(.problem, late.fault)]
    }
  }

  private func look() async -> [Finding] {
    do throws(IMAPFailure) {
      let session = try await open()
      let encryption = settings.place.encryption == .off ? "without TLS" : "with TLS"
      var findings = [Finding(.fine, "imap-login", "\(settings.place.text) answers \(encryption) and takes the user \(settings.user).")]
      findings += try await look(atFoldersOf: session)
      findings += try await look(atQuotaOf: session)
      findings += await look(atAbilitiesOf: session) + [credentials.warning].compactMap { $0 }
      await session.leave()
      return findings
    } catch {
      return [Finding(.problem, error.fault)]
    }
  }

  private func look(atFoldersOf session: IMAPSession) async throws(IMAPFailure) -> [Finding] {
    let all = try await session.folders()
    let chosen = settings.chosen(from: all)
    var findings = settings.unmatched(in: all).map { pattern in
      let names = all.map(\.name).sorted(by: utf8Precedes)
      let listed = names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : "")
      return Finding(.problem, "imap-folder", "No folder of the mailbox is called \(pattern).", hint: "There are \(listed).")
    }
    for folder in chosen {
      do throws(IMAPFailure) {
        _ = try await session.select(folder, isReadOnly: true)
      } catch {
        guard error.isConnectionUsable else { throw error }
        findings.append(Finding(.problem, error.fault))
      }
    }
    if findings.isEmpty { findings = [Finding(.fine, "imap-folders", "\(chosen.count) of \(all.count) folders are read.")] }
    if case .move(let name) = settings.mark, !all.contains(where: { $0.name == name }) {
      findings.append(Finding(.warning, "imap-move-to", "There is no folder \(name) yet; it is made when the first mail is moved."))
    }
    return findings
  }

  /// RFC 9208. A mailbox that is full takes no mails, and its silence looks like peace.
  private func look(atQuotaOf session: IMAPSession) async throws(IMAPFailure) -> [Finding] {
    guard await session.offers("QUOTA") else { return [] }
    let (responses, _) = try await session.answer(to: .quota(of: Array("INBOX".utf8)))
    return responses.compactMap { response in
      guard case .data(_, "QUOTA", let values) = response.content, let items = values.last?.elements, items.count >= 3,
        items[0].text?.uppercased() == "STORAGE", let used = items[1].number, let limit = items[2].number, limit > 0
      else { return nil }
      let share = Int(Double(used) / Double(limit) * 100)
      guard share >= 90 else { return nil }
      return Finding(
        share >= 100 ? .problem : .warning, "imap-quota", "The mailbox is \(share) % full: \(used >> 10) of \(limit >> 10) MB.",
        hint: "A full mailbox takes no new mails.")
    }
  }

  private func look(atAbilitiesOf session: IMAPSession) async -> [Finding] {
    var findings: [Finding] = []
    if await !session.offers("IDLE") {
      findings.append(
        Finding(
          .warning, "imap-no-idle",
          "The server does not tell of new mails by itself; it is asked every \(settings.poll.components.seconds) s."))
    }
    if settings.place.encryption == .off, !["localhost", "127.0.0.1", "::1"].contains(settings.place.host) {
      findings.append(
        Finding(.warning, "imap-no-tls", "Without TLS anybody on the way reads the password and the mails.", hint: "Write tls: on."))
    }
    return findings
  }
}

extension Finding {
  fileprivate init(_ level: Level, _ fault: Fault) { self.init(level, fault.code, fault.message, hint: fault.hint) }
}
