import Datasets
import Glibc
import Layers
import Models
import Tensors

/// How well a model predicts the characters of a text.
public struct TextEvaluation: Hashable, Sendable {
  /// The mean cross-entropy of a character.
  public let loss: Float
  /// How many characters were predicted.
  public let count: Int

  /// The cross-entropy in bits, loss / ln 2: as many would a character take if the model compressed
  /// the text (Shannon 1948).
  public var bitsPerCharacter: Float { Float(Double(loss) / log(2)) }
}

/// Evaluates a model of characters: the mean cross-entropy of the next character.
///
/// The text is read as streams side by side, each from a state of zeros: at most 32, and no shorter
/// than 64 characters where there are several. Sums are taken on the device and read once at the end.
///
/// - Parameters:
///   - model: The model.
///   - text: The text, of at least two characters.
/// - Throws: What went wrong on the device.
public func evaluate(
  _ model: CharacterLSTM, on text: TextDataset
) throws -> TextEvaluation {
  let streams = min(max((text.count - 1) / TextDataset.usualSteps, 1), 32)
  let batches = text.batches(of: streams)
  var losses = BatchNumbers()
  var state: LSTMState?
  for batch in batches {
    let (scores, next) = model(batch.inputs, state: state)
    state = next
    losses.append(nextCharacterLoss(scores, batch.targets, reduction: .sum))
  }
  let count = batches.sampleCount
  return TextEvaluation(loss: Float(try losses.sum() / Double(count)), count: count)
}
