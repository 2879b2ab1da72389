import Foundation
import Testing

/// The files of this repository, found from where this source file lies.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func url(_ path: String) -> URL { root.appending(path: path) }

  static func text(_ path: String) throws -> String { try String(contentsOf: url(path), encoding: .utf8) }

  /// README.md and all pages below docs/, by path.
  static let pages: [Page] = {
    let docs = files(below: "docs", suffix: ".md")
    return (["README.md"] + docs).compactMap { path in (try? text(path)).map { Page(path: path, text: $0) } }
  }()

  /// Paths from the root, sorted.
  static func files(below folder: String, suffix: String) -> [String] {
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: url(folder).resolvingSymlinksInPath().path)) ?? []
    return paths.filter { $0.hasSuffix(suffix) }.sorted().map { folder + "/" + $0 }
  }

  /// The folder that holds the built products, `kindred` among them: the one with the test bundle.
  static var products: URL {
    // The test runner's executable lies in the bundle on Linux (`…-tests.xctest`), or is handed the bundle's path.
    let candidates = CommandLine.arguments + [Bundle.main.executablePath ?? ""]
    let bundle = candidates.first { $0.hasSuffix(".xctest") } ?? Bundle.main.executablePath ?? CommandLine.arguments[0]
    return URL(filePath: bundle).deletingLastPathComponent()
  }
}
