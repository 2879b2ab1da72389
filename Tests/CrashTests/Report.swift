import Foundation

/// What a test prints so that a log says how much was tried; tests have no other place for a figure.
func report(_ text: String) { FileHandle.standardError.write(Data("crash tests: \(text)\n".utf8)) }
