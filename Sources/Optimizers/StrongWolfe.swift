import Glibc
import Tensors

/// A loss and its gradient somewhere.
struct LossPoint {
  let loss: Float
  let gradient: Tensor
  /// The gradient's largest magnitude.
  let largestSlope: Float
}

/// A search along a direction for a length that satisfies the strong Wolfe conditions, in the form
/// of PyTorch: f(t) ≤ f(0) + c₁·t·f′(0) and |f′(t)| ≤ c₂·|f′(0)|.
///
/// First an interval is found that contains such lengths (Nocedal, Wright: algorithm 3.5), which is
/// then narrowed (algorithm 3.6), both by cubic interpolation.
struct StrongWolfeSearch {
  /// A length that was tried.
  struct Trial {
    let length: Double
    let point: LossPoint
    /// The slope along the direction there.
    let slope: Double
    var loss: Double { Double(point.loss) }
  }

  /// The loss and the slope at a length.
  typealias Evaluation = (Float) throws -> (LossPoint, slope: Float)

  private static let descent = 1e-4
  private static let flatness = 0.9
  private static let limit = 25

  private let start: Trial
  private let directionSize: Double
  private let tolerance: Double
  /// How often the loss has been evaluated.
  private(set) var evaluationCount = 0

  init(from start: LossPoint, slope: Float, directionSize: Float, tolerance: Float) {
    self.start = Trial(length: 0, point: start, slope: Double(slope))
    self.directionSize = Double(directionSize)
    self.tolerance = Double(tolerance)
  }

  /// Finds the length, trying one first.
  mutating func run(
    from length: Float, _ evaluate: Evaluation
  ) throws -> (length: Float, point: LossPoint) {
    var (interval, isDone) = try bracket(from: length, evaluate)
    if !isDone { try zoom(into: &interval, evaluate) }
    let found = interval[lowest(of: interval)]
    return (Float(found.length), found.point)
  }

  /// Lengths between which there is one that satisfies the conditions; one alone where it does.
  private mutating func bracket(
    from length: Float, _ evaluate: Evaluation
  ) throws -> (interval: [Trial], isDone: Bool) {
    var previous = start
    var trial = try self.trial(Double(length), evaluate)
    var iteration = 0
    while iteration < Self.limit {
      if !descendsEnough(trial) || (iteration > 1 && trial.loss >= previous.loss) {
        return ([previous, trial], false)
      }
      if isFlat(trial) { return ([trial], true) }
      if trial.slope >= 0 { return ([previous, trial], false) }
      let next = minimumOfCubic(
        previous, trial,
        within: trial.length + 0.01 * (trial.length - previous.length)...trial.length * 10)
      previous = trial
      trial = try self.trial(next, evaluate)
      iteration += 1
    }
    return ([start, trial], true)
  }

  /// Narrows the interval until one of its ends satisfies the conditions.
  private mutating func zoom(into interval: inout [Trial], _ evaluate: Evaluation) throws {
    var progressWasPoor = false
    while evaluationCount <= Self.limit {
      let bounds = interval.map(\.length)
      let range = min(bounds[0], bounds[1])...max(bounds[0], bounds[1])
      let width = range.upperBound - range.lowerBound
      if width * directionSize < tolerance { return }
      var length = minimumOfCubic(interval[0], interval[1], within: range)
      let margin = 0.1 * width
      let isNearEnd =
        min(range.upperBound - length, length - range.lowerBound) < margin
      let isAtEnd = length >= range.upperBound || length <= range.lowerBound
      if isNearEnd, progressWasPoor || isAtEnd {
        let isUpper = range.upperBound - length < length - range.lowerBound
        length = isUpper ? range.upperBound - margin : range.lowerBound + margin
        progressWasPoor = false
      } else {
        progressWasPoor = isNearEnd
      }
      let trial = try self.trial(length, evaluate)
      let low = lowest(of: interval)
      if !descendsEnough(trial) || trial.loss >= interval[low].loss {
        interval[1 - low] = trial
      } else {
        let isDone = isFlat(trial)
        if !isDone, trial.slope * (interval[1 - low].length - interval[low].length) >= 0 {
          interval[1 - low] = interval[low]
        }
        interval[low] = trial
        if isDone { return }
      }
    }
  }

  private mutating func trial(_ length: Double, _ evaluate: Evaluation) throws -> Trial {
    evaluationCount += 1
    let (point, slope) = try evaluate(Float(length))
    return Trial(length: length, point: point, slope: Double(slope))
  }

  private func descendsEnough(_ trial: Trial) -> Bool {
    trial.loss <= start.loss + Self.descent * trial.length * start.slope
  }

  private func isFlat(_ trial: Trial) -> Bool {
    abs(trial.slope) <= -Self.flatness * start.slope
  }

  /// The position of the trial with the lowest loss.
  private func lowest(of interval: [Trial]) -> Int {
    interval.count == 1 || interval[0].loss <= interval[1].loss ? 0 : 1
  }

  /// Where the cubic through two trials and their slopes is lowest, within bounds; their middle where
  /// it has no minimum.
  private func minimumOfCubic(
    _ first: Trial, _ second: Trial, within bounds: ClosedRange<Double>
  ) -> Double {
    let (a, b) = first.length <= second.length ? (first, second) : (second, first)
    let d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.length - b.length)
    let square = d1 * d1 - a.slope * b.slope
    guard square >= 0 else { return (bounds.lowerBound + bounds.upperBound) / 2 }
    let d2 = square.squareRoot()
    let position =
      b.length - (b.length - a.length) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
    return min(max(position, bounds.lowerBound), bounds.upperBound)
  }
}
