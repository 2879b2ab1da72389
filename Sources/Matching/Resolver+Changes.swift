import Model

// What changes in the index itself: records, keys, decisions. No pair is compared here.

extension Resolver {
  func change(_ change: MatchChange) {
    switch change {
    case .upsert(let record): upsert(record)
    case .remove(let id): remove(id)
    case .link(let link): setLink(link, isInForce: true)
    case .unlink(let link): setLink(link, isInForce: false)
    }
  }

  private func upsert(_ record: MatchRecord) {
    let place = store.append(record.prepared)
    store[place].weigh(&rarities)
    if let node = rows.node(ofID: record.id) {
      if view(node) == store[place] { return store.remove(place) }
      if rows.hasOneMember(node), rows.smallestMember(node).pointee.keyHash == record.keyHash, replaceContent(of: node, by: place) {
        return
      }
      remove(record.id)
    }
    insert(record.id, record.keyHash, place)
  }

  private func insert(_ id: Int64, _ keyHash: UInt64, _ place: RecordStore.Place) {
    let record = store[place]
    let isShared = !links.names(keyHash) && isJoinable(record)
    if isShared, let node = node(ofContent: record) {
      remember(node)
      if rows.addMember(node, id, keyHash) { change(node) } else { work.renamed.append(node) }
      store.remove(place)
      return
    }
    let node = rows.add(NodeRow(place: place, member: -1, next: -1, flags: isShared ? [.isAlive, .isShared] : .isAlive))
    rows.addFirstMember(node, id, keyHash)
    if isShared { rows.addContent(node, record.contentHash) { contentHash($0) } }
    keyMaker.make(record)
    postings.fetch(keyMaker.keys)
    for key in keyMaker.keys { note(postings.insert(node, key) { nameHash($0) }, key) }
    markFresh(node)
  }

  /// A record that says something else than before, alone in its node: only the keys that differ are touched.
  /// - Returns: false when another node has this content already.
  private func replaceContent(of node: Int32, by place: RecordStore.Place) -> Bool {
    let (old, new) = (view(node), store[place])
    let isShared = !links.names(rows.smallestMember(node).pointee.keyHash) && isJoinable(new)
    if isShared, self.node(ofContent: new) != nil { return false }
    loosen(node)
    if rows[node].pointee.flags.contains(.isShared) { rows.removeContent(node, old.contentHash) { contentHash($0) } }
    let before = keys(of: old)
    let after = keys(of: new)
    postings.fetch(before)
    postings.fetch(after)
    let isOtherName = old.nameHash != new.nameHash
    let oldPlace = rows[node].pointee.place
    rows[node].pointee.place = place
    Self.forEach(before, after) { key, isBefore, isAfter in
      if !isAfter {
        note(postings.remove(node, key) { nameHash($0) }, key)
      } else if !isBefore {
        note(postings.insert(node, key) { nameHash($0) }, key)
      } else if isOtherName, Postings.hasReputation(key.kind) {
        note(postings.recount(key) { nameHash($0) }, key)
      }
    }
    store.remove(oldPlace)
    if isShared {
      rows[node].pointee.flags.insert(.isShared)
      rows.addContent(node, new.contentHash) { contentHash($0) }
    } else {
      rows[node].pointee.flags.remove(.isShared)
    }
    markFresh(node)
    return true
  }

  /// Walks two sorted lists together.
  private static func forEach(_ before: [MatchKey], _ after: [MatchKey], _ body: (MatchKey, _ isBefore: Bool, _ isAfter: Bool) -> Void) {
    var (one, other) = (0, 0)
    while one < before.count || other < after.count {
      if other == after.count || one < before.count && before[one] < after[other] {
        body(before[one], true, false)
        one += 1
      } else if one == before.count || after[other] < before[one] {
        body(after[other], false, true)
        other += 1
      } else {
        body(before[one], true, true)
        (one, other) = (one + 1, other + 1)
      }
    }
  }

  private func remove(_ id: Int64) {
    guard let member = rows.member(ofID: id) else { return }
    let node = rows.members[member].pointee.node
    guard rows.hasOneMember(node) else {
      remember(node)
      if rows.removeMember(member) { change(node) } else { work.renamed.append(node) }
      return
    }
    loosen(node)
    let record = view(node)
    keyMaker.make(record)
    postings.fetch(keyMaker.keys)
    for key in keyMaker.keys { note(postings.remove(node, key) { nameHash($0) }, key) }
    if rows[node].pointee.flags.contains(.isShared) { rows.removeContent(node, record.contentHash) { contentHash($0) } }
    _ = rows.removeMember(member)
    store.remove(rows[node].pointee.place)
    rows.forEachMate(node) { touch($0) }
    rows.leaveCluster(node)
    rows.remove(node)
    logs.forget(node)
  }

  /// Takes a node out of its pairs. What was tied to it has to be clustered again.
  private func loosen(_ node: Int32) {
    remember(node)
    if !links.isEmpty {
      rows.forEachMember(node) { member in
        for neighbour in linkedNodes(member.keyHash) { touch(neighbour) }
      }
    }
    dropEdges(node)
  }

  private func setLink(_ link: MatchLink, isInForce: Bool) {
    guard links.set(link, isInForce: isInForce) else { return }
    for keyHash in [link.first, link.second] {
      guard let node = rows.node(ofKey: keyHash) else { continue }
      // A record that a decision names has a node of its own; one that none names any more may share one again.
      var id: Int64 = 0
      rows.forEachMember(node) { if $0.keyHash == keyHash { id = $0.id } }
      let copy = store.append(copyOf: view(node))
      remove(id)
      insert(id, keyHash, copy)
    }
  }

  /// Content whose weight against itself passes the threshold joins its records into one node.
  private func isJoinable(_ record: RecordView) -> Bool { plain.weight(plain.evidence(record, record)) >= model.threshold }

  private func node(ofContent record: RecordView) -> Int32? {
    rows.node(ofContent: record.contentHash) { view($0) == record }
  }

  func keys(of record: RecordView) -> [MatchKey] {
    keyMaker.make(record)
    return keyMaker.keys
  }

  func nameHash(_ node: Int32) -> UInt64 { view(node).nameHash }

  private func contentHash(_ node: Int32) -> UInt64 { view(node).contentHash }

  /// Remembers how a key stood before the batch.
  private func note(_ before: Postings.Standing?, _ key: MatchKey) {
    guard let before, work.standings[key] == nil else { return }
    work.standings[key] = before
  }

  private func markFresh(_ node: Int32) {
    rows[node].pointee.flags.insert(.isFresh)
    work.fresh.append(node)
  }

  /// Says that what a node is worth to others may have changed, so its component has to be clustered again.
  func change(_ node: Int32) {
    touch(node)
    guard !rows[node].pointee.flags.contains(.isOther) else { return }
    rows[node].pointee.flags.insert(.isOther)
    work.other.append(node)
  }

  /// Says that a node's component has to be clustered again.
  func touch(_ node: Int32) {
    guard !rows[node].pointee.flags.contains(.isTouched) else { return }
    rows[node].pointee.flags.insert(.isTouched)
    work.touched.append(node)
  }

  /// Remembers the records of a node's cluster as they were before the batch.
  func remember(_ node: Int32) {
    let cluster = rows[node].pointee.cluster
    guard cluster != 0, work.former[cluster] == nil else { return }
    work.former[cluster] = records(ofClusterWith: node)
  }
}
