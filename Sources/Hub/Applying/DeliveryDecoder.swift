import Connecting
import Formats
import Mapping
import Mastering
import Model
import Storing

/// What a delivery turned out to be.
enum Decoded: Sendable {
  /// The items' outputs, in order.
  case outputs([DecodedOutput])
  case decision(DecisionCommand)
  /// Nothing of it can be trusted.
  case undecodable(Fault)
}

/// One output of one item, with the bytes it came from.
struct DecodedOutput: Sendable {
  enum Result: Sendable {
    case claim(Claim)
    case filtered
    case fault(Fault)
  }

  /// Counted from 0 over the rows, lines or batch entries of the delivery.
  var item: Int
  var result: Result
  var raw: [UInt8]

  var isFiltered: Bool { if case .filtered = result { true } else { false } }
}

/// A statement, with what can be worked out of it alone.
struct Claim: Sendable {
  var statement: Statement
  /// What it says, as canonical JSON, and its hash.
  var content: (json: [UInt8], hash: UInt64)
  /// When it counts; nil for always.
  var expectation: StockExpectation?

  /// - Throws: `stock-expectation`.
  init(_ statement: Statement) throws(Fault) {
    self.statement = statement
    if statement.key.type == StockLevels.type { expectation = try self.statement.takeExpectation() }
    content = Mastering.content(of: self.statement)
  }
}

/// Turns journaled bytes into statements: format reader, then mapping. Pure.
struct DeliveryDecoder: Sendable {
  let catalog: MappingCatalog

  func decode(_ delivery: JournaledDelivery) -> Decoded {
    if delivery.stream == DecisionCommand.stream { return DecisionCommand.decode(delivery.body) }
    do throws(Fault) {
      let program = try program(for: delivery)
      let encoding = delivery.contentType.flatMap(MediaType.init(parsing:))?.charset
      return .outputs(try read(delivery, format: program.format, encoding: encoding, program))
    } catch {
      return .undecodable(error)
    }
  }

  /// The mapping that reads a delivery.
  /// - Throws: `unknown-format`, `unknown-mapping`, `wrong-format` or `no-mapping`.
  func program(for delivery: JournaledDelivery) throws(Fault) -> MappingProgram {
    guard let format = delivery.contentType.flatMap(MediaType.init(parsing:))?.format else {
      throw Fault("unknown-format", "The delivery does not say in which format it is: \(delivery.contentType ?? "no content type").")
    }
    return try catalog.program(for: delivery.stream, format: format, named: delivery.mapping)
  }

  private func read(
    _ delivery: JournaledDelivery, format: Format, encoding: String?, _ program: MappingProgram
  ) throws(Fault) -> [DecodedOutput] {
    var context = ReadContext(deliveryMeta: delivery.meta)
    context.file = context.file ?? delivery.origin
    context.columns = program.columns
    let meta = delivery.meta.filter { $0.key != "header" }
    var outputs: [DecodedOutput] = []
    var items = 0
    do {
      try ItemReader.read(delivery.body, format: format, encoding: encoding, context: context) { item in
        switch item {
        case .success(let item):
          let parts = program.runParts(item, meta: meta)
          let raw = item.raw
          if parts.isEmpty { outputs.append(DecodedOutput(item: items, result: .filtered, raw: raw)) }
          for part in parts {
            Self.append(part, of: items, raw, to: &outputs)
            items += 1
          }
        case .failure(let fault):
          outputs.append(DecodedOutput(item: items, result: .fault(fault.fault), raw: fault.raw))
          items += 1
        }
      }
    } catch let fault as Fault {
      throw fault
    } catch {
      throw Fault("unreadable", "The delivery cannot be read: \(error).")
    }
    return outputs
  }

  /// What an item said. Outputs that do not concern it are no news, unless none does.
  private static func append(_ said: [Output], of item: Int, _ raw: [UInt8], to outputs: inout [DecodedOutput]) {
    let before = outputs.count
    for output in said {
      switch output {
      case .filtered: continue
      case .fault(let fault): outputs.append(DecodedOutput(item: item, result: .fault(fault), raw: raw))
      case .statement(let statement): outputs.append(DecodedOutput(item: item, result: claim(statement), raw: raw))
      }
    }
    if outputs.count == before { outputs.append(DecodedOutput(item: item, result: .filtered, raw: raw)) }
  }

  private static func claim(_ statement: Statement) -> DecodedOutput.Result {
    do throws(Fault) { return .claim(try Claim(statement)) } catch { return .fault(error) }
  }
}
