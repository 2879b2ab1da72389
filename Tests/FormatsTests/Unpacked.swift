import Foundation
import Model
import Testing

@testable import Formats

/// What an ``Unpacker`` makes of a file: its parts with their text.
func unpack(
  _ bytes: [UInt8], name: String = "file", options: UnpackOptions = UnpackOptions(), scratch: any ScratchSpace = MemoryScratch()
) throws -> [(part: FilePart, bytes: [UInt8])] {
  let unpacker = Unpacker(MemoryBytes(bytes), name: name, options: options, scratch: scratch)
  var parts: [(part: FilePart, bytes: [UInt8])] = []
  while let part = try unpacker.nextPart() {
    var text: [UInt8] = []
    while let chunk = try unpacker.nextChunk() { text += chunk }
    parts.append((part, text))
  }
  return parts
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// The rows of a part as `line: value|value`, faults as `line: code`.
func rows(_ part: FilePart, _ bytes: [UInt8]) throws -> [String] {
  var rows: [String] = []
  let context = ReadContext(file: part.name, isSheet: part.isSheet)
  try ItemReader.read(bytes, format: part.format, encoding: part.encoding, context: context) { item in
    switch item {
    case .failure(let fault): rows.append("\(fault.fault.location?.line ?? 0): \(fault.fault.code)")
    case .success(let item):
      guard case .value(.object(let object)) = item.content else { return }
      rows.append("\(item.location.line ?? 0): " + object.members.map { $0.value.text ?? "?" }.joined(separator: "|"))
    }
  }
  return rows
}

func fixture(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: fixturesFolder.appending(path: name))) }

let fixturesFolder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .appending(path: "fixtures/formats")

/// The code of the fault that `body` throws.
func code(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return (error as? Fault)?.code
  }
}

/// A zip file whose entries are stored as they are.
struct StoredZip {
  private(set) var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  /// - Parameters:
  ///   - flags: general purpose bits.
  ///   - isWide: whether the sizes stand in the ZIP64 field.
  mutating func add(_ name: [UInt8], _ content: [UInt8], flags: UInt16 = 0, method: UInt16 = 0, isWide: Bool = false) {
    let offset = UInt32(bytes.count)
    let sizes: [UInt8] = isWide ? little(UInt32.max) + little(UInt32.max) : little(UInt32(content.count)) + little(UInt32(content.count))
    let common = little(flags) + little(method) + little(UInt32(0)) + little(checksum(content)) + sizes + little(UInt16(name.count))
    let extra: [UInt8] =
      isWide ? little(UInt16(1)) + little(UInt16(16)) + little(UInt64(content.count)) + little(UInt64(content.count)) : []
    bytes += little(0x0403_4B50 as UInt32) + little(UInt16(20)) + common + little(UInt16(0)) + name + content
    directory += little(0x0201_4B50 as UInt32) + little(UInt16(20)) + little(UInt16(20)) + common + little(UInt16(extra.count))
    directory += little(UInt16(0)) + little(UInt16(0)) + little(UInt16(0)) + little(UInt32(0)) + little(offset) + name + extra
    count += 1
  }

  mutating func add(_ name: String, _ content: String) { add(Array(name.utf8), Array(content.utf8), flags: 0x800) }

  var file: [UInt8] {
    bytes + directory + little(0x0605_4B50 as UInt32) + little(UInt32(0)) + little(UInt16(count)) + little(UInt16(count))
      + little(UInt32(directory.count)) + little(UInt32(bytes.count)) + little(UInt16(0))
  }
}

func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }

/// CRC-32, bit by bit.
func checksum(_ bytes: [UInt8]) -> UInt32 {
  var value: UInt32 = .max
  for byte in bytes {
    value ^= UInt32(byte)
    for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
  }
  return ~value
}

/// A gzip member whose content is stored as it is.
func storedGzip(_ content: [UInt8]) -> [UInt8] {
  var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
  var at = 0
  repeat {
    let length = min(65_535, content.count - at)
    let isLast = at + length == content.count
    bytes += [isLast ? 1 : 0] + little(UInt16(length)) + little(~UInt16(length)) + content[at..<at + length]
    at += length
  } while at < content.count
  return bytes + little(checksum(content)) + little(UInt32(content.count))
}
