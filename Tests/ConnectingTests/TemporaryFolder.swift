import Foundation

/// Gives a new empty folder and removes it afterwards.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let path = try makeFolder()
  defer { removeFolder(path) }
  return try body(path)
}

func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  let path = try makeFolder()
  do {
    let result = try await body(path)
    removeFolder(path)
    return result
  } catch {
    removeFolder(path)
    throw error
  }
}

private func makeFolder() throws -> String {
  let path = NSTemporaryDirectory() + "/connecting-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  return path
}

private func removeFolder(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

func write(_ text: String, to path: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
func read(_ path: String) throws -> String { String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self) }

/// Compares large collections without the element-by-element report that a failed `==` in `#expect` would take minutes for.
func isSame<Element: Equatable>(_ left: [Element], _ right: [Element]) -> Bool { left == right }
