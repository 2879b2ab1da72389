/// Stock levels in JSON: every sender has its own, in an order of its own, with rising sequences.
enum Stock {
  /// Levels of one sender.
  private static let levels = 20_000

  static func request(sender: Int, number: Int, count: Int, headers: String) -> Load.Request {
    var body: [UInt8] = []
    body.reserveCapacity(128 * count)
    if count > 1 { body.append(UInt8(ascii: "[")) }
    for item in 0..<count {
      if item > 0 { body.append(UInt8(ascii: ",")) }
      let index = number * count + item
      body += #"{"sku":"S\#(sender)-\#(index % levels)","warehouse":"SH01","quantity":\#(index % 977),"reserved":\#(index % 7),"#.utf8
      body += #""unit":"kg","sequence":\#(index + 1)}"#.utf8
    }
    if count > 1 { body.append(UInt8(ascii: "]")) }
    return Load.Request(target: "/v1/ingest/erp?stream=stock", headers: headers, body: body, items: count)
  }
}
