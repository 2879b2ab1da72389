// swift-tools-version: 6.2
import PackageDescription

// The readers and what measures them, apart from the product: Sources holds links to the modules of the repository.
let settings: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "formats-benchmark",
  platforms: [.macOS(.v15)],
  targets: [
    .systemLibrary(name: "CXML", pkgConfig: "libxml-2.0"),
    .systemLibrary(name: "CGMime", pkgConfig: "gmime-3.0"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib"),
    .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("stdc++")]),
    .systemLibrary(name: "CText"),
    .target(name: "Model", swiftSettings: settings),
    .target(name: "Formats", dependencies: ["Model", "CXML", "CSimdJSON", "CText", "CZlib", "CGMime"], swiftSettings: settings),
    .executableTarget(name: "FormatsBenchmark", dependencies: ["Formats", "Model"], swiftSettings: settings),
  ],
  cxxLanguageStandard: .cxx17
)
