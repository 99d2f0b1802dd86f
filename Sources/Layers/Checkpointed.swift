import Tensors

/// Layers applied one after the other that in training keep only their input, and compute the rest
/// again in the backward pass: less memory for one more forward pass of them.
///
/// Chen, Xu, Zhang, Guestrin: Training Deep Nets with Sublinear Memory Cost (2016). Of n equal layers
/// in √n such groups, √n inputs and the √n results of one group are kept at a time, in place of n
/// results.
///
/// ```swift
/// let model = Sequential {
///   for _ in 1...4 {
///     Checkpointed {
///       for _ in 1...4 {
///         Linear(64, 64)
///         Dropout(0.1)
///         ReLU()
///       }
///     }
///   }
///   Linear(64, 10)
/// }
/// model.namedParameters[0].name  // 0.0.weight
/// ```
///
/// Loss, gradients and weights are the same to the bit as those of a `Sequential` of the layers:
/// dropout draws its numbers from the same place of the random stream again, and buffers, such as the
/// running statistics of `BatchNorm`, change once. Only the gradient of a parameter that is used both
/// inside and outside, three times or more, may be added up in another order. Members are named as
/// those of a `Sequential`; one may itself be checkpointed. Outside training this is a `Sequential`.
///
/// The parameters and buffers that its layers use must be found by reflection in them, and the layers
/// must compute the same of the same input.
public struct Checkpointed: Layer {
  /// The layers as a chain.
  let chain: Sequential
  private let parameters: [Parameter]
  private let buffers: [Buffer]

  /// The layers in the order they are applied.
  public var layers: [any Layer] { chain.layers }

  /// A chain of the layers listed in the braces, where `if` and `for` can be used.
  public init(@LayerBuilder _ layers: () -> [any Layer]) { self.init(layers()) }

  /// A chain of the layers of an array.
  public init(_ layers: [any Layer]) {
    chain = Sequential(layers)
    parameters = chain.namedParameters.map(\.parameter)
    buffers = chain.namedBuffers.map(\.buffer)
  }

  /// Applies the layers.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    let circumstances = Circumstances(parameters, buffers)
    return checkpointed([input] + parameters.map(\.value)) { [chain] inputs, isAgain in
      guard isAgain else { return chain(inputs[0]) }
      return circumstances.restored(parameters: inputs.dropFirst()) { chain(inputs[0]) }
    }
  }
}

/// All but its input that a layer's result depends on.
private struct Circumstances: Sendable {
  private let isTraining = TrainingMode.isOn
  private let parameters: [Parameter]
  private let buffers: [(buffer: Buffer, value: Tensor)]
  private let seed = Random.current.seed
  private let block = Random.current.block

  /// The present ones.
  init(_ parameters: [Parameter], _ buffers: [Buffer]) {
    self.parameters = parameters
    self.buffers = buffers.map { ($0, $0.value) }
  }

  /// Runs the body in them, with variables in place of the parameters.
  func restored<Result>(
    parameters variables: some Sequence<Tensor>, _ body: () -> Result
  ) -> Result {
    let variables = Dictionary(
      uniqueKeysWithValues: zip(parameters.map(ObjectIdentifier.init), variables))
    let standIns = Dictionary(
      uniqueKeysWithValues: buffers.map { (ObjectIdentifier($0), Buffer($1)) })
    return Parameter.$variables.withValue(variables) {
      Buffer.$standIns.withValue(standIns) {
        Random.with(RandomState(seed: seed, block: block)) {
          TrainingMode.with(isTraining, body)
        }
      }
    }
  }
}
