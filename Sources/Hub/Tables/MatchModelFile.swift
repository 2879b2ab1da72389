import Formats
import Matching
import Model

/// A trained model as a file: canonical JSON, so that equal models are equal files.
public enum MatchModelFile {
  public static func bytes(_ model: MatchModel) -> [UInt8] { Array((CanonicalJSON.text(model.document) + "\n").utf8) }

  /// - Throws: `model-file-wrong`, `model-file-version`, or the fault of broken JSON.
  public static func read(_ bytes: [UInt8]) throws(Fault) -> MatchModel { try MatchModel(document: JSON.parse(bytes)) }
}
