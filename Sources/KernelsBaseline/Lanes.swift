/// 512 bits in lanes of one width, with the operations of the batch kernels.
///
/// The standard library's operators on `SIMD` are fast for concrete types only; in generic code they go lane by lane.
/// So each type spells its operations out, and the kernels, generic over this protocol, are specialised for each of them.
protocol Lanes {
  associatedtype Lane: FixedWidthInteger & UnsignedInteger

  static var zero: Self { get }
  init(all value: Lane)
  static func and(_ a: Self, _ b: Self) -> Self
  static func or(_ a: Self, _ b: Self) -> Self
  static func xor(_ a: Self, _ b: Self) -> Self
  static func plus(_ a: Self, _ b: Self) -> Self
  static func minus(_ a: Self, _ b: Self) -> Self
  static func not(_ a: Self) -> Self
  /// All bits set in the lanes that are zero.
  static func isZero(_ a: Self) -> Self
}

// The standard library has no fast bit operations and comparisons for 32 lanes and more: the former go by other lanes, the latter by parts.
extension SIMD64<UInt8>: Lanes {
  typealias Lane = UInt8
  @inline(__always) init(all value: Lane) { self.init(repeating: value) }
  @inline(__always) private init(_ words: SIMD8<UInt64>) { self = unsafeBitCast(words, to: Self.self) }
  @inline(__always) private var words: SIMD8<UInt64> { unsafeBitCast(self, to: SIMD8<UInt64>.self) }
  @inline(__always) static func and(_ a: Self, _ b: Self) -> Self { Self(a.words & b.words) }
  @inline(__always) static func or(_ a: Self, _ b: Self) -> Self { Self(a.words | b.words) }
  @inline(__always) static func xor(_ a: Self, _ b: Self) -> Self { Self(a.words ^ b.words) }
  @inline(__always) static func plus(_ a: Self, _ b: Self) -> Self { a &+ b }
  @inline(__always) static func minus(_ a: Self, _ b: Self) -> Self { a &- b }
  @inline(__always) static func not(_ a: Self) -> Self { Self(~a.words) }
  @inline(__always) static func isZero(_ a: Self) -> Self {
    let parts = unsafeBitCast(a, to: Parts.self)
    return unsafeBitCast((isZero(parts.0), isZero(parts.1), isZero(parts.2), isZero(parts.3)), to: Self.self)
  }
  private typealias Part = SIMD16<UInt8>
  private typealias Parts = (Part, Part, Part, Part)
  @inline(__always) private static func isZero(_ part: Part) -> Part {
    Part.zero.replacing(with: Part(repeating: .max), where: part .== Part.zero)
  }
}

extension SIMD32<UInt16>: Lanes {
  typealias Lane = UInt16
  @inline(__always) init(all value: Lane) { self.init(repeating: value) }
  @inline(__always) private init(_ words: SIMD8<UInt64>) { self = unsafeBitCast(words, to: Self.self) }
  @inline(__always) private var words: SIMD8<UInt64> { unsafeBitCast(self, to: SIMD8<UInt64>.self) }
  @inline(__always) static func and(_ a: Self, _ b: Self) -> Self { Self(a.words & b.words) }
  @inline(__always) static func or(_ a: Self, _ b: Self) -> Self { Self(a.words | b.words) }
  @inline(__always) static func xor(_ a: Self, _ b: Self) -> Self { Self(a.words ^ b.words) }
  @inline(__always) static func plus(_ a: Self, _ b: Self) -> Self { a &+ b }
  @inline(__always) static func minus(_ a: Self, _ b: Self) -> Self { a &- b }
  @inline(__always) static func not(_ a: Self) -> Self { Self(~a.words) }
  @inline(__always) static func isZero(_ a: Self) -> Self {
    let parts = unsafeBitCast(a, to: Parts.self)
    return unsafeBitCast((isZero(parts.0), isZero(parts.1), isZero(parts.2), isZero(parts.3)), to: Self.self)
  }
  private typealias Part = SIMD8<UInt16>
  private typealias Parts = (Part, Part, Part, Part)
  @inline(__always) private static func isZero(_ part: Part) -> Part {
    Part.zero.replacing(with: Part(repeating: .max), where: part .== Part.zero)
  }
}

extension SIMD16<UInt32>: Lanes {
  typealias Lane = UInt32
  @inline(__always) init(all value: Lane) { self.init(repeating: value) }
  @inline(__always) static func and(_ a: Self, _ b: Self) -> Self { a & b }
  @inline(__always) static func or(_ a: Self, _ b: Self) -> Self { a | b }
  @inline(__always) static func xor(_ a: Self, _ b: Self) -> Self { a ^ b }
  @inline(__always) static func plus(_ a: Self, _ b: Self) -> Self { a &+ b }
  @inline(__always) static func minus(_ a: Self, _ b: Self) -> Self { a &- b }
  @inline(__always) static func not(_ a: Self) -> Self { ~a }
  @inline(__always) static func isZero(_ a: Self) -> Self { Self.zero.replacing(with: Self(repeating: .max), where: a .== Self.zero) }
}

extension SIMD8<UInt64>: Lanes {
  typealias Lane = UInt64
  @inline(__always) init(all value: Lane) { self.init(repeating: value) }
  @inline(__always) static func and(_ a: Self, _ b: Self) -> Self { a & b }
  @inline(__always) static func or(_ a: Self, _ b: Self) -> Self { a | b }
  @inline(__always) static func xor(_ a: Self, _ b: Self) -> Self { a ^ b }
  @inline(__always) static func plus(_ a: Self, _ b: Self) -> Self { a &+ b }
  @inline(__always) static func minus(_ a: Self, _ b: Self) -> Self { a &- b }
  @inline(__always) static func not(_ a: Self) -> Self { ~a }
  @inline(__always) static func isZero(_ a: Self) -> Self { Self.zero.replacing(with: Self(repeating: .max), where: a .== Self.zero) }
}
