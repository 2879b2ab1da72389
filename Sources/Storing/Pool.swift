import Foundation

/// A few connections that threads take turns to use; whoever finds none waits.
///
/// `@unchecked Sendable`: an element is used only by the thread that took it, between taking it and giving it back.
final class Pool<Element>: @unchecked Sendable {
  private let condition = NSCondition()
  private var idle: [Element]

  init(_ elements: [Element]) { idle = elements }

  func use<T>(_ body: (Element) throws -> T) rethrows -> T {
    let element = take()
    defer { giveBack(element) }
    return try body(element)
  }

  private func take() -> Element {
    condition.lock()
    defer { condition.unlock() }
    while idle.isEmpty { condition.wait() }
    return idle.removeLast()
  }

  private func giveBack(_ element: Element) {
    condition.lock()
    idle.append(element)
    condition.unlock()
    condition.signal()
  }
}
