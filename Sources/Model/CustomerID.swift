/// The permanent id of a customer (contract C3): a number that rises with the age of the customer, written `c-` and
/// the number. A lower number is an older customer.
public struct CustomerID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let number: Int64

  public init(_ number: Int64) { self.number = number }

  public init?(parsing text: String) {
    guard text.hasPrefix("c-"), let number = Int64(text.dropFirst(2)), number > 0, text == "c-\(number)" else { return nil }
    self.number = number
  }

  public static func < (left: CustomerID, right: CustomerID) -> Bool { left.number < right.number }

  public var description: String { "c-\(number)" }
}
