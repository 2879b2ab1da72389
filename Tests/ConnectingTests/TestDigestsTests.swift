import Model
import TestDigests
import Testing

@testable import Connecting

/// The tests' own digests against the examples of FIPS 180-4 (`abc`, two blocks) and the empty message.
@Test func referenceDigestsAgreeWithThePublishedExamples() {
  let two = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
  #expect(Hex.text(Digests.reference.sha1(Array("abc".utf8))) == "a9993e364706816aba3e25717850c26c9cd0d89d")
  #expect(Hex.text(Digests.reference.sha1(Array(two.utf8))) == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
  #expect(
    Hex.text(Digests.reference.sha256(Array("abc".utf8))) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  #expect(
    Hex.text(Digests.reference.sha256(Array(two.utf8))) == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
  #expect(Hex.text(Digests.reference.sha256([])) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
}

@Test func hexReadsWhatItWrites() {
  let all = (0...255).map { UInt8($0) }
  #expect(Hex.bytes(Hex.text(all)) == all)
  #expect(Hex.bytes("0AfF") == [0x0A, 0xFF])
  #expect(Hex.bytes("0") == nil)
  #expect(Hex.bytes("0g") == nil)
}
