import Tensors

/// A data set that training goes through epoch by epoch.
public protocol SampleSet: Sendable {
  /// What an epoch consists of.
  associatedtype Batches: BatchSequence

  /// What messages call the data.
  var name: String { get }

  /// How many samples there are.
  var count: Int { get }

  /// The first samples, at most that many.
  func prefix(_ maximumCount: Int) -> Self

  /// The batches of an epoch, in its order.
  ///
  /// - Parameters:
  ///   - epoch: The number of the epoch, at least 0.
  ///   - size: How many samples a batch has.
  func batches(ofEpoch epoch: Int, size: Int) -> Batches
}

/// The batches of a pass over a data set, which can be started at any of them.
public protocol BatchSequence: Sequence where Element: SampleBatch {
  /// What a sample is called, in the plural.
  static var sampleNoun: String { get }

  /// How many batches there are.
  var count: Int { get }

  /// How many samples there are in these batches.
  var sampleCount: Int { get }

  /// The batches without the first ones, at most all of them.
  func dropFirst(_ count: Int) -> Self
}

extension BatchSequence {
  /// The exact number of batches.
  public var underestimatedCount: Int { count }
}

/// What a step of training uses.
public protocol SampleBatch: Sendable {
  /// How many samples these are.
  var count: Int { get }

  /// All of its tensors, in the order that `init(tensors:)` takes them in.
  var tensors: [Tensor] { get }

  /// Makes a batch of the tensors of another, or of others of their shapes.
  init(tensors: [Tensor])
}
