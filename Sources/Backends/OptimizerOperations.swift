/// Steps of optimizers, in place.
public protocol OptimizerOperations {
  /// Changes parameters, and what the rule remembers about them, along their gradients: all by the
  /// same rule with the same numbers, so that a device can do it at once.
  ///
  /// No array may be that of two of the parameters. Each gets the bits it would get by itself.
  func update(_ parameters: [ParameterUpdate], by rule: UpdateRule) throws
}

/// A parameter and what a step of an optimizer changes it with.
///
/// All arrays are float32, dense and of the parameter's shape.
public struct ParameterUpdate: Sendable {
  /// What is changed.
  public let parameter: StridedArray
  /// The gradient of the loss by the parameter.
  public let gradient: StridedArray
  /// An array for each of the rule's `stateNames`, in that order; changed.
  public let state: [StridedArray]

  /// Makes an update of a parameter.
  public init(_ parameter: StridedArray, gradient: StridedArray, state: [StridedArray]) {
    self.parameter = parameter
    self.gradient = gradient
    self.state = state
  }

  /// All arrays: the parameter, the gradient, the state.
  package var arrays: [StridedArray] { [parameter, gradient] + state }
}

extension OptimizerOperations {
  /// Changes one parameter.
  public func update(
    _ parameter: StridedArray, gradient: StridedArray, state: [StridedArray], by rule: UpdateRule
  ) throws {
    try update([ParameterUpdate(parameter, gradient: gradient, state: state)], by: rule)
  }
}

/// One step of an optimizer on one parameter: its rule, with the numbers of this step.
///
/// In the formulas p is the parameter, ∇ the gradient of the loss, η the learning rate, λ the weight
/// decay and t = 1, 2, … the number of the step. A decay adds λp to the gradient, g = ∇ + λp; a
/// decoupled one leaves it alone, g = ∇, and first multiplies p by 1 − ηλ.
public enum UpdateRule: Hashable, Sendable {
  /// See `SGDStep`.
  case sgd(SGDStep)
  /// See `AdagradStep`.
  case adagrad(AdagradStep)
  /// See `RMSpropStep`.
  case rmsprop(RMSpropStep)
  /// See `AdadeltaStep`.
  case adadelta(AdadeltaStep)
  /// See `AdamStep`.
  case adam(AdamStep)
  /// See `AdamaxStep`.
  case adamax(AdamaxStep)
  /// See `NAdamStep`.
  case nadam(NAdamStep)
  /// See `RAdamStep`.
  case radam(RAdamStep)
  /// See `LionStep`.
  case lion(LionStep)
  /// See `LAMBStep`.
  case lamb(LAMBStep)

  /// The numbers of the step and what they mean.
  public var step: any UpdateStep {
    switch self {
    case .sgd(let step): step
    case .adagrad(let step): step
    case .rmsprop(let step): step
    case .adadelta(let step): step
    case .adam(let step): step
    case .adamax(let step): step
    case .nadam(let step): step
    case .radam(let step): step
    case .lion(let step): step
    case .lamb(let step): step
    }
  }

  /// What is remembered for every element of a parameter, in the order of a state's arrays.
  public var stateNames: [String] { step.stateNames }
}

/// What backends and optimizers need to know about the step of a rule.
public protocol UpdateStep: Hashable, Sendable {
  /// The name of the rule, and of its kernel.
  static var name: String { get }
  /// Whether the numbers depend on how many steps a parameter has made.
  static var countsSteps: Bool { get }
  /// What is remembered for every element of a parameter.
  var stateNames: [String] { get }
  /// The settings that select a variant of the kernel.
  var variants: [String] { get }
  /// The numbers, in the order of the kernel's arguments.
  var numbers: [Float] { get }
}

/// The names of kernel variants that several rules have.
enum UpdateVariant {
  static let momentum = "MOMENTUM"
  static let decoupled = "DECOUPLED"
}

/// 1 − βᵗ, computed in double precision.
func biasCorrection(_ beta: Float, _ step: Int) -> Double { 1 - power(Double(beta), step) }

/// xⁿ by squaring, the same on every machine.
func power(_ x: Double, _ n: Int) -> Double {
  var (result, base, exponent) = (1.0, x, n)
  while exponent > 0 {
    if exponent & 1 == 1 { result *= base }
    base *= base
    exponent >>= 1
  }
  return result
}
