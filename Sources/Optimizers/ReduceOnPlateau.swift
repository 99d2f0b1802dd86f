import Synchronization
import Tensors

/// A learning rate that falls when a metric stops getting better; PyTorch's `ReduceLROnPlateau`.
///
/// ```swift
/// let plateau = ReduceOnPlateau(from: 0.1, patience: 5)
/// let optimizer = SGD(model, learningRate: plateau.learningRate, momentum: 0.9)
/// for loss: Float in [0.9, 0.5, 0.51, 0.52] {  // on validation data, after each epoch
///   plateau.record(loss)
/// }
/// ```
///
/// What it remembers is part of the state of the optimizer, and so of checkpoints.
public final class ReduceOnPlateau: Sendable {
  /// When a metric is better than the best so far.
  public enum Goal: Hashable, Sendable {
    /// It is lower.
    case minimum
    /// It is higher.
    case maximum
  }

  /// By how much a metric has to be better.
  public enum Threshold: Hashable, Sendable {
    /// By this part of the best.
    case relative(Float)
    /// By this much.
    case absolute(Float)
  }

  private struct Memory {
    var rate: Float
    var best: Float
    var badCount = 0
    var cooldownCount = 0
  }

  private let goal: Goal
  private let factor: Float
  private let patience: Int
  private let threshold: Threshold
  private let cooldown: Int
  private let minimumRate: Float
  private let memory: Mutex<Memory>

  /// Smaller reductions than this are not made.
  private static let negligible: Float = 1e-8

  /// Makes a rate that no metric has changed yet.
  ///
  /// - Parameters:
  ///   - start: The first rate.
  ///   - goal: Whether a lower or a higher metric is better.
  ///   - factor: What the rate is multiplied by, below 1.
  ///   - patience: How many metrics may be no better before the rate falls.
  ///   - threshold: By how much a better one has to be better.
  ///   - cooldown: How many metrics after a fall do not count as bad.
  ///   - minimumRate: The rate does not fall below this.
  public init(
    from start: Float, goal: Goal = .minimum, factor: Float = 0.1, patience: Int = 10,
    threshold: Threshold = .relative(1e-4), cooldown: Int = 0, minimumRate: Float = 0
  ) {
    require(start, "ReduceOnPlateau: the first rate", in: 0..<Float.infinity)
    require(factor, "ReduceOnPlateau: the factor", in: 0..<1)
    require(minimumRate, "ReduceOnPlateau: the lowest rate", in: 0..<Float.infinity)
    guard patience >= 0, cooldown >= 0 else {
      misuse("ReduceOnPlateau: a patience of \(patience) and a cooldown of \(cooldown)")
    }
    self.goal = goal
    self.factor = factor
    self.patience = patience
    self.threshold = threshold
    self.cooldown = cooldown
    self.minimumRate = minimumRate
    memory = Mutex(Memory(rate: start, best: goal == .minimum ? .infinity : -.infinity))
  }

  /// The schedule of an optimizer: the present rate for every step.
  public var learningRate: LearningRate {
    LearningRate({ [self] _ in rate }, plateau: self)
  }

  /// The present rate.
  public var rate: Float { memory.withLock(\.rate) }

  /// Takes note of a metric, usually after every epoch; the rate may fall.
  public func record(_ metric: Float) {
    memory.withLock { memory in
      if isBetter(metric, than: memory.best) {
        memory.best = metric
        memory.badCount = 0
      } else {
        memory.badCount += 1
      }
      if memory.cooldownCount > 0 {
        memory.cooldownCount -= 1
        memory.badCount = 0
      }
      guard memory.badCount > patience else { return }
      let lower = max(memory.rate * factor, minimumRate)
      if memory.rate - lower > Self.negligible { memory.rate = lower }
      memory.cooldownCount = cooldown
      memory.badCount = 0
    }
  }

  private func isBetter(_ metric: Float, than best: Float) -> Bool {
    switch (goal, threshold) {
    case (.minimum, .relative(let part)): metric < best * (1 - part)
    case (.minimum, .absolute(let distance)): metric < best - distance
    case (.maximum, .relative(let part)): metric > best * (1 + part)
    case (.maximum, .absolute(let distance)): metric > best + distance
    }
  }

  /// The rate, the best metric, and the two counts: float32 `[4]`.
  func state(on device: Device?) -> Tensor {
    let memory = memory.withLock { $0 }
    return Tensor(
      [memory.rate, memory.best, Float(memory.badCount), Float(memory.cooldownCount)],
      device: device ?? .current)
  }

  /// Goes on from the numbers of a `state`.
  func restore(_ numbers: [Float]) {
    memory.withLock {
      $0 = Memory(
        rate: numbers[0], best: numbers[1], badCount: Int(numbers[2]),
        cooldownCount: Int(numbers[3]))
    }
  }
}
