/// What every kind has, whatever its roles: a ``Source``, ``Receiver`` or ``Target``, or several of them in one type.
public protocol ConnectorKind: Sendable {
  static var kind: KindDescription { get }

  /// Looks at everything that could keep it from working (host, certificate, login, folder, signature, clock) and says one
  /// sentence about each. Never throws: what is wrong is a finding.
  func check() async -> [Finding]
}

/// A connector that is ready to work, in all of its roles.
public struct Connector: Sendable {
  public let source: (any Source)?
  public let receiver: (any Receiver)?
  public let target: (any Target)?
  private let kind: any ConnectorKind

  /// - Parameter roles: what it is used for; fewer than its kind's when its file leaves one out.
  public init<Kind: ConnectorKind>(_ kind: Kind, as roles: Set<KindDescription.Role> = Kind.kind.roles) {
    source = roles.contains(.source) ? kind as? any Source : nil
    receiver = roles.contains(.receiver) ? kind as? any Receiver : nil
    target = roles.contains(.target) ? kind as? any Target : nil
    self.kind = kind
  }

  public var roles: Set<KindDescription.Role> {
    var roles: Set<KindDescription.Role> = []
    if source != nil { roles.insert(.source) }
    if receiver != nil { roles.insert(.receiver) }
    if target != nil { roles.insert(.target) }
    return roles
  }

  /// As ``ConnectorKind/check()``: asked once, whatever the roles.
  public func check() async -> [Finding] { await kind.check() }
}
