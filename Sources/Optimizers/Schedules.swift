import Glibc
import Tensors

// Each schedule is a function of the step alone, so that a resumed run needs no more than the number
// of its step. Where PyTorch has such a schedule, "step" there is a call of its `step()`.

/// Schedules that fall by factors.
extension LearningRate {
  /// start · factor^⌊step / period⌋; PyTorch's `StepLR`.
  ///
  /// ```swift
  /// let rate = LearningRate.step(from: 1, every: 10)
  /// [rate(at: 9), rate(at: 10), rate(at: 20)]  // [1, 0.1, 0.01]
  /// ```
  ///
  /// - Parameters:
  ///   - start: The first rate.
  ///   - period: After how many steps each the rate falls.
  ///   - factor: What it is multiplied by.
  public static func step(
    from start: Float, every period: Int, factor: Float = 0.1
  ) -> LearningRate {
    guard period > 0 else { misuse("LearningRate.step: a period of \(period) steps") }
    return decaying("step", from: start, factor) { $0 / period }
  }

  /// start · factor^n after n of the milestones; PyTorch's `MultiStepLR`.
  ///
  /// ```swift
  /// let rate = LearningRate.multiStep(from: 1, at: [3, 5])
  /// (0..<6).map { rate(at: $0) }  // [1, 1, 1, 0.1, 0.1, 0.01]
  /// ```
  ///
  /// - Parameters:
  ///   - start: The first rate.
  ///   - milestones: The steps from which on the rate is lower, in rising order.
  ///   - factor: What it is multiplied by.
  public static func multiStep(
    from start: Float, at milestones: [Int], factor: Float = 0.1
  ) -> LearningRate {
    guard milestones == milestones.sorted() else {
      misuse("LearningRate.multiStep: the milestones \(milestones) do not rise")
    }
    return decaying("multiStep", from: start, factor) { step in
      milestones.count { $0 <= step }
    }
  }

  /// start · factor^step; PyTorch's `ExponentialLR`.
  ///
  /// ```swift
  /// let rate = LearningRate.exponential(from: 1, factor: 0.5)
  /// (0..<4).map { rate(at: $0) }  // [1, 0.5, 0.25, 0.125]
  /// ```
  ///
  /// - Parameters:
  ///   - start: The first rate.
  ///   - factor: What it is multiplied by in every step.
  public static func exponential(from start: Float, factor: Float) -> LearningRate {
    decaying("exponential", from: start, factor) { $0 }
  }

  private static func decaying(
    _ name: String, from start: Float, _ factor: Float,
    _ exponent: @escaping @Sendable (Int) -> Int
  ) -> LearningRate {
    require(factor, "LearningRate.\(name): the factor", in: 0..<Float.infinity)
    _ = constant(start)
    return LearningRate { step in
      Float(Double(start) * pow(Double(factor), Double(exponent(step))))
    }
  }
}

/// Schedules along the cosine.
extension LearningRate {
  /// Half periods of the cosine, each from the start down to the end, one after the other:
  /// end + (start − end) · (1 + cos πt) / 2 with t from 0 to 1 in each; PyTorch's
  /// `CosineAnnealingWarmRestarts`.
  ///
  /// Loshchilov, Hutter: SGDR (ICLR 2017), equation 5.
  ///
  /// ```swift
  /// let rate = LearningRate.cosineRestarts(from: 1, period: 4)
  /// (0..<5).map { rate(at: $0) }  // [1, 0.8536, 0.5, 0.1464, 1]
  /// ```
  ///
  /// - Parameters:
  ///   - start: The highest rate.
  ///   - end: The rate each half period falls towards.
  ///   - period: The steps of the first half period.
  ///   - growth: How many times longer each next one is.
  public static func cosineRestarts(
    from start: Float, to end: Float = 0, period: Int, growth: Int = 1
  ) -> LearningRate {
    guard period > 0, growth > 0 else {
      misuse("LearningRate.cosineRestarts: a period of \(period) steps, growing by \(growth)")
    }
    _ = (constant(start), constant(end))
    return LearningRate { step in
      var (position, length) = (step, period)
      if growth == 1 { position %= period }
      while position >= length {
        position -= length
        length *= growth
      }
      return annealed(from: start, to: end, Double(position) / Double(length))
    }
  }

  /// Up to a peak and down again along cosines; PyTorch's `OneCycleLR`, without its changes of the
  /// momentum.
  ///
  /// Smith, Topin: Super-Convergence (2017). The rate rises from peak / `startDivisor` to the peak
  /// in the first part of the steps, and falls to peak / `startDivisor` / `endDivisor` in the rest;
  /// it stays there.
  ///
  /// ```swift
  /// SGD(model, learningRate: .oneCycle(peak: 0.1, steps: 1000), momentum: 0.9)
  /// ```
  ///
  /// - Parameters:
  ///   - peak: The highest rate.
  ///   - steps: How many steps there are.
  ///   - rise: The part of the steps in which the rate rises.
  ///   - startDivisor: The peak over the first rate.
  ///   - endDivisor: The first rate over the last.
  public static func oneCycle(
    peak: Float, steps: Int, rise: Float = 0.3, startDivisor: Float = 25, endDivisor: Float = 1e4
  ) -> LearningRate {
    // Both parts need a step.
    let top = Double(rise) * Double(steps) - 1
    guard top > 0, top < Double(steps - 1) else {
      misuse("LearningRate.oneCycle: \(steps) steps cannot rise in \(rise) of them, and fall")
    }
    let start = constant(peak / startDivisor)(at: 0)
    let end = constant(start / endDivisor)(at: 0)
    return LearningRate { step in
      let position = Double(step)
      if position <= top { return annealed(from: start, to: peak, position / top) }
      return annealed(from: peak, to: end, min((position - top) / (Double(steps - 1) - top), 1))
    }
  }

  /// Between two rates along half a period of the cosine.
  private static func annealed(from start: Float, to end: Float, _ progress: Double) -> Float {
    end + (start - end) * Float((1 + cos(.pi * progress)) / 2)
  }
}

extension LearningRate {
  /// The schedule after a linear warm-up: its first rate times a factor that rises from `factor` to
  /// 1, and then its rates from the first on; PyTorch's `LinearLR` followed by another schedule.
  ///
  /// Goyal et al.: Accurate, Large Minibatch SGD (2017).
  ///
  /// ```swift
  /// SGD(model, learningRate: LearningRate.constant(0.1).warmedUp(over: 100))
  /// ```
  ///
  /// - Parameters:
  ///   - count: The steps of the warm-up.
  ///   - factor: The first factor.
  public func warmedUp(over count: Int, from factor: Float = 1 / 3) -> LearningRate {
    guard count > 0, factor >= 0, factor <= 1 else {
      misuse("LearningRate.warmedUp: \(count) steps from a factor of \(factor)")
    }
    let schedule = self
    return LearningRate(
      { step in
        guard step < count else { return schedule(at: step - count) }
        let progress = Double(step) / Double(count)
        return schedule(at: 0) * Float(Double(factor) + (1 - Double(factor)) * progress)
      }, plateau: plateau)
  }
}
