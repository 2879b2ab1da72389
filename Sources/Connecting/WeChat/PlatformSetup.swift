extension ConnectorSetup {
  /// Whether a connector file asks for a stream.
  func hasStream(_ name: String) -> Bool { streams.contains { $0.name == name } }

  /// The mapping that a connector file chose for a stream; `nil` when it leaves the choice to the mappings.
  func mapping(of stream: String) -> String? { streams.first { $0.name == stream }?.mapping }
}
