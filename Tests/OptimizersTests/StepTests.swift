import Layers
import Optimizers
import Tensors
import TestSupport
import Testing

/// A loss ½ Σ a(w − b)², whose gradient a(w − b) is worked out as easily in Double.
private struct Quadratic: Layer {
  static let curvature: [Double] = [0.5, 2, 1, 3, 0.1]
  static let minimum: [Double] = [1, -1, 0.25, 2, -3]
  static let start: [Double] = [0, 0.5, -2, 1, 4]

  let w: Parameter

  init() { w = Parameter(Tensor(Quadratic.start.map { Float($0) })) }

  func callAsFunction(_ input: Tensor) -> Tensor { input }

  func loss() -> Tensor {
    let distance = w.value - Tensor(Quadratic.minimum.map { Float($0) })
    return (Tensor(Quadratic.curvature.map { Float($0) }) * distance * distance).sum() * 0.5
  }

  static func gradient(_ w: Double, _ index: Int) -> Double {
    curvature[index] * (w - minimum[index])
  }
}

/// PyTorch's definitions, for one number, in Double.
private enum Reference {
  struct State {
    var velocity: Double?
    var mean = 0.0
    var square = 0.0
  }

  static func sgd(
    _ p: inout Double, _ g: Double, _ state: inout State, rate: Double, momentum: Double,
    decay: Double, nesterov: Bool
  ) {
    var g = g + decay * p
    if momentum != 0 {
      let velocity = state.velocity.map { momentum * $0 + g } ?? g
      state.velocity = velocity
      g = nesterov ? g + momentum * velocity : velocity
    }
    p -= rate * g
  }

  static func adam(
    _ p: inout Double, _ g: Double, _ state: inout State, step: Int, rate: Double, decay: Double,
    decouples: Bool
  ) {
    let (beta1, beta2, epsilon) = (0.9, 0.999, 1e-8)
    var g = g
    if decouples { p *= 1 - rate * decay } else { g += decay * p }
    state.mean = beta1 * state.mean + (1 - beta1) * g
    state.square = beta2 * state.square + (1 - beta2) * g * g
    var (correction1, correction2) = (1.0, 1.0)
    for _ in 0..<step { (correction1, correction2) = (correction1 * beta1, correction2 * beta2) }
    let root = (state.square / (1 - correction2)).squareRoot()
    p -= rate * (state.mean / (1 - correction1)) / (root + epsilon)
  }
}

/// Optimizers against PyTorch's definitions, step by step.
@Suite struct StepTests {
  private static let stepCount = 30

  /// Makes the steps of an optimizer and of the reference side by side.
  private func compare(
    _ device: Device, _ make: (Quadratic) -> any Optimizer,
    _ reference: (inout Double, Double, inout Reference.State, _ step: Int) -> Void
  ) throws {
    try on(device) { () throws in
      let model = Quadratic()
      let optimizer = make(model)
      var expected = Quadratic.start
      var states = expected.map { _ in Reference.State() }
      for step in 1...Self.stepCount {
        optimizer.update(valueAndGradient(of: model, model.loss).gradients)
        for index in expected.indices {
          let gradient = Quadratic.gradient(expected[index], index)
          reference(&expected[index], gradient, &states[index], step)
        }
        expectClose(
          try model.w.value.scalars(), expected.map { Float($0) }, within: 1e-5, "step \(step)")
      }
      #expect(optimizer.stepCount == Self.stepCount)
    }
  }

  @Test(
    arguments: devices,
    [(0, 0, false), (0, 0.1, false), (0.9, 0, false), (0.9, 0.1, false), (0.8, 0.1, true)]
      as [(Float, Float, Bool)])
  func `SGD follows its definition`(
    _ device: Device, _ settings: (momentum: Float, decay: Float, nesterov: Bool)
  ) throws {
    try compare(
      device,
      {
        SGD(
          $0, learningRate: 0.05, momentum: settings.momentum, weightDecay: settings.decay,
          nesterov: settings.nesterov)
      },
      { p, g, state, _ in
        Reference.sgd(
          &p, g, &state, rate: 0.05, momentum: Double(settings.momentum),
          decay: Double(settings.decay), nesterov: settings.nesterov)
      })
  }

  @Test(arguments: devices, [0, 0.1] as [Float])
  func `Adam follows its definition`(_ device: Device, _ decay: Float) throws {
    try compare(
      device, { Adam($0, learningRate: 0.02, weightDecay: decay) },
      { p, g, state, step in
        Reference.adam(
          &p, g, &state, step: step, rate: 0.02, decay: Double(decay), decouples: false)
      })
  }

  @Test(arguments: devices, [0, 0.1] as [Float])
  func `AdamW follows its definition`(_ device: Device, _ decay: Float) throws {
    try compare(
      device, { AdamW($0, learningRate: 0.02, weightDecay: decay) },
      { p, g, state, step in
        Reference.adam(
          &p, g, &state, step: step, rate: 0.02, decay: Double(decay), decouples: true)
      })
  }

  @Test(arguments: devices)
  func `the learning rate of a step is that of the schedule`(_ device: Device) throws {
    let rates = LearningRate.cosine(from: 0.1, steps: Self.stepCount, warmup: 5)
    try compare(
      device, { SGD($0, learningRate: rates) },
      { p, g, state, step in
        Reference.sgd(
          &p, g, &state, rate: Double(rates(at: step - 1)), momentum: 0, decay: 0, nesterov: false)
      })
  }
}

@Suite struct UpdateTests {
  @Test(arguments: devices, OptimizerKind.allCases)
  func `parameters without a gradient stay, and their state with them`(
    _ device: Device, _ kind: OptimizerKind
  ) throws {
    try on(device) { () throws in
      let (early, late) = (Linear(1, 1, bias: false), Linear(1, 1, bias: false))
      let model = Sequential([early, late])
      let optimizer = kind.make(for: model, learningRate: 0.01)
      let before = try late.weight.value.item()
      for _ in 0..<3 {
        optimizer.update(valueAndGradient(of: model) { early(.ones([1, 1])).sum() }.gradients)
      }
      #expect(try late.weight.value.item() == before)

      // Its first step is like that of a new optimizer.
      let fresh = Linear(1, 1, bias: false, weightInitializer: .constant(before))
      let first = kind.make(for: fresh, learningRate: 0.01)
      first.update(valueAndGradient(of: fresh) { fresh(.ones([1, 1])).sum() }.gradients)
      optimizer.update(valueAndGradient(of: model) { late(.ones([1, 1])).sum() }.gradients)
      #expect(try late.weight.value.item() == fresh.weight.value.item())
      #expect(optimizer.stepCount == 4)
    }
  }

  @Test(arguments: devices, OptimizerKind.allCases)
  func `parameters are changed in place, and only they`(
    _ device: Device, _ kind: OptimizerKind
  ) throws {
    try on(device) { () throws in
      let model = Linear(64, 32)
      let optimizer = kind.make(for: model)
      let input = Tensor.normal([8, 64])
      func makeStep() {
        optimizer.update(valueAndGradient(of: model) { model(input).sum() }.gradients)
      }
      func places() -> [ObjectIdentifier] {
        let state = optimizer.state.sorted { $0.key < $1.key }
          .filter { !$0.key.hasPrefix("step.") }.map(\.value)
        return (model.weights.map(\.tensor) + state).map { ObjectIdentifier($0.array.storage) }
      }
      // The state gets its memory in the first step.
      makeStep()
      let before = places()
      for _ in 0..<3 { makeStep() }
      #expect(places() == before)

      let kept = model.weight.value
      let numbers = try kept.scalars()
      makeStep()
      #expect(try kept.scalars() == numbers)
      #expect(try model.weight.value.scalars() != numbers)
    }
  }
}
