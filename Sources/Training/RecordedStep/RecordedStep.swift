import Layers
import Optimizers
import Tensors

/// A step of training that, once it has been made a few times, is repeated without the work of the
/// program that led to it: the device is handed the list of kernels of the last time.
///
/// ```swift
/// let model = LeNet()
/// let optimizer = AdamW(model)
/// let step = RecordedStep(model, optimizer) { images, labels in
///   crossEntropy(model(images), labels)
/// }
/// for _ in 1...10 {
///   let loss = step(Tensor.normal([8, 1, 28, 28]), Tensor([0, 1, 2, 3, 4, 5, 6, 7] as [Int32]))
/// }
/// ```
///
/// A call is `valueAndGradient(of:)` with the loss and an `update` of the optimizer, and gives the
/// same bits whether it is repeated or not. The first three calls with inputs of some shapes run the
/// program: the second and the third are recorded and compared, the fourth is the first repetition.
/// Inputs of other shapes have a recording of their own, and so has another precision. Where a step
/// cannot be recorded (the device is the CPU reference, or the loss reads a tensor) it runs each time,
/// and `state` says why.
///
/// What may differ from call to call: the inputs, the numbers of parameters, buffers and of the
/// optimizer's state, its learning rate and count of steps, and the place in the random stream. All
/// else is as it was when the step was recorded: numbers that the loss computes on the host, tensors
/// it captures, and which way an `if` went. What it does besides, such as keeping a tensor, is not done
/// in a repetition; tensors that are wanted are to be returned. See
/// `init(_:_:gradients:results:)`.
///
/// A recorded step takes about as much memory as another one. It stays with the step, for those of other
/// recordings on the device too, until somebody else is short of memory; `forget()` gives it back. The
/// steps of one `RecordedStep` must be made one after the other.
public final class RecordedStep {
  /// From the inputs to the loss and what else is wanted.
  typealias Results = (_ inputs: [Tensor]) -> [Tensor]

  private let program: StepProgram
  private let inputCount: Int?
  private var variants: [InputPlaces.Key: StepVariant] = [:]

  /// How it is with the inputs of the last call.
  public private(set) var state = State.running

  /// The most shapes of inputs that are recorded; others run each time.
  static let mostVariants = 4

  private init(program: StepProgram, inputCount: Int?) {
    self.program = program
    self.inputCount = inputCount
  }

  /// A step of a loss of one input.
  ///
  /// - Parameters:
  ///   - model: Whose parameters to differentiate by.
  ///   - optimizer: Changes them.
  ///   - gradients: What the optimizer is given, such as `{ $0.clipped(toGlobalNorm: 1) }`.
  ///   - loss: Computes one float32 number.
  public convenience init(
    _ model: any Layer, _ optimizer: any Optimizer,
    gradients: @escaping (Gradients) -> Gradients = { $0 },
    loss: @escaping (_ input: Tensor) -> Tensor
  ) {
    let program = StepProgram(model, optimizer, gradients) { [loss($0[0])] }
    self.init(program: program, inputCount: 1)
  }

  /// A step of a loss of two inputs, such as images and their labels.
  ///
  /// - Parameters:
  ///   - model: Whose parameters to differentiate by.
  ///   - optimizer: Changes them.
  ///   - gradients: What the optimizer is given, such as `{ $0.clipped(toGlobalNorm: 1) }`.
  ///   - loss: Computes one float32 number.
  public convenience init(
    _ model: any Layer, _ optimizer: any Optimizer,
    gradients: @escaping (Gradients) -> Gradients = { $0 },
    loss: @escaping (_ input: Tensor, _ target: Tensor) -> Tensor
  ) {
    let program = StepProgram(model, optimizer, gradients) { [loss($0[0], $0[1])] }
    self.init(program: program, inputCount: 2)
  }

  /// A step of any number of inputs, which may vary, with more results than the loss.
  ///
  /// ```swift
  /// let model = Linear(4, 2), optimizer = SGD(model, learningRate: 0.1)
  /// let step = RecordedStep(
  ///   model, optimizer,
  ///   results: { inputs in
  ///     let scores = model(inputs[0])
  ///     return [crossEntropy(scores, inputs[1]), scores]
  ///   })
  /// let results = step.results(of: [Tensor.normal([3, 4]), Tensor([0, 1, 1] as [Int32])])
  /// // results[0] is the loss, results[1] the scores
  /// ```
  ///
  /// - Parameters:
  ///   - model: Whose parameters to differentiate by.
  ///   - optimizer: Changes them.
  ///   - gradients: What the optimizer is given, such as `{ $0.clipped(toGlobalNorm: 1) }`.
  ///   - results: Computes the loss, one float32 number, and other tensors, in this order.
  public convenience init(
    _ model: any Layer, _ optimizer: any Optimizer,
    gradients: @escaping (Gradients) -> Gradients = { $0 },
    results: @escaping (_ inputs: [Tensor]) -> [Tensor]
  ) {
    self.init(program: StepProgram(model, optimizer, gradients, results), inputCount: nil)
  }

  /// Makes a step and returns its loss.
  @discardableResult
  public func callAsFunction(_ inputs: Tensor...) -> Tensor { results(of: inputs)[0] }

  /// Makes a step and returns its loss and what else it computes, as constants.
  public func results(of inputs: [Tensor]) -> [Tensor] {
    if let inputCount, inputs.count != inputCount {
      misuse("RecordedStep: \(inputs.count) inputs for a loss of \(inputCount)")
    }
    // In another recorded step it is a part of that.
    if RecordedWork.isUnderWay { return program.run(inputs) }
    let key = InputPlaces.Key(inputs)
    guard let variant = variants[key] ?? newVariant(key) else {
      state = .unrecorded("there are \(Self.mostVariants) recordings for inputs of other shapes")
      return program.run(inputs)
    }
    defer { state = variant.state }
    return variant.step(inputs)
  }

  private func newVariant(_ key: InputPlaces.Key) -> StepVariant? {
    guard variants.count < Self.mostVariants else { return nil }
    let variant = StepVariant(program)
    variants[key] = variant
    return variant
  }

  /// Gives up the recordings and their memory; the next calls record anew.
  public func forget() {
    variants = [:]
    state = .running
  }
}

extension RecordedStep {
  /// How a step is made.
  public enum State: Hashable, Sendable, CustomStringConvertible {
    /// The program runs, and is recorded once it has run.
    case running
    /// The recording is repeated.
    case repeating
    /// The program runs each time, for this reason.
    case unrecorded(String)

    /// For a person.
    public var description: String {
      switch self {
      case .running: "the program runs"
      case .repeating: "the recording is repeated"
      case .unrecorded(let reason): "the program runs each time: \(reason)"
      }
    }
  }
}
