import Model

/// The streams in an OLE2 compound file ([MS-CFB]), which is what old Office files are. Chains that are broken or go round end where
/// they break.
final class CompoundFile {
  private let bytes: any RandomBytes
  private let sectorSize: Int
  private let miniSectorSize: Int
  private let miniCutoff: Int
  /// The next sector of each sector.
  private var table: [UInt32] = []
  private var miniTable: [UInt32] = []
  private var entries: [Entry] = []
  private var miniStream: [Int] = []

  private struct Entry {
    var name: String
    var start: Int
    var size: Int
    var isRoot: Bool
  }

  static let signature: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]

  /// - Parameter name: of the file, for faults.
  /// - Throws: `xls-damaged`.
  init(_ bytes: any RandomBytes, name: String) throws(Fault) {
    self.bytes = bytes
    let header = LittleEndian(try bytes.read(at: 0, count: 512))
    guard header.bytes.starts(with: Self.signature), let shift = header.u16(30), (7...16).contains(shift), let miniShift = header.u16(32),
      miniShift < shift, let directory = header.u32(48), let cutoff = header.u32(56), let miniStart = header.u32(60)
    else { throw Fault("xls-damaged", "\(name) is a damaged Office file.", at: Location(file: name)) }
    sectorSize = 1 << shift
    miniSectorSize = 1 << miniShift
    miniCutoff = cutoff
    table = try readTable(header)
    miniTable = try numbers(in: chain(miniStart))
    try readDirectory(chain(directory))
    if let root = entries.first(where: \.isRoot) { miniStream = chain(root.start) }
  }

  private var sectorCount: Int { max(0, (bytes.count + sectorSize - 1) / sectorSize - 1) }

  /// The sector numbers of the table stand in the header, and those that have no room there in sectors of their own.
  private func readTable(_ header: LittleEndian<[UInt8]>) throws(Fault) -> [UInt32] {
    var sectors = (0..<109).compactMap { header.u32(76 + $0 * 4) }
    var next = header.u32(68) ?? Int(UInt32.max)
    var seen = 0
    while next < sectorCount, seen <= sectorCount / (sectorSize / 4) {
      let more = LittleEndian(try sector(next))
      let count = sectorSize / 4 - 1
      sectors += (0..<count).compactMap { more.u32($0 * 4) }
      next = more.u32(count * 4) ?? Int(UInt32.max)
      seen += 1
    }
    return try numbers(in: sectors.filter { $0 < sectorCount })
  }

  private func sector(_ number: Int) throws(Fault) -> [UInt8] { try bytes.read(at: (number + 1) * sectorSize, count: sectorSize) }

  private func numbers(in sectors: [Int]) throws(Fault) -> [UInt32] {
    var numbers: [UInt32] = []
    for number in sectors.prefix(sectorCount) {
      let words = LittleEndian(try sector(number))
      for index in 0..<(words.bytes.count / 4) { numbers.append(UInt32(words.u32(index * 4) ?? 0)) }
    }
    return numbers
  }

  private func chain(_ start: Int) -> [Int] { Self.chain(start, table, limit: sectorCount) }

  private static func chain(_ start: Int, _ table: [UInt32], limit: Int) -> [Int] {
    var sectors: [Int] = []
    var next = start
    while next < table.count, sectors.count < limit {
      sectors.append(next)
      next = Int(table[next])
    }
    return sectors
  }

  private func readDirectory(_ sectors: [Int]) throws(Fault) {
    for number in sectors {
      let words = LittleEndian(try sector(number))
      for at in stride(from: 0, to: words.bytes.count - 127, by: 128) {
        guard let kind = words.u8(at + 66), kind == 2 || kind == 5, let length = words.u16(at + 64), let start = words.u32(at + 116),
          let size = words.u32(at + 120)
        else { continue }
        let units = stride(from: 0, to: min(length, 64) - 2, by: 2).compactMap { words.u16(at + $0) }
        let name = String(decoding: units.map { UInt16($0) }, as: UTF16.self)
        entries.append(Entry(name: name, start: start, size: size, isRoot: kind == 5))
      }
    }
  }

  func hasStream(_ name: String) -> Bool { entries.contains { !$0.isRoot && $0.name.lowercased() == name.lowercased() } }

  /// `nil` when there is no such stream.
  func stream(_ name: String) -> (any RandomBytes)? {
    guard let entry = entries.first(where: { !$0.isRoot && $0.name.lowercased() == name.lowercased() }) else { return nil }
    guard entry.size < miniCutoff else {
      return SectorBytes(bytes, offsets: chain(entry.start).map { ($0 + 1) * sectorSize }, sectorSize: sectorSize, count: entry.size)
    }
    let perSector = sectorSize / miniSectorSize
    let offsets = Self.chain(entry.start, miniTable, limit: miniTable.count).compactMap { number in
      number / perSector < miniStream.count
        ? (miniStream[number / perSector] + 1) * sectorSize + number % perSector * miniSectorSize : nil
    }
    return SectorBytes(bytes, offsets: offsets, sectorSize: miniSectorSize, count: entry.size)
  }
}

/// A stream that lies in sectors.
private final class SectorBytes: RandomBytes {
  private let bytes: any RandomBytes
  private let offsets: [Int]
  private let sectorSize: Int
  let count: Int

  init(_ bytes: any RandomBytes, offsets: [Int], sectorSize: Int, count: Int) {
    self.bytes = bytes
    self.offsets = offsets
    self.sectorSize = sectorSize
    self.count = min(count, offsets.count * sectorSize)
  }

  func read(at offset: Int, count wanted: Int) throws(Fault) -> [UInt8] {
    var result: [UInt8] = []
    var at = offset
    let end = min(count, offset + wanted)
    while at >= 0, at < end {
      // Sectors that lie behind each other are read at once.
      let first = at / sectorSize
      var last = first
      while (last + 1) * sectorSize < end, offsets[last + 1] == offsets[last] + sectorSize { last += 1 }
      let length = min(end, (last + 1) * sectorSize) - at
      let piece = try bytes.read(at: offsets[first] + at % sectorSize, count: length)
      result += piece
      guard piece.count == length else { break }
      at += length
    }
    return result
  }
}
