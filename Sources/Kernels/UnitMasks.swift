import CKernels

/// Where a pattern of at most 64 units has each unit: bit i is set for a unit that stands at place i.
protocol UnitMasks {
  func mask(_ unit: UInt16) -> UInt64
}

/// The masks of 64 units in a table: a direct one for the units of Latin-1, an open-addressed one for all others.
///
/// A view of memory that its owner keeps; all zero is the table of the empty text.
struct MaskTable: UnitMasks {
  static let byteCount = 256 * 8 + slots * (8 + 2)
  /// Twice the units a table may hold, so that a search always ends at a free slot.
  private static let slots = 128

  private let memory: UnsafeMutableRawPointer

  @inline(__always)
  init(at memory: UnsafeMutableRawPointer) { self.memory = memory }

  @inline(__always) private var direct: UnsafeMutablePointer<UInt64> { memory.assumingMemoryBound(to: UInt64.self) }
  @inline(__always) private var values: UnsafeMutablePointer<UInt64> { direct + 256 }
  /// Zero is a free slot: the unit zero has its place in the direct table.
  @inline(__always) private var keys: UnsafeMutablePointer<UInt16> {
    UnsafeMutableRawPointer(values + Self.slots).assumingMemoryBound(to: UInt16.self)
  }

  /// Fills a table of zeros with at most 64 units.
  func fill(_ units: Slice<UnsafeBufferPointer<UInt16>>) {
    var bit: UInt64 = 1
    for unit in units {
      if unit < 256 {
        direct[Int(unit)] |= bit
      } else {
        let slot = slot(of: unit)
        keys[slot] = unit
        values[slot] |= bit
      }
      bit <<= 1
    }
  }

  @inline(__always)
  func mask(_ unit: UInt16) -> UInt64 { unit < 256 ? direct[Int(unit)] : values[slot(of: unit)] }

  /// The slot that holds the unit, or the free one where it would stand.
  @inline(__always)
  private func slot(of unit: UInt16) -> Int {
    // The upper bits of a product spread neighbours: Han of one text often lie close together.
    var slot = Int((unit &* 0x9e37) >> 9)
    while keys[slot] != unit, keys[slot] != 0 { slot = (slot + 1) & (Self.slots - 1) }
    return slot
  }
}

/// The masks of 1 to 16 units, found by comparing all of them at once: for a pair that is compared only once, a table would
/// cost more than it saves.
struct ShortMasks: UnitMasks {
  /// The first and the last 8, 4, 2 or 1 units; some are in both.
  private var ends: (SIMD8<UInt16>, SIMD8<UInt16>)
  private let valid: UInt64
  private let shift: UInt64

  @inline(__always)
  init(_ text: UnsafeBufferPointer<UInt16>) {
    let start = UnsafeRawPointer(text.baseAddress.unsafelyUnwrapped)
    let width: Int
    switch text.count {
    case 8...: (width, ends) = (8, Self.ends(start, text.count, as: SIMD8<UInt16>.self) { $0 })
    case 4...:
      (width, ends) = (4, Self.ends(start, text.count, as: SIMD4<UInt16>.self) { SIMD8(lowHalf: $0, highHalf: .zero) })
    case 2...: (width, ends) = (2, Self.ends(start, text.count, as: SIMD2<UInt16>.self) { SIMD8($0[0], $0[1], 0, 0, 0, 0, 0, 0) })
    default: (width, ends) = (1, Self.ends(start, text.count, as: UInt16.self) { SIMD8($0, 0, 0, 0, 0, 0, 0, 0) })
    }
    valid = (1 &<< UInt64(width)) &- 1
    shift = UInt64(text.count &- width)
  }

  @inline(__always)
  private static func ends<Part: BitwiseCopyable>(
    _ start: UnsafeRawPointer, _ count: Int, as type: Part.Type, _ fill: (Part) -> SIMD8<UInt16>
  ) -> (SIMD8<UInt16>, SIMD8<UInt16>) {
    (fill(start.loadUnaligned(as: type)), fill((start + count * 2 - MemoryLayout<Part>.size).loadUnaligned(as: type)))
  }

  @inline(__always)
  func mask(_ unit: UInt16) -> UInt64 {
    let equal = withUnsafeBytes(of: ends) { kindred_equal_units($0.assumingMemoryBound(to: UInt16.self).baseAddress, unit) }
    return equal & valid | (equal &>> 8 & valid) &<< shift
  }
}

/// The masks of 17 to 32 units, found in the same way.
struct MediumMasks: UnitMasks {
  private let head: ShortMasks
  private let tail: ShortMasks

  @inline(__always)
  init(_ text: UnsafeBufferPointer<UInt16>) {
    head = ShortMasks(UnsafeBufferPointer(rebasing: text[..<16]))
    tail = ShortMasks(UnsafeBufferPointer(rebasing: text[16...]))
  }

  @inline(__always)
  func mask(_ unit: UInt16) -> UInt64 { head.mask(unit) | tail.mask(unit) &<< 16 }
}
