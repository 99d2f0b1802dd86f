import Glibc
import Layers
import Tensors

/// The perplexity of a model of sequences: e to the mean cross-entropy of a token.
///
/// How many equally likely tokens would be as hard to guess; Jelinek et al.: Perplexity (1977).
public struct Perplexity: Metric {
  /// The label of tokens that do not count.
  public let ignored: Int32?
  private var losses = BatchNumbers()
  private var tokens = Counts()

  /// Makes a metric that has seen nothing.
  ///
  /// - Parameter ignored: The label of tokens that do not count, such as padding.
  public init(ignoring ignored: Int32? = nil) { self.ignored = ignored }

  /// Takes in a batch.
  ///
  /// - Parameters:
  ///   - predictions: Scores before any softmax, float32 `[n, classes]` or `[n, classes, …]`.
  ///   - targets: Labels, int32 of that shape without classes; one that is no class gives NaN.
  public mutating func update(_ predictions: Tensor, _ targets: Tensor) {
    losses.append(
      crossEntropy(predictions.stopGradient(), targets, ignoring: ignored, reduction: .sum))
    let counted = ignored.map { targets .!= Tensor([$0], device: targets.device) }
    tokens.add(counted?.sum() ?? Tensor(Float(targets.count), device: targets.device))
  }

  /// The perplexity, at least 1; NaN of no tokens.
  ///
  /// - Throws: What went wrong on the device.
  public func compute() throws -> Float {
    let count = try tokens.read()?[0] ?? 0
    return Float(exp(try losses.sum() / Double(count)))
  }
}
