import Foundation

/// Writes Prometheus' text exposition format 0.0.4 (prometheus.io, Exposition formats).
struct MetricsText {
  enum Kind: String {
    case counter, gauge
  }

  private(set) var text = ""
  private var name = ""

  /// Begins a metric; samples that follow are its own.
  mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    self.name = name
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  mutating func sample(_ value: Int64, _ labels: KeyValuePairs<String, String> = [:]) {
    text += name
    if !labels.isEmpty {
      text += "{" + labels.map { "\($0.key)=\"\(Self.escape($0.value))\"" }.joined(separator: ",") + "}"
    }
    text += " \(value)\n"
  }

  private static func escape(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}

/// How much memory of this process is in RAM.
enum ResidentMemory {
  /// Nil where the system does not tell: the second field of `/proc/self/statm` counts pages (proc(5)).
  static var bytes: Int64? {
    guard let data = FileManager.default.contents(atPath: "/proc/self/statm"), let text = String(validating: data, as: UTF8.self) else {
      return nil
    }
    let fields = text.split(separator: " ")
    guard fields.count > 1, let pages = Int64(fields[1]) else { return nil }
    return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
  }
}
