import ArgumentParser
import Configuration
import Foundation
import Hub
import Model

/// Where commands write: data to stdout, everything else to stderr.
enum Console {
  static func print(_ text: String) { write(text + "\n", to: .standardOutput) }
  static func print(bytes: [UInt8]) { FileHandle.standardOutput.write(Data(bytes)) }
  static func talk(_ text: String) { write(text + "\n", to: .standardError) }

  /// A line that the next one replaces, on a terminal only.
  static func progress(_ text: String) {
    if isTerminal { write("\r\u{1B}[K\(text)", to: .standardError) }
  }

  static func endProgress() {
    if isTerminal { write("\r\u{1B}[K", to: .standardError) }
  }

  static var isTerminal: Bool { isatty(2) == 1 }
  /// Colours only on a terminal, and never with `NO_COLOR` (no-color.org).
  static var isColored: Bool { isTerminal && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty }

  private static func write(_ text: String, to handle: FileHandle) { handle.write(Data(text.utf8)) }
}

/// Exit codes (sysexits.h): see DESIGN §7.
extension ExitCode {
  static let findings = ExitCode(1)
  static let usage = ExitCode(64)
  static let unavailable = ExitCode(69)
  static let tryAgain = ExitCode(75)
  static let badConfiguration = ExitCode(78)
}

/// Says what went wrong, and how the process ends because of it.
func failing<T>(_ body: () async throws -> T) async throws -> T {
  do {
    return try await body()
  } catch let fault as Fault {
    Console.talk("kindred: \(SecretMask.shared.masked("\(fault)"))")
    throw exitCode(of: fault)
  } catch let refused as RefusedConfiguration {
    Console.talk(DiagnosticRenderer.text(refused.diagnostics, sources: refused.sources, color: Console.isColored))
    throw ExitCode.badConfiguration
  }
}

private func exitCode(of fault: Fault) -> ExitCode {
  switch fault.code {
  case "storage-full", "storage-busy", "data-locked", "decision-pending": .tryAgain
  case "daemon-unreachable", "file-unreadable", "cannot-listen", "no-daemon": .unavailable
  case "configuration-refused": .badConfiguration
  default: .findings
  }
}

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json, csv
}

/// Prints diagnostics of configuration files, as people or editors read them.
func report(_ diagnostics: [Diagnostic], sources: [String: String], format: OutputFormat) {
  switch format {
  case .json: Console.print(CanonicalJSON.text(DiagnosticRenderer.json(diagnostics, sources: sources)))
  case .text, .csv:
    if !diagnostics.isEmpty { Console.print(DiagnosticRenderer.text(diagnostics, sources: sources, color: Console.isColored)) }
  }
}
