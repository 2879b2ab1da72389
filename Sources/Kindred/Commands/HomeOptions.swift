import ArgumentParser
import Hub
import Model
import Serving

/// `--home` and `--data`, as every command takes them.
struct HomeOptions: ParsableArguments {
  @Option(help: "The folder with hub.yaml, connectors/ and mappings/.")
  var home = "."

  @Option(help: "The folder with the data; without it, HOME/data.")
  var data: String?

  var dataFolder: String { data ?? home + "/data" }

  /// Reads the home. Mistakes are printed to stderr with file, line and column, and end the command with 78.
  func load() throws -> Home.Loaded {
    let reading = Home(folder: home).read(digests: CryptoDigests.standard)
    guard let loaded = reading.loaded else {
      let text = DiagnosticText.of(reading)
      Console.talk(text)
      throw ExitCode.badConfiguration
    }
    return loaded
  }
}
