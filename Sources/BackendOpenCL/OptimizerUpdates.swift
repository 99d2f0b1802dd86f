import Backends
import OpenCL

extension OpenCLBackend {
  /// Changes parameter and state in one kernel; LAMB needs three launches or more, for the norms.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued, or memory for LAMB's
  ///   direction is missing.
  public func update(
    _ parameter: StridedArray, gradient: StridedArray, state: [StridedArray], by rule: UpdateRule
  ) throws {
    guard parameter.count > 0 else { return }
    let arrays = [parameter, gradient] + state
    for array in arrays { array.forgetPackedCopies() }
    if case .lamb(let step) = rule {
      try update(arrays, by: step)
    } else {
      try launchUpdate(rule.step, arrays)
    }
  }

  /// The direction and its length first, then the step along it.
  private func update(_ arrays: [StridedArray], by step: LAMBStep) throws {
    let parameter = arrays[0]
    let direction = try temporary(parameter.shape)
    let squares = try temporary([2, parameter.count])
    let sums = try temporary([2, 1])
    try launchUpdate(step, arrays + [direction, squares])
    try reduce(.sum, squares, over: AxisSet([1], of: squares.shape), to: sums)
    try launchUpdate(
      "lamb_move", [], parameter.count, [step.learningRate], [parameter, direction, sums])
  }

  private func launchUpdate(_ step: some UpdateStep, _ arrays: [StridedArray]) throws {
    try launchUpdate(
      type(of: step).name, step.variants, arrays[0].count, step.numbers, arrays)
  }

  private func launchUpdate(
    _ name: String, _ variants: [String], _ count: Int, _ numbers: [Float],
    _ arrays: [StridedArray]
  ) throws {
    // Work-items side by side take an element each; those that are loops enough to be worth one.
    let elementsPerItem = kernelStyle == .gpu ? 1 : 1024
    let group = kernelStyle == .gpu ? 256 : 4
    let options = ["ITEMS=\(elementsPerItem)", "GROUP=\(group)"] + variants
    let kernel = try kernel(
      name, in: "optimizers", options: options.map { "-D\($0)" }.joined(separator: " "))
    try launch(
      kernel, global: WorkSize((count + elementsPerItem - 1) / elementsPerItem),
      local: WorkSize(group),
      [.uint64(UInt64(count))] + numbers.map { .float32($0) } + arrays.map(\.argument))
  }
}
