import Model
import Synchronization

/// What happened while expressions were evaluated: which paths were read, which branches were taken, what failed and was caught.
///
/// For `kindred map` and the coverage of tests. Without one an evaluation costs nothing more than asking for it.
final class Trace: Sendable {
  /// An expression, by where it starts in its file.
  struct Place: Hashable, Sendable {
    var file: String
    var offset: Int
  }

  struct Read: Sendable {
    var path: String
    /// `nil` when there was nothing.
    var value: Value?
    /// What stood there and means nothing by the mapping's `missing:`.
    var ignored: Value?
  }

  /// A branch of an expression that was taken.
  struct Choice: Hashable, Sendable {
    var place: Place
    /// In Unicode scalars from the expression's start.
    var position: Int
    var arm: Int
  }

  /// The position of the branch that a whole condition is.
  static let condition = -1

  private struct State {
    var place = Place(file: "", offset: 0)
    var reads: [Read] = []
    var choices: Set<Choice> = []
    var caught: [Failure] = []
    var produced: Set<Place> = []
  }

  private let state = Mutex(State())

  var reads: [Read] { state.withLock { $0.reads } }
  var choices: Set<Choice> { state.withLock { $0.choices } }
  var caught: [Failure] { state.withLock { $0.caught } }
  /// The expressions that gave a value at least once.
  var produced: Set<Place> { state.withLock { $0.produced } }

  func enter(_ place: Place) { state.withLock { $0.place = place } }

  func read(_ path: String, _ value: Value?, ignoring ignored: Value? = nil) {
    state.withLock { $0.reads.append(Read(path: path, value: value, ignored: ignored)) }
  }

  func take(_ arm: Int, at position: Int) {
    state.withLock { _ = $0.choices.insert(Choice(place: $0.place, position: position, arm: arm)) }
  }

  func produce() { state.withLock { _ = $0.produced.insert($0.place) } }

  func catchFailure(_ failure: Failure) { state.withLock { $0.caught.append(failure) } }

  /// Evaluates something that stands in another expression, and comes back.
  func visiting<T>(_ body: () throws(Failure) -> T) throws(Failure) -> T {
    let before = state.withLock { $0.place }
    defer { enter(before) }
    return try body()
  }
}

/// A place in an expression where it goes one way or another.
struct Branch: Sendable {
  var span: Range<Int>
  /// What each way is called: `then`, `otherwise`.
  var arms: [String]
}
