import CYAML

/// libyaml's events over one piece of text, as Swift values. Positions are Unicode scalar indexes within that piece,
/// which is what libyaml's marks count (`yaml_mark_t.index`).
///
/// Owns the C parser and a copy of the text; used by one thread, within one call of ``YAML/parse(_:file:)``.
final class YAMLEvents {
  struct Event {
    enum Kind {
      case streamStart, streamEnd
      case documentStart, documentEnd
      case alias(String)
      case scalar(text: String, isPlain: Bool)
      case sequenceStart, sequenceEnd
      case mappingStart, mappingEnd
    }

    var kind: Kind
    var anchor: String?
    var tag: String?
    var start: Int
    var end: Int
  }

  /// A syntax error in libyaml's words.
  struct Problem: Error {
    var text: String
    /// Where it was noticed.
    var index: Int
    /// What was being read and where that started: `while scanning a quoted scalar`.
    var context: String?
    var contextIndex: Int?
    /// The reader reports bytes, not marks.
    var byteOffset: Int?
  }

  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(_ bytes: some Collection<UInt8>) {
    input = .allocate(capacity: bytes.count)
    _ = input.initialize(from: bytes)
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    // It fails only when memory runs out; then the parser is all zeroes and the first event reports the error.
    _ = yaml_parser_initialize(parser)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, input.baseAddress, input.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  func next() throws(Problem) -> Event {
    var raw = yaml_event_t()
    guard yaml_parser_parse(parser, &raw) == 1 else { throw problem() }
    defer { yaml_event_delete(&raw) }
    var event = Event(kind: .streamEnd, start: raw.start_mark.index, end: raw.end_mark.index)
    switch raw.type {
    case YAML_STREAM_START_EVENT: event.kind = .streamStart
    case YAML_DOCUMENT_START_EVENT: event.kind = .documentStart
    case YAML_DOCUMENT_END_EVENT: event.kind = .documentEnd
    case YAML_ALIAS_EVENT: event.kind = .alias(string(raw.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = raw.data.scalar
      let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      event.kind = .scalar(text: text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
      event.anchor = string(scalar.anchor)
      event.tag = string(scalar.tag)
    case YAML_SEQUENCE_START_EVENT:
      event.kind = .sequenceStart
      event.anchor = string(raw.data.sequence_start.anchor)
      event.tag = string(raw.data.sequence_start.tag)
    case YAML_SEQUENCE_END_EVENT: event.kind = .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      event.kind = .mappingStart
      event.anchor = string(raw.data.mapping_start.anchor)
      event.tag = string(raw.data.mapping_start.tag)
    case YAML_MAPPING_END_EVENT: event.kind = .mappingEnd
    default: event.kind = .streamEnd
    }
    return event
  }

  private func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private func problem() -> Problem {
    let state = parser.pointee
    let text = state.problem.map { String(cString: $0) } ?? "the YAML parser ran out of memory"
    var problem = Problem(text: text, index: state.problem_mark.index)
    if state.error == YAML_READER_ERROR { problem.byteOffset = state.problem_offset }
    if let context = state.context {
      problem.context = String(cString: context)
      problem.contextIndex = state.context_mark.index
    }
    return problem
  }
}
