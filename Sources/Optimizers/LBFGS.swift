import Layers
import Tensors

/// L-BFGS, which builds up the curvature of a loss from its gradients, as PyTorch defines it.
///
/// For few parameters and losses without noise. A step evaluates the loss several times:
///
/// ```swift
/// let model = Linear(2, 1), inputs = Tensor.normal([8, 2]), targets = Tensor.normal([8, 1])
/// let optimizer = LBFGS(model, lineSearch: .strongWolfe)
/// for _ in 0..<20 {
///   let loss = try optimizer.step {
///     valueAndGradient(of: model) { mseLoss(model(inputs), targets) }
///   }
/// }
/// ```
///
/// Each iteration moves along −H∇, where H approximates the inverse of the second derivatives by
/// the last changes of parameters and gradients. The vectors stay on the device; the few numbers
/// that decide how to go on are read by the host, so that a step waits for the device.
///
/// Liu, Nocedal: On the Limited Memory BFGS Method for Large Scale Optimization (Mathematical
/// Programming 45, 1989); Nocedal, Wright: Numerical Optimization (2006), algorithms 7.4, 3.5, 3.6.
public final class LBFGS: ResumableOptimizer {
  /// Computes the loss at the present parameters and its gradients.
  public typealias Closure = () throws -> (loss: Tensor, gradients: Gradients)

  /// How far to go along a direction.
  public enum LineSearch: Hashable, Sendable {
    /// As far as the learning rate says.
    case none
    /// Until the strong Wolfe conditions hold: enough descent, and a much smaller slope.
    case strongWolfe
  }

  private let parameters: FlatParameters
  private let schedule: LearningRate
  private let maxIterations: Int
  private let maxEvaluations: Int
  private let gradientTolerance: Float
  private let changeTolerance: Float
  private let lineSearch: LineSearch
  private var memory: LBFGSMemory

  /// How many steps have been made.
  public private(set) var stepCount = 0

  /// Makes an optimizer of the parameters of a model, which must be on one device.
  ///
  /// - Parameters:
  ///   - model: Whose parameters to change.
  ///   - learningRate: The length of a move in relation to the direction.
  ///   - maxIterations: How many moves a step makes at most.
  ///   - maxEvaluations: How often a step evaluates the loss, about; without it, 1¼ times for each
  ///     move.
  ///   - gradientTolerance: A step ends where no gradient is larger.
  ///   - changeTolerance: A step ends where a move changes no parameter, or the loss, by more.
  ///   - historySize: How many changes the curvature is built up from.
  ///   - lineSearch: How far to go along a direction.
  public init(
    _ model: some Layer, learningRate: LearningRate = 1, maxIterations: Int = 20,
    maxEvaluations: Int? = nil, gradientTolerance: Float = 1e-7, changeTolerance: Float = 1e-9,
    historySize: Int = 100, lineSearch: LineSearch = .none
  ) {
    guard maxIterations > 0, maxEvaluations ?? 1 > 0, historySize > 0 else {
      misuse("LBFGS: iterations, evaluations and history must be positive")
    }
    require(gradientTolerance, "LBFGS: the tolerance of gradients", in: 0..<Float.infinity)
    require(changeTolerance, "LBFGS: the tolerance of changes", in: 0..<Float.infinity)
    parameters = FlatParameters(model)
    schedule = learningRate
    self.maxIterations = maxIterations
    self.maxEvaluations = maxEvaluations ?? maxIterations * 5 / 4
    self.gradientTolerance = gradientTolerance
    self.changeTolerance = changeTolerance
    self.lineSearch = lineSearch
    memory = LBFGSMemory(limit: historySize)
  }

  /// The length of a move in relation to the direction, in the next step.
  public var learningRate: Float { schedule(at: stepCount) }

  /// Makes a step.
  ///
  /// - Parameter closure: Computes the loss at the present parameters; it is called several times.
  /// - Returns: The loss before the step.
  /// - Throws: What the closure throws, or what went wrong on the device.
  @discardableResult
  public func step(_ closure: Closure) throws -> Tensor {
    let rate = learningRate
    let (loss, start) = try evaluate(closure)
    stepCount += 1
    var progress = Progress(point: start)
    while progress.iterations < maxIterations, progress.evaluations < maxEvaluations,
      progress.point.largestSlope > gradientTolerance
    {
      guard try iterate(&progress, rate, closure) else { break }
    }
    return loss
  }

  /// How far a step has come.
  private struct Progress {
    var point: LossPoint
    var iterations = 0
    var evaluations = 1
  }

  /// Moves along one direction.
  ///
  /// - Returns: Whether moving on makes sense.
  private func iterate(_ progress: inout Progress, _ rate: Float, _ closure: Closure) throws -> Bool
  {
    progress.iterations += 1
    let start = progress.point
    let isFirst = memory.isEmpty
    let direction = try memory.direction(at: start.gradient)
    let numbers = try Self.numbers(
      (start.gradient * direction).sum(), direction.abs().max(), start.gradient.abs().sum())
    let (slope, size, gradientSum) = (numbers[0], numbers[1], numbers[2])
    let length = isFirst ? min(1, 1 / gradientSum) * rate : rate
    memory.remember(start.gradient, direction, length: length)
    guard slope <= -changeTolerance else { return false }
    switch lineSearch {
    case .none:
      parameters.move(from: parameters.values, along: direction, by: length)
      // The next step evaluates the loss here.
      guard progress.iterations < maxIterations else { return false }
      progress.point = try evaluate(closure).1
      progress.evaluations += 1
    case .strongWolfe:
      var search = StrongWolfeSearch(
        from: start, slope: slope, directionSize: size, tolerance: changeTolerance)
      progress.point = try self.search(&search, along: direction, from: length, closure)
      progress.evaluations += search.evaluationCount
    }
    return size * memory.length > changeTolerance
      && abs(progress.point.loss - start.loss) >= changeTolerance
  }

  /// Moves to where a line search ends.
  private func search(
    _ search: inout StrongWolfeSearch, along direction: Tensor, from length: Float,
    _ closure: Closure
  ) throws -> LossPoint {
    let origin = parameters.values
    let found = try search.run(from: length) { length in
      parameters.move(from: origin, along: direction, by: length)
      let point = try evaluate(closure).1
      return (point, try Self.numbers((point.gradient * direction).sum())[0])
    }
    memory.length = found.length
    parameters.move(from: origin, along: direction, by: found.length)
    return found.point
  }

  private func evaluate(_ closure: Closure) throws -> (Tensor, LossPoint) {
    let (loss, gradients) = try closure()
    let gradient = parameters.flat(gradients)
    let numbers = try Self.numbers(loss, gradient.abs().max())
    return (loss, LossPoint(loss: numbers[0], gradient: gradient, largestSlope: numbers[1]))
  }

  /// Reads numbers in one transfer.
  static func numbers(_ scalars: Tensor...) throws -> [Float] {
    try concatenate(scalars.map { $0.reshaped([1]) }).scalars()
  }

  /// The changes of parameters and gradients as `change.<i>` and `slope.<i>`, float32 `[n]` for n
  /// elements in all; the last gradient and direction as `gradient` and `direction`; and `numbers`.
  public var state: [String: Tensor] { memory.state(on: parameters.device) }

  /// Goes on from a checkpoint.
  ///
  /// - Throws: `NamedTensorsError` or `InvalidStepError` where the checkpoint is not of such an
  ///   optimizer of such a model; then nothing is changed.
  public func restore(step: Int, state: [String: Tensor]) throws {
    let expected = memory.expectedState(like: state, count: parameters.count)
    try requireFit(step: step, state, like: expected)
    memory = try memory.restored(from: state, device: parameters.device)
    stepCount = step
  }
}
