import Backends
import OpenCL

extension OpenCLBackend {
  /// Queues the kernel of the distribution.
  ///
  /// - Throws: `OpenCLError` where the kernel cannot be compiled or queued.
  public func random(
    _ distribution: RandomDistribution, at position: RandomPosition, to result: StridedArray
  ) throws {
    switch distribution {
    case .uniform(let low, let high):
      try launchRandom("uniform", position, [low, high - low], to: result)
    case .normal(let mean, let standardDeviation):
      try launchRandom("normal", position, [mean, standardDeviation], to: result)
    case .bernoulli(let probability):
      try launchRandom("bernoulli", position, [probability], to: result)
    }
  }

  /// Draws the mask again and applies it, in one kernel.
  ///
  /// - Throws: `OpenCLError` where the kernel cannot be compiled or queued.
  public func dropout(
    _ input: StridedArray, rate: Float, at position: RandomPosition, to result: StridedArray
  ) throws {
    try launchRandom("dropout", position, [rate, 1 / (1 - rate)], of: [input], to: result)
  }

  private func launchRandom(
    _ name: String, _ position: RandomPosition, _ numbers: [Float], of inputs: [StridedArray] = [],
    to result: StridedArray
  ) throws {
    let count = result.count
    guard count > 0 else { return }
    // Work-items side by side make a block each; those that are loops make enough to be worth one.
    let width = kernelStyle == .gpu ? 1 : device.cpuVectorWidth
    let blocksPerItem = kernelStyle == .gpu ? 1 : 4 * width
    let group = kernelStyle == .gpu ? 128 : 4
    let kernel = try kernel(
      name, in: "random",
      options: "-DWIDTH=\(width) -DBLOCKS=\(blocksPerItem) -DGROUP=\(group)")
    let arguments: [KernelArgument] =
      try [.uint64(position.seed), .uint64(position.block), .uint64(UInt64(count))]
      + numbers.map { .float32($0) } + inputs.map { try $0.argument } + [result.resultArgument]
    let sources: [Int: ArgumentSource] =
      recording?.sources(of: position).map { [0: $0.seed, 1: $0.block] } ?? [:]
    let elementsPerItem = 4 * blocksPerItem
    try launch(
      kernel, global: WorkSize((count + elementsPerItem - 1) / elementsPerItem),
      local: WorkSize(group), arguments, sources: sources)
  }
}
