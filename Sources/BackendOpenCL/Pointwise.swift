import Backends
import OpenCL

extension OpenCLBackend {
  /// Defers the expression where the result is memory not used before, for a later operation to take
  /// it over; otherwise compiles it to a kernel at first use and queues it.
  ///
  /// - Throws: `OpenCLError` where the kernel cannot be compiled or queued.
  public func pointwise(
    _ expression: PointwiseExpression, scalars: [Double], _ inputs: [StridedArray],
    to result: StridedArray
  ) throws {
    guard result.count > 0 else { return }
    let storage = result.deviceStorage
    let isDeferred = result.canBeDeferred
    let computation = try computation(
      expression, scalars, inputs, shape: result.shape, for: isDeferred ? storage : nil)
    if isDeferred {
      storage.defer(computation)
      _ = deferredStorages.withLock { $0.add(storage) }
    } else {
      let memory = try result.changedBuffer
      let fused = try FusedPointwise(computation, vectorAxis: result.layout.vectorAxis)
      try launch(
        [PointwiseTask(fused, result.layout, vectorWidth: pointwiseVectorWidth)], to: [memory])
    }
  }

  /// The computation, with the inputs that it should not take over in memory.
  ///
  /// - Parameter storage: What it is deferred to; nil where it is carried out at once.
  private func computation(
    _ expression: PointwiseExpression, _ scalars: [Double], _ inputs: [StridedArray], shape: Shape,
    for storage: OpenCLStorage?
  ) throws(OpenCLError) -> PointwiseComputation {
    var deferred: [PointwiseComputation?] = []
    for input in inputs { deferred.append(try input.deviceStorage.takeOver(for: storage)) }
    let computation = PointwiseComputation(
      expression, scalars: scalars, storage == nil ? inputs : inputs.map(\.whileWaiting),
      shape: shape, deferred: deferred.map { $0?.size })
    if deferred.allSatisfy({ $0 == nil }) { return computation }
    if computation.size.isWithinLimits {
      let readsProducer = deferred.contains { $0?.readsProducer ?? false }
      return readsProducer ? try composed(computation) : computation
    }
    for input in inputs { _ = try input.deviceBuffer }
    return PointwiseComputation(
      expression, scalars: scalars, inputs, shape: shape, deferred: inputs.map { _ in nil })
  }

  /// The computation with what it takes over, which it then no longer keeps alive: a producer is to
  /// see who still needs its result.
  private func composed(
    _ computation: PointwiseComputation
  ) throws(OpenCLError) -> PointwiseComputation {
    let fused = try FusedPointwise(
      computation, vectorAxis: Layout(computation.shape).vectorAxis)
    return PointwiseComputation(
      fused.expression, scalars: fused.scalars, fused.inputs, shape: computation.shape,
      deferred: fused.inputs.map { _ in nil })
  }

  /// Queues what was deferred to a storage and returns the memory it writes to.
  func compute(
    _ computation: PointwiseComputation, for storage: OpenCLStorage
  ) throws(OpenCLError) -> DeviceBuffer {
    let layout = Layout(computation.shape)
    let fused = try FusedPointwise(computation, vectorAxis: layout.vectorAxis)
    if let memory = try computeEndingProducer(fused, for: storage) { return memory }
    let memory = try storage.memory.take(storage.byteCount)
    do throws(OpenCLError) {
      try launch([PointwiseTask(fused, layout, vectorWidth: pointwiseVectorWidth)], to: [memory])
    } catch {
      storage.memory.put(memory)
      throw error
    }
    return memory
  }

  /// Queues one kernel for tasks of one source.
  func launch(
    _ tasks: [PointwiseTask], to memories: [DeviceBuffer]
  ) throws(OpenCLError) {
    var source = tasks[0].source
    source.sets = tasks.count
    let kernel = try pointwiseKernels.kernel(source, kernels)
    var sets: [(arguments: [KernelArgument], groups: Int)] = []
    for (task, memory) in zip(tasks, memories) {
      sets.append((try task.arguments(memory), task.groups))
    }
    let groups = sets.reduce(0) { $0 + $1.groups }
    // In a profile, they are not part of the operation that asked for the result.
    try describing(tasks[0].call) {
      Result { () throws(OpenCLError) in
        try launch(
          kernel, global: WorkSize(groups * PointwiseSource.groupSize),
          local: WorkSize(PointwiseSource.groupSize), ArgumentSets.arguments(sets))
      }
    }.get()
  }

  /// Copies the elements into a dense array.
  package func densified(_ array: StridedArray) throws -> StridedArray {
    let copy = try temporary(array.shape, array.dtype)
    try copyElements(of: array, to: copy)
    return copy
  }

  /// Copies elements from one layout to another of the same shape.
  func copyElements(of source: StridedArray, to target: StridedArray) throws {
    try pointwise(
      source.dtype == .float32 ? identity : integerIdentity, scalars: [], [source], to: target)
  }

  var pointwiseVectorWidth: Int {
    // A CPU works on whole vectors; 16 bytes are the widest load of a GPU.
    kernelStyle == .gpu ? 4 : device.cpuVectorWidth
  }
}

private let identity = PointwiseExpression(.float32) { $0.input(0) }
private let integerIdentity = PointwiseExpression(.int32) { $0.input(0) }

extension StridedArray {
  /// Whether an operation that writes all elements may wait: they are all of a memory that has none
  /// yet.
  var canBeDeferred: Bool {
    PointwiseFusion.isOn && layout.isDense && count * dtype.byteWidth == storage.byteCount
      && deviceStorage.isUndefined
  }
}

extension Layout {
  /// The axis along which neighbours lie side by side, as far as there are any.
  var vectorAxis: Int? {
    shape.indices.filter { shape[$0] != 1 }.min { (abs(stride($0)), $1) < (abs(stride($1)), $0) }
  }
}
