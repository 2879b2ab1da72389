import Model

/// An interoperable regular expression (I-Regexp, RFC 9485), matched in time linear in the length of the text.
///
/// The pattern becomes a nondeterministic automaton that is walked with a set of states, so no pattern can make it
/// backtrack. `^` and `$` anchor, as the RFC's translations to other dialects and the JSONPath compliance suite have it.
public struct IRegexp: Sendable {
  let program: [Instruction]

  enum Instruction: Sendable {
    case scalar(Unicode.Scalar)
    /// Any scalar but line feed and carriage return.
    case any
    case set(ScalarSet)
    /// Goes on at both places.
    case split(Int, Int)
    case jump(Int)
    case atStart
    case atEnd
    case accept
  }

  /// Compiles `pattern`.
  ///
  /// - Parameter allowsClasses: also accept `\d` for `[0-9]`, which I-Regexp leaves out and people write anyway.
  /// - Throws: a `Fault` with code `regexp-syntax` and the column, or `regexp-size` when repetitions blow the pattern up.
  public init(_ pattern: String, allowsClasses: Bool = false) throws(Fault) {
    var parser = RegexpParser(pattern, allowsClasses: allowsClasses)
    let tree = try parser.parse()
    var compiler = RegexpCompiler()
    try compiler.emit(tree)
    compiler.program.append(.accept)
    program = compiler.program
  }

  /// True when the whole text matches.
  public func matches(_ text: String) -> Bool { run(text, isAnchored: true) }

  /// True when a part of the text matches.
  public func isFound(in text: String) -> Bool { run(text, isAnchored: false) }

  private func run(_ text: String, isAnchored: Bool) -> Bool {
    var current = StateSet(count: program.count)
    var next = StateSet(count: program.count)
    let scalars = text.unicodeScalars
    var index = scalars.startIndex
    if follow(0, isStart: true, isEnd: index == scalars.endIndex, isAnchored, into: &current) { return true }
    while index < scalars.endIndex {
      let scalar = scalars[index]
      scalars.formIndex(after: &index)
      let isEnd = index == scalars.endIndex
      next.removeAll()
      for state in current.states where consumes(program[state], scalar) {
        if follow(state + 1, isStart: false, isEnd: isEnd, isAnchored, into: &next) { return true }
      }
      if !isAnchored, follow(0, isStart: false, isEnd: isEnd, isAnchored, into: &next) { return true }
      if isAnchored, next.states.isEmpty { return false }
      swap(&current, &next)
    }
    return false
  }

  private func consumes(_ instruction: Instruction, _ scalar: Unicode.Scalar) -> Bool {
    switch instruction {
    case .scalar(let expected): scalar == expected
    case .any: scalar != "\n" && scalar != "\r"
    case .set(let set): set.contains(scalar)
    case .split, .jump, .atStart, .atEnd, .accept: false
    }
  }

  /// Adds a state and all that it reaches without reading. True when that accepts.
  private func follow(_ start: Int, isStart: Bool, isEnd: Bool, _ isAnchored: Bool, into set: inout StateSet) -> Bool {
    var pending = [start]
    while let state = pending.popLast() {
      guard set.insert(state) else { continue }
      switch program[state] {
      case .jump(let target): pending.append(target)
      case .split(let first, let second):
        pending.append(second)
        pending.append(first)
      case .atStart: if isStart { pending.append(state + 1) }
      case .atEnd: if isEnd { pending.append(state + 1) }
      case .accept: if !isAnchored || isEnd { return true }
      case .scalar, .any, .set: break
      }
    }
    return false
  }

  /// The set of live states, with constant-time insertion and clearing.
  private struct StateSet {
    var states: [Int] = []
    private var marks: [Int]
    private var generation = 1

    init(count: Int) { marks = [Int](repeating: 0, count: count) }

    mutating func insert(_ state: Int) -> Bool {
      guard marks[state] != generation else { return false }
      marks[state] = generation
      states.append(state)
      return true
    }

    mutating func removeAll() {
      states.removeAll(keepingCapacity: true)
      generation += 1
    }
  }
}

/// A character class.
struct ScalarSet: Sendable {
  enum Member: Sendable {
    case range(ClosedRange<UInt32>)
    /// A general category such as `Lu`, or a group such as `L`; negated for `\P`.
    case category(String, isNegated: Bool)
  }

  var members: [Member]
  var isNegated: Bool

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let isMember = members.contains { member in
      switch member {
      case .range(let range): range.contains(scalar.value)
      case .category(let name, let isNegated): Self.isCategory(scalar, name) != isNegated
      }
    }
    return isMember != isNegated
  }

  private static func isCategory(_ scalar: Unicode.Scalar, _ name: String) -> Bool {
    let category = abbreviation(scalar.properties.generalCategory)
    return name.utf8.count == 1 ? category.utf8.first == name.utf8.first : category == name
  }

  static let categories: Set<String> = [
    "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po",
    "Ps", "Z", "Zl", "Zp", "Zs", "S", "Sc", "Sk", "Sm", "So", "C", "Cc", "Cf", "Cn", "Co",
  ]

  private static func abbreviation(_ category: Unicode.GeneralCategory) -> String {
    switch category {
    case .uppercaseLetter: "Lu"
    case .lowercaseLetter: "Ll"
    case .titlecaseLetter: "Lt"
    case .modifierLetter: "Lm"
    case .otherLetter: "Lo"
    case .nonspacingMark: "Mn"
    case .spacingMark: "Mc"
    case .enclosingMark: "Me"
    case .decimalNumber: "Nd"
    case .letterNumber: "Nl"
    case .otherNumber: "No"
    case .connectorPunctuation: "Pc"
    case .dashPunctuation: "Pd"
    case .openPunctuation: "Ps"
    case .closePunctuation: "Pe"
    case .initialPunctuation: "Pi"
    case .finalPunctuation: "Pf"
    case .otherPunctuation: "Po"
    case .mathSymbol: "Sm"
    case .currencySymbol: "Sc"
    case .modifierSymbol: "Sk"
    case .otherSymbol: "So"
    case .spaceSeparator: "Zs"
    case .lineSeparator: "Zl"
    case .paragraphSeparator: "Zp"
    case .control: "Cc"
    case .format: "Cf"
    case .surrogate: "Cs"
    case .privateUse: "Co"
    case .unassigned: "Cn"
    @unknown default: "Cn"
    }
  }
}
