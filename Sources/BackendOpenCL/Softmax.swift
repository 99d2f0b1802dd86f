import Backends
import OpenCL

extension OpenCLBackend {
  /// Normalises each row along the axis.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued.
  public func softmax(_ input: StridedArray, axis: Int, logarithmic: Bool, to result: StridedArray)
    throws
  {
    let rows = SoftmaxRows(input.shape, axis)
    try launch(
      "softmax", over: rows, logarithmic: logarithmic,
      [input.argument, result.resultArgument] + rows.arguments)
  }

  /// Carries the gradient back through each row along the axis.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued.
  public func softmaxGradient(
    _ gradient: StridedArray, output: StridedArray, axis: Int, logarithmic: Bool,
    to result: StridedArray
  ) throws {
    let rows = SoftmaxRows(output.shape, axis)
    try launch(
      "softmaxGradient", over: rows, logarithmic: logarithmic,
      [gradient.argument, output.argument, result.resultArgument] + rows.arguments)
  }

  /// The loss of each row in one kernel.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued.
  public func softmaxCrossEntropy(
    _ logits: StridedArray, labels: StridedArray, to result: StridedArray
  ) throws {
    let rows = SoftmaxRows(logits.shape, 1)
    try launch(
      "softmaxCrossEntropy", over: rows,
      [
        logits.argument, labels.argument, result.resultArgument, rows.countArgument,
        rows.lengthArgument,
      ])
  }

  /// The gradient of each row in one kernel.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued.
  public func softmaxCrossEntropyGradient(
    _ gradient: StridedArray, _ logits: StridedArray, labels: StridedArray, to result: StridedArray
  ) throws {
    let rows = SoftmaxRows(logits.shape, 1)
    try launch(
      "softmaxCrossEntropyGradient", over: rows,
      [
        gradient.argument, logits.argument, labels.argument, result.resultArgument,
        rows.countArgument,
        rows.lengthArgument,
      ])
  }

  private func launch(
    _ name: String, over rows: SoftmaxRows, logarithmic: Bool = false, _ arguments: [KernelArgument]
  ) throws {
    guard rows.count > 0 else { return }
    let isShared = kernelStyle == .gpu && rows.stride == 1 && rows.length >= lengthToShare
    let itemsPerRow = isShared ? min(sharedItems, device.maxWorkGroupSize) : 1
    let options = "-DITEMS_PER_ROW=\(itemsPerRow) -DLOGARITHMIC=\(logarithmic ? 1 : 0)"
    let kernel = try kernel(name, in: "softmax", options: options)
    try launch(
      kernel, global: WorkSize(rows.count * itemsPerRow),
      local: WorkSize(isShared ? itemsPerRow : rowsPerGroup), arguments)
  }
}

/// The rows along an axis: where they start follows from their number, see Kernels/softmax.cl.
private struct SoftmaxRows {
  let count: Int
  let length: Int
  /// The distance between neighbours in a row.
  let stride: Int

  init(_ shape: Shape, _ axis: Int) {
    let axis = shape.normalized(axis)
    length = shape[axis]
    stride = Layout(shape).stride(axis)
    count = shape.removing(AxisSet([axis], of: shape)).count
    guard length <= Int(Int32.max) else {
      misuse("softmax: axis \(axis) of shape \(shape) has more than 2³¹ − 1 elements")
    }
  }

  var countArgument: KernelArgument { .uint64(UInt64(count)) }
  var lengthArgument: KernelArgument { .int32(Int32(length)) }
  var arguments: [KernelArgument] { [countArgument, lengthArgument, .uint64(UInt64(stride))] }
}

/// From this length on a work-group works on each row; shorter rows would leave most of it idle.
private let lengthToShare = 32
/// The work-items of such a group; a power of 2.
private let sharedItems = 128
/// The rows of a group where each work-item has its own.
private let rowsPerGroup = 16
