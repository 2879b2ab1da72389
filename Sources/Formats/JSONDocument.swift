import CSimdJSON
import Model
import Synchronization

/// A JSON object or array that was read and found right, of which only that becomes values which somebody asks for.
///
/// A mapping reads a dozen members of a record; turning all of them into values would cost more than the rest of its work.
public final class JSONDocument: Sendable {
  private let tokens: [kindred_json_token]
  private let bytes: [UInt8]
  private let unescaped: [UInt8]
  private let whole = Mutex<Value?>(nil)

  init(tokens: [kindred_json_token], bytes: [UInt8], unescaped: [UInt8]) {
    (self.tokens, self.bytes, self.unescaped) = (tokens, bytes, unescaped)
  }

  /// The whole document. It is kept: whoever asks for it once will mostly do so again.
  public var value: Value {
    whole.withLock { whole in
      if let whole { return whole }
      let value = withTape { $0.value(at: 0) }
      whole = value
      return value
    }
  }

  /// The first value that the route leads to; `nil` when there is none.
  public func first(_ route: JSONRoute) -> Value? {
    withTape { tape in
      guard let index = tape.first(route) else { return nil }
      return tape.value(at: index)
    }
  }

  /// All values that the route leads to, in the order of the document.
  public func all(_ route: JSONRoute) -> [Value] { withTape { $0.all(route) } }

  private func withTape<T>(_ body: (JSONTape) -> T) -> T {
    tokens.withUnsafeBufferPointer { tokens in
      bytes.withUnsafeBufferPointer { bytes in
        unescaped.withUnsafeBufferPointer { unescaped in
          // There is at least the token of the root.
          guard let first = tokens.baseAddress else { preconditionFailure("a document without a root") }
          return body(JSONTape(first, bytes.baseAddress, unescaped.baseAddress))
        }
      }
    }
  }
}

/// The way from a document's root to some of its values: by names, indexes and everything of a level.
public struct JSONRoute: Sendable {
  public enum Step: Sendable {
    case name(String)
    /// The element of an array; counted from its end when negative.
    case index(Int)
    /// All elements of an array, all values of an object.
    case every
  }

  /// The steps as C goes them, with the bytes of all names behind one another.
  let steps: [kindred_json_step]
  let names: [UInt8]

  public init(_ steps: [Step]) {
    var names: [UInt8] = []
    self.steps = steps.map { step in
      switch step {
      case .name(let name):
        defer { names += name.utf8 }
        return kindred_json_step(kind: KINDRED_JSON_NAME.rawValue, count: UInt32(name.utf8.count), value: Int64(names.count))
      case .index(let index): return kindred_json_step(kind: KINDRED_JSON_INDEX.rawValue, count: 0, value: Int64(index))
      case .every: return kindred_json_step(kind: KINDRED_JSON_EVERY.rawValue, count: 0, value: 0)
      }
    }
    self.names = names
  }
}
