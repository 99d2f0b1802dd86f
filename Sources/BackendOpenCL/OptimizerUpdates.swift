import Backends
import OpenCL

extension OpenCLBackend {
  /// Changes parameter and velocity in one kernel.
  ///
  /// - Throws: `OpenCLError` where the kernel cannot be compiled or queued.
  public func update(
    _ parameter: StridedArray, gradient: StridedArray, velocity: StridedArray?, _ step: SGDStep
  ) throws {
    var options = velocity == nil ? "" : " -DMOMENTUM"
    if step.nesterov { options += " -DNESTEROV" }
    try launchUpdate(
      "sgd", options, parameter.count, [step.learningRate, step.momentum, step.weightDecay],
      [parameter.argument, gradient.argument, velocity?.argument ?? .noBuffer])
  }

  /// Changes the parameter and both means in one kernel.
  ///
  /// - Throws: `OpenCLError` where the kernel cannot be compiled or queued.
  public func update(
    _ parameter: StridedArray, gradient: StridedArray, mean: StridedArray, square: StridedArray,
    _ step: AdamStep
  ) throws {
    try launchUpdate(
      "adam", step.decouplesWeightDecay ? " -DDECOUPLED" : "", parameter.count,
      [
        step.learningRate, step.beta1, step.beta2, step.epsilon, step.weightDecay,
        step.biasCorrection1, step.biasCorrection2,
      ],
      [parameter.argument, gradient.argument, mean.argument, square.argument])
  }

  private func launchUpdate(
    _ name: String, _ options: String, _ count: Int, _ numbers: [Float], _ arrays: [KernelArgument]
  ) throws {
    guard count > 0 else { return }
    // Work-items side by side take an element each; those that are loops enough to be worth one.
    let elementsPerItem = kernelStyle == .gpu ? 1 : 1024
    let group = kernelStyle == .gpu ? 256 : 4
    let kernel = try kernel(
      name, in: "optimizers", options: "-DITEMS=\(elementsPerItem) -DGROUP=\(group)" + options)
    try launch(
      kernel, global: WorkSize((count + elementsPerItem - 1) / elementsPerItem),
      local: WorkSize(group),
      [.uint64(UInt64(count))] + numbers.map { .float32($0) } + arrays)
  }
}
