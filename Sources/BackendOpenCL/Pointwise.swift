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
    let computation = try computation(expression, scalars, inputs, shape: result.shape)
    if PointwiseFusion.isOn, result.fillsStorage, storage.isUndefined {
      storage.defer(computation)
    } else {
      let memory = try result.changedBuffer
      try launch(
        FusedPointwise(computation, vectorAxis: result.layout.vectorAxis), to: memory,
        result.layout)
    }
  }

  /// The computation, with the inputs that it should not take over in memory.
  private func computation(
    _ expression: PointwiseExpression, _ scalars: [Double], _ inputs: [StridedArray], shape: Shape
  ) throws(OpenCLError) -> PointwiseComputation {
    var deferred: [FusedSize?] = []
    for input in inputs { deferred.append(try input.deviceStorage.takeOver()?.size) }
    let computation = PointwiseComputation(
      expression, scalars: scalars, inputs, shape: shape, deferred: deferred)
    if computation.size.isWithinLimits || deferred.allSatisfy({ $0 == nil }) { return computation }
    for input in inputs { _ = try input.deviceBuffer }
    return PointwiseComputation(
      expression, scalars: scalars, inputs, shape: shape, deferred: inputs.map { _ in nil })
  }

  /// Queues what was deferred and returns the memory it writes to.
  func compute(
    _ computation: PointwiseComputation, byteCount: Int
  ) throws(OpenCLError) -> DeviceBuffer {
    let layout = Layout(computation.shape)
    let fused = try FusedPointwise(computation, vectorAxis: layout.vectorAxis)
    let memory = try pool.take(byteCount)
    do throws(OpenCLError) {
      try launch(fused, to: memory, layout)
    } catch {
      pool.put(memory)
      throw error
    }
    return memory
  }

  private func launch(
    _ fused: FusedPointwise, to memory: DeviceBuffer, _ layout: Layout
  ) throws(OpenCLError) {
    let space = PointwiseSpace(result: layout, inputs: fused.inputs.map(\.layout))
    let source = PointwiseSource(
      expression: fused.expression, axisCount: space.extents.count,
      steps: space.strides.map { ElementStep(stride: $0[$0.count - 1]) },
      needsLongIndices: space.needsLongIndices, vectorWidth: pointwiseVectorWidth)
    let kernel = try pointwiseKernels.kernel(source, kernels)
    let workItems = space.workItems(vectorWidth: pointwiseVectorWidth)
    var arguments = [source.index(workItems)] + space.extents.map(source.index)
    var memories = [memory]
    for input in fused.inputs { memories.append(try input.deviceBuffer) }
    for (memory, (offset, strides)) in zip(memories, zip(space.offsets, space.strides)) {
      arguments += [.buffer(memory), source.index(offset)]
      arguments += strides.map(source.index)
    }
    arguments += fused.expression.scalarArguments(fused.scalars)
    try launch(
      kernel, global: WorkSize(workItems), local: WorkSize(PointwiseSource.groupSize), arguments)
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

  private var pointwiseVectorWidth: Int {
    // A CPU works on whole vectors; 16 bytes are the widest load of a GPU.
    kernelStyle == .gpu ? 4 : device.cpuVectorWidth
  }
}

private let identity = PointwiseExpression(.float32) { $0.input(0) }
private let integerIdentity = PointwiseExpression(.int32) { $0.input(0) }

extension StridedArray {
  /// Whether the elements are all of the memory, in order.
  fileprivate var fillsStorage: Bool {
    layout.isDense && count * dtype.byteWidth == storage.byteCount
  }
}

extension Layout {
  /// The axis along which neighbours lie side by side, as far as there are any.
  fileprivate var vectorAxis: Int? {
    shape.indices.filter { shape[$0] != 1 }.min { (abs(stride($0)), $1) < (abs(stride($1)), $0) }
  }
}

/// The axes that a result and its inputs are walked along, as few as possible.
struct PointwiseSpace {
  /// The extents, the innermost last; at least one.
  private(set) var extents: [Int] = []
  /// The strides along these, of the result and then of each input.
  private(set) var strides: [[Int]]
  /// Where each array starts.
  let offsets: [Int]
  /// Whether a position in an array, or the number of elements, exceeds 32 bits.
  let needsLongIndices: Bool

  init(result: Layout, inputs: [Layout]) {
    let layouts = [result] + inputs
    offsets = layouts.map(\.offset)
    strides = layouts.map { _ in [] }
    needsLongIndices = layouts.contains { layout in
      layout.shape.count > PointwiseSpace.farthest
        || layout.bounds.map { $0.upperBound > PointwiseSpace.farthest } ?? false
    }
    // The result's nearest neighbours innermost, whatever the order of the axes.
    let axes = result.shape.indices.filter { result.shape[$0] != 1 }
      .sorted { (abs(result.stride($0)), $1) > (abs(result.stride($1)), $0) }
    for axis in axes { append(result.shape[axis], layouts.map { $0.stride(axis) }) }
    if extents.isEmpty { append(1, layouts.map { _ in 1 }) }
  }

  /// Room is left for the padding of the global size and of the last vector.
  private static let farthest = Int(Int32.max) - (1 << 16)

  /// How many vectors cover the space, each within one row.
  func workItems(vectorWidth: Int) -> Int {
    var count = (extents[extents.count - 1] + vectorWidth - 1) / vectorWidth
    for extent in extents.dropLast() { count *= extent }
    return count
  }

  /// Adds an axis inside the last one, or makes that longer where every array walks through both
  /// with one stride.
  private mutating func append(_ extent: Int, _ steps: [Int]) {
    let last = extents.count - 1
    if last >= 0, strides.indices.allSatisfy({ strides[$0][last] == steps[$0] * extent }) {
      extents[last] *= extent
      for array in strides.indices { strides[array][last] = steps[array] }
    } else {
      extents.append(extent)
      for array in strides.indices { strides[array].append(steps[array]) }
    }
  }
}
