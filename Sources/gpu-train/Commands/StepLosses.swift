import FoundationEssentials

/// The losses of steps that a run has written to `metrics.jsonl`.
enum StepLosses {
  private struct Line: Decodable {
    enum CodingKeys: String, CodingKey {
      case epoch
      case loss = "train/loss"
    }

    let epoch: Int
    /// Nil in the object of an epoch.
    let loss: Double?
  }

  /// The mean loss of an epoch's steps, those before an interruption included.
  static func mean(ofEpoch epoch: Int, in directory: String) throws -> Double {
    let text = try Data(contentsOf: URL(filePath: "\(directory)/metrics.jsonl"))
    let losses = try text.split(separator: UInt8(ascii: "\n"))
      .map { try JSONDecoder().decode(Line.self, from: $0) }
      .filter { $0.epoch == epoch }.compactMap(\.loss)
    return losses.reduce(0, +) / Double(losses.count)
  }
}
