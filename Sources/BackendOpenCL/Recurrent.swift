import Backends
import OpenCL

extension OpenCLBackend {
  /// One kernel for all steps where there are samples for all cores, otherwise one for each; two where
  /// a GRU resets before the product.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued, or memory is missing.
  public func recurrentSequence(
    _ recurrence: Recurrence, _ projections: StridedArray, weight: StridedArray,
    bias: StridedArray?, initial: StridedArray, lengths: StridedArray?, to states: StridedArray,
    saved: StridedArray
  ) throws {
    let extents = RecurrentExtents(states: states.shape)
    extents.check(
      recurrence.cell, projections: projections.shape, weight: weight.shape,
      initial: initial.shape, saved: saved.shape, bias: bias?.shape, lengths: lengths?.shape)
    guard extents.batch * extents.units > 0 else { return }
    let slot = recurrence.initialSlot(extents.steps)
    let start = states.with(states.layout.sliced(1, slot..<slot + 1))
    try copyElements(of: initial.with(Layout(start.shape)), to: start)
    guard extents.steps > 0 else { return }
    let pass = try RecurrentPass(
      recurrence, extents, weight, states: states, saved: saved,
      arrays: [
        projections.argument, bias?.argument ?? .noBuffer, lengths?.argument ?? .noBuffer,
        states.resultArgument, saved.resultArgument,
      ], hasBias: bias != nil, hasLengths: lengths != nil, on: self)
    try pass.run()
  }
}

/// A sequence on its way forward.
private struct RecurrentPass {
  private let recurrence: Recurrence
  private let extents: RecurrentExtents
  private let states: StridedArray
  private let saved: StridedArray
  private let arrays: [KernelArgument]
  private let hasBias: Bool
  private let hasLengths: Bool
  private let first: RecurrentStepKernel
  /// What follows from r∘h in a GRU that resets before the product.
  private let second: RecurrentStepKernel?

  init(
    _ recurrence: Recurrence, _ extents: RecurrentExtents, _ weight: StridedArray,
    states: StridedArray, saved: StridedArray, arrays: [KernelArgument], hasBias: Bool,
    hasLengths: Bool, on backend: OpenCLBackend
  ) throws {
    self.recurrence = recurrence
    self.extents = extents
    self.states = states
    self.saved = saved
    self.arrays = arrays
    self.hasBias = hasBias
    self.hasLengths = hasLengths
    let cell = recurrence.cell
    let plan = RecurrentPlan(extents, on: backend)
    func kernel(_ name: String, gates: Range<Int>) throws -> RecurrentStepKernel {
      try RecurrentStepKernel(
        .init(step: "recurrentStep", sequence: "recurrentSequence", file: "recurrent"),
        options: "-DCELL=\(name) -DFIRST_GATE=\(gates.lowerBound) \(cell.kernelOptions)",
        try RecurrentWeight(forward: weight, gates: gates, plan, on: backend), plan,
        depth: cell == .gruResetBefore ? nil : extents.units, on: backend)
    }
    switch cell {
    case .rnnTanh: (first, second) = (try kernel("RNN_TANH", gates: 0..<1), nil)
    case .rnnReLU: (first, second) = (try kernel("RNN_RELU", gates: 0..<1), nil)
    case .lstm: (first, second) = (try kernel("LSTM", gates: 0..<4), nil)
    case .gru: (first, second) = (try kernel("GRU", gates: 0..<3), nil)
    case .gruResetBefore:
      first = try kernel("GRU_RESET", gates: 0..<2)
      second = try kernel("GRU_UPDATE", gates: 2..<3)
    }
  }

  func run() throws {
    let times = recurrence.times(extents.steps)
    if first.doesAllSteps {
      try first.launch(
        left(times[0]), arrays, from: step(times[0]), isForward: !recurrence.isReversed)
      return
    }
    for time in times {
      try first.launch(left(time), arrays, step(time))
      try second?.launch(resetState(time), arrays, step(time))
    }
  }

  private func step(_ time: Int) -> RecurrentStep {
    RecurrentStep(
      extents, time, previous: recurrence.previousSlot(time), next: recurrence.nextSlot(time),
      hasBias: hasBias, hasLengths: hasLengths)
  }

  /// The state before a step.
  private func left(_ time: Int) -> RecurrentStepKernel.Left {
    let units = extents.units
    return .init(
      array: states, start: recurrence.previousSlot(time) * extents.batch * units, stride: units,
      depth: units)
  }

  /// r∘h, the last of what is saved.
  private func resetState(_ time: Int) -> RecurrentStepKernel.Left {
    let (units, count) = (extents.units, recurrence.cell.savedCount)
    return .init(
      array: saved, start: (time * extents.batch * count + count - 1) * units,
      stride: count * units, depth: units)
  }
}
