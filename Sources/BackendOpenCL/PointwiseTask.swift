import Backends
import OpenCL

/// A pointwise computation that is about to be queued: its kernel's source and arguments.
struct PointwiseTask {
  let source: PointwiseSource
  private let fused: FusedPointwise
  private let space: PointwiseSpace
  private let result: Layout

  init(_ fused: FusedPointwise, _ result: Layout, vectorWidth: Int) {
    self.fused = fused
    self.result = result
    space = PointwiseSpace(result: result, inputs: fused.inputs.map(\.layout))
    source = PointwiseSource(
      expression: fused.expression, axisCount: space.extents.count,
      steps: space.strides.map { ElementStep(stride: $0[$0.count - 1]) },
      needsLongIndices: space.needsLongIndices, vectorWidth: vectorWidth)
  }

  /// What profiles say it is; the memory of the result does not matter there.
  var call: OperationCall {
    let result = StridedArray(Storage(byteCount: 0), fused.expression.dtype, result)
    return .pointwise(fused.expression, fused.inputs, to: result)
  }

  private var workItems: Int { space.workItems(vectorWidth: source.vectorWidth) }

  /// How many work-groups do it.
  var groups: Int { (workItems + PointwiseSource.groupSize - 1) / PointwiseSource.groupSize }

  /// The arguments of its set, with the memory of the result.
  func arguments(_ memory: DeviceBuffer) throws(OpenCLError) -> [KernelArgument] {
    var arguments = [source.index(workItems)] + space.extents.map(source.index)
    var memories = [memory]
    for input in fused.inputs { memories.append(try input.deviceBuffer) }
    for (memory, (offset, strides)) in zip(memories, zip(space.offsets, space.strides)) {
      arguments += [.buffer(memory), source.index(offset)]
      arguments += strides.map(source.index)
    }
    return arguments + fused.expression.scalarArguments(fused.scalars)
  }
}
