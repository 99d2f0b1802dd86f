import Glibc
import Tensors

/// The learning rate of each step.
///
/// ```swift
/// SGD(model, learningRate: 0.05)
/// AdamW(model, learningRate: .cosine(from: 1e-3, steps: 4690, warmup: 100))
/// Adam(model, learningRate: LearningRate { step in 1e-3 / (1 + Float(step) / 1000) })
/// ```
public struct LearningRate: Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  private let schedule: @Sendable (Int) -> Float
  /// What remembers metrics for the schedule, and belongs into checkpoints.
  let plateau: ReduceOnPlateau?

  /// A rate that is a function of the step, counted from 0.
  public init(_ schedule: @escaping @Sendable (Int) -> Float) {
    self.init(schedule, plateau: nil)
  }

  init(_ schedule: @escaping @Sendable (Int) -> Float, plateau: ReduceOnPlateau?) {
    self.schedule = schedule
    self.plateau = plateau
  }

  /// One rate for all steps.
  public init(floatLiteral value: Float) { self = .constant(value) }

  /// One rate for all steps.
  public init(integerLiteral value: Int) { self = .constant(Float(value)) }

  /// The rate of a step, counted from 0.
  public func callAsFunction(at step: Int) -> Float {
    let rate = schedule(step)
    guard rate.isFinite, rate >= 0 else {
      misuse("LearningRate: \(rate) at step \(step) must be finite and not negative")
    }
    return rate
  }

  /// One rate for all steps.
  public static func constant(_ rate: Float) -> LearningRate {
    let learningRate = LearningRate { _ in rate }
    // Checked here, where the mistake is made.
    _ = learningRate(at: 0)
    return learningRate
  }

  /// Half a period of the cosine from one rate down to another:
  /// end + (start − end) · (1 + cos πt) / 2 with t from 0 to 1; then the end.
  ///
  /// Loshchilov, Hutter: SGDR (ICLR 2017), equation 5, without restarts. The warm-up is that of
  /// Goyal et al.: Accurate, Large Minibatch SGD (2017).
  ///
  /// ```swift
  /// let rate = LearningRate.cosine(from: 1, steps: 4)
  /// (0..<4).map { rate(at: $0) }  // [1, 0.8536, 0.5, 0.1464]
  /// ```
  ///
  /// - Parameters:
  ///   - start: The highest rate.
  ///   - end: The last rate.
  ///   - steps: After how many steps the end is reached, warm-up included; more than `warmup`.
  ///   - warmup: In how many steps the rate first rises from start / warmup to the start.
  public static func cosine(
    from start: Float, to end: Float = 0, steps: Int, warmup: Int = 0
  ) -> LearningRate {
    guard warmup >= 0, steps > warmup else {
      misuse(
        "LearningRate.cosine: \(steps) steps must be more than \(warmup) of warm-up, and that "
          + "not negative")
    }
    _ = (constant(start), constant(end))
    return LearningRate { step in
      if step < warmup { return start * Float(step + 1) / Float(warmup) }
      let progress = min(Double(step - warmup) / Double(steps - warmup), 1)
      return end + (start - end) * Float((1 + cos(.pi * progress)) / 2)
    }
  }
}
