import Backends
import OpenCL

/// A kernel that does steps, one or all, with its weight.
struct RecurrentStepKernel {
  /// The name of a kernel for one step, which is followed by that for all.
  struct Name {
    let step: String
    let sequence: String
    let file: String
  }

  private let kernel: Kernel
  private let size: (global: WorkSize, local: WorkSize)
  private let weight: RecurrentWeight
  private let backend: OpenCLBackend
  /// The samples of a work-item that does all steps; nil where each step is a launch.
  private let samples: Int?

  /// The kernel of a cell.
  ///
  /// - Parameter depth: Of the products, where a kernel may do all steps.
  init(
    _ name: Name, options: String, _ weight: RecurrentWeight, _ plan: RecurrentPlan,
    depth: Int? = nil, on backend: OpenCLBackend
  ) throws {
    samples = depth.flatMap { plan.samplesPerSequence(gates: weight.gates, depth: $0) }
    kernel = try backend.kernel(
      samples == nil ? name.step : name.sequence, in: name.file,
      options: "\(plan.options(gates: weight.gates)) \(options)")
    size = plan.size(gates: weight.gates)
    self.weight = weight
    self.backend = backend
  }

  /// Whether one launch does all steps.
  var doesAllSteps: Bool { samples != nil }

  /// What the weight is multiplied with: rows at a distance, `depth` of their numbers.
  struct Left {
    let array: StridedArray
    let start, stride, depth: Int
  }

  /// Queues a step.
  func launch(_ left: Left, _ arguments: [KernelArgument], _ step: RecurrentStep) throws {
    try launch(size.global, left, arguments + [step.argument])
  }

  /// Queues all steps.
  func launch(
    _ left: Left, _ arguments: [KernelArgument], from step: RecurrentStep, isForward: Bool
  ) throws {
    let (extents, samples) = (step.extents, samples!)
    let all = [extents.steps, isForward ? 1 : -1, samples].map { Int32($0) }
    try launch(
      WorkSize((extents.batch + samples - 1) / samples, 1), left,
      arguments + [step.argument, .int32s(all)])
  }

  private func launch(
    _ global: WorkSize, _ left: Left, _ arguments: [KernelArgument]
  ) throws {
    try backend.launch(
      kernel, global: global, local: size.local,
      [
        left.array.argument, .uint64(UInt64(left.start)), .uint64(UInt64(left.stride)),
        .int32(Int32(left.depth)), weight.array.argument,
      ] + arguments)
  }
}

/// Where a step is, in the kernels' form.
struct RecurrentStep {
  let extents: RecurrentExtents
  let argument: KernelArgument

  init(
    _ extents: RecurrentExtents, _ time: Int, previous: Int, next: Int, hasBias: Bool = false,
    hasLengths: Bool
  ) {
    self.extents = extents
    argument = .int32s(
      [
        extents.batch, extents.units, time, previous, next, extents.slots, hasBias ? 1 : 0,
        hasLengths ? 1 : 0,
      ].map { Int32($0) })
  }
}

extension RecurrentCell {
  /// The options that say what a cell's arrays hold.
  var kernelOptions: String {
    "-DCELL_GATES=\(gateCount) -DCELL_SAVED=\(savedCount) -DCELL_STATES=\(stateCount)"
  }
}
