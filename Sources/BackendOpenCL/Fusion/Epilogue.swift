import Backends
import OpenCL

/// What a convolution or a product does with each sum before it stores it: an expression of the sum,
/// of numbers, and of elements of other arrays.
package struct Epilogue: Sendable {
  let expression: PointwiseExpression
  let scalars: [Double]
  /// The inputs of the expression, in the shape of the sums; what stands for the sums is not read.
  let inputs: [StridedArray]
  let source: EpilogueSource

  /// The end that an expression is of a producer's sums, which are its input of that number; nil where
  /// it is none that the producer's kernels can compute.
  init?(_ fused: FusedPointwise, of producer: Producer, sum: Int) {
    let sums = fused.inputs[sum]
    guard sums.layout.isDense, sums.count == producer.shape.count else { return nil }
    let others = fused.inputs.enumerated().filter { $0.offset != sum }
    guard others.allSatisfy({ $1.storage !== sums.storage }) else { return nil }
    self.init(
      fused.expression, scalars: fused.scalars, fused.inputs, sum: sum, shape: producer.shape,
      hasColumns: producer.hasColumns)
  }

  /// - Parameters:
  ///   - sum: Which input stands for the sums.
  ///   - shape: That of the sums: rows are counted along axis 1, columns along the last.
  ///   - hasColumns: Whether inputs can have a number for each column.
  package init?(
    _ expression: PointwiseExpression, scalars: [Double], _ inputs: [StridedArray], sum: Int,
    shape: Shape, hasColumns: Bool
  ) {
    // As reductions, kernels compute elements in vectors or one by one.
    guard expression.effort < .high, expression.dtype == .float32,
      expression.inputDTypes.allSatisfy({ $0 == .float32 })
    else { return nil }
    var spreads: [EpilogueSource.Spread] = []
    var reshaped: [StridedArray] = []
    for (number, input) in inputs.enumerated() {
      guard let layout = input.layout.reshaped(to: shape),
        let spread = EpilogueSource.Spread(layout, hasColumns: hasColumns)
      else { return nil }
      spreads.append(number == sum ? .sum : spread)
      reshaped.append(input.with(layout))
    }
    self.expression = expression
    self.scalars = scalars
    self.inputs = reshaped
    source = EpilogueSource(expression: expression, spreads: spreads)
  }

  /// The last arguments of a kernel that ends so.
  var arguments: [KernelArgument] {
    get throws(OpenCLError) {
      var arguments: [KernelArgument] = []
      for (input, spread) in zip(inputs, source.spreads) where spread != .sum {
        arguments += [
          try input.argument, .int64(Int64(input.layout.offset)),
          .int64(Int64(input.layout.stride(EpilogueSource.rowAxis))),
        ]
      }
      return arguments + expression.scalarArguments(scalars)
    }
  }
}

extension Epilogue? {
  /// The last arguments of a kernel that ends so, or does nothing with its sums.
  var arguments: [KernelArgument] {
    get throws(OpenCLError) { try self?.arguments ?? [] }
  }
}

extension OpenCLBackend {
  /// Ends what holds nothing but the sums yet, where the kernel that made them could not.
  func finish(_ result: StridedArray, _ epilogue: Epilogue?) throws {
    guard let epilogue else { return }
    let inputs = zip(epilogue.inputs, epilogue.source.spreads).map { $1 == .sum ? result : $0 }
    try pointwise(epilogue.expression, scalars: epilogue.scalars, inputs, to: result)
  }

  /// A kernel of a file of Kernels/ that includes epilogue.cl.
  ///
  /// - Parameter width: The lanes of the kernel's vectors, 1 where it has none.
  func kernel(
    _ name: String, in file: String, options: String, ending epilogue: Epilogue?, width: Int
  ) throws(OpenCLError) -> Kernel {
    guard let epilogue else { return try kernel(name, in: file, options: options) }
    return try endedKernels.kernel(
      EndedKernelSource(
        kernelName: name, file: file, options: options, epilogue: epilogue.source, width: width),
      kernels)
  }
}
