/// The cryptographic digests that the core needs, injected from above: modules below `Serving` link no cryptography library.
public struct Digests: Sendable {
  public var sha256: @Sendable ([UInt8]) -> [UInt8]
  public var sha1: @Sendable ([UInt8]) -> [UInt8]

  public init(sha256: @escaping @Sendable ([UInt8]) -> [UInt8], sha1: @escaping @Sendable ([UInt8]) -> [UInt8]) {
    self.sha256 = sha256
    self.sha1 = sha1
  }
}
