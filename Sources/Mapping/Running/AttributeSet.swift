import Model

/// The attributes of an output or of a row of children: constants, and expressions that are evaluated for every item.
struct AttributeSet: Sendable {
  let constants: [String: Value]
  let programs: [OutputProgram.AttributeProgram]
  /// Every name with its constant, or null: to copy a dictionary and fill its places costs a fraction of building one.
  private let template: [String: Value]
  /// Where the values of `programs` stand in the template.
  private let places: [Dictionary<String, Value>.Index]

  init(constants: [String: Value], programs: [OutputProgram.AttributeProgram]) {
    self.constants = constants
    self.programs = programs
    let template = programs.reduce(into: constants) { $0[$1.name] = .null }
    self.template = template
    places = programs.compactMap { template.index(forKey: $0.name) }
  }

  /// - Throws: the fault of the first expression that fails, without a location.
  func values(_ scope: Scope) throws(Fault) -> [String: Value] {
    var values = template
    var absent: [String] = []
    for (index, program) in programs.enumerated() {
      if let value = try program.value(scope) { values.values[places[index]] = value } else { absent.append(program.name) }
    }
    for name in absent { values[name] = nil }
    return values
  }
}
