import Configuration
import Hub

/// The findings of a home as text.
enum DiagnosticText {
  static func of(_ reading: Home.Reading) -> String {
    DiagnosticRenderer.text(reading.diagnostics, sources: reading.sources, color: Console.isColored)
  }
}
