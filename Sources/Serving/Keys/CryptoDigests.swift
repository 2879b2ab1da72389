import Crypto
import Model

/// The digests of the core, by swift-crypto. SHA-1 serves protocols that ask for it (WeChat's signature), nothing else.
public enum CryptoDigests {
  public static let standard = Digests(
    sha256: { Array(SHA256.hash(data: $0)) },
    sha1: { Array(Insecure.SHA1.hash(data: $0)) })
}
