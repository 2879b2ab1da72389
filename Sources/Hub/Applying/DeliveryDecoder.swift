import Connecting
import Formats
import Mapping
import Model
import Storing

/// What a delivery turned out to be.
enum Decoded {
  /// The items' outputs, in order.
  case outputs([DecodedOutput])
  case decision(DecisionCommand)
  /// Nothing of it can be trusted.
  case undecodable(Fault)
}

/// One output of one item, with the bytes it came from.
struct DecodedOutput {
  var item: Int
  var result: Output
  var raw: [UInt8]
}

/// Turns journaled bytes into statements: format reader, then mapping. Pure.
struct DeliveryDecoder: Sendable {
  let catalog: MappingCatalog

  func decode(_ delivery: JournaledDelivery) -> Decoded {
    if delivery.stream == DecisionCommand.stream { return DecisionCommand.decode(delivery.body) }
    do throws(Fault) {
      let type = delivery.contentType.flatMap(MediaType.init(parsing:))
      guard let format = type?.format else {
        throw Fault("unknown-format", "The delivery does not say in which format it is: \(delivery.contentType ?? "no content type").")
      }
      let program = try catalog.program(for: delivery.stream, format: format, named: delivery.mapping)
      return .outputs(try read(delivery, format: format, encoding: type?.charset, program))
    } catch {
      return .undecodable(error)
    }
  }

  private func read(
    _ delivery: JournaledDelivery, format: Format, encoding: String?, _ program: MappingProgram
  ) throws(Fault) -> [DecodedOutput] {
    let context = ReadContext(
      header: delivery.meta["header"].flatMap { Hex.bytes($0) }, firstRow: delivery.meta["row"].flatMap { Int($0) } ?? 1,
      firstLine: delivery.meta["line"].flatMap { Int($0) } ?? 1, file: delivery.meta["file"] ?? delivery.origin)
    var outputs: [DecodedOutput] = []
    do {
      try ItemReader.read(delivery.body, format: format, encoding: encoding, context: context) { item in
        switch item {
        case .success(let item):
          let results = program.run(item, meta: delivery.meta.filter { $0.key != "header" })
          // A document's bytes are the whole delivery: its dead letters need them once, not once an output.
          outputs += results.map { DecodedOutput(item: item.index, result: $0, raw: item.raw) }
          if results.isEmpty { outputs.append(DecodedOutput(item: item.index, result: .filtered, raw: item.raw)) }
        case .failure(let fault):
          outputs.append(DecodedOutput(item: fault.index, result: .fault(fault.fault), raw: fault.raw))
        }
      }
    } catch let fault as Fault {
      throw fault
    } catch {
      throw Fault("unreadable", "The delivery cannot be read: \(error).")
    }
    return outputs
  }
}
