import Model

/// The grammar of RFC 9485 §4.
struct RegexpParser {
  indirect enum Tree {
    case scalar(Unicode.Scalar)
    case any
    case set(ScalarSet)
    case atStart
    case atEnd
    case sequence([Tree])
    case alternatives([Tree])
    /// `atMost` is nil for no upper bound.
    case repetition(Tree, atLeast: Int, atMost: Int?)
  }

  private let scalars: [Unicode.Scalar]
  private let allowsClasses: Bool
  private var position = 0
  private var depth = 0

  init(_ pattern: String, allowsClasses: Bool) {
    scalars = Array(pattern.unicodeScalars)
    self.allowsClasses = allowsClasses
  }

  mutating func parse() throws(Fault) -> Tree {
    let tree = try parseAlternatives()
    guard position == scalars.count else { throw fail("This ) closes nothing.") }
    return tree
  }

  private mutating func parseAlternatives() throws(Fault) -> Tree {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 100 else { throw fail("The pattern is nested too deeply.") }
    var branches = [try parseBranch()]
    while peek == "|" {
      position += 1
      branches.append(try parseBranch())
    }
    return branches.count == 1 ? branches[0] : .alternatives(branches)
  }

  private mutating func parseBranch() throws(Fault) -> Tree {
    var pieces: [Tree] = []
    while let scalar = peek, scalar != "|", scalar != ")" {
      pieces.append(try parseQuantified(try parseAtom()))
    }
    return pieces.count == 1 ? pieces[0] : .sequence(pieces)
  }

  private mutating func parseAtom() throws(Fault) -> Tree {
    let scalar = scalars[position]
    switch scalar {
    case ".": return advance(.any)
    case "^": return advance(.atStart)
    case "$": return advance(.atEnd)
    case "(":
      position += 1
      let inner = try parseAlternatives()
      guard peek == ")" else { throw fail("Expected ) here.") }
      return advance(inner)
    case "[": return .set(try parseClass())
    case "\\":
      switch try parseEscape() {
      case .range(let range) where range.count == 1: return .scalar(Unicode.Scalar(range.lowerBound) ?? "\\")
      case let member: return .set(ScalarSet(members: [member], isNegated: false))
      }
    case "*", "+", "?", "{": throw fail("There is nothing before \(scalar) to repeat.")
    case "]", "}": throw fail("A literal \(scalar) must be written \\\(scalar).")
    default: return advance(.scalar(scalar))
    }
  }

  private mutating func parseQuantified(_ atom: Tree) throws(Fault) -> Tree {
    switch peek {
    case "*": return advance(.repetition(atom, atLeast: 0, atMost: nil))
    case "+": return advance(.repetition(atom, atLeast: 1, atMost: nil))
    case "?": return advance(.repetition(atom, atLeast: 0, atMost: 1))
    case "{":
      position += 1
      guard let least = parseCount() else { throw fail("A number must follow {.") }
      var most: Int? = least
      if peek == "," {
        position += 1
        most = parseCount()
      }
      guard peek == "}", most.map({ $0 >= least }) ?? true else { throw fail("Expected } and a range that rises.") }
      return advance(.repetition(atom, atLeast: least, atMost: most))
    default: return atom
    }
  }

  private mutating func parseCount() -> Int? {
    let start = position
    var count = 0
    while let scalar = peek, ("0"..."9").contains(scalar) {
      count = min(count * 10 + Int(scalar.value - 0x30), 1_000_000)
      position += 1
    }
    return position > start ? count : nil
  }

  private mutating func parseClass() throws(Fault) -> ScalarSet {
    position += 1
    var set = ScalarSet(members: [], isNegated: peek == "^")
    if set.isNegated { position += 1 }
    if peek == "-" {
      set.members.append(.range(0x2D...0x2D))
      position += 1
    }
    while let scalar = peek, scalar != "]" {
      if scalar == "-" {
        position += 1
        guard peek == "]" else { throw fail("A literal - stands first or last in a class, or is written \\-.") }
        set.members.append(.range(0x2D...0x2D))
        continue
      }
      set.members.append(try parseClassMember())
    }
    guard peek == "]", !set.members.isEmpty else { throw fail("A class needs members and a closing ].") }
    position += 1
    return set
  }

  private mutating func parseClassMember() throws(Fault) -> ScalarSet.Member {
    let start = position
    let member = try parseClassAtom()
    guard case .range(let low) = member, low.count == 1, peek == "-", let after = peek(1), after != "]" else { return member }
    position += 1
    guard case .range(let high) = try parseClassAtom(), high.count == 1, high.lowerBound >= low.lowerBound else {
      throw fail("This range runs backwards or ends in a class.", at: start)
    }
    return .range(low.lowerBound...high.lowerBound)
  }

  private mutating func parseClassAtom() throws(Fault) -> ScalarSet.Member {
    guard let scalar = peek else { throw fail("The class is never closed.") }
    if scalar == "\\" { return try parseEscape() }
    guard scalar != "[" else { throw fail("A literal [ in a class must be written \\[.") }
    position += 1
    return .range(scalar.value...scalar.value)
  }

  private mutating func parseEscape() throws(Fault) -> ScalarSet.Member {
    let start = position
    position += 1
    guard let scalar = peek else { throw fail("The pattern ends in a backslash.", at: start) }
    position += 1
    switch scalar {
    case "n": return .range(0x0A...0x0A)
    case "r": return .range(0x0D...0x0D)
    case "t": return .range(0x09...0x09)
    case "p", "P": return try parseCategory(isNegated: scalar == "P", at: start)
    case "d" where allowsClasses: return .range(0x30...0x39)
    case "(", ")", "*", "+", "-", ".", "?", "[", "\\", "]", "^", "{", "|", "}", "$": return .range(scalar.value...scalar.value)
    default: throw fail("\\\(scalar) is not part of I-Regexp (RFC 9485).", at: start)
    }
  }

  private mutating func parseCategory(isNegated: Bool, at start: Int) throws(Fault) -> ScalarSet.Member {
    guard peek == "{", let end = scalars[position...].firstIndex(of: "}") else {
      throw fail("A category is written \\p{…}.", at: start)
    }
    var name = String.UnicodeScalarView()
    name.append(contentsOf: scalars[(position + 1)..<end])
    guard ScalarSet.categories.contains(String(name)) else {
      throw fail("There is no category \(String(name)).", at: start)
    }
    position = end + 1
    return .category(String(name), isNegated: isNegated)
  }

  private var peek: Unicode.Scalar? { peek(0) }

  private func peek(_ offset: Int) -> Unicode.Scalar? {
    position + offset < scalars.count ? scalars[position + offset] : nil
  }

  private mutating func advance(_ tree: Tree) -> Tree {
    position += 1
    return tree
  }

  private func fail(_ message: String, at place: Int? = nil) -> Fault {
    Fault("regexp-syntax", message, at: Location(line: 1, column: (place ?? position) + 1))
  }
}

/// Turns the tree into instructions, repeating counted parts as often as the count says.
struct RegexpCompiler {
  /// Bounds memory and the cost per scalar, whatever `{n,m}` inside `{n,m}` asks for.
  static let sizeLimit = 10_000

  var program: [IRegexp.Instruction] = []
  /// Calls of ``emit(_:)``: a repeated empty group adds no instruction, yet must not run on.
  private var steps = 0

  mutating func emit(_ tree: RegexpParser.Tree) throws(Fault) {
    steps += 1
    guard steps < Self.sizeLimit else {
      throw Fault("regexp-size", "The pattern repeats so much that it needs more than \(Self.sizeLimit) states.")
    }
    switch tree {
    case .scalar(let scalar): program.append(.scalar(scalar))
    case .any: program.append(.any)
    case .set(let set): program.append(.set(set))
    case .atStart: program.append(.atStart)
    case .atEnd: program.append(.atEnd)
    case .sequence(let parts): for part in parts { try emit(part) }
    case .alternatives(let branches): try emitAlternatives(branches)
    case .repetition(let inner, let least, let most): try emitRepetition(inner, least, most)
    }
  }

  private mutating func emitAlternatives(_ branches: [RegexpParser.Tree]) throws(Fault) {
    var exits: [Int] = []
    for branch in branches.dropLast() {
      let fork = program.count
      program.append(.accept)
      try emit(branch)
      exits.append(program.count)
      program.append(.accept)
      program[fork] = .split(fork + 1, program.count)
    }
    if let last = branches.last { try emit(last) }
    for exit in exits { program[exit] = .jump(program.count) }
  }

  private mutating func emitRepetition(_ inner: RegexpParser.Tree, _ least: Int, _ most: Int?) throws(Fault) {
    for _ in 0..<least { try emit(inner) }
    guard let most else {
      let fork = program.count
      program.append(.accept)
      try emit(inner)
      program.append(.jump(fork))
      program[fork] = .split(fork + 1, program.count)
      return
    }
    var forks: [Int] = []
    for _ in least..<max(least, most) {
      forks.append(program.count)
      program.append(.accept)
      try emit(inner)
    }
    for fork in forks { program[fork] = .split(fork + 1, program.count) }
  }
}
