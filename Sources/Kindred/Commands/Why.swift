import ArgumentParser
import Model

struct Why: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say why two records are, or are not, one customer.",
    discussion: """
      One record alone gives the customers that are nearest to its own; a customer gives the strongest tie of each of its records.

        kindred why crm/customer/KH0000101 erp/customer/02.000101
        kindred why crm/customer/KH0000101 erp/customer/02.000101 --format svg > why.svg
        kindred why crm/customer/KH0000101
        kindred why c-12
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, svg
  }

  @OptionGroup var options: HomeOptions
  @Argument(help: "source/type/key, or c-NUMBER alone.") var first: String
  @Argument(help: "source/type/key.") var second: String?
  @Option(help: "At most so many neighbours.") var limit = 10
  @Option(help: "text, json, or svg: a drawing of how the parts of a pair add up.") var format: Format = .text

  func validate() throws {
    if format == .svg, second == nil { throw ValidationError("Only a pair can be drawn: give a second record.") }
  }

  func run() async throws {
    try await failing {
      try await Session.with(options) { session in
        if let second {
          try await pair(second, session)
        } else if first.contains("/") {
          let nearest = try await session.get("/v1/why", query: [("first", first), ("limit", String(limit))])
          Console.show(nearest, format == .json, WhyText.nearest)
        } else {
          let ties = try await session.get("/v1/customers/\(try await session.customer(first))/why")
          Console.show(ties, format == .json) { ($0["ties"]?.elements ?? []).flatMap { WhyText.pair($0) + [""] } }
        }
      }
    }
  }

  private func pair(_ second: String, _ session: Session) async throws {
    let query = [("first", first), ("second", second)]
    if format == .svg {
      Console.print(bytes: try await session.fetch("/v1/why", query: query + [("format", "svg")]).body)
    } else {
      Console.show(try await session.get("/v1/why", query: query), format == .json, WhyText.pair)
    }
  }
}

struct How: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say how a customer came together, join by join, and what stands against it.",
    discussion: """
      The joins are worked out anew from the records as they are now, whatever really came first.

        kindred how c-12
        kindred how crm/customer/KH0000101
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @OptionGroup var options: HomeOptions
  @Argument(help: "c-NUMBER, or one of its records as source/type/key.") var customer: String
  @Option(help: "text or json.") var format: Format = .text

  func run() async throws {
    try await failing {
      try await Session.with(options) { session in
        Console.show(try await session.get("/v1/customers/\(try await session.customer(customer))/how"), format == .json, WhyText.how)
      }
    }
  }
}

extension Console {
  /// A document as JSON, or for people.
  static func show(_ document: Value, _ isJSON: Bool, _ lines: (Value) -> [String]) {
    if isJSON {
      print(bytes: CanonicalJSON.orderedBytes(document) + [0x0A])
    } else {
      lines(document).forEach(print)
    }
  }
}
