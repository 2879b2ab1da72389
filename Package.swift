// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours: warnings are errors. SwiftPM's tools version 6.2 already selects the Swift 6 language mode.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// Targets whose loops run once per byte, pair or row. They are optimised in debug builds too, so that one build
/// configuration serves the demo, the tests and CI (docs/decisions/0003-build-flags.md has the measurements).
let optimised: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// Modules whose loops call functions of other files: without the whole module in view, such calls are neither inlined nor specialised.
/// Several threads, because an index of the sources wants an object file for each of them.
let whole: [SwiftSetting] =
  optimised + [.unsafeFlags(["-wmo", "-num-threads", "2", "-disable-batch-mode"], .when(configuration: .debug))]

/// What a processor must have for the second compilation of the batch kernels. `Kernels` asks the processor before it calls them.
#if arch(x86_64)
  let avx2: [SwiftSetting] = [.unsafeFlags(["-mavx2", "-mbmi", "-mbmi2", "-mpopcnt"].flatMap { ["-Xcc", $0] })]
#else
  let avx2: [SwiftSetting] = []
#endif

let package = Package(
  name: "kindred",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "kindred", targets: ["Kindred"])],
  dependencies: [
    // Its ConfigurationSupport trait brings a module called Configuration. Leaving the trait out does not help: SwiftPM checks
    // the names of unused packages too, and only a used one can be given an alias (see Serving).
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: ["ConfigurationSupport"]),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // Debian's libraries.
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CXML", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .systemLibrary(name: "CGMime", pkgConfig: "gmime-3.0", providers: [.apt(["libgmime-3.0-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    // simdjson is headers full of templates: unoptimised they read five times slower.
    .target(
      name: "CSimdJSON", cxxSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))],
      linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("stdc++")]),

    // RE2 behind C functions.
    .target(
      name: "CRE2", cxxSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))],
      linkerSettings: [.linkedLibrary("re2"), .linkedLibrary("stdc++")]),

    // The house, from the ground up. Tests/ArchitectureTests fails when an import runs against this order.
    .target(name: "Model", swiftSettings: whole),
    .target(name: "Configuration", dependencies: ["Model", "CYAML"], swiftSettings: optimised),
    .systemLibrary(name: "CText"),
    .target(name: "Formats", dependencies: ["Model", "CXML", "CSimdJSON", "CText", "CZlib", "CGMime"], swiftSettings: whole),
    .target(name: "Normalization", dependencies: ["Model"], exclude: ["Tables"], swiftSettings: whole),
    // One source, compiled twice: Sources/KernelsAVX2 is a link to KernelsBaseline.
    .systemLibrary(name: "CKernels"),
    .target(name: "KernelsBaseline", dependencies: ["CKernels"], swiftSettings: whole),
    .target(name: "KernelsAVX2", dependencies: ["CKernels"], swiftSettings: whole + avx2),
    .target(name: "Kernels", dependencies: ["KernelsBaseline", "KernelsAVX2", "CKernels"], swiftSettings: whole),
    .target(name: "Matching", dependencies: ["Model", "Normalization", "Kernels"], swiftSettings: whole),
    .target(name: "Mapping", dependencies: ["Model", "Configuration", "Formats", "Normalization", "CRE2"], swiftSettings: whole),
    .target(name: "Mastering", dependencies: ["Model", "Matching"], swiftSettings: optimised),
    .target(name: "Connecting", dependencies: ["Model", "Configuration", "Formats", "CCurl"], swiftSettings: optimised),
    .target(name: "SQLite", dependencies: ["CSQLite"], swiftSettings: optimised),
    .target(name: "Storing", dependencies: ["Model", "SQLite"], swiftSettings: optimised),
    .target(
      name: "Hub",
      dependencies: [
        "Model", "Configuration", "Formats", "Normalization", "Matching", "Mapping", "Mastering", "Connecting", "Storing",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: optimised),
    .target(
      name: "Serving",
      dependencies: [
        "Hub",
        .product(name: "Hummingbird", package: "hummingbird", moduleAliases: ["Configuration": "SwiftConfiguration"]),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: optimised),
    .executableTarget(
      name: "Kindred",
      dependencies: ["Hub", "Serving", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      swiftSettings: optimised),

    // Tests mirror Sources. CrashDisk is the simulated disk of the crash tests.
    // Seeding is where all random tests draw from, TestDigests what tests inject instead of a cryptography library.
    .target(name: "Seeding", path: "Tests/Seeding", swiftSettings: optimised),
    .target(name: "TestDigests", dependencies: ["Model", "Connecting"], path: "Tests/TestDigests", swiftSettings: optimised),
    .target(name: "CrashDisk", dependencies: ["CSQLite", "Seeding"], path: "Tests/CrashDisk", swiftSettings: optimised),
    .testTarget(name: "ArchitectureTests", swiftSettings: strict),
    .testTarget(name: "DocumentationTests", swiftSettings: strict),
    .testTarget(name: "ConfigurationTests", dependencies: ["Configuration"], swiftSettings: strict),
    .testTarget(name: "FormatsTests", dependencies: ["Formats", "Seeding"], swiftSettings: strict),
    .testTarget(name: "NormalizationTests", dependencies: ["Normalization"], swiftSettings: strict),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels", "Seeding"], swiftSettings: optimised),
    .testTarget(name: "MatchingTests", dependencies: ["Matching", "Seeding"], swiftSettings: optimised),
    .testTarget(name: "MappingTests", dependencies: ["Mapping", "Seeding", "TestDigests"], swiftSettings: strict),
    .testTarget(name: "MasteringTests", dependencies: ["Mastering", "Seeding"], swiftSettings: strict),
    .testTarget(name: "ConnectingTests", dependencies: ["Connecting", "Seeding", "TestDigests"], swiftSettings: strict),
    .testTarget(name: "SQLiteTests", dependencies: ["SQLite", "CrashDisk"], swiftSettings: strict),
    .testTarget(name: "StoringTests", dependencies: ["Storing", "CrashDisk", "Seeding"], swiftSettings: strict),
    .testTarget(name: "HubTests", dependencies: ["Hub", "CrashDisk", "Seeding", "TestDigests"], swiftSettings: strict),
    .testTarget(name: "ServingTests", dependencies: ["Serving"], swiftSettings: strict),
    // Power cuts on a simulated disk, and kill -9 of the built product.
    .testTarget(name: "CrashTests", dependencies: ["Hub", "CrashDisk", "Seeding", "TestDigests"], swiftSettings: strict),
  ],
  cxxLanguageStandard: .cxx17
)
