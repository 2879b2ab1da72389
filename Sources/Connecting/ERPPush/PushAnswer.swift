import Formats
import Foundation
import Model

/// The answer to a push whose delivery was accepted: what became of it, item by item, in the sender's own language.
struct PushAnswer: Hashable, Sendable {
  enum Language: Hashable, Sendable {
    case json, xml
    /// A cXML document whose `Response` says it all.
    case cxml

    init(_ format: Format, _ body: Bytes) {
      guard format == .xml else {
        self = .json
        return
      }
      self = String(decoding: body.prefix(4_096), as: UTF8.self).contains("<cXML") ? .cxml : .xml
    }
  }

  var receipt: Receipt
  var outcome: DeliveryOutcome
  var language: Language
  /// The status when some items were taken and others were not.
  var partialStatus = 207

  var reply: Reply {
    switch outcome {
    case .undecodable(let fault):
      if language == .cxml { return cxml(406, "Not Acceptable", fault.description) }
      let problem = Problem(400, "The body could not be read", fault, position: receipt.position)
      return language == .json ? problem.reply : problem.xmlReply
    case .applied(let items):
      return reply(status: Self.status(items, partial: partialStatus), word: "applied", items: items)
    case .pending:
      return reply(status: 202, word: "pending", items: [])
    }
  }

  /// 200 when nothing was dead-lettered, 422 when everything was, 207 in between unless the sender wants 200. Stale and unchanged
  /// items are fine: the sender has nothing to mend.
  static func status(_ items: [ItemOutcome], partial: Int = 207) -> Int {
    let failed = items.count { $0.result == .deadLettered }
    return failed == 0 ? 200 : failed == items.count ? 422 : partial
  }

  private func reply(status: Int, word: String, items: [ItemOutcome]) -> Reply {
    switch language {
    case .json: Reply(status: status, contentType: "application/json", body: json(word, items))
    case .xml: Reply(status: status, contentType: "application/xml; charset=utf-8", body: Array(xml(word, items).utf8))
    case .cxml: cxml(status, items)
    }
  }

  // MARK: JSON

  /// Written straight into bytes: batches have thousands of items.
  private func json(_ word: String, _ items: [ItemOutcome]) -> Bytes {
    var output = Array(#"{"status":"\#(word)","position":\#(receipt.position),"duplicate":\#(receipt.isDuplicate),"items":["#.utf8)
    output.reserveCapacity(64 + 160 * items.count)
    for (index, item) in items.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      Self.append(item, to: &output)
    }
    output += "]}".utf8
    return output
  }

  private static func append(_ item: ItemOutcome, to output: inout Bytes) {
    output += "{\"item\":".utf8
    output += String(item.item).utf8
    if let key = item.key {
      output += ",\"record\":".utf8
      CanonicalJSON.append(key.description, to: &output)
    }
    output += ",\"result\":\"".utf8
    output += item.result.rawValue.utf8
    output += item.isInForce ? "\",\"applied\":true".utf8 : "\",\"applied\":false".utf8
    if let reason = item.reasonText { output += ",\"reason\":\"\(reason)\"".utf8 }
    if item.isConflict { output += ",\"conflict\":true".utf8 }
    if let standing = item.standing {
      output += ",\"quantity\":".utf8
      output += (standing.quantity?.text ?? "null").utf8
      output += ",\"version\":".utf8
      CanonicalJSON.append(standing.version.map { .string($0.description) } ?? .null, to: &output)
    }
    if let fault = item.fault {
      output += ",\"error\":".utf8
      CanonicalJSON.append(["code": .string(fault.code), "message": .string(fault.description)], to: &output)
    }
    output.append(UInt8(ascii: "}"))
  }

  // MARK: XML

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
    text += XMLText.attribute("result", item.result.rawValue) + XMLText.attribute("applied", String(item.isInForce))
    if let reason = item.reasonText { text += XMLText.attribute("reason", reason) }
    if item.isConflict { text += XMLText.attribute("conflict", "true") }
    if let standing = item.standing {
      if let quantity = standing.quantity { text += XMLText.attribute("quantity", quantity.text) }
      if let version = standing.version { text += XMLText.attribute("version", version.description) }
    }
    guard let fault = item.fault else { return text + "/>\n" }
    return text + "><error" + XMLText.attribute("code", fault.code) + ">" + XMLText.escape(fault.description) + "</error></item>\n"
  }

  // MARK: cXML

  /// The codes are those of cXML's Status ("List of cXML Status Codes", SAP Ariba note 188136); HTTP says 200, because the document was
  /// delivered. What is wrong with single items stands in the text.
  private func cxml(_ status: Int, _ items: [ItemOutcome]) -> Reply {
    let faults = items.compactMap { item in item.fault.map { "\(item.item): \($0.description)" } }
    let text = faults.isEmpty ? "position \(receipt.position)" : faults.prefix(20).joined(separator: "\n")
    return switch status {
    case 202: cxml(201, "Accepted", text)
    case 422: cxml(400, "Bad Request", text)
    default: cxml(200, "OK", text)
    }
  }

  private func cxml(_ code: Int, _ word: String, _ text: String) -> Reply {
    let document =
      #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n<cXML"
      + XMLText.attribute("payloadID", "\(receipt.position).\(receipt.connector)@kindred")
      + XMLText.attribute("timestamp", UTCTime.text(Timestamp.now)) + ">\n<Response><Status" + XMLText.attribute("code", String(code))
      + XMLText.attribute("text", word) + ">" + XMLText.escape(text) + "</Status></Response>\n</cXML>\n"
    return Reply(status: 200, contentType: "text/xml; charset=utf-8", body: Array(document.utf8))
  }
}

extension ItemOutcome {
  /// Whether what the item says is what is known now.
  fileprivate var isInForce: Bool { result == .applied || result == .unchanged }

  fileprivate var reasonText: String? { result == .stale ? reason?.rawValue ?? "stale" : nil }
}

/// RFC 3339.
private enum UTCTime {
  /// - Parameter microseconds: since 1970.
  static func text(_ microseconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(microseconds / 1_000_000)).formatted(.iso8601)
  }
}
