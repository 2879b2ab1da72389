/// Which characters are taken for one another by ear or by eye.
public enum HanForms {
  /// True when two different characters share a toneless reading: 鑫 and 信 (xin).
  public static func soundsAlike(_ one: Unicode.Scalar, _ other: Unicode.Scalar) -> Bool {
    Pinyin.readings(of: one).overlaps(Pinyin.readings(of: other))
  }

  /// True when two different characters have nearly the same strokes, or all but the radical in common: 未 and 末, 沈 and 沉, 玮 and 伟.
  public static func looksAlike(_ one: Unicode.Scalar, _ other: Unicode.Scalar) -> Bool {
    let left = groups(of: one)
    guard !left.isEmpty else { return false }
    let right = groups(of: other)
    return left.contains { right.contains($0) }
  }

  /// Numbers of the groups that a character is in, at most a dozen.
  private static func groups(of scalar: Unicode.Scalar) -> ArraySlice<UInt16> {
    let index = Int(scalar.value) - 0x4E00
    guard index >= 0, index + 1 < table.starts.count else { return [] }
    return table.groups[Int(table.starts[index])..<Int(table.starts[index + 1])]
  }

  private static let table: (starts: [UInt32], groups: [UInt16]) = {
    var members: [(character: UInt32, group: UInt16)] = []
    var group: UInt16 = 0
    for scalar in shapeGroups.unicodeScalars {
      if scalar == ";" {
        group += 1
      } else if scalar.value >= 0x4E00, scalar.value <= 0x9FFF {
        members.append((scalar.value - 0x4E00, group))
      }
    }
    members.sort { ($0.character, $0.group) < ($1.character, $1.group) }
    var starts = [UInt32](repeating: 0, count: 0x9FFF - 0x4E00 + 2)
    for member in members { starts[Int(member.character) + 1] += 1 }
    for index in 1..<starts.count { starts[index] += starts[index - 1] }
    return (starts, members.map(\.group))
  }()
}
