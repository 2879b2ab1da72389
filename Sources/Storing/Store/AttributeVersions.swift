import Model

/// How a record's attributes become two columns: canonical JSON of the values, and a blob of their versions.
///
/// The blob lists the versions in the order of the canonical JSON, each as three zig-zag varints: the distance of its order
/// to the record's, its generation, and its content hash. Most records carry one version throughout; they have no blob.
enum AttributeVersions {
  static func canonical(_ state: RecordState) -> [UInt8] {
    CanonicalJSON.bytes(members: state.attributes.map { (name: $0.key, value: $0.value.value) })
  }

  static func encode(_ state: RecordState) -> [UInt8]? {
    guard state.attributes.contains(where: { $0.value.version != state.version || $0.value.content != state.content }) else { return nil }
    var bytes: [UInt8] = []
    for (_, attribute) in state.attributes.sorted(by: { utf8Precedes($0.key, $1.key) }) {
      appendVarint(attribute.version.order &- state.version.order, to: &bytes)
      appendVarint(attribute.version.generation, to: &bytes)
      appendVarint(Int64(bitPattern: attribute.content), to: &bytes)
    }
    return bytes
  }

  static func decode(
    _ bytes: UnsafeRawBufferPointer, values: Object, version: Version, content: UInt64
  ) throws(Fault) -> [String: RecordState.Attribute] {
    var attributes: [String: RecordState.Attribute] = [:]
    attributes.reserveCapacity(values.count)
    var offset = 0
    for member in values.members {
      var own = RecordState.Attribute(value: member.value, version: version, content: content)
      if !bytes.isEmpty {
        own.version = Version(version.order &+ (try readVarint(bytes, &offset)), generation: try readVarint(bytes, &offset))
        own.content = UInt64(bitPattern: try readVarint(bytes, &offset))
      }
      attributes[member.name] = own
    }
    return attributes
  }

  private static func appendVarint(_ value: Int64, to bytes: inout [UInt8]) {
    var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private static func readVarint(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) throws(Fault) -> Int64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while offset < bytes.count, shift < 64 {
      let byte = bytes[offset]
      offset += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
      shift += 7
    }
    throw Fault("storage-corrupt", "A record's attribute versions are cut short.")
  }
}
