import Foundation
import Synchronization

/// So many senders, each with its own connection and its next request as soon as the last one was answered, or at a given pace.
struct Load: Sendable {
  struct Figures: Sendable {
    var items = 0
    var seconds = 0.0
    /// Of single requests, sorted.
    var latencies: [Double] = []
    /// Answers of another status than 200, by status.
    var others: [Int: Int] = [:]

    func quantile(_ share: Double) -> Double {
      latencies.isEmpty ? 0 : latencies[min(latencies.count - 1, Int(Double(latencies.count) * share))]
    }
  }

  struct Request: Sendable {
    var target: String
    var headers: String
    var body: [UInt8]
    var items: Int
  }

  let port: Int
  let senders: Int
  let seconds: Double
  /// Requests a second of all senders together; nil for as many as are answered.
  var pace: Double?

  /// - Parameter make: the request number `n` of a sender.
  func run(_ make: @escaping @Sendable (_ sender: Int, _ number: Int) -> Request) throws -> Figures {
    let figures = Mutex(Figures())
    let failure = Mutex<(any Error)?>(nil)
    let group = DispatchGroup()
    let start = monotonic()
    for sender in 0..<senders {
      group.enter()
      let thread = Thread {
        do {
          let own = try self.send(sender, start, make)
          figures.withLock { all in
            all.items += own.items
            all.latencies += own.latencies
            all.others.merge(own.others) { $0 + $1 }
          }
        } catch {
          failure.withLock { $0 = error }
        }
        group.leave()
      }
      thread.stackSize = 512 << 10
      thread.start()
    }
    group.wait()
    if let error = failure.withLock({ $0 }) { throw error }
    var all = figures.withLock { $0 }
    all.seconds = monotonic() - start
    all.latencies.sort()
    return all
  }

  private func send(_ sender: Int, _ start: Double, _ make: (Int, Int) -> Request) throws -> Figures {
    let connection = try Connection(port: port)
    var figures = Figures()
    var number = 0
    while monotonic() - start < seconds {
      let request = make(sender, number)
      if let pace {
        let due = start + (Double(number) + Double(sender) / Double(senders)) * Double(senders) / pace
        let wait = due - monotonic()
        if wait > 0 { usleep(UInt32(wait * 1e6)) }
      }
      let sent = monotonic()
      let answer = try connection.exchange("POST", request.target, headers: request.headers, body: request.body)
      figures.latencies.append(monotonic() - sent)
      if answer.status == 200 { figures.items += request.items } else { figures.others[answer.status, default: 0] += 1 }
      number += 1
    }
    return figures
  }
}

/// Seconds since some moment.
func monotonic() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
