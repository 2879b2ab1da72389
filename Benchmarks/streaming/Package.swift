// swift-tools-version: 6.2
import PackageDescription

// The live index and what measures it, apart from the product: Sources holds links to the modules of the repository.
let settings: [SwiftSetting] = [.treatAllWarnings(as: .error)]
#if arch(x86_64)
  let avx2: [SwiftSetting] = [.unsafeFlags(["-mavx2", "-mbmi", "-mbmi2", "-mpopcnt"].flatMap { ["-Xcc", $0] })]
#else
  let avx2: [SwiftSetting] = []
#endif

let package = Package(
  name: "streaming-benchmark",
  platforms: [.macOS(.v15)],
  targets: [
    .systemLibrary(name: "CKernels"),
    .target(name: "KernelsBaseline", dependencies: ["CKernels"], swiftSettings: settings),
    .target(name: "KernelsAVX2", dependencies: ["CKernels"], swiftSettings: settings + avx2),
    .target(name: "Kernels", dependencies: ["KernelsBaseline", "KernelsAVX2", "CKernels"], swiftSettings: settings),
    .target(name: "Model", swiftSettings: settings),
    .target(name: "Normalization", dependencies: ["Model"], exclude: ["Tables"], swiftSettings: settings),
    .target(name: "Matching", dependencies: ["Model", "Normalization", "Kernels"], swiftSettings: settings),
    .executableTarget(name: "StreamingBenchmark", dependencies: ["Model", "Matching"], swiftSettings: settings),
  ])
