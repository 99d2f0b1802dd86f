import Backends
import OpenCL
import Synchronization

extension OpenCLBackend {
  /// Compiles the expression to a kernel at first use and queues it.
  ///
  /// - Throws: `OpenCLError` where the kernel cannot be compiled or queued.
  public func pointwise(
    _ expression: PointwiseExpression, scalars: [Double], _ inputs: [StridedArray],
    to result: StridedArray
  ) throws {
    guard result.count > 0 else { return }
    result.forgetPackedCopies()
    let space = PointwiseSpace(result: result.layout, inputs: inputs.map(\.layout))
    let source = PointwiseSource(
      expression: expression, axisCount: space.extents.count,
      steps: space.strides.map { PointwiseSource.Step(stride: $0[$0.count - 1]) },
      needsLongIndices: space.needsLongIndices, vectorWidth: pointwiseVectorWidth)
    let kernel = try pointwiseKernels.kernel(source, kernels)

    let arrays = [result] + inputs
    var arguments = [source.index(space.workItems(vectorWidth: pointwiseVectorWidth))]
    arguments += space.extents.map(source.index)
    for (array, (offset, strides)) in zip(arrays, zip(space.offsets, space.strides)) {
      arguments += [array.argument, source.index(offset)]
      arguments += strides.map(source.index)
    }
    arguments += expression.scalarArguments(scalars)
    try launch(
      kernel, global: WorkSize(space.workItems(vectorWidth: pointwiseVectorWidth)),
      local: WorkSize(PointwiseSource.groupSize), arguments)
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

/// The kernels that were generated, found again by what they were generated from.
final class PointwiseKernels: Sendable {
  private let kernels = Mutex<[PointwiseSource: Kernel]>([:])

  func kernel(_ source: PointwiseSource, _ library: KernelLibrary) throws(OpenCLError) -> Kernel {
    try kernels.withLock { (kernels) throws(OpenCLError) in
      if let kernel = kernels[source] { return kernel }
      let kernel = try library.compile(
        PointwiseSource.kernelName, source: source.text(library.sources))
      kernels[source] = kernel
      return kernel
    }
  }
}

extension PointwiseExpression {
  /// The numbers of a call, in the types they have in the expression.
  fileprivate func scalarArguments(_ scalars: [Double]) -> [KernelArgument] {
    zip(scalarTypes, scalars).map { type, scalar in
      switch type {
      case .float32: .float32(Float(scalar))
      case .int32: .int32(Int32(scalar))
      }
    }
  }

  /// The types of the scalars.
  var scalarTypes: [DType] {
    var types = [DType](repeating: .float32, count: scalarCount)
    for (instruction, type) in zip(instructions, dtypes) {
      if case .scalar(let number) = instruction { types[number] = type }
    }
    return types
  }
}
