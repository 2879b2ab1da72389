import Foundation

/// How long it takes from the moment a callback is sent until its text is seen in its customer's timeline.
struct Timeline {
  let port: Int
  /// With the API key.
  let headers: String
  let probes: Int
  /// How often the timeline is read while the text is not there.
  private static let pause: UInt32 = 2_000
  /// When to give up, in seconds.
  private static let patience = 10.0

  /// - Returns: seconds, sorted.
  func run() throws -> [Double] {
    let connection = try Connection(port: port)
    let follower = "oTimeline-\(getpid())"
    let subscription = WeChatCallback.subscription(of: follower)
    _ = try connection.exchange("POST", subscription.target, headers: "Content-Type: text/xml\r\n", body: subscription.body)
    var found: [Double] = []
    let customer = try customer(of: follower, connection)
    for probe in 0..<probes {
      let text = "probe \(probe) of \(getpid())"
      let callback = WeChatCallback.make(follower: follower, id: Int.random(in: 1...Int(Int32.max)), text: text)
      let start = monotonic()
      let answer = try connection.exchange("POST", callback.target, headers: "Content-Type: text/xml\r\n", body: callback.body)
      guard answer.status == 200 else { throw Connection.Failure(what: "a callback was answered with \(answer.status)") }
      while !(try document(customer, connection)).contains(text) {
        guard monotonic() - start < Self.patience else { throw Connection.Failure(what: "the text was not seen") }
        usleep(Self.pause)
      }
      found.append(monotonic() - start)
      usleep(UInt32.random(in: 5_000...40_000))
    }
    return found.sorted()
  }

  private func customer(of follower: String, _ connection: Connection) throws -> String {
    let start = monotonic()
    while monotonic() - start < Self.patience {
      let answer = try connection.exchange("GET", "/v1/customers?source=wechat&key=\(follower)", headers: headers)
      let text = String(decoding: answer.body, as: UTF8.self)
      if let place = text.range(of: #""id":""#) { return String(text[place.upperBound...].prefix { $0 != "\"" }) }
      usleep(Self.pause)
    }
    throw Connection.Failure(what: "the follower did not become a customer")
  }

  private func document(_ customer: String, _ connection: Connection) throws -> String {
    String(decoding: try connection.exchange("GET", "/v1/customers/\(customer)", headers: headers).body, as: UTF8.self)
  }
}
