import Backends
import OpenCL

extension OpenCLBackend {
  /// One kernel for all steps where there are samples for all cores, otherwise one for each, two where
  /// a GRU resets before the product; and one for the initial state.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued, or memory is missing.
  public func recurrentSequenceGradient(
    _ recurrence: Recurrence, _ gradient: StridedArray, weight: StridedArray,
    states: StridedArray, saved: StridedArray, lengths: StridedArray?,
    projections: StridedArray, products: StridedArray?, initial: StridedArray
  ) throws {
    let extents = RecurrentExtents(states: states.shape)
    extents.check(
      recurrence.cell, projections: projections.shape, weight: weight.shape,
      initial: initial.shape, saved: saved.shape, lengths: lengths?.shape)
    guard gradient.shape == states.shape, (recurrence.cell == .gru) == (products != nil) else {
      misuse("recurrentSequenceGradient: gradient \(gradient.shape) for states \(states.shape)")
    }
    guard extents.batch * extents.units > 0 else { return }
    try fillWithZeros(initial)
    let products = products ?? projections
    let pass = try RecurrentGradientPass(
      recurrence, extents, weight, products: products,
      arrays: [
        gradient.argument, states.argument, saved.argument, lengths?.argument ?? .noBuffer,
        projections.resultArgument, products.resultArgument, initial.resultArgument,
      ], hasLengths: lengths != nil, on: self)
    try pass.run()
    try pass.finish()
  }
}

/// A sequence on its way back.
private struct RecurrentGradientPass {
  private let recurrence: Recurrence
  private let extents: RecurrentExtents
  private let products: StridedArray
  private let arrays: [KernelArgument]
  private let hasLengths: Bool
  private let first: RecurrentStepKernel
  /// What the gradient by r∘h leads to in a GRU that resets before the product.
  private let second: RecurrentStepKernel?
  private let last: RecurrentStepKernel
  /// How many of a unit's gates are multiplied with the state.
  private let stateGates: Int

  init(
    _ recurrence: Recurrence, _ extents: RecurrentExtents, _ weight: StridedArray,
    products: StridedArray, arrays: [KernelArgument], hasLengths: Bool,
    on backend: OpenCLBackend
  ) throws {
    self.recurrence = recurrence
    self.extents = extents
    self.products = products
    self.arrays = arrays
    self.hasLengths = hasLengths
    let cell = recurrence.cell
    let plan = RecurrentPlan(extents, on: backend)
    let stateGates = cell == .gruResetBefore ? 2 : cell.gateCount
    func kernel(
      _ name: String, _ weight: RecurrentWeight, depth: Int? = nil
    ) throws -> RecurrentStepKernel {
      try RecurrentStepKernel(
        .init(
          step: "recurrentGradientStep", sequence: "recurrentGradientSequence",
          file: "recurrent-gradient"),
        options: "-DCELL=\(name) \(cell.kernelOptions)", weight, plan, depth: depth, on: backend)
    }
    self.stateGates = stateGates
    let depth = stateGates * extents.units
    let outer = try RecurrentWeight(backward: weight, gates: 0..<stateGates, plan, on: backend)
    switch cell {
    case .rnnTanh: (first, second) = (try kernel("RNN_TANH", outer, depth: depth), nil)
    case .rnnReLU: (first, second) = (try kernel("RNN_RELU", outer, depth: depth), nil)
    case .lstm: (first, second) = (try kernel("LSTM", outer, depth: depth), nil)
    case .gru: (first, second) = (try kernel("GRU", outer, depth: depth), nil)
    case .gruResetBefore:
      let inner = try RecurrentWeight(backward: weight, gates: 2..<3, plan, on: backend)
      first = try kernel("GRU_UPDATE", outer)
      second = try kernel("GRU_RESET", inner)
    }
    last = try kernel("INITIAL", outer)
  }

  func run() throws {
    let times = Array(recurrence.times(extents.steps).reversed())
    guard let last = times.first else { return }
    if first.doesAllSteps {
      try first.launch(
        gates(0, stateGates, at: last), arrays, from: step(last),
        isForward: recurrence.isReversed)
      return
    }
    for time in times {
      try first.launch(gates(0, stateGates, at: behind(time)), arrays, step(time))
      try second?.launch(gates(2, 1, at: time), arrays, step(time))
    }
  }

  private func step(_ time: Int) -> RecurrentStep {
    RecurrentStep(
      extents, time, previous: recurrence.previousSlot(time), next: recurrence.nextSlot(time),
      hasLengths: hasLengths)
  }

  /// The step whose gradients are there already when this one comes.
  private func behind(_ time: Int) -> Int { recurrence.isReversed ? time - 1 : time + 1 }

  /// Completes the gradient by the initial state.
  func finish() throws {
    let slot = recurrence.initialSlot(extents.steps)
    let first = recurrence.isReversed ? extents.steps - 1 : 0
    try last.launch(
      gates(0, stateGates, at: first), arrays,
      RecurrentStep(extents, 0, previous: slot, next: slot, hasLengths: false))
  }

  /// The gradients by the products of some gates at a time; nothing where there is no such step.
  private func gates(_ start: Int, _ count: Int, at time: Int) -> RecurrentStepKernel.Left {
    let width = recurrence.cell.gateCount * extents.units
    let exists = (0..<extents.steps).contains(time)
    return .init(
      array: products, start: exists ? time * extents.batch * width + start * extents.units : 0,
      stride: width, depth: exists ? count * extents.units : 0)
  }
}
