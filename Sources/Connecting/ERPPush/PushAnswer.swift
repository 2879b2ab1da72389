import Model

/// The answer to a push whose delivery was accepted: what became of it, item by item, in the sender's own language.
struct PushAnswer: Hashable, Sendable {
  enum Language: Hashable, Sendable {
    case json, xml
  }

  var receipt: Receipt
  var outcome: DeliveryOutcome
  var language: Language

  var reply: Reply {
    switch outcome {
    case .undecodable(let fault):
      let problem = Problem(400, "The body could not be read", fault, position: receipt.position)
      return language == .json ? problem.reply : problem.xmlReply
    case .applied(let items):
      return reply(status: Self.status(items), word: "applied", items: items)
    case .pending:
      return reply(status: 202, word: "pending", items: [])
    }
  }

  /// 200 when nothing was dead-lettered, 422 when everything was, 207 in between. Stale and unchanged items are fine:
  /// the sender has nothing to mend.
  static func status(_ items: [ItemOutcome]) -> Int {
    let failed = items.count { $0.result == .deadLettered }
    return failed == 0 ? 200 : failed == items.count ? 422 : 207
  }

  private func reply(status: Int, word: String, items: [ItemOutcome]) -> Reply {
    switch language {
    case .json:
      Reply(status: status, contentType: "application/json", body: CanonicalJSON.orderedBytes(json(word, items)))
    case .xml:
      Reply(status: status, contentType: "application/xml; charset=utf-8", body: Array(xml(word, items).utf8))
    }
  }

  private func json(_ word: String, _ items: [ItemOutcome]) -> Value {
    [
      "status": .string(word),
      "position": .number(Number(receipt.position)),
      "duplicate": .bool(receipt.isDuplicate),
      "items": .array(items.map(Self.json)),
    ]
  }

  private static func json(_ item: ItemOutcome) -> Value {
    var object = Object()
    object.append("item", .number(Number(item.item)))
    if let key = item.key { object.append("record", .string(key.description)) }
    object.append("result", .string(item.result.rawValue))
    if item.isConflict { object.append("conflict", true) }
    if let fault = item.fault {
      object.append("error", ["code": .string(fault.code), "message": .string(fault.description)])
    }
    return .object(object)
  }

  private func xml(_ word: String, _ items: [ItemOutcome]) -> String {
    var text = #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n<result"
    text += XMLText.attribute("status", word) + XMLText.attribute("position", String(receipt.position))
    text += XMLText.attribute("duplicate", String(receipt.isDuplicate)) + ">\n"
    for item in items { text += Self.xml(item) }
    return text + "</result>\n"
  }

  private static func xml(_ item: ItemOutcome) -> String {
    var text = "  <item" + XMLText.attribute("item", String(item.item))
    if let key = item.key { text += XMLText.attribute("record", key.description) }
    text += XMLText.attribute("result", item.result.rawValue)
    if item.isConflict { text += XMLText.attribute("conflict", "true") }
    guard let fault = item.fault else { return text + "/>\n" }
    return text + "><error" + XMLText.attribute("code", fault.code) + ">" + XMLText.escape(fault.description) + "</error></item>\n"
  }
}
