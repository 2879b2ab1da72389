import Foundation

// PushLoad wechat|stock|timeline|idle PORT SECONDS SENDERS [--batch N] [--pace N] [--key KEY] [--probes N]
// idle opens so many connections and leaves them alone; every other one has begun a header.
// Prints lines key=value: items, seconds, items_per_second, p50_ms, p99_ms, max_ms, and status_N for answers that were not 200.

signal(SIGPIPE, SIG_IGN)
let arguments = CommandLine.arguments
guard arguments.count >= 5, let port = Int(arguments[2]), let seconds = Double(arguments[3]), let senders = Int(arguments[4]) else {
  print("usage: PushLoad wechat|stock|timeline|idle PORT SECONDS SENDERS [--batch N] [--pace N] [--key KEY] [--probes N]")
  exit(64)
}

func option(_ name: String) -> String? {
  arguments.firstIndex(of: name).flatMap { $0 + 1 < arguments.count ? arguments[$0 + 1] : nil }
}

func report(_ latencies: [Double]) {
  func milliseconds(_ share: Double) -> String {
    let place = min(latencies.count - 1, Int(Double(latencies.count) * share))
    return String(format: "%.2f", (latencies.isEmpty ? 0 : latencies[place]) * 1_000)
  }
  print("p50_ms=\(milliseconds(0.5))\np99_ms=\(milliseconds(0.99))\nmax_ms=\(milliseconds(1))")
}

let load = Load(port: port, senders: senders, seconds: seconds, pace: option("--pace").flatMap { Double($0) })
let headers = "Content-Type: application/json\r\n" + (option("--key").map { "Authorization: Bearer \($0)\r\n" } ?? "")
let salt = Int(Date().timeIntervalSince1970) % 100_000

do {
  switch arguments[1] {
  case "timeline": report(try Timeline(port: port, headers: headers, probes: option("--probes").flatMap { Int($0) } ?? 200).run())
  case "idle":
    let connections = try (0..<senders).map { number in
      let connection = try Connection(port: port, bufferSize: 0)
      if number % 2 == 0 { try connection.send(Array("POST /v1/ingest/erp HTTP/1.1\r\nHost: x\r\nX-Slow: ".utf8)) }
      return connection
    }
    // At once, whatever reads it: the caller waits for this line.
    FileHandle.standardOutput.write(Data("open=\(connections.count)\n".utf8))
    usleep(UInt32(seconds * 1e6))
    withExtendedLifetime(connections) {}
  case "wechat", "stock":
    let isStock = arguments[1] == "stock"
    let batch = option("--batch").flatMap { Int($0) } ?? 1
    let figures = try load.run { sender, number in
      if isStock { return Stock.request(sender: sender, number: number, count: batch, headers: headers) }
      let callback = WeChatCallback.make(
        follower: "o\(salt)-\(sender)-\(number % 500)", id: salt * 10_000_000 + sender * 100_000 + number, text: "报价 \(number)")
      return Load.Request(target: callback.target, headers: "Content-Type: text/xml\r\n", body: callback.body, items: 1)
    }
    print("items=\(figures.items)\nseconds=\(String(format: "%.3f", figures.seconds))")
    print("items_per_second=\(Int(Double(figures.items) / figures.seconds))")
    report(figures.latencies)
    for (status, count) in figures.others.sorted(by: { $0.key < $1.key }) { print("status_\(status)=\(count)") }
  default:
    print("unknown: \(arguments[1])")
    exit(64)
  }
} catch {
  print("failed: \(error)")
  exit(69)
}
