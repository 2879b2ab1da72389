// swift-tools-version: 6.2
import PackageDescription

// Sends what WeChat and ERPs send, as fast as it is answered. Nothing of Kindred is in it.
let package = Package(
  name: "push-load",
  platforms: [.macOS(.v15)],
  targets: [.executableTarget(name: "PushLoad", swiftSettings: [.treatAllWarnings(as: .error)])])
