/// Steps of optimizers, in place.
public protocol OptimizerOperations {
  /// Changes a parameter, and what the rule remembers about it, along the gradient.
  ///
  /// All arrays are float32 and of the parameter's shape; a state that fits the rule has an array
  /// for each of `rule.stateNames`, in that order.
  func update(
    _ parameter: StridedArray, gradient: StridedArray, state: [StridedArray], by rule: UpdateRule)
    throws
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
